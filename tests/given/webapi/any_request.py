"""Random requests to a running application, valid or not by its OpenAPI document, and checks of the answers.

Schemathesis draws the requests, both such as the document allows and such as it does not. So that they get further
than "not found", ids are often those of existing objects, and the caller mostly has the right.
"""

from __future__ import annotations

import random
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg2
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.people.secrecy import SWORN, TEXT
from domain.ports import OPERATOR, Actor, PersonId
from projections.engine.runner import Projector
from tests.given.log.played import played
from tests.given.webapi.oracle import GIVES_AWAY
from webapi.accounts.authentication import GRANTED
from webapi.app import create_app

if TYPE_CHECKING:
    from flask import Flask

    from adapters.settings import Settings

CHECKS: Final = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS: Final = {
    "candidacy": "CandidacyOpened",
    "session": "SessionPlanned",
    "person": "Registered",
    "certification": "FrameworkPublished",
    "sitting": "SittingPlanned",
    "organisation": "OrganisationRegistered",
    "rulebook": "RulebookPublished",
}
"""Names in paths, and the first fact of a stream of this kind."""
OTHERS: Final = {
    "candidate": "person",
    "assessor": "person",
    "juror": "person",
    "other": "person",
    "chair": "person",
    "advisor": "person",
    "framework": "certification",
    "centre": "organisation",
}
"""Other names of the same things."""
NUMBERS: Final = {"number", "position", "paper", "block"}
NOTHING: Final = "00000000-0000-0000-0000-000000000000"
OFTEN: Final = 0.85

KNOWN: Final = "select type, stream::text from log.event where type = any(%s)"
PIECES: Final = "select distinct body::json ->> 'evidence' from log.event where type = 'EvidenceSubmitted'"
MAY_WAIT: Final = "/problems/not-yet-visible"
"""The problem of a 503 for a position not reached yet."""
STATUSES_OF_OUR_OWN: Final = {405}
"""Statuses that no operation needs to declare: a method that the path does not have."""


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")  # as tus does


@dataclass
class Asking:
    """An application, its callers, and the errors found."""

    app: Flask
    url: str
    tokens: dict[str, str]
    spared: frozenset[str]
    """The callers: a request that would erase them, or withdraw their role, is sent about somebody else."""
    chance: random.Random
    asked: Counter[int] = field(default_factory=Counter)
    broken: dict[tuple[str, str], str] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)

    def ask(self, requests: int, pattern: str = ".") -> None:
        """Send this many requests, about as many to each operation, half of them not allowed by the document.

        `of`: only to paths that match this pattern.
        """
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", self.app).include(path_regex=pattern)
        operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
        while (missing := requests - sum(self.asked.values())) > 0:
            each = max(1, missing // (2 * len(operations)))
            for operation in operations:
                self.known = self._standing()
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    self._draw(operation, mode, each)

    def _draw(self, operation: Any, mode: GenerationMode, times: int) -> None:
        @seed(self.chance.getrandbits(64))
        @settings(
            max_examples=times,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            self._send(case)

        with suppress(HypothesisException), warnings.catch_warnings():  # some operations accept any input
            warnings.simplefilter("ignore")
            one()

    def _send(self, case: Any) -> None:
        self._settle(case)
        case.headers = dict(case.headers or {}) | self._headers(case)
        answer = case.call()
        self.asked[answer.status_code] += 1
        for kind, said in self._wrong(case, answer):
            self.broken.setdefault((f"{case.operation.label} → {answer.status_code}", kind), said)

    def _wrong(self, case: Any, answer: Any) -> Iterator[tuple[str, str]]:
        """Return what is wrong with this answer."""
        text, status = answer.text_lossy(), answer.status_code
        if status >= 500 and MAY_WAIT not in text:
            yield "server error", _sent(case, text)
        if status >= 400:
            told = [each for each in GIVES_AWAY if each in text.lower()]
            yield from ((f"gives {each!r} away", _sent(case, text)) for each in told)
        if status in STATUSES_OF_OUR_OWN:
            return
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            yield from (
                (type(each).__name__, f"{each.message[:300]} | {_sent(case, text)}") for each in group.exceptions
            )
        except Failure as failure:
            yield type(failure).__name__, f"{failure.message[:300]} | {_sent(case, text)}"

    def _settle(self, case: Any) -> None:
        """Use existing ids, mostly, and never wait for a position far ahead."""
        for name in case.path_parameters or {}:
            if self.chance.random() < OFTEN:
                case.path_parameters[name] = self._one(name) if name not in NUMBERS else self.chance.randint(1, 6)
        for header in ("Authorization", "If-Match"):
            given = (case.headers or {}).pop(header, None)
            if header == "If-Match" and given is not None:
                case.headers[header] = f'"{self.chance.randint(1, 20)}"' if self.chance.random() < OFTEN else given
        if case.query and "after" in case.query and self.chance.random() < 0.98:
            del case.query["after"]
        case.body = self._named(case.body)

    def _named(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._named(member, str(name)) for name, member in value.items()}
        if isinstance(value, list):
            return [self._named(member, key) for member in value]
        return self._one(key) if isinstance(value, str) and _is_id(value) and self.chance.random() < OFTEN else value

    def _one(self, name: str) -> str:
        """Return an existing object, of the kind with this name if it is known."""
        return self.chance.choice(self.known.get(OTHERS.get(name, name)) or sum(self.known.values(), [NOTHING]))

    def _headers(self, case: Any) -> dict[str, str]:
        """Return the headers of a caller who has the right, mostly; sometimes of another, or of nobody."""
        roles = case.operation.definition.raw.get("x-roles", [])
        may = [role for role in roles if role in self.tokens] if self.chance.random() < 0.95 else []
        headers = {"Accept-Language": self.chance.choice(["fr", "en"])}
        if self.chance.random() < 0.98:
            headers["Authorization"] = f"Bearer {self.tokens[self.chance.choice(may or list(self.tokens))]}"
        return headers

    def _standing(self) -> dict[str, list[str]]:
        """Return the objects in the log now, by the names that paths use."""
        named = {fact: name for name, fact in KINDS.items()}
        found: dict[str, list[str]] = {}
        with closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(KNOWN, (list(named),))
            for fact, stream in cursor.fetchall():
                if stream not in self.spared:
                    found.setdefault(named[fact], []).append(stream)
            cursor.execute(PIECES)
            found["evidence"] = [row[0] for row in cursor.fetchall() if row[0]]
        return {name: ids for name, ids in found.items() if ids}

    def told(self) -> str:
        """Return the errors found, one a line."""
        return "\n".join(f"{where}: {kind}: {said}" for (where, kind), said in sorted(self.broken.items()))


def _sent(case: Any, answered: str) -> str:
    """Return a request and its answer as a command to repeat it."""
    return f"{case.as_curl_command()[:600]} → {answered[:300]}"


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@contextmanager
def being_asked(settings: Settings, chance: random.Random) -> Iterator[Asking]:
    """Yield the demonstration, played, with its projector running and a caller of each role."""
    with played(settings) as play, projecting(str(settings.database_url)):
        who = {player.role: player.actor for player in play.story.cast.values()}
        for role in set(GRANTED) - set(who):
            recorded = play.acquis.do(RegisterPerson(name=f"Quelqu'un {role.value}", given=(role,)), OPERATOR)
            who[role] = Actor(person=PersonId(next(iter(recorded.versions))), role=role)
            if role in SWORN:
                play.acquis.do(AcceptSecrecy(person=who[role].who, secrecy_text=TEXT), who[role])
        until = datetime.now(UTC) + timedelta(days=1)
        tokens = {
            role.value: play.acquis.tokens.make(actor, "anything", until, issued_by=None).secret
            for role, actor in who.items()
        }
        yield Asking(
            app=create_app(play.acquis),
            url=str(settings.database_url),
            tokens=tokens,
            spared=frozenset(str(actor.person) for actor in who.values()),
            chance=chance,
        )


@contextmanager
def projecting(url: str) -> Iterator[None]:
    """Run a projector next to the application."""
    database, stop = Database(url, role="acquis_projector", size=4), threading.Event()
    thread = threading.Thread(target=Projector(database, LogRecorder(database)).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        database.close()
