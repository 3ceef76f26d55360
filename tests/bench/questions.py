"""Cost of the four questions: why not, as of a day, and what if for everybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import uuid4

import psycopg2

from adapters.database.pool import Database
from adapters.framework_file import read, read_rulebook, shipped
from domain.assessment.assessment import Assessment
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.facts import CandidacyOpened, ValidationFileSubmitted
from domain.fact import Fact
from domain.framework import block_rule
from domain.framework.definition import Route
from domain.jury.facts import BlockGranted, BlockNotGranted, CompetenceRuled, DeliberationOpened
from domain.ports import CandidacyId, EvidenceId, SessionId
from domain.standing.comparison import Comparison, Under, variant
from domain.standing.why import why
from projections.reading import MOST_KEPT, Standings, dossier_facts
from projections.standing.what_if_everybody import judged
from tests.bench.dossiers import DAY, At, Dossiers, Story, _submitted, generate
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import Server
from tests.bench.sizes import sized

EVERYBODY, SOME = 10_000, sized(1_000, 50)
PAGE = 1_000  # candidacies evaluated at once
USUAL, LONG = 210, 1_000  # facts of one candidacy
ASKED = sized(50, 5)  # questions a turn
RAW = """
select e.position, e.stream, e.type, e.body
  from projection.dossier d join log.event e on e.position = d.position
 where d.candidacy = any (%s::uuid[]) order by d.candidacy, d.position
"""
SELECTED = """
select e.position, e.stream, e.type, e.body
  from projection.dossier d join log.event e on e.position = d.position
 where d.candidacy = %s order by e.position
"""


class Brief(Story):
    """Candidacies of about fifty facts, most of them a jury's; many lack the same one or two competences."""

    def __init__(self, candidacies: int) -> None:
        super().__init__(candidacies)
        draw = Random(candidacies)  # noqa: S311  (no secret: who lacks what)
        self.drawn = {candidacy: draw.getrandbits(128) for candidacy in self.candidacies}

    def _prepared(self, each: int) -> Iterator[At]:
        candidacy, candidate = self.candidacies[each], self.people[each]
        yield (
            candidacy,
            CandidacyOpened(
                candidate=candidate,
                framework=self.framework,
                rulebook=self.rulebook,
                route=Route.FC,
                opened_on=DAY,
            ),
        )
        pieces = [EvidenceId(uuid4()) for _ in range(4)]
        for number, piece in enumerate(pieces):
            yield candidacy, _submitted(piece, candidate, number)
        yield candidacy, ValidationFileSubmitted(evidence=tuple(sorted(pieces)), filed_on=date(2021, 6, 15))

    def _decided(self, session: SessionId, candidacy: CandidacyId) -> Iterator[Fact]:
        yield DeliberationOpened(session=session, candidacy=candidacy, panel=self.panel)
        won = self._won(candidacy)
        for competence in self.definition_numbers:
            yield CompetenceRuled(
                session=session, candidacy=candidacy, competence=competence, acquired=competence in won
            )
        for block in self.definition.blocks:
            decided = BlockGranted if block.rule.met_by(won, block.competences) else BlockNotGranted
            yield decided(session=session, candidacy=candidacy, block=block.number)

    def _won(self, candidacy: CandidacyId) -> frozenset[int]:
        drawn = self.drawn[candidacy]
        return frozenset(n for n in self.definition_numbers if (drawn >> n) % 4)


class Long(Story):
    """One candidacy whose assessors changed their marks many times."""

    def _prepared(self, each: int) -> Iterator[At]:
        yield from super()._prepared(each)
        candidacy, assessor = self.candidacies[each], self.assessors[0]
        for thought in range(LONG - 210):
            fact = CompetenceAssessed(
                candidacy=candidacy, assessor=assessor, competence=1 + thought % 30, mark="acquired"
            )
            yield Assessment.id_of(candidacy, assessor), fact


def why_not(server: Server, pairs: int) -> list[Figure]:
    """Return the milliseconds to explain a title of thirty competences from its facts, without a cache."""
    given = generate(server.database("why_not"), 10, Brief, ("dossier",))
    definition, rules = read(shipped("rncp31936.yaml")), read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
    with closing(Database(given.dsn, role="acquis_web", size=2)) as database:
        facts = dossier_facts(database, given.candidacies[0])

    def asked() -> float:
        began = time.perf_counter()
        for _ in range(ASKED):
            block_rule._smallest.cache_clear()  # noqa: SLF001  (what it remembers is not measured)
            answer = why(definition, rules, facts)
        if answer.title.missing == () and not answer.title.met:
            raise RuntimeError("nothing is said to be missing")
        return 1000 * (time.perf_counter() - began) / ASKED

    seen = [asked() for _ in range(pairs + 1)][1:]
    return [Figure("why not, a title of 30 competences", seen, [], "ms", Goal(20, at_least=False))]


def as_of(server: Server, pairs: int) -> list[Figure]:
    """Return the milliseconds of a standing as of a day from 210 and from 1,000 facts, next to selecting their rows.

    With a dossier that the process has cached, as usual; and with a new one, which has no goal.
    """
    found = []
    for told, facts in ((Story, USUAL), (Long, LONG)):
        given = generate(server.database(f"as_of_{facts}"), 1, told, ("dossier",))
        with closing(Database(given.dsn, role="acquis_web", size=2)) as database:
            selected = partial(_selected, database, given, facts)
            for name, most, goal in (
                (f"as of a day, from {facts:,} facts", MOST_KEPT, Goal(1.3, at_least=False)),
                (f"as of a day, from {facts:,} facts met first", 0, None),
            ):
                asked = partial(_as_of, Standings(database, most), given)
                found.append(Figure(name, *in_turns(asked, selected, pairs), "ms", goal))
    return found


def _selected(database: Database, given: Dossiers, facts: int) -> float:
    began = time.perf_counter()
    for _ in range(ASKED):
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(SELECTED, (given.candidacies[0],))
            rows = len(cursor.fetchall())
    if rows < facts:
        raise RuntimeError(f"{rows} facts")
    return 1000 * (time.perf_counter() - began) / ASKED


def _as_of(standings: Standings, given: Dossiers) -> float:
    day = DAY + timedelta(days=1)
    began = time.perf_counter()
    for _ in range(ASKED):
        standings.of(given.candidacies[0], provisional=True, as_of=day)
    return 1000 * (time.perf_counter() - began) / ASKED


def what_if(server: Server, pairs: int) -> list[Figure]:
    """Return the facts a second of candidacies evaluated under another threshold, next to reading these facts."""
    many = EVERYBODY if pairs > SHORT else SOME
    given = generate(server.database("what_if"), many, Brief, ("dossier", "candidacy_overview"))
    definition = read(shipped("rncp31936.yaml"))
    other = Under(definition=variant(definition, {1: 8}, {}))
    beside = Comparison(framework=Brief(0).framework, now=definition, other=other)
    with closing(Database(given.dsn, role="acquis_web", size=2)) as database:
        ours = partial(_judged, database, beside, given)
        raw = partial(_raw, given)
        name = f"what if, {many:,} candidacies, {_facts(given):,} facts"
        return [Figure(name, *in_turns(ours, raw, pairs), "facts/s", Goal(0.5))]


def _judged(database: Database, beside: Comparison, given: Dossiers) -> float:
    began, after, seen, lost = time.perf_counter(), 0, 0, 0
    while True:
        page = judged(database, beside, provisional=True, own=frozenset(), after=after, limit=PAGE)
        seen += page.judged
        lost += sum(bool(each.changed.lost) for each in page.otherwise)
        if page.next is None:
            break
        after = page.next
    took = time.perf_counter() - began
    if seen != len(given.candidacies) or not lost:
        raise RuntimeError(f"{seen} judged, {lost} of them lose")
    return _facts(given) / took


def _raw(given: Dossiers) -> float:
    """Read the facts of the same candidacies, this many at a time, without using them."""
    began, facts = time.perf_counter(), 0
    with closing(psycopg2.connect(given.dsn)) as connection, connection.cursor() as cursor:
        for first in range(0, len(given.candidacies), PAGE):
            cursor.execute(RAW, ([str(each) for each in given.candidacies[first : first + PAGE]],))
            facts += len(cursor.fetchall())
    return facts / (time.perf_counter() - began)


def _facts(given: Dossiers) -> int:
    """Return the number of facts of the dossiers; a session's facts belong to ten of them."""
    with closing(psycopg2.connect(given.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from projection.dossier")
        (count,) = cursor.fetchall()[0]
    return int(count)
