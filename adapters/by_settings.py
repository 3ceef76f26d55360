"""Adapters made from the settings: vault, evidence store, virus scanner, mail, identity providers, clock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from adapters.clock import Clock, FixedClock, SystemClock
from adapters.database import DatabaseServer, capacity
from adapters.database.pool import Database
from adapters.files.blobs import Blobs
from adapters.files.clamd import Clamd
from adapters.files.local import LocalBlobs
from adapters.files.store import EvidenceStore
from adapters.keys.erasure_evidence import Judge
from adapters.keys.erasures import ErasureRegister
from adapters.keys.master_key import MasterKey, holds_sealed
from adapters.keys.vault import Vault
from adapters.mail import PostOffice
from adapters.mail.folder import MailFolder
from adapters.mail.smtp import Smtp
from adapters.oidc.providers import read_providers
from adapters.settings import MIB, SettingError, Settings

if TYPE_CHECKING:
    from adapters.oidc.conversation import Conversation


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, or the fixed one set for a demonstration."""
    return FixedClock(settings.clock) if settings.clock else SystemClock()


def vault_of(settings: Settings, server: DatabaseServer) -> Vault:
    """Return the vault of personal data's keys, with its master key and the register of erasures."""
    keys = Database(server.keys_dsn, role=server.role, size=capacity.KEYS)
    master = MasterKey.of(settings, server)
    judge = Judge(settings.checkpoint_folder, partial(server.open, server.role, 1))
    register = ErasureRegister(settings.checkpoint_folder, judge)
    return Vault(keys, master, register, partial(holds_sealed, server))


def evidence_store(settings: Settings, vault: Vault) -> EvidenceStore:
    """Return the evidence store, with its local folder for receiving files."""
    incoming = settings.data / "evidence" / "incoming"
    return EvidenceStore(_blobs(settings), incoming, settings.max_upload_bytes, vault, floor=settings.free_mib * MIB)


def scanner_of(settings: Settings) -> Clamd | None:
    """Return the virus scanner, if one is set."""
    return Clamd(address=settings.clamd_url, most=settings.clamd_mib * MIB) if settings.clamd_url else None


def post_office(settings: Settings) -> PostOffice:
    """Return the transport of letters: the configured mail server, or else the data folder."""
    if settings.smtp_url:
        return Smtp(settings.smtp_url, settings.mail_from)
    return MailFolder(settings.data / "mail", settings.mail_from)


def conversations(settings: Settings) -> dict[str, Conversation]:
    """Return a client for each identity provider, by name."""
    if not (providers := read_providers(settings.oidc_providers)):
        return {}
    from adapters.oidc.conversation import Conversation  # noqa: PLC0415  (slow to import, often unused)

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
