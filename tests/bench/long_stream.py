"""Time of the next command on a candidacy with thousands of facts, compared with one with fifty.

An assessor of each marks a competence again, by the real command; in turns, in one process, which caches streams.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.settings import Settings
from domain.assessment.assessment import Assessment
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.facts import AssessorAssigned, CandidacyOpened
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.fact import Personal
from domain.framework.definition import Route
from domain.people.facts import Registered, RoleGranted, SecrecyAccepted
from domain.people.secrecy import TEXT
from domain.ports import Actor, CandidacyId, Role
from tests.bench.dossiers import DAY, Story, written
from tests.bench.http import TODAY
from tests.bench.pairs import Figure, Goal, in_turns
from webapi.wiring import App, assemble

if TYPE_CHECKING:
    from tests.bench.dossiers import At
    from tests.bench.server import Server

LENGTHS: Final = (5_000, 50)
"""Facts in the stream of marks of each candidacy."""
ASKED: Final = 50
"""Commands in a turn."""


class Marked(Story):
    """Candidacies with one assessor, whose marks are a stream of this many facts."""

    def __init__(self) -> None:
        super().__init__(len(LENGTHS))
        self.chosen = []

    def _prepared(self, each: int) -> Iterator[At]:
        candidacy, candidate, assessor = self.candidacies[each], self.people[each], self.assessors[0]
        if each == 0:
            yield assessor, Registered(name=Personal("Personne Fictive", assessor))
            yield assessor, RoleGranted(role=Role.ASSESSOR)
            yield assessor, SecrecyAccepted(secrecy_text=TEXT, accepted_on=TODAY, on_paper=False)
        yield candidate, Registered(name=Personal(f"Personne Fictive {each}", candidate))
        yield (
            candidacy,
            CandidacyOpened(
                candidate=candidate, framework=self.framework, rulebook=self.rulebook, route=Route.FC, opened_on=DAY
            ),
        )
        yield candidacy, AssessorAssigned(assessor=assessor, competences=self.definition_numbers)
        for thought in range(LENGTHS[each]):
            fact = CompetenceAssessed(
                candidacy=candidacy, assessor=assessor, competence=1 + thought % 30, mark="acquired"
            )
            yield Assessment.id_of(candidacy, assessor), fact


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the milliseconds of the next command on each, with the stream cached, and without."""
    settings = Settings(
        data=server.folder / "long",
        database_url=server.database("long_stream"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    story = Marked()
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)), FixedClock(TODAY))) as opened:
        written(str(settings.database_url), story, opened.vault, ("dossier",))
        who, numbers = Actor(person=story.assessors[0], role=Role.ASSESSOR), count()
        long, short = (partial(_marked, opened, who, each, numbers) for each in story.candidacies)
        named = " and ".join(f"{each:,}" for each in LENGTHS)
        return [
            Figure(
                f"the next command of streams of {named} facts",
                *in_turns(long, short, pairs),
                "ms",
                Goal(1.5, at_least=False),
            )
        ]


def _marked(opened: App, who: Actor, candidacy: CandidacyId, numbers: Iterator[int]) -> float:
    began = time.perf_counter()
    for _ in range(ASKED):
        command = AssessCompetence(
            candidacy=candidacy, competence=1 + next(numbers) % 30, mark="acquired", comment=None
        )
        opened.do(command, who)
    return 1000 * (time.perf_counter() - began) / ASKED
