"""Was each decision lawful on the facts then known? The same rules, run again over the sealed log, in order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast, get_args
from uuid import UUID

from domain.assessment import Assessment, AssessmentFact, AssessmentFiled, CompetenceAssessed
from domain.candidacy import (
    AdmissibilityDecided,
    AssessorAssigned,
    Candidacy,
    CandidacyFact,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
    Opening,
    ValidationFileSubmitted,
)
from domain.deliberation import (
    BlockGranted,
    BlockNotGranted,
    CandidateNotHeard,
    CompetenceRuled,
    Deliberation,
    DeliberationFact,
    DeliberationOpened,
    JurorRecused,
    Ruling,
    TitlePronounced,
)
from domain.erasure import MOST_SESSIONS, Circumstances, of_candidacy, of_session
from domain.evidence import Evidence, EvidenceFact, EvidenceRedirected, EvidenceWithdrawn, Received
from domain.fact import Fact, Personal, Told
from domain.framework import Definition, Framework, FrameworkFact, FrameworkPublished, RouteOpened
from domain.hearing import Hearing
from domain.jury import (
    CandidateListed,
    JurorAppointed,
    JurySession,
    JurySessionFact,
    MinutesSigned,
    PanelDerogationGranted,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    Stage,
    SubstituteSeated,
)
from domain.jury_rule import JuryRule
from domain.organisation import (
    AuditExported,
    CheckpointKeyEndorsed,
    LegalHoldLifted,
    LegalHoldPlaced,
    Organisation,
    OrganisationFact,
)
from domain.person import Person, PersonErased, PersonFact, Registered, RoleGranted, RoleWithdrawn, TieDeclared
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import Refused
from domain.register import Register, RegisterEntered, RegisterFact
from domain.rulebook import Rulebook, RulebookFact, RulebookPublished

A = TypeVar("A")
SAID = "…"
"""Stands for a reason that was given: its text is sealed, that it was given is not."""

KINDS: dict[type[Fact], type[Any]] = {
    fact: kind
    for kind, union in (
        (Framework, FrameworkFact),
        (Rulebook, RulebookFact),
        (Person, PersonFact),
        (Candidacy, CandidacyFact),
        (Evidence, EvidenceFact),
        (Assessment, AssessmentFact),
        (JurySession, JurySessionFact),
        (Deliberation, DeliberationFact),
        (Register, RegisterFact),
        (Organisation, OrganisationFact),
    )
    for fact in (get_args(union) or (union,))
}
"""The aggregate whose stream holds each fact."""


@dataclass(frozen=True)
class Unlawful:
    """A fact that the rules would refuse on what was known before it: its position, and the rule."""

    position: int
    rule: str


@dataclass(frozen=True)
class Unchecked:
    """A fact of which nobody can say here whether it was lawful: its rules ask for a stream not here whole."""

    position: int
    stream: UUID


class _NotHere(Exception):  # noqa: N818  (it names what was met)
    """A rule asked for a stream that is not here whole."""


def replay(facts: Iterable[Told]) -> Iterator[Unlawful]:
    """Run the rules again over all facts, in order of position; yields what they would refuse."""
    return (found for found in replay_in_part(facts, None) if isinstance(found, Unlawful))


def replay_in_part(facts: Iterable[Told], whole: Container[UUID] | None) -> Iterator[Unlawful | Unchecked]:
    """Do the same where only these streams are here whole (None: all are); yields also what cannot be checked."""
    known = _Known(whole)
    for told in facts:
        try:
            refusal = known.refuses(told)
        except _NotHere as missing:
            yield Unchecked(told.stamp.position, missing.args[0])
        else:
            if refusal is not None:
                yield Unlawful(told.stamp.position, refusal)
        known.learn(told)


class _Known:
    """What was known just before a fact: every aggregate as it then was."""

    def __init__(self, whole: Container[UUID] | None) -> None:
        self._whole = whole
        self._streams: dict[UUID, Any] = {}
        self._applied: dict[PersonId, list[CandidacyId]] = {}
        self._seated: dict[PersonId, list[SessionId]] = {}

    def learn(self, told: Told) -> None:
        """Let the aggregate take the fact in."""
        before = self._found(KINDS[type(told.fact)], told.stamp.stream)
        self._streams[told.stamp.stream] = replace(before.evolve(told.fact), version=told.stamp.version)
        match told.fact:
            case CandidacyOpened(candidate=candidate):
                self._applied.setdefault(candidate, []).append(CandidacyId(told.stamp.stream))
            case JurorAppointed(juror=juror):
                self._seated.setdefault(juror, []).append(SessionId(told.stamp.stream))
            case _:
                pass

    def refuses(self, told: Told) -> str | None:
        """The rule that this fact breaks, if it does; `role-not-held` and `decided-otherwise` are the verifier's."""
        stamp = told.stamp
        if stamp.role != Role.OPERATOR.value and stamp.role not in self._get(Person, _id(stamp.by)).roles:
            return "role-not-held"
        try:
            again = self._decide(told)
        except Refused as refusal:
            return refusal.slug()
        except (ValueError, KeyError, AttributeError, StopIteration):  # about something that never was
            return "decided-otherwise"
        return None if again else "decided-otherwise"

    def _decide(self, told: Told) -> bool:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
        """Decide the same again; False when the rules give another fact, or another stream or person."""
        fact, stamp = told.fact, told.stamp
        match fact:
            case FrameworkPublished(definition=definition):
                return self._get(Framework, stamp.stream).publish(definition) == fact
            case RouteOpened():
                framework = self._get(Framework, stamp.stream)
                due = fact.opened_on >= stamp.on or stamp.role == Role.OPERATOR.value
                return due and framework.open_route(fact.route, fact.opened_on, fact.ground, fact.modalities) == fact
            case RulebookPublished(rules=rules):
                before = rules.version == 1 or self._version(rules.certifier, rules.version - 1)
                here = stamp.stream == Rulebook.id_of(rules.certifier, rules.version)
                return bool(before) and here and self._get(Rulebook, stamp.stream).publish(rules) == fact
            case Registered():
                return stamp.version == 1
            case RoleGranted(role=role):
                return self._get(Person, stamp.stream).grant(role) == fact
            case RoleWithdrawn(role=role):
                return self._get(Person, stamp.stream).withdraw(role) == fact
            case TieDeclared(candidate=candidate, tie=tie):
                said = stamp.role == Role.REGISTRAR.value or stamp.by == stamp.stream
                return said and self._get(Person, stamp.stream).declare_tie(candidate, tie) == fact
            case CandidacyOpened():
                return self._opened(fact, told)
            case AdmissibilityDecided() | AssessorAssigned() | EvidenceSubmitted() | ValidationFileSubmitted():
                return self._prepared(fact, told)
            case CandidateSummoned(session=session):
                return stamp.stream in self._get(JurySession, session).listed
            case EvidenceRedirected() | EvidenceWithdrawn():
                return self._put_in(fact, told)
            case CompetenceAssessed() | AssessmentFiled():
                return self._assessed(fact, told)
            case RegisterEntered():
                return self._registered(fact, told)
            case PersonErased(retention=retention):
                found = self._circumstances(PersonId(stamp.stream))
                return bool(found.person.version) and found.fate(retention, fact.ground, stamp.on).goes
            case CheckpointKeyEndorsed() | AuditExported() | LegalHoldPlaced() | LegalHoldLifted():
                return stamp.stream == Organisation.keeper() and self._kept(fact)
            case (
                SessionPlanned()
                | JurorAppointed()
                | SubstituteSeated()
                | CandidateListed()
                | PanelDerogationGranted()
                | SessionOpened()
                | SessionClosed()
                | MinutesSigned()
                | ResultsReleased()
            ):
                return self._sat(fact, told)
            case (
                JurorRecused()
                | DeliberationOpened()
                | CandidateNotHeard()
                | CompetenceRuled()
                | BlockGranted()
                | BlockNotGranted()
                | TitlePronounced()
            ):
                return self._deliberated(fact, told)
            case _:
                raise TypeError(f"no rule says how {type(fact).__name__} is decided")

    # A candidacy

    def _opened(self, fact: CandidacyOpened, told: Told) -> bool:
        self._get(Framework, fact.framework).admit(fact.route, fact.opened_on)
        opening = Opening(
            candidate=fact.candidate,
            framework=fact.framework,
            rulebook=fact.rulebook,
            route=fact.route,
            opened_on=told.stamp.on,
        )
        rules = self._get(Rulebook, fact.rulebook).content
        ours = rules.certifier == self._definition(fact).certifier
        newest = not self._version(rules.certifier, rules.version + 1)
        expected = Candidacy.id_of(fact.candidate, fact.framework, fact.route)
        again = self._get(Candidacy, told.stamp.stream).open(opening)
        return ours and newest and told.stamp.stream == expected and again == fact and self._own(told, fact.candidate)

    def _prepared(
        self, fact: AdmissibilityDecided | AssessorAssigned | EvidenceSubmitted | ValidationFileSubmitted, told: Told
    ) -> bool:
        candidacy, stamp = self._get(Candidacy, told.stamp.stream), told.stamp
        by = PersonId(_id(stamp.by))
        again: Fact
        match fact:
            case AdmissibilityDecided():
                again = candidacy.decide_admissibility(
                    fact.admissible, fact.file_received_on, _if_said(fact.reason), by=by, today=stamp.on
                )
            case AssessorAssigned(assessor=assessor, competences=competences):
                if Role.ASSESSOR not in self._get(Person, assessor).roles:
                    return False
                again = candidacy.assign(assessor, competences, self._definition(candidacy.terms))
            case EvidenceSubmitted(evidence=evidence):
                file = Received(media_type=fact.media_type, size=fact.size, digest=SAID, name=SAID)
                again = self._get(Evidence, evidence).submit(
                    candidacy, fact.competences, file, by=by, of=self._definition(candidacy.terms)
                )
            case ValidationFileSubmitted(evidence=listed):
                withdrawn = frozenset(piece for piece in listed if self._get(Evidence, piece).withdrawn)
                again = candidacy.file(listed, withdrawn)
        ran = isinstance(fact, AssessorAssigned) and by == candidacy.terms.candidate
        return _same(again, fact) and self._own(told, candidacy.terms.candidate) and not ran

    def _put_in(self, fact: EvidenceRedirected | EvidenceWithdrawn, told: Told) -> bool:
        candidacy = self._get(Candidacy, fact.candidacy)
        piece = self._get(Evidence, told.stamp.stream)
        again: Fact
        match fact:
            case EvidenceRedirected(competences=competences):
                again = piece.redirect(candidacy, competences, self._definition(candidacy.terms))
            case EvidenceWithdrawn():
                again = piece.withdraw(candidacy, SAID if fact.reason is not None else None)
        return _same(again, fact) and self._own(told, candidacy.terms.candidate)

    def _assessed(self, fact: CompetenceAssessed | AssessmentFiled, told: Told) -> bool:
        candidacy = self._get(Candidacy, fact.candidacy)
        assessment = self._get(Assessment, told.stamp.stream)
        again: Fact
        match fact:
            case CompetenceAssessed():
                again = assessment.assess(
                    candidacy,
                    fact.competence,
                    fact.mark,
                    by=fact.assessor,
                    comment=SAID if fact.comment is not None else None,
                    of=self._definition(candidacy.terms),
                    rules=self._get(Rulebook, candidacy.terms.rulebook),
                )
            case AssessmentFiled():
                again = assessment.file(candidacy, fact.assessor)
        here = Assessment.id_of(fact.candidacy, fact.assessor) == told.stamp.stream
        return _same(again, fact) and here and fact.assessor == told.stamp.by

    def _kept(self, fact: OrganisationFact) -> bool:
        keeper = self._get(Organisation, Organisation.keeper())
        again: Fact
        match fact:
            case CheckpointKeyEndorsed(key=key, replaces=replaces, occasion=occasion):
                again = keeper.endorse(key, replaces, occasion)
            case AuditExported():
                again = keeper.export(fact)
            case LegalHoldPlaced(hold=hold, person=person, classes=classes):
                again = keeper.place_hold(hold, person, classes, SAID)
            case LegalHoldLifted(hold=hold):
                again = keeper.lift_hold(hold)
        return _same(again, fact)

    def _circumstances(self, person: PersonId) -> Circumstances:
        """What decides on the erasure of a person's data, as `domain.erasure.circumstances` loads it."""
        if self._whole is not None:  # where they applied and sat elsewhere is not here
            raise _NotHere(person)
        candidacies = [self._get(Candidacy, each) for each in self._applied.get(person, ())]
        seats = [self._get(JurySession, each) for each in self._seated.get(person, ())[-MOST_SESSIONS:]]
        applied = [
            of_candidacy(
                candidacy,
                [self._get(JurySession, session) for session in candidacy.sessions],
                self._get(Rulebook, candidacy.terms.rulebook).content,
            )
            for candidacy in candidacies
        ]
        seated = [of_session(seat, self._get(Rulebook, seat.planned.rulebook).content) for seat in seats]
        return Circumstances(
            person=self._get(Person, person),
            held=self._get(Organisation, Organisation.keeper()).held(person),
            involvements=(*applied, *seated),
        )

    def _registered(self, fact: RegisterEntered, told: Told) -> bool:
        candidacy = self._get(Candidacy, fact.candidacy)
        sessions = [self._get(JurySession, session) for session in candidacy.sessions]
        won = [
            session.opened_on
            for session in sessions
            if session.stage is Stage.RELEASED
            and self._get(Deliberation, Deliberation.id_of(session.id, fact.candidacy)).title
        ]
        terms = candidacy.terms
        again = self._get(Register, told.stamp.stream).enter(
            fact.candidacy, terms.candidate, terms.framework, fact.obtained_on
        )
        here = Register.id_of(terms.framework) == told.stamp.stream
        return again == fact and here and fact.obtained_on in won and told.stamp.by != terms.candidate

    # A session

    def _sat(  # noqa: C901  (one case a fact)
        self,
        fact: SessionPlanned
        | JurorAppointed
        | SubstituteSeated
        | CandidateListed
        | PanelDerogationGranted
        | SessionOpened
        | SessionClosed
        | MinutesSigned
        | ResultsReleased,
        told: Told,
    ) -> bool:
        session, stamp = self._get(JurySession, told.stamp.stream), told.stamp
        if stamp.by in session.candidates and not isinstance(fact, MinutesSigned):
            return False
        match fact:
            case SessionPlanned():
                self._get(Framework, fact.framework).content.jury(fact.jury)
                return session.version == 0 and session.call(fact, stamp.on) == fact
            case JurorAppointed(juror=juror):
                return session.appoint(fact) == fact and Role.JUROR in self._get(Person, juror).roles
            case SubstituteSeated(substitute=substitute, replaced=replaced):
                same = self._get(Rulebook, session.planned.rulebook).content.substitute_same_quality
                again = session.seat_substitute(substitute, replaced, same_quality=same)
                return again == fact and Role.JUROR in self._get(Person, substitute).roles
            case CandidateListed(candidacy=listed):
                candidacy = self._get(Candidacy, listed)
                earlier = tuple(self._get(JurySession, other) for other in candidacy.sessions)
                law = self._definition(candidacy.terms).jury_for(candidacy.terms.route)
                if stamp.by == candidacy.terms.candidate or self._title(candidacy):
                    return False
                return session.summon(candidacy, earlier, law) == fact
            case PanelDerogationGranted(rule=rule):
                return _same(session.derogate(rule, SAID, SAID, PersonId(_id(stamp.by)), self._law(session)), fact)
            case SessionOpened(present=present):
                roles = all(Role.JUROR in self._get(Person, juror).roles for juror in present)
                return session.open(present, self._law(session), stamp.on) == fact and roles
            case SessionClosed():
                return session.close() == fact and self._all_decided(session)
            case MinutesSigned(signed_by=signed_by):
                return session.sign(signed_by) == fact and signed_by == stamp.by
            case ResultsReleased():
                return session.release() == fact

    def _all_decided(self, session: JurySession) -> bool:
        framework = self._get(Framework, session.planned.framework).content
        quorum = self._get(Rulebook, session.planned.rulebook).content.quorum
        return all(
            self._get(Deliberation, Deliberation.id_of(session.id, candidacy)).concluded(
                framework, session.present, quorum
            )
            for candidacy in session.listed
        )

    def _deliberated(
        self,
        fact: JurorRecused
        | DeliberationOpened
        | CandidateNotHeard
        | CompetenceRuled
        | BlockGranted
        | BlockNotGranted
        | TitlePronounced,
        told: Told,
    ) -> bool:
        deliberation = self._get(Deliberation, told.stamp.stream)
        hearing = self._hearing(fact.session, fact.candidacy, told.stamp.by)
        again: Fact
        if isinstance(fact, (JurorRecused, CandidateNotHeard)) and (
            told.stamp.by == hearing.candidacy.terms.candidate
        ):
            return False
        match fact:
            case JurorRecused(juror=juror):
                again = deliberation.recuse(juror, hearing.session, hearing.candidacy, SAID)
            case CandidateNotHeard(attendance=attendance):
                again = deliberation.note_absence(hearing.session, hearing.candidacy, attendance)
            case DeliberationOpened():
                again = deliberation.open(hearing)
            case CompetenceRuled():
                marks = tuple(
                    self._get(Assessment, Assessment.id_of(fact.candidacy, assessor))
                    for assessor in sorted(hearing.candidacy.assessors)
                )
                ruling = Ruling(competence=fact.competence, acquired=fact.acquired, reason=_if_said(fact.reason))
                (again,) = deliberation.rule(hearing, (ruling,), marks)
            case BlockGranted(block=block):
                again = deliberation.grant(hearing, block)
            case BlockNotGranted(block=block):
                again = deliberation.refuse(hearing, block, _if_said(fact.reason), _if_said(fact.advice))
            case TitlePronounced():
                again = deliberation.pronounce(hearing)
        return _same(again, fact) and Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream

    def _hearing(self, session: SessionId, candidacy: CandidacyId, by: UUID | None) -> Hearing:
        sitting = self._get(JurySession, session)
        applied = self._get(Candidacy, candidacy)
        earlier = [
            self._get(Deliberation, Deliberation.id_of(other, candidacy))
            for other in applied.sessions
            if other != session
        ]
        return Hearing(
            session=sitting,
            candidacy=applied,
            framework=self._definition(applied.terms),
            rules=self._get(Rulebook, applied.terms.rulebook),
            jurors=tuple(self._get(Person, juror) for juror in sorted(sitting.present)),
            by=PersonId(_id(by)),
            granted_before=frozenset(block for deliberation in earlier for block in deliberation.granted),
            title_before=any(deliberation.title for deliberation in earlier),
        )

    # What is known

    def _own(self, told: Told, candidate: PersonId) -> bool:
        """Whether who acted as a candidate acted on their own candidacy."""
        stamp = told.stamp
        return stamp.role != Role.CANDIDATE.value or stamp.by == candidate

    def _definition(self, terms: Opening | CandidacyOpened) -> Definition:
        return self._get(Framework, terms.framework).content

    def _version(self, certifier: str, version: int) -> int:
        """Whether that version of a rulebook was published: its stream's version, 0 when not."""
        return self._get(Rulebook, Rulebook.id_of(certifier, version)).version

    def _title(self, candidacy: Candidacy) -> bool:
        return any(
            self._get(Deliberation, Deliberation.id_of(session, candidacy.id)).title for session in candidacy.sessions
        )

    def _law(self, session: JurySession) -> JuryRule:
        return self._get(Framework, session.planned.framework).content.jury(session.planned.jury)

    def _get(self, kind: type[A], stream: UUID) -> A:
        """The aggregate as it was, for a rule to read."""
        if self._whole is not None and stream not in self._whole:
            raise _NotHere(stream)
        return self._found(kind, stream)

    def _found(self, kind: type[A], stream: UUID) -> A:
        """The aggregate as far as it is known; one of another kind under this id is nothing known of this kind."""
        found = self._streams.get(stream)
        return found if isinstance(found, kind) else kind(id=stream)  # type: ignore[call-arg]


def _id(person: UUID | None) -> UUID:
    return person or UUID(int=0)


def _if_said(text: Personal[str] | None) -> str | None:
    return None if text is None else SAID


def _same(again: Fact, fact: Fact) -> bool:
    """Whether two facts say the same, personal fields apart: those must both be there, or neither."""
    pairs = ((getattr(again, each.name), getattr(fact, each.name)) for each in fields(cast("Any", fact)))
    return type(again) is type(fact) and all(
        (isinstance(ours, Personal) and isinstance(theirs, Personal)) or ours == theirs for ours, theirs in pairs
    )
