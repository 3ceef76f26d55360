"""Which adapters do the settings name? The keys' vault, the evidence store, the scanner, the mail, the providers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from adapters.clock import Clock, FixedClock, SystemClock
from adapters.database import DatabaseServer, capacity
from adapters.database.pool import Database
from adapters.erasure_evidence import Judge
from adapters.erasures import ErasureRegister
from adapters.files.blobs import Blobs
from adapters.files.clamd import Clamd
from adapters.files.local import LocalBlobs
from adapters.files.store import EvidenceStore
from adapters.mail import PostOffice
from adapters.mail.folder import MailFolder
from adapters.mail.smtp import Smtp
from adapters.master_key import MasterKey, holds_sealed
from adapters.oidc.providers import read_providers
from adapters.settings import MIB, SettingError, Settings
from adapters.vault import Vault

if TYPE_CHECKING:
    from adapters.oidc.conversation import Conversation


def clock_of(settings: Settings) -> Clock:
    """The machine's day, or the one that is set for a demonstration."""
    return FixedClock(settings.clock) if settings.clock else SystemClock()


def vault_of(settings: Settings, server: DatabaseServer) -> Vault:
    """The keys of personal data, with their master key and the register of erasures."""
    keys = Database(server.keys_dsn, role="acquis_web", size=capacity.KEYS)
    master = MasterKey.of(settings, server)
    judge = Judge(settings.checkpoint_folder, partial(server.open, "acquis_web", 1))
    register = ErasureRegister(settings.checkpoint_folder, judge)
    return Vault(keys, master, register, partial(holds_sealed, server))


def evidence_store(settings: Settings, vault: Vault) -> EvidenceStore:
    """Where evidence is received, on this machine, and where it is kept."""
    incoming = settings.data / "evidence" / "incoming"
    return EvidenceStore(_blobs(settings), incoming, settings.max_upload_bytes, vault, floor=settings.free_mib * MIB)


def scanner_of(settings: Settings) -> Clamd | None:
    """The virus scanner, if one is set."""
    return Clamd(address=settings.clamd_url, most=settings.clamd_mib * MIB) if settings.clamd_url else None


def post_office(settings: Settings) -> PostOffice:
    """Where letters are handed in: at the server that is named, else into the data folder."""
    if settings.smtp_url:
        return Smtp(settings.smtp_url, settings.mail_from)
    return MailFolder(settings.data / "mail", settings.mail_from)


def conversations(settings: Settings) -> dict[str, Conversation]:
    """A conversation with each provider of identities."""
    if not (providers := read_providers(settings.oidc_providers)):
        return {}
    from adapters.oidc.conversation import Conversation  # noqa: PLC0415  (slow to import, and many have no provider)

    return {name: Conversation(each) for name, each in providers.items()}


def _blobs(settings: Settings) -> Blobs:
    if settings.s3_bucket is None:
        return LocalBlobs(settings.data / "evidence")
    try:
        from adapters.files.s3 import S3Blobs  # noqa: PLC0415  (an extra, and slow to import)
    except ModuleNotFoundError as error:
        raise SettingError(
            "ACQUIS_S3_BUCKET needs the extra `s3`: install boto3.",
            "ACQUIS_S3_BUCKET demande l'extra `s3` : installez boto3.",
        ) from error
    return S3Blobs.of(settings)
