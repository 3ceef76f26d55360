"""What does a bag of 100,000 lawful facts look like? The other benches' dossiers, each fact by whom it may be."""

from __future__ import annotations

import base64
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.log.codec import Envelope, encode
from adapters.log.line import line
from adapters.vault import Place
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.facts import CandidateSummoned, EvidenceSubmitted, ValidationFileSubmitted
from domain.fact import Fact, Personal, Retention
from domain.framework.facts import FrameworkPublished
from domain.framework.jury_rule import Quality, Sex
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    CompetenceRuled,
    DeliberationOpened,
    JurorAppointed,
    JurySessionFact,
    MinutesSigned,
    SessionOpened,
    SessionPlanned,
    TitlePronounced,
)
from domain.jury.minutes import digest
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifierNamed, OrganisationRegistered
from domain.people.facts import AffiliationStated, Link, QualityRecognised, Registered, RoleGranted
from domain.ports import CandidacyId, OrganisationId, PersonId, Role, SessionId
from domain.rulebook.facts import RulebookPublished
from tests.bench.append import COMMENT
from tests.bench.dossiers import DAY, At, Story
from tests.given.log.packing import Packing, Row
from tests.given.log.random_logs import Signer, leaf
from webapi.demonstration.story import PLACE

BEGAN = datetime(2022, 5, 2, 8, tzinfo=UTC)
SINCE = date(2012, 9, 3)
HOUSES = {name: OrganisationId(uuid4()) for name in ("certifier", "company", "union")}
SEATS = ("certifier", "certifier", "certifier", "company", "union")
"""Where the members of the panel work, in their order."""
SIDES = {"company": Quality.EMPLOYERS, "union": Quality.EMPLOYEES}


@dataclass
class Keys:
    """Seals each field with a key of its own, and keeps what opens it."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[dict[str, Any]] = field(default_factory=list)
    """The digests of files: none goes along."""
    position: int = 0

    def seal(self, text: bytes, person: UUID, retention: Retention, place: Place) -> str:
        """Seal, as the vault does."""
        del person, retention
        key, nonce = os.urandom(32), os.urandom(12)
        where: dict[str, Any] = {"field": place.field, "position": self.position}
        if place.field == "digest":
            self.withheld.append(where | {"why": "lost"})
        else:
            self.opened.append(where | {"key": base64.b64encode(key).decode(), "value": json.loads(text)})
        return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text, place.bound())).decode()

    def open(self, sealed: str, person: UUID, retention: Retention, place: Place) -> bytes | None:
        """Nothing here opens anything."""
        raise NotImplementedError


class Lawful:
    """A story whose facts are each recorded by somebody who may."""

    def __init__(self, candidacies: int) -> None:
        self._story = Story(candidacies)
        self._registrar = PersonId(uuid4())
        self._session = JurySession(id=SessionId(uuid4()))
        self._said: dict[CandidacyId, Deliberation] = {}

    def told(self) -> Iterator[tuple[At, UUID | None, Role]]:
        """All facts, with who recorded each."""
        facts = self._story.told()
        for at in (next(facts), next(facts)):
            assert isinstance(at[1], FrameworkPublished | RulebookPublished)
            yield at, None, Role.OPERATOR
        for person, role in self._staff():
            yield (person, Registered(name=Personal("Quelqu'un", person))), None, Role.OPERATOR
            yield (person, RoleGranted(role=role)), None, Role.OPERATOR
        yield from self._houses()
        for juror, house in zip(self._story.panel, SEATS, strict=True):
            for fact in self._career(juror, house):
                yield (juror, fact), self._registrar, Role.REGISTRAR
        summoned = None
        for stream, fact in facts:
            if isinstance(fact, CandidateSummoned):  # the session lists first
                summoned = stream, fact
                continue
            lawful = self._lawful(fact)
            self._heard(stream, lawful)
            yield (stream, lawful), *self._by(fact)
            if summoned:
                yield summoned, self._registrar, Role.REGISTRAR
                summoned = None

    def _houses(self) -> Iterator[tuple[At, UUID | None, Role]]:
        """The certifier and those from outside: where the members of the jury work."""
        for house in HOUSES.values():
            yield (house, OrganisationRegistered(legal_name="Organisme Fictif", siret=None)), None, Role.OPERATOR
        code, certifier = self._story.definition.code, HOUSES["certifier"]
        named = CertifierNamed(certification=code, organisation=certifier, keeps_register=True)
        yield (Certifiers.id_of(code), named), None, Role.OPERATOR

    def _career(self, juror: PersonId, house: str) -> Iterator[Fact]:
        """Where a member works, and for which side they are from outside."""
        yield AffiliationStated(
            organisation=HOUSES[house], link=Link.EMPLOYMENT, since=SINCE, stated_by=self._registrar
        )
        if house in SIDES:
            yield QualityRecognised(quality=SIDES[house], since=SINCE, ground=Personal("Attestation", juror))

    def _heard(self, stream: UUID, fact: Fact) -> None:
        """Follow the session that sits now, whose minutes are signed as they are."""
        if isinstance(fact, SessionPlanned):
            self._session, self._said = JurySession(id=SessionId(stream)), {}
        if isinstance(fact, JurySessionFact):
            self._session = self._session.evolve(fact)
        if isinstance(fact, DeliberationOpened):
            self._said[fact.candidacy] = Deliberation(id=stream)
        if isinstance(fact, DeliberationOpened | CompetenceRuled | BlockGranted | TitlePronounced):
            said = self._said[fact.candidacy]
            self._said[fact.candidacy] = replace(said.evolve(fact), version=said.version + 1)

    def _staff(self) -> Iterator[tuple[PersonId, Role]]:
        yield self._registrar, Role.REGISTRAR
        yield from ((person, Role.ASSESSOR) for person in self._story.assessors)
        yield from ((person, Role.JUROR) for person in self._story.panel)

    def _by(self, fact: Fact) -> tuple[UUID, Role]:
        match fact:
            case CompetenceAssessed(assessor=assessor) | AssessmentFiled(assessor=assessor):
                return assessor, Role.ASSESSOR
            case MinutesSigned(signed_by=chair):
                return chair, Role.JUROR
            case DeliberationOpened() | CompetenceRuled() | BlockGranted() | TitlePronounced():
                return self._story.panel[0], Role.JUROR
            case _:
                return self._registrar, Role.REGISTRAR

    def _lawful(self, fact: Fact) -> Fact:
        """The same fact as the rules would have made it."""
        match fact:
            case SessionPlanned():
                return replace(fact, place=PLACE)
            case JurorAppointed(juror=juror):
                return replace(fact, sex=Sex.F if self._story.panel.index(juror) % 2 else Sex.M)
            case DeliberationOpened(panel=panel):
                return replace(fact, panel=tuple(sorted(panel)), sought=tuple(self._story.definition.by_number))
            case SessionOpened(present=present):
                return replace(fact, present=tuple(sorted(present)))
            case MinutesSigned():
                return replace(fact, digest=digest(self._session, self._said))
            case EvidenceSubmitted():
                return replace(fact, submitted_by=self._registrar)
            case ValidationFileSubmitted(evidence=evidence):
                return replace(fact, evidence=tuple(sorted(evidence)))
            case CompetenceRuled(competence=competence):  # their last marks: see Story
                departs = not (competence + 1) % 4 or not (competence + 2) % 4
                mark = "not_acquired" if departs else None
                return replace(fact, departs_from=mark, reason=Personal(COMMENT, self._registrar))
            case _:
                return fact


def lawful_bag(folder: Path, candidacies: int) -> Path:
    """Write the bag: some two hundred facts a candidacy."""
    keys, versions, rows = Keys(), defaultdict[UUID, int](int), []
    for position, ((stream, fact), by, role) in enumerate(Lawful(candidacies).told(), start=1):
        versions[stream] += 1
        name, append_id, keys.position = type(fact).__name__, uuid4(), position
        head = Envelope(by=by, role=role.value, on=DAY, request=None)
        said = line(
            append_id=append_id,
            body=encode(fact, head, Place(append_id, 0, stream, name, versions[stream], ""), keys),
            n=0,
            position=position,
            recorded_at=BEGAN + timedelta(milliseconds=position),
            stream=stream,
            type=name,
            version=versions[stream],
        )
        rows.append(Row(said, position - 1, position, leaf(said)))
    log = str(uuid4())
    signer = Signer(seed=os.urandom(32), name=f"acquis/{log}")
    packing = Packing(log=log, rows=rows, signer=signer, older=(len(rows) // 2,))
    return replace(packing, opened=keys.opened, withheld=keys.withheld).pack(folder)
