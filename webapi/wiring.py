"""What is joined to what? The composition root, shared by HTTP and the command line."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

import psycopg2
import structlog

from adapters.backup.unfinished import refuse_unfinished
from adapters.clock import FixedClock, SystemClock
from adapters.database import DatabaseServer, capacity, connect
from adapters.database.pool import Database
from adapters.desk import tokens
from adapters.desk.accounts import Accounts
from adapters.desk.budgets import Budgets
from adapters.desk.happenings import Happenings
from adapters.desk.identities import Identities
from adapters.desk.jobs import Jobs
from adapters.desk.letters import Letters
from adapters.desk.passes import Passes
from adapters.desk.second_factor import SecondFactors
from adapters.desk.services import Services
from adapters.desk.tickets import Tickets
from adapters.desk.tokens import Tokens
from adapters.desk.uploads import Uploads
from adapters.erasure_evidence import Judge
from adapters.erasures import ErasureRegister
from adapters.files.blobs import Blobs
from adapters.files.clamd import Clamd
from adapters.files.copies import ReadingCopies
from adapters.files.local import LocalBlobs
from adapters.files.store import EvidenceStore
from adapters.log import store
from adapters.log.application import Acquis, FactMapper
from adapters.log.checkpoint import CheckpointFolder, CheckpointFolderEmpty, refuse_unless_continued
from adapters.log.recorder import LogRecorder
from adapters.log.store import PostgresStore
from adapters.log.tree import Tree
from adapters.mail import PostOffice
from adapters.mail.folder import MailFolder
from adapters.mail.smtp import Smtp
from adapters.master_key import MasterKey, holds_sealed
from adapters.oidc.providers import Provider, read_providers
from adapters.settings import MIB, SettingError, Settings
from adapters.vault import Vault
from domain.execute import execute
from domain.fact import stream_of
from domain.ports import Actor, Command, Recorded, Request
from webapi.aside import sweep

if TYPE_CHECKING:
    from adapters.oidc.conversation import Conversation


log = structlog.get_logger(__name__)


class Clock(Protocol):
    """What day it is in Paris, and at which instant."""

    def today(self) -> date: ...
    def now(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class Intent:
    """One intention as it came in: who, in which role, by which way, and what makes it repeatable.

    `key` is the caller's idempotency key; `body` what it sent, of which only an HMAC is recorded; `shown` the version
    the user was looking at.
    """

    actor: Actor
    way: str = "cli"
    key: str | None = None
    body: bytes = b""
    shown: int | None = None


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything that the ways in need, made once per process."""

    settings: Settings
    server: DatabaseServer
    clock: Clock
    database: Database
    vault: Vault
    store: PostgresStore
    files: EvidenceStore
    copies: ReadingCopies
    accounts: Accounts
    passes: Passes
    tokens: Tokens
    services: Services
    identities: Identities
    providers: dict[str, Conversation]
    budgets: Budgets
    happenings: Happenings
    uploads: Uploads
    jobs: Jobs
    scanner: Clamd | None
    tickets: Tickets
    factors: SecondFactors
    letters: Letters
    post: PostOffice

    def request(self, intent: Intent) -> Request:
        """Make of an intention a request that executes the same however often it is sent.

        `append_id` = UUIDv5(principal, way, key): the same key by the same person at the same place is one request.
        A solidus in the key is no part of the way: `withdrawals/1` at /roles is not `1` at /roles/withdrawals.
        """
        if intent.key is None:
            return Request(
                actor=intent.actor, append_id=uuid4(), today=self.clock.today(), digest=None, shown=intent.shown
            )
        secret, key = self.settings.secret_key.encode(), intent.key.replace("/", "\n")
        return Request(
            actor=intent.actor,
            append_id=stream_of("append", intent.actor.person, intent.actor.role.value, intent.way, key),
            today=self.clock.today(),
            digest=hmac.new(secret, intent.body, hashlib.sha256).hexdigest(),
            shown=intent.shown,
        )

    def execute(self, command: Command, request: Request) -> Recorded:
        """Pass a command through the one door; raises Refused."""
        return execute(command, self.store.about(command), request)

    def request_of(self, actor: Actor) -> Request:
        """A request that is sent once: nothing makes it repeatable."""
        return self.request(Intent(actor=actor))

    def do(self, command: Command, actor: Actor) -> Recorded:
        """Execute a command once, on behalf of someone, with nothing to repeat."""
        return self.execute(command, self.request_of(actor))

    def close(self) -> None:
        """Close the connections."""
        self.database.close()
        self.vault.close()


def furnish(
    settings: Settings, server: DatabaseServer, clock: Clock | None = None, *, size: int = capacity.MOST
) -> House:
    """Join everything on a server that answers, whose database is migrated, with a pool of so many connections."""
    prepared = (store.PREPARED, tokens.PREPARED)
    database = Database(server.dsn, role="acquis_web", size=size, prepared=prepared)
    vault = vault_of(settings, server)
    recorder = LogRecorder(database)
    application = Acquis(recorder, FactMapper(vault))
    files = evidence_store(settings, vault)
    return House(
        settings=settings,
        server=server,
        clock=clock or (FixedClock(settings.clock) if settings.clock else SystemClock()),
        database=database,
        vault=vault,
        store=PostgresStore(application.events, database),
        files=files,
        copies=ReadingCopies(database, files),
        accounts=Accounts(database),
        passes=Passes(database),
        tokens=Tokens(database),
        services=Services(database),
        identities=Identities(database),
        providers=_conversations(read_providers(settings.oidc_providers)),
        budgets=Budgets(database, settings.secret_key),
        happenings=Happenings(database),
        uploads=Uploads(database),
        jobs=Jobs(database),
        scanner=scanner_of(settings),
        tickets=Tickets(database, settings.secret_key),
        factors=SecondFactors(database, vault),
        letters=Letters(database, settings.secret_key),
        post=post_office(settings),
    )


def _conversations(providers: dict[str, Provider]) -> dict[str, Conversation]:
    """A conversation with each provider of identities."""
    if not providers:
        return {}
    from adapters.oidc.conversation import Conversation  # noqa: PLC0415  (slow to import, and many houses have none)

    return {name: Conversation(each) for name, each in providers.items()}


def scanner_of(settings: Settings) -> Clamd | None:
    """The virus scanner, if one is set."""
    return Clamd(address=settings.clamd_url, most=settings.clamd_mib * MIB) if settings.clamd_url else None


def evidence_store(settings: Settings, vault: Vault) -> EvidenceStore:
    """Where evidence is received, on this machine, and where it is kept."""
    folder = settings.data / "evidence"
    return EvidenceStore(
        _blobs(settings, folder), folder / "incoming", settings.max_upload_bytes, vault, floor=settings.free_mib * MIB
    )


def _blobs(settings: Settings, folder: Path) -> Blobs:
    if settings.s3_bucket is None:
        return LocalBlobs(folder)
    try:
        from adapters.files.s3 import S3Blobs  # noqa: PLC0415  (an extra, and slow to import)
    except ModuleNotFoundError as error:
        raise SettingError(
            "ACQUIS_S3_BUCKET needs the extra `s3`: install boto3.",
            "ACQUIS_S3_BUCKET demande l'extra `s3` : installez boto3.",
        ) from error
    return S3Blobs.of(settings)


def post_office(settings: Settings) -> PostOffice:
    """Where letters are handed in: at the server that is named, else into the data folder."""
    if settings.smtp_url:
        return Smtp(settings.smtp_url, settings.mail_from)
    return MailFolder(settings.data / "mail", settings.mail_from)


def vault_of(settings: Settings, server: DatabaseServer) -> Vault:
    """The keys of personal data, with their master key and the register of erasures."""
    keys = Database(server.keys_dsn, role="acquis_web", size=capacity.KEYS)
    master = MasterKey.of(settings, server)
    judge = Judge(settings.checkpoint_folder, partial(server.open, "acquis_web", 1))
    register = ErasureRegister(settings.checkpoint_folder, judge)
    return Vault(keys, master, register, partial(holds_sealed, server))


def refuse_to_open(settings: Settings, server: DatabaseServer) -> None:
    """Refuse what `house` would, for whoever starts those that open one."""
    _refuse_half_restored(server)
    with closing(furnish(settings, server)) as opened:
        _may_open(opened)


def say_what_is_short(settings: Settings, server: DatabaseServer) -> None:
    """Say in the log, before anything is served, which limit of the server is lower than what may be opened."""
    need = capacity.Need.of(settings.pool_size, capacity.workers())
    with closing(server.open("acquis_web", 1)) as database, closing(vault_of(settings, server)) as vault:
        for alarm in capacity.shortages(server, database, vault.database, need):
            log.warning(alarm.en, limit=alarm.slug)


def _refuse_half_restored(server: DatabaseServer) -> None:
    with closing(server.open("acquis_web", 1)) as database:
        refuse_unfinished(database)


def _may_open(house: House) -> None:
    house.vault.begin()
    refuse_unless_continued(Tree(house.database), CheckpointFolder(house.settings.checkpoint_folder))


@contextmanager
def house(settings: Settings, clock: Clock | None = None, *, size: int = capacity.MOST) -> Iterator[House]:
    """Open the house on the settings' database, and leave it at the end.

    Raises RestoreUnfinished, MasterKeyMissing and WrongMasterKey, LogRegressed and CheckpointsOfAnotherLog when the
    log is not the continuation of its checkpoints, LoginMayDoMore in production; OperationalError while the log's
    database does not answer.
    """
    with connect(settings) as server:
        server.admit("acquis_web")
        _refuse_half_restored(server)
        sweep(settings.data)
        opened = furnish(settings, server, clock, size=size)
        try:
            # a database of keys that does not answer yet is asked before the first; beside an empty folder of
            # checkpoints a command still reads and records: only what serves or signs does not start there
            with suppress(psycopg2.Error, CheckpointFolderEmpty):
                _may_open(opened)
            yield opened
        finally:
            opened.close()


def evidence_id(request: Request) -> UUID:
    """Give the id of the piece of evidence that a request puts in, the same when it is sent again."""
    return stream_of("evidence", request.append_id)
