"""A bag of 100,000 lawful facts: dossiers like those of the other benches, by real commands."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.framework_file import read, read_rulebook, shipped
from adapters.keys.vault import FieldPlace
from adapters.log.codec import Envelope, encode
from adapters.log.line import line
from domain.candidacy.candidacy import Candidacy
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.state_affiliation import StateAffiliation
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.evidence.evidence import ReceivedFile
from domain.execute import execute
from domain.fact import RecordedFact, Retention
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.jury_rule import Quality, Sex
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.people.facts import OrganisationLink
from domain.ports import (
    OPERATOR,
    Actor,
    CandidacyId,
    Command,
    EvidenceId,
    FrameworkId,
    OrganisationId,
    PersonId,
    Request,
    Role,
    RulebookId,
    SessionId,
)
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import SILENT
from tests.bench.append import COMMENT
from tests.bench.dossiers import DAY, LIST, PIECES, REDIRECTED, WITHDRAWN
from tests.given.domain.scenario import NOON, MemoryStore
from tests.given.log.packing import Packing, Row
from tests.given.log.random_logs import Signer, leaf

BEGAN = datetime(2022, 5, 2, 8, tzinfo=UTC)
LONG_AGO = date(2015, 1, 1)
JUDGED = date(2022, 6, 2)


@dataclass
class Keys:
    """Seals each field with a key of its own, and keeps the keys."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[dict[str, Any]] = field(default_factory=list)
    """The digests of files, of which none is included."""
    position: int = 0

    def seal(self, text: bytes, person: UUID, retention: Retention, place: FieldPlace) -> str:
        """Seal a field, as the vault does."""
        del person, retention
        key, nonce = os.urandom(32), os.urandom(12)
        where: dict[str, Any] = {"field": place.field, "position": self.position}
        if place.field == "digest":
            self.withheld.append(where | {"why": "lost"})
        else:
            self.opened.append(where | {"key": base64.b64encode(key).decode(), "value": json.loads(text)})
        return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text, place.bound())).decode()

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        """Return None: nothing is opened here."""
        raise NotImplementedError


class Lawful:
    """Ten candidacies at a time that proceed to one jury, each command by somebody who may send it."""

    def __init__(self) -> None:
        self._store = MemoryStore()
        self._definition = read(shipped("rncp31936.yaml"))
        rules = replace(read_rulebook(shipped("rulebook-imci-demonstration.yaml")), sessions=SILENT)
        self._framework = FrameworkId(Framework.id_of(self._definition.code, self._definition.version))
        self._rulebook = RulebookId(Rulebook.id_of(rules.certifier, rules.version))
        self._numbers = tuple(sorted(self._definition.numbers))
        for publish in (PublishFramework(definition=self._definition), PublishRulebook(rules=rules)):
            self._sent(publish, OPERATOR)
        self._registrar = Actor(person=self._person(Role.REGISTRAR), role=Role.REGISTRAR)
        self._assessors = [Actor(person=self._person(Role.ASSESSOR), role=Role.ASSESSOR) for _ in range(2)]
        self._panel = tuple(self._juror(seat) for seat in range(5))
        self._chair = Actor(person=self._panel[0], role=Role.JUROR)

    def told(self, candidacies: int) -> Iterator[RecordedFact]:
        """Yield all facts, ten dossiers at a time."""
        yield from self._store.told
        for begun in range(0, candidacies, LIST):
            before = len(self._store.told)
            self._list(min(LIST, candidacies - begun))
            yield from self._store.told[before:]

    def _sent(self, command: Command, by: Actor | None = None, on: date = DAY) -> UUID:
        """Execute a command; return the stream of the last fact that it recorded."""
        execute(command, self._store, Request(actor=by or self._registrar, append_id=uuid4(), today=on, hour=NOON))
        return self._store.told[-1].stamp.stream

    def _person(self, role: Role) -> PersonId:
        return PersonId(self._sent(RegisterPerson(name="Quelqu'un", given=(role,)), OPERATOR))

    def _juror(self, seat: int) -> PersonId:
        """Return the juror of a seat; the last two are external, and represent employers and employees."""
        juror = self._person(Role.JUROR)
        acquis = OrganisationId(self._sent(RegisterOrganisation(legal_name=f"Organisme {seat}")))
        if seat == 0:
            self._sent(NameCertifier(certification=self._definition.code, organisation=acquis, keeps_register=True))
            self._house = acquis
        works = acquis if seat > 2 else self._house
        self._sent(
            StateAffiliation(person=juror, organisation=works, link=OrganisationLink.EMPLOYMENT, since=LONG_AGO)
        )
        if side := {3: Quality.EMPLOYERS, 4: Quality.EMPLOYEES}.get(seat):
            self._sent(RecogniseQuality(person=juror, quality=side, since=LONG_AGO, ground="désignation"))
        return juror

    def _list(self, candidacies: int) -> None:
        place = self._definition.certification_places[0]
        plan = PlanSession(
            framework=self._framework,
            rulebook=self._rulebook,
            route=Route.FC,
            held_on=JUDGED,
            place=place,
            places=LIST,
        )
        heard = [self._prepared() for _ in range(candidacies)]
        session = SessionId(self._sent(plan))
        for seat, juror in enumerate(self._panel):
            sex = Sex.F if seat % 2 else Sex.M
            self._sent(AppointJuror(session=session, juror=juror, sex=sex, chair=seat == 0))
        for candidacy in heard:
            self._sent(SummonCandidate(session=session, candidacy=candidacy))
        for juror in self._panel:
            self._sent(SignMemberIn(session=session, juror=juror), on=JUDGED)
        self._sent(OpenSession(session=session), on=JUDGED)
        for candidacy in heard:
            self._decided(session, candidacy)
        self._sent(CloseSession(session=session), on=JUDGED)
        self._sent(SignMinutes(session=session), self._chair, JUDGED)
        self._sent(ReleaseResults(session=session), on=JUDGED)

    def _prepared(self) -> CandidacyId:
        """Prepare one candidacy until its jury: evidence, the marks of two assessors, and changes of both."""
        candidate = self._person(Role.CANDIDATE)
        self._sent(
            OpenCandidacy(candidate=candidate, framework=self._framework, rulebook=self._rulebook, route=Route.FC)
        )
        candidacy = Candidacy.id_of(candidate, self._framework, Route.FC)
        pieces = [EvidenceId(uuid4()) for _ in range(PIECES)]
        for number, piece in enumerate(pieces):
            self._sent(_submitted(candidacy, piece, number))
        for number, piece in enumerate(pieces[:REDIRECTED]):
            self._sent(RedirectEvidence(candidacy=candidacy, evidence=piece, competences=_served(number + 7)))
        for piece in pieces[-WITHDRAWN:]:
            self._sent(WithdrawEvidence(candidacy=candidacy, evidence=piece))
        self._sent(SubmitValidationFile(candidacy=candidacy, evidence=tuple(pieces[:-WITHDRAWN])))
        for assessor in self._assessors:
            self._sent(AssignAssessor(candidacy=candidacy, assessor=assessor.who, competences=self._numbers))
        for thought in range(3):
            for competence in self._numbers:
                mark = AssessCompetence(
                    candidacy=candidacy,
                    competence=competence,
                    mark="acquired" if (competence + thought) % 4 else "not_acquired",
                    comment=COMMENT if competence % 3 == 0 else None,
                )
                self._sent(mark, self._assessors[thought % 2])
        for assessor in self._assessors:
            self._sent(FileAssessment(candidacy=candidacy, assessor=assessor.who), assessor)
        return candidacy

    def _decided(self, session: SessionId, candidacy: CandidacyId) -> None:
        came = NoteCandidatePresent(session=session, candidacy=candidacy)
        self._sent(came, on=JUDGED)
        self._sent(OpenDeliberation(session=session, candidacy=candidacy), self._chair, JUDGED)
        for block in self._definition.blocks:
            rulings = tuple(Ruling(competence=number, acquired=True, reason=COMMENT) for number in block.competences)
            decided = BlockDecision(block=block.number, granted=True)
            for command in (
                RuleCompetences(session=session, candidacy=candidacy, rulings=rulings),
                RecordDecision(
                    outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=(decided,)
                ),
            ):
                self._sent(command, self._chair, JUDGED)
        self._sent(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy),
            self._chair,
            JUDGED,
        )


def _submitted(candidacy: CandidacyId, piece: EvidenceId, number: int) -> SubmitEvidence:
    file = ReceivedFile(
        media_type="application/pdf", size=182_044 + number, digest=f"{piece.int:064x}", name=f"piece-{number}.pdf"
    )
    return SubmitEvidence(candidacy=candidacy, evidence=piece, competences=_served(number), file=file)


def _served(number: int) -> tuple[int, ...]:
    return tuple(sorted({1 + (number + step) % 30 for step in (0, 1, 2)}))


def lawful_bag(folder: Path, candidacies: int) -> Path:
    """Write the bag: about two hundred facts for each candidacy."""
    return bag_of(folder, Lawful().told(candidacies))


def bag_of(folder: Path, facts: Iterable[RecordedFact], pace: timedelta = timedelta(milliseconds=1)) -> Path:
    """Write a bag of a whole log of these facts, recorded at this pace."""
    keys, rows = Keys(), []
    for told in facts:
        stamp, name = told.stamp, type(told.fact).__name__
        keys.position = stamp.position
        head = Envelope(by=stamp.by, role=stamp.role, on=stamp.on, request=None)
        place = FieldPlace(stamp.append_id, stamp.n, stamp.stream, name, stamp.version, "")
        said = line(
            append_id=stamp.append_id,
            body=encode(told.fact, head, place, keys),
            n=stamp.n,
            position=stamp.position,
            recorded_at=BEGAN + pace * stamp.position,
            stream=stamp.stream,
            type=name,
            version=stamp.version,
        )
        rows.append(Row(said, stamp.position - 1, stamp.position, leaf(said)))
    log = str(uuid4())
    signer = Signer(seed=os.urandom(32), name=f"acquis/{log}")
    packing = Packing(log=log, rows=rows, signer=signer, older=(len(rows) // 2,))
    return replace(packing, opened=keys.opened, withheld=keys.withheld).pack(folder)
