"""Composition root of the application, shared by HTTP and the command line."""

# ruff: noqa: RUF009  (`part` makes a dataclass field, as `field` does)
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from adapters.by_settings import clock_of, conversations, evidence_store, post_office, scanner_of, vault_of
from adapters.clock import Clock
from adapters.database import WEB, WORKER, DatabaseServer, capacity
from adapters.database.pool import Database
from adapters.database.replica import Reports
from adapters.files.clamd import Clamd
from adapters.files.copies import ReadingCopies
from adapters.files.store import EvidenceStore
from adapters.keys.vault import Vault
from adapters.log import store
from adapters.log.clock import LONGEST_SILENCE, ClockGuard
from adapters.log.store import PostgresStore
from adapters.mail import PostOffice
from adapters.operations import sessions, tokens
from adapters.operations.account_events import AccountEvents
from adapters.operations.accounts import Accounts
from adapters.operations.comments import CommentBank
from adapters.operations.drafts import Drafts
from adapters.operations.identities import Identities
from adapters.operations.jobs import Jobs
from adapters.operations.letters import Letters
from adapters.operations.letters_to_tell import LettersToTell
from adapters.operations.notices_read import NoticesRead
from adapters.operations.one_time_codes import OneTimeCodes
from adapters.operations.private_links import PrivateLinks
from adapters.operations.rate_limits import RateLimits
from adapters.operations.second_factor import SecondFactors
from adapters.operations.services import Services
from adapters.operations.sessions import BrowserSessions
from adapters.operations.subscriptions import Subscriptions
from adapters.operations.tokens import Tokens
from adapters.operations.uploads import Uploads
from adapters.process.heavy_answers import HeavyAnswers, HeavyKind
from adapters.settings import Settings
from domain.execute import execute
from domain.fact import Retention
from domain.ports import Actor, Command, Recorded, Request
from projections.reading import Dossiers
from webapi.intent import Intent

if TYPE_CHECKING:
    from adapters.oidc.conversation import Conversation

PREPARED: Final = {WEB: (store.PREPARED, tokens.PREPARED, sessions.PREPARED), WORKER: (store.PREPARED,)}
"""The statements that each connection begins with, by role: only the web looks up tokens and sessions."""
UNMADE: Final = object()


def part(make: Callable[[App], object]) -> Any:
    """Return a dataclass field that is made from the fields above it unless it is given."""
    return field(default=UNMADE, metadata={"make": make})


@dataclass(frozen=True, kw_only=True)
class App:
    """The parts of the application, made once for each process."""

    settings: Settings
    server: DatabaseServer
    clock: Clock
    size: int  # connections of its pool
    database: Database = part(
        lambda made: Database(made.server.dsn, made.server.role, made.size, prepared=PREPARED[made.server.role])
    )
    reports: Reports = part(lambda made: Reports(made.database, made.settings.replica_url))
    vault: Vault = part(lambda made: vault_of(made.settings, made.server))
    clock_guard: ClockGuard = part(lambda made: ClockGuard(LONGEST_SILENCE if made.settings.production else None))
    store: PostgresStore = part(lambda made: PostgresStore.of(made.database, made.vault, made.clock_guard))
    dossiers: Dossiers = part(lambda made: Dossiers(made.database))
    files: EvidenceStore = part(lambda made: evidence_store(made.settings, made.vault))
    copies: ReadingCopies = part(lambda made: ReadingCopies(made.database, made.files))
    portfolio: EvidenceStore = part(lambda made: made.files.of(Retention.PORTFOLIO))
    portfolio_copies: ReadingCopies = part(lambda made: ReadingCopies(made.database, made.portfolio))
    accounts: Accounts = part(lambda made: Accounts(made.database))
    sessions: BrowserSessions = part(lambda made: BrowserSessions(made.database, made.store))
    tokens: Tokens = part(lambda made: Tokens(made.database, made.store))
    services: Services = part(lambda made: Services(made.database))
    identities: Identities = part(lambda made: Identities(made.database))
    providers: dict[str, Conversation] = part(lambda made: conversations(made.settings))
    rate_limits: RateLimits = part(lambda made: RateLimits(made.database, made.settings.secret_key))
    heavy: dict[HeavyKind, HeavyAnswers] = part(
        lambda made: {kind: HeavyAnswers(made.settings.data, kind) for kind in HeavyKind}
    )
    account_events: AccountEvents = part(lambda made: AccountEvents(made.database))
    uploads: Uploads = part(lambda made: Uploads(made.database))
    notices_read: NoticesRead = part(lambda made: NoticesRead(made.database))
    drafts: Drafts = part(lambda made: Drafts(made.database, made.vault))
    comments: CommentBank = part(lambda made: CommentBank(made.database, made.vault))
    private_links: PrivateLinks = part(lambda made: PrivateLinks(made.database))
    subscriptions: Subscriptions = part(lambda made: Subscriptions(made.database, made.settings.secret_key))
    jobs: Jobs = part(lambda made: Jobs(made.database))
    scanner: Clamd | None = part(lambda made: scanner_of(made.settings))
    one_time_codes: OneTimeCodes = part(lambda made: OneTimeCodes(made.database, made.settings.secret_key))
    factors: SecondFactors = part(lambda made: SecondFactors(made.database, made.vault))
    letters: Letters = part(lambda made: Letters(made.database, made.settings.secret_key))
    letters_to_tell: LettersToTell = part(lambda made: LettersToTell(made.database))
    post: PostOffice = part(lambda made: post_office(made.settings))

    def __post_init__(self) -> None:
        """Make the parts that were not given."""
        for each in fields(self):
            if getattr(self, each.name) is UNMADE:
                object.__setattr__(self, each.name, each.metadata["make"](self))

    def request(self, intent: Intent) -> Request:
        """Return the request of an intent; it executes once however often it is sent."""
        return intent.request(self.clock.today(), self.clock.hour(), self.settings.secret_key)

    def execute(self, command: Command, request: Request) -> Recorded:
        """Execute a command through the domain's only entry point; raises Refused."""
        return execute(command, self.store.about(command), request)

    def request_of(self, actor: Actor) -> Request:
        """Return a request that cannot be repeated: it has no idempotency key."""
        return self.request(Intent(actor=actor))

    def do(self, command: Command, actor: Actor) -> Recorded:
        """Execute a command once for the actor, without an idempotency key."""
        return self.execute(command, self.request_of(actor))

    def close(self) -> None:
        """Close the connections."""
        self.database.close()
        self.reports.close()
        self.vault.close()
        for each in self.heavy.values():
            each.close()


def assemble(
    settings: Settings, server: DatabaseServer, clock: Clock | None = None, *, size: int = capacity.MOST
) -> App:
    """Return the application on a running server with a migrated database; `size`: its pool's connections."""
    return App(settings=settings, server=server, clock=clock or clock_of(settings), size=size)
