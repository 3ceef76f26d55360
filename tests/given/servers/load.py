"""Clients that repeat requests until they are acknowledged, and a comparison of the answers with the log."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from domain.fact import stream_of
from domain.ports import Actor, Role
from tests.given.servers.whole_acquis import Answer, Known, Serving

PACE = 0.02
"""Seconds between two requests of a client: two cores also run the server."""
GIVE_UP = 90.0
"""Seconds without an acknowledgement after which a request counts as a failure."""


@dataclass
class Intent:
    """A thing that one client wants recorded once: the keys it used, and the answer."""

    actor: Actor
    path: str
    facts: int
    keys: list[str]
    answer: Answer | None = None

    @property
    def appends(self) -> list[UUID]:
        """Return the append_id of each key: UUIDv5(principal, method, route, key)."""
        way = f"POST {self.path}"
        return [stream_of("append", self.actor.person, self.actor.role.value, way, key) for key in self.keys]


@dataclass
class Load:
    """A number of clients with what they sent and received, until told to stop; each then finishes its work."""

    server: Serving
    known: Known
    lose: float = 0.0
    """The share of answers lost on the way to the client, from 0 to 1; only first answers of an intent."""
    lose_on: str = ""
    """Lose answers only on paths with this end."""
    new_key: bool = False
    """The defect of the control test: repeat a request under a new key."""
    give_up: float = GIVE_UP
    intents: list[Intent] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)
    failures: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, clients: int = 4) -> None:
        """Start the clients."""
        self._threads = [threading.Thread(target=self._client, args=(seed,)) for seed in range(clients)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let them finish, and wait for it."""
        self.stopped.set()
        for thread in self._threads:
            thread.join()

    @property
    def acknowledged(self) -> int:
        """Return the number of acknowledged intents."""
        return sum(intent.answer is not None for intent in list(self.intents))

    @property
    def facts(self) -> int:
        """Return the number of acknowledged facts."""
        return sum(intent.facts for intent in list(self.intents) if intent.answer is not None)

    def _client(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311  (the same dice each time, nothing secret)
        try:
            while not self.stopped.is_set():
                self._dossier(dice)
        except Exception as error:  # noqa: BLE001  (a thread's failure is the test's)
            self.failures.append(f"{type(error).__name__}: {error}")

    def _dossier(self, dice: random.Random) -> None:
        """Register a person, open their candidacy, assign the assessor, and mark some competences."""
        known, number = self.known, uuid4().hex[:8]
        body: dict[str, Any] = {"name": f"Personne fictive {number}", "roles": ["candidate"]}
        person = self._acknowledged(dice, known.registrar, "/api/v1/persons", body, facts=2)
        body = {
            "candidate": person,
            "framework": str(known.framework),
            "rulebook": str(known.rulebook),
            "route": "FC",
        }
        candidacy = self._acknowledged(dice, known.registrar, "/api/v1/candidacies", body)
        path = f"/api/v1/candidacies/{candidacy}/assessors"
        body = {"assessor": str(known.assessor.person), "competences": list(range(1, 31))}
        self._acknowledged(dice, known.registrar, path, body)
        for competence in range(1, 1 + dice.randint(1, 9)):
            if self.stopped.is_set():
                return
            body = {"competence": competence, "mark": "acquired", "comment": f"Vu par {number}"}
            self._acknowledged(dice, known.assessor, f"/api/v1/candidacies/{candidacy}/assessments", body)

    def _acknowledged(self, dice: random.Random, actor: Actor, path: str, body: Any, *, facts: int = 1) -> str:
        """Send until acknowledged; return the id in the answer."""
        intent = Intent(actor, path, facts, [uuid4().hex])
        self.intents.append(intent)
        lost = path.endswith(self.lose_on) and dice.random() < self.lose
        deadline = time.monotonic() + self.give_up
        while True:
            try:
                answer = self._sent(intent, body, hear=not lost)
            except (OSError, http.client.HTTPException) as error:
                self.heard[type(error).__name__] += 1
            else:
                self.heard[str(answer.status)] += 1
                if answer.status == 201:
                    intent.answer = answer
                    time.sleep(PACE)
                    return str(answer.body["id"])
                if answer.status != 503 or "retry-after" not in answer.headers:
                    raise AssertionError(f"POST {path}: {answer}")
            lost = False
            if time.monotonic() > deadline:
                raise AssertionError(f"POST {path} was never acknowledged")
            if self.new_key:
                intent.keys.append(uuid4().hex)
            time.sleep(0.1)

    def _sent(self, intent: Intent, body: Any, *, hear: bool) -> Answer:
        role: Role = intent.actor.role
        return self.server.ask(intent.path, body, token=self.known.tokens[role], key=intent.keys[-1], hear=hear)


class Found(NamedTuple):
    """Differences between the log and the clients' answers."""

    lost: int
    """Acknowledged, but not completely in the log."""
    moved: int
    """Acknowledged at another position."""
    doubled: int
    """Recorded more than once: an intent under several keys, or a mark of a competence twice."""
    unasked: int
    """Recorded, but requested by no client."""


CLEAN = Found(0, 0, 0, 0)
APPENDS = "select append_id::text, count(*), max(position) from log.event where position > %s group by append_id"
MARKS_TWICE = """
select count(*) from (select 1 from log.event where type = 'CompetenceAssessed' and position > %s
                       group by stream, body::jsonb ->> 'competence' having count(*) > 1) twice
"""


def compare(server: Serving, intents: Iterable[Intent], after: int) -> Found:
    """Compare the clients' answers with the facts after a position, read from the table itself."""
    recorded = {UUID(append): (facts, last) for append, facts, last in server.rows(APPENDS, (after,))}
    lost = moved = doubled = 0
    for intent in intents:
        found = [recorded.pop(append) for append in intent.appends if append in recorded]
        told = intent.answer.body["position"] if intent.answer else None
        lost += told is not None and intent.facts not in [facts for facts, _ in found]
        moved += told is not None and bool(found) and told not in [last for _, last in found]
        doubled += len(found) > 1 or any(facts != intent.facts for facts, _ in found)
    ((marks,),) = server.rows(MARKS_TWICE, (after,))
    return Found(lost, moved, max(doubled, marks), len(recorded))
