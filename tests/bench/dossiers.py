"""200,000 facts for the benches: a thousand dossiers of two hundred facts, encoded and sealed as by the recorder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import zip_longest
from uuid import UUID, uuid4

import psycopg2

from adapters.database.pool import Database
from adapters.framework_file import read, read_rulebook, shipped
from adapters.keys.vault import FieldPlace, Vault
from adapters.log.codec import Envelope, encode
from adapters.log.recorder import LogRecorder
from adapters.log.tracking import track
from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    AssessorAssigned,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.evidence.facts import EvidenceRedirected, EvidenceWithdrawn
from domain.fact import Fact, Personal
from domain.framework.definition import Definition, Route
from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework
from domain.framework.jury_rule import Sex
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    CandidateListed,
    CompetenceRuled,
    DeliberationOpened,
    JurorAppointed,
    MinutesSigned,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    TitlePronounced,
)
from domain.ports import CandidacyId, EvidenceId, FrameworkId, PersonId, RulebookId, SessionId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from domain.rulebook.session_rules import SILENT
from projections.engine.rebuild import rebuild
from projections.engine.runner import Projector
from projections.tables import NAME
from tests.bench.append import COMMENT
from tests.given.log.vaults import a_vault

CANDIDACIES = 1000
LIST = 10  # candidacies before one jury session
PIECES, REDIRECTED, WITHDRAWN = 38, 24, 4
DAY = date(2022, 5, 2)
COPIED = 5_000  # rows a COPY
TABLES = ("dossier", "competence_status")

At = tuple[UUID, Fact]
"""A fact with its stream."""


@dataclass(frozen=True)
class Dossiers:
    """A database with these facts, sealed, and the live tables `TABLES` at the log's head."""

    dsn: str
    facts: int
    candidacies: list[CandidacyId]


def generate(
    dsn: str, candidacies: int = CANDIDACIES, told: type[Story] | None = None, names: tuple[str, ...] = TABLES
) -> Dossiers:
    """Write the facts by COPY, seal them, and bring the tables `TABLES`, or those named, to the head."""
    story = (told or Story)(candidacies)
    with closing(a_vault(dsn)) as vault:
        return written(dsn, story, vault, names)


def written(dsn: str, story: Story, vault: Vault, names: tuple[str, ...], after: int = 0) -> Dossiers:
    """Write the facts of one story after the existing ones, sealed by the application's own vault."""
    facts = _copy(dsn, story.told(), vault, after)
    with closing(Database(dsn, role="acquis_projector", size=3)) as backstage:
        recorder = LogRecorder(backstage)
        while recorder.seal() < facts:
            pass
        _make_tables(backstage, facts, names)
    return Dossiers(dsn, facts, story.candidacies)


def _make_tables(backstage: Database, head: int, names: tuple[str, ...]) -> None:
    """Mark all tables as up to date while empty, then rebuild those that are measured; the others are not read."""
    Projector(backstage, LogRecorder(backstage)).prepare()
    with backstage.transaction() as sql:
        track(sql, NAME, head)
    rebuild(backstage, names=names)


class Story:
    """A thousand candidacies that proceed in turns; each list of ten has a session of its own."""

    def __init__(self, candidacies: int) -> None:
        self.definition: Definition = read(shipped("rncp31936.yaml"))
        shipped_rules = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
        self.rules: Rules = replace(shipped_rules, sessions=SILENT)  # the chair alone signs
        self.framework = FrameworkId(Framework.id_of(self.definition.code, self.definition.version))
        self.rulebook = RulebookId(Rulebook.id_of(self.rules.certifier, self.rules.version))
        self.people = [PersonId(uuid4()) for _ in range(candidacies)]
        self.candidacies = [Candidacy.id_of(person, self.framework, Route.FC) for person in self.people]
        self.assessors = (PersonId(uuid4()), PersonId(uuid4()))
        self.panel = tuple(PersonId(uuid4()) for _ in range(5))
        self.chosen = [SessionId(uuid4()) for _ in range(0, candidacies, LIST)]

    def told(self) -> Iterator[At]:
        """Return all facts, in the order of recording."""
        yield self.framework, FrameworkPublished(definition=self.definition)
        yield self.rulebook, RulebookPublished(rules=self.rules)
        for step in zip_longest(*(self._prepared(each) for each in range(len(self.people)))):
            yield from (at for at in step if at is not None)
        for number, session in enumerate(self.chosen):
            yield from self._session(session, range(number * LIST, min((number + 1) * LIST, len(self.people))))

    def _prepared(self, each: int) -> Iterator[At]:
        """Prepare one candidacy until its jury: evidence, the marks of two assessors, and changes of both."""
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
        pieces = [EvidenceId(uuid4()) for _ in range(PIECES)]
        for number, piece in enumerate(pieces):
            yield candidacy, _submitted(piece, candidate, number)
        for number, piece in enumerate(pieces[:REDIRECTED]):
            yield piece, EvidenceRedirected(candidacy=candidacy, competences=_served(number + 7))
        for piece in pieces[-WITHDRAWN:]:
            yield piece, EvidenceWithdrawn(candidacy=candidacy)
        yield candidacy, ValidationFileSubmitted(evidence=tuple(pieces[:-WITHDRAWN]), filed_on=DAY)
        for assessor in self.assessors:
            yield candidacy, AssessorAssigned(assessor=assessor, competences=self.definition_numbers)
        for thought in range(3):
            assessor = self.assessors[thought % 2]
            assessment = Assessment.id_of(candidacy, assessor)
            for competence in self.definition_numbers:
                comment = Personal(COMMENT, candidate) if competence % 3 == 0 else None
                yield (
                    assessment,
                    CompetenceAssessed(
                        candidacy=candidacy,
                        assessor=assessor,
                        competence=competence,
                        mark="acquired" if (competence + thought) % 4 else "not_acquired",
                        comment=comment,
                    ),
                )
        for assessor in self.assessors:
            filed = AssessmentFiled(candidacy=candidacy, assessor=assessor)
            yield Assessment.id_of(candidacy, assessor), filed

    @property
    def definition_numbers(self) -> tuple[int, ...]:
        """Return the thirty competences."""
        return tuple(sorted(self.definition.numbers))

    def _session(self, session: SessionId, heard: Iterable[int]) -> Iterator[At]:
        of = {self.candidacies[each]: self.people[each] for each in heard}
        yield (
            session,
            SessionPlanned(
                framework=self.framework,
                rulebook=self.rulebook,
                jury=self.definition.juries[0].id,
                held_on=DAY,
                place="Paris",
                places=LIST,
            ),
        )
        for number, juror in enumerate(self.panel):
            yield (
                session,
                JurorAppointed(juror=juror, sex=Sex.F, substitute=False, chair=number == 0),
            )
        for candidacy, candidate in of.items():
            yield candidacy, CandidateSummoned(session=session)
            yield session, CandidateListed(candidacy=candidacy, candidate=candidate)
        yield session, SessionOpened(present=self.panel, opened_on=DAY)
        for candidacy in of:
            for fact in self._decided(session, candidacy):
                yield Deliberation.id_of(session, candidacy), fact
        yield session, SessionClosed()
        yield session, MinutesSigned(signed_by=self.panel[0], digest="00")
        yield session, ResultsReleased(released_on=DAY)

    def _decided(self, session: SessionId, candidacy: CandidacyId) -> Iterator[Fact]:
        yield DeliberationOpened(session=session, candidacy=candidacy, panel=self.panel)
        for competence in self.definition_numbers:
            yield CompetenceRuled(session=session, candidacy=candidacy, competence=competence, acquired=True)
        for block in self.definition.by_number:
            yield BlockGranted(session=session, candidacy=candidacy, block=block)
        yield TitlePronounced(session=session, candidacy=candidacy)


def _submitted(piece: EvidenceId, candidate: PersonId, number: int) -> EvidenceSubmitted:
    return EvidenceSubmitted(
        evidence=piece,
        submitted_by=candidate,
        competences=_served(number),
        media_type="application/pdf",
        size=182_044 + number,
        name=Personal(f"piece-{number}.pdf", candidate),
        digest=Personal(f"{piece.int:064x}", candidate),
    )


def _served(number: int) -> tuple[int, ...]:
    return tuple(sorted({1 + (number + step) % 30 for step in (0, 1, 2)}))


def _copy(dsn: str, told: Iterable[At], vault: Vault, after: int = 0) -> int:
    """Write facts, one append each, into the columns of log.event; return the last position. Needs a superuser.

    After existing facts (`after`) they are dated now, like those.
    """
    versions: dict[UUID, int] = defaultdict(int)
    head = Envelope(by=uuid4(), role="registrar", on=DAY, request=None)
    at, text, position = datetime.now(UTC) if after else datetime(2022, 5, 2, 8, tzinfo=UTC), StringIO(), after
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        for position, (stream, fact) in enumerate(told, start=after + 1):
            versions[stream] += 1
            name, append_id = type(fact).__name__, uuid4()
            body = encode(fact, head, FieldPlace(append_id, 0, stream, name, versions[stream], ""), vault)
            escaped = body.replace("\\", "\\\\")  # canonical JSON holds neither tabs nor line ends
            when = (at + timedelta(milliseconds=position)).isoformat()
            text.write(f"{position}\t{stream}\t{versions[stream]}\t{name}\t{escaped}\t{append_id}\t0\t{when}\n")
            if position % COPIED == 0:
                text = _flush(cursor, text)
        _flush(cursor, text)
        cursor.execute("select setval('log.position', %s)", (position,))
        connection.commit()
        connection.autocommit = True
        cursor.execute("vacuum analyze log.event")
    return position


def _flush(cursor: psycopg2.extensions.cursor, text: StringIO) -> StringIO:
    text.seek(0)
    cursor.copy_expert("copy log.event from stdin", text)
    return StringIO()
