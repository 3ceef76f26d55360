"""Was each decision lawful on the facts then known? The same rules, run again over the sealed log, in order."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar, cast, get_args
from uuid import UUID

from domain.annulment import title_unfounded
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
from domain.commands.answer_review import AnswerReview
from domain.commands.appoint_juror import AppointJuror
from domain.commands.assess_competence import AssessCompetence
from domain.commands.assign_assessor import AssignAssessor
from domain.commands.close_session import CloseSession
from domain.commands.decide_admissibility import DecideAdmissibility
from domain.commands.decide_blocks import DecideBlocks
from domain.commands.declare_tie import DeclareTie
from domain.commands.endorse_checkpoint_key import EndorseCheckpointKey
from domain.commands.enter_register import EnterRegister
from domain.commands.erase_person import ErasePerson
from domain.commands.export_audit import ExportAudit
from domain.commands.export_person import ExportPerson
from domain.commands.file_assessment import FileAssessment
from domain.commands.grant_panel_derogation import GrantPanelDerogation
from domain.commands.grant_role import GrantRole
from domain.commands.lift_legal_hold import LiftLegalHold
from domain.commands.note_absence import NoteAbsence
from domain.commands.note_court_ruling import NoteCourtRuling
from domain.commands.open_candidacy import OpenCandidacy
from domain.commands.open_deliberation import OpenDeliberation
from domain.commands.open_route import OpenRoute
from domain.commands.open_session import OpenSession
from domain.commands.place_legal_hold import PlaceLegalHold
from domain.commands.plan_session import PlanSession
from domain.commands.pronounce_title import PronounceTitle
from domain.commands.publish_framework import PublishFramework
from domain.commands.publish_rulebook import PublishRulebook
from domain.commands.recuse_juror import RecuseJuror
from domain.commands.redirect_evidence import RedirectEvidence
from domain.commands.register_person import GIVEN_BY_REGISTRAR, RegisterPerson
from domain.commands.release_results import ReleaseResults
from domain.commands.request_review import RequestReview
from domain.commands.rule_competences import RuleCompetences
from domain.commands.seat_substitute import SeatSubstitute
from domain.commands.sign_minutes import SignMinutes
from domain.commands.submit_evidence import SubmitEvidence
from domain.commands.submit_validation_file import SubmitValidationFile
from domain.commands.summon_candidate import SummonCandidate
from domain.commands.withdraw_evidence import WithdrawEvidence
from domain.commands.withdraw_role import WithdrawRole
from domain.deliberation import (
    BlockGranted,
    BlockNotGranted,
    CandidateNotHeard,
    CompetenceRuled,
    DecisionAnnulled,
    Deliberation,
    DeliberationFact,
    DeliberationOpened,
    JurorRecused,
    Ruling,
    TitleFell,
    TitlePronounced,
    barred,
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
from domain.person import (
    HANDS_OUT,
    Person,
    PersonErased,
    PersonExported,
    PersonFact,
    Registered,
    RoleGranted,
    RoleWithdrawn,
    TieDeclared,
)
from domain.ports import CandidacyId, Command, PersonId, Role, SessionId
from domain.refusal import NotFound, Refused
from domain.register import Register, RegisterEntered, RegisterFact, TitleWithdrawn
from domain.review import (
    CourtRuled,
    Judgement,
    Questioned,
    Review,
    ReviewAnswered,
    ReviewFact,
    ReviewRequested,
)
from domain.rulebook import Rulebook, RulebookFact, RulebookPublished, Way

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
        (Review, ReviewFact),
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
        self._registrations: dict[UUID, tuple[UUID | None, date]] = {}

    def learn(self, told: Told) -> None:
        """Let the aggregate take the fact in."""
        before = self._found(KINDS[type(told.fact)], told.stamp.stream)
        self._streams[told.stamp.stream] = replace(before.evolve(told.fact), version=told.stamp.version)
        match told.fact:
            case CandidacyOpened(candidate=candidate):
                self._applied.setdefault(candidate, []).append(CandidacyId(told.stamp.stream))
            case JurorAppointed(juror=juror):
                self._seated.setdefault(juror, []).append(SessionId(told.stamp.stream))
            case Registered():
                self._registrations[told.stamp.stream] = told.stamp.by, told.stamp.on
            case _:
                pass

    def refuses(self, told: Told) -> str | None:
        """The rule that this fact breaks, if it does.

        `role-may-not`, `role-not-held` and `decided-otherwise` are the verifier's own.
        """
        stamp, origin = told.stamp, ORIGINS[type(told.fact)]
        operator = stamp.role == Role.OPERATOR.value
        if stamp.role not in origin.roles or operator != (stamp.by is None):
            return "role-may-not"
        if not operator and stamp.role not in self._get(Person, _id(stamp.by)).roles:
            return "role-not-held"
        try:
            again = origin.again(self, told.fact, told)
        except Refused as refusal:
            return refusal.slug()
        except (ValueError, KeyError, AttributeError, StopIteration):  # about something that never was
            return "decided-otherwise"
        return None if again else "decided-otherwise"

    # Each method decides the same again: False when the rules give another fact, or another stream or person

    def framework_published(self, fact: FrameworkPublished, told: Told) -> bool:
        """Publish the framework again."""
        here = told.stamp.stream == Framework.id_of(fact.definition.code, fact.definition.version)
        return here and self._get(Framework, told.stamp.stream).publish(fact.definition) == fact

    def route_opened(self, fact: RouteOpened, told: Told) -> bool:
        """Open the route again: in the past only as the operator."""
        framework = self._get(Framework, told.stamp.stream)
        due = fact.opened_on >= told.stamp.on or told.stamp.role == Role.OPERATOR.value
        return due and framework.open_route(fact.route, fact.opened_on, fact.ground, fact.modalities) == fact

    def rulebook_published(self, fact: RulebookPublished, told: Told) -> bool:
        """Publish the rulebook again, after the version before it."""
        rules = fact.rules
        before = rules.version == 1 or self._version(rules.certifier, rules.version - 1)
        here = told.stamp.stream == Rulebook.id_of(rules.certifier, rules.version)
        return bool(before) and here and self._get(Rulebook, told.stamp.stream).publish(rules) == fact

    # A person

    def registered(self, _: Registered, told: Told) -> bool:
        """Register the person, once."""
        return told.stamp.version == 1

    def role_granted(self, fact: RoleGranted, told: Told) -> bool:
        """Give the role again: a registrar gives some of them, to whom they register, in that same command."""
        person, stamp = self._get(Person, told.stamp.stream), told.stamp
        if not person.version or fact.role is Role.OPERATOR:
            return False
        if stamp.role == Role.REGISTRAR.value:
            alone = stamp.version == 2 + len(person.roles) and all(held < fact.role for held in person.roles)
            by_them = self._registrations.get(stamp.stream) == (stamp.by, stamp.on)
            if not (alone and by_them and fact.role in GIVEN_BY_REGISTRAR):
                return False
        return person.grant(fact.role) == fact

    def role_withdrawn(self, fact: RoleWithdrawn, told: Told) -> bool:
        """Take the role again."""
        return self._get(Person, told.stamp.stream).withdraw(fact.role) == fact

    def tie_declared(self, fact: TieDeclared, told: Told) -> bool:
        """Declare the tie again: one's own, or as the registrar."""
        said = told.stamp.role == Role.REGISTRAR.value or told.stamp.by == told.stamp.stream
        return said and self._get(Person, told.stamp.stream).declare_tie(fact.candidate, fact.tie) == fact

    def person_erased(self, fact: PersonErased, told: Told) -> bool:
        """Judge the erasure again by what was then kept and why."""
        found = self._circumstances(PersonId(told.stamp.stream))
        return bool(found.person.version) and found.fate(fact.retention, fact.ground, told.stamp.on).goes

    def person_exported(self, fact: PersonExported, told: Told) -> bool:
        """Hand the data out again: to the person, or to who may hand out anybody's."""
        person, stamp = self._get(Person, told.stamp.stream), told.stamp
        theirs = stamp.by == stamp.stream or stamp.role in {role.value for role in HANDS_OUT}
        return bool(person.version) and theirs and person.export() == fact

    # A candidacy

    def opened(self, fact: CandidacyOpened, told: Told) -> bool:
        """Open the candidacy again, on that day, under the newest rulebook."""
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

    def prepared(
        self, fact: AdmissibilityDecided | AssessorAssigned | EvidenceSubmitted | ValidationFileSubmitted, told: Told
    ) -> bool:
        """Decide again what stands on the candidacy before the jury meets."""
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

    def summoned(self, fact: CandidateSummoned, told: Told) -> bool:
        """The other half of CandidateListed, on the candidacy: once, and by nobody on their own."""
        candidacy = self._get(Candidacy, told.stamp.stream)
        ran = told.stamp.by != candidacy.terms.candidate and fact.session not in candidacy.sessions
        return ran and told.stamp.stream in self._get(JurySession, fact.session).listed

    def put_in(self, fact: EvidenceRedirected | EvidenceWithdrawn, told: Told) -> bool:
        """Redirect or withdraw the piece again."""
        candidacy = self._get(Candidacy, fact.candidacy)
        piece = self._get(Evidence, told.stamp.stream)
        again: Fact
        match fact:
            case EvidenceRedirected(competences=competences):
                again = piece.redirect(candidacy, competences, self._definition(candidacy.terms))
            case EvidenceWithdrawn():
                again = piece.withdraw(candidacy, SAID if fact.reason is not None else None)
        return _same(again, fact) and self._own(told, candidacy.terms.candidate)

    def assessed(self, fact: CompetenceAssessed | AssessmentFiled, told: Told) -> bool:
        """Mark or file again, as the assessor on their own assessment."""
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

    def kept(self, fact: OrganisationFact, told: Told) -> bool:
        """Decide again what stands on the register keeper's stream."""
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
        return told.stamp.stream == Organisation.keeper() and _same(again, fact)

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

    def entered(self, fact: RegisterEntered, told: Told) -> bool:
        """Enter the register again, under the next number."""
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

    def sat(  # noqa: C901  (one case a fact)
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
        """Decide again what stands on the session."""
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
                gone = barred(each for each in earlier if self._decision(each.id, listed).annulled)
                law = self._definition(candidacy.terms).jury_for(candidacy.terms.route)
                if stamp.by == candidacy.terms.candidate or self._title(candidacy):
                    return False
                return session.summon(candidacy, earlier, law, gone) == fact
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
                return fact in {session.release(stamp.on), ResultsReleased()}  # the first ones do not say their day

    def _all_decided(self, session: JurySession) -> bool:
        framework = self._get(Framework, session.planned.framework).content
        quorum = self._get(Rulebook, session.planned.rulebook).content.quorum
        return all(
            self._get(Deliberation, Deliberation.id_of(session.id, candidacy)).concluded(
                framework, session.present, quorum
            )
            for candidacy in session.listed
        )

    def deliberated(
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
        """Decide again what the jury decided for a candidate."""
        deliberation = self._get(Deliberation, told.stamp.stream)
        hearing = self._hearing(fact.session, fact.candidacy, told.stamp.by)
        again: Fact
        if isinstance(fact, (JurorRecused, CandidateNotHeard)) and (
            told.stamp.by == hearing.candidacy.terms.candidate
        ):
            return False
        if isinstance(fact, JurorRecused) and told.stamp.role == Role.JUROR.value and told.stamp.by != fact.juror:
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
        earlier = {other: self._decision(other, candidacy) for other in applied.sessions if other != session}
        return Hearing(
            session=sitting,
            candidacy=applied,
            framework=self._definition(applied.terms),
            rules=self._get(Rulebook, applied.terms.rulebook),
            jurors=tuple(self._get(Person, juror) for juror in sorted(sitting.present)),
            by=PersonId(_id(by)),
            granted_before=frozenset(block for deliberation in earlier.values() for block in deliberation.granted),
            title_before=any(deliberation.title for deliberation in earlier.values()),
            barred=barred(self._get(JurySession, other) for other, said in earlier.items() if said.annulled),
        )

    # Decisions that are questioned

    def questioned(self, fact: ReviewRequested | ReviewAnswered | CourtRuled, told: Told) -> bool:
        """Ask, answer or note again what questions a decision: one's own, or as who runs it for the certifier."""
        review, decision = self._get(Review, told.stamp.stream), self._questioned(fact.session, fact.candidacy)
        theirs = told.stamp.by == decision.candidacy.terms.candidate
        again: Fact
        match fact:
            case ReviewRequested(ground=ground):
                again = review.request(decision, ground, SAID, told.stamp.on)
            case ReviewAnswered(accepted=accepted):
                again = review.answer(decision, accepted=accepted, reasons=SAID)
            case CourtRuled(court=court, ruled_on=ruled_on, annuls=annuls):
                judgement = Judgement(court=court, ruled_on=ruled_on, reference=SAID, annuls=annuls)
                again = review.rule(decision, judgement, told.stamp.on)
        here = Review.id_of(fact.session, fact.candidacy) == told.stamp.stream
        return _same(again, fact) and here and theirs == isinstance(fact, ReviewRequested)

    def fell(self, fact: DecisionAnnulled | TitleFell, told: Told) -> bool:
        """Annul again what an answer or a court has just annulled, and let fall what then rests on nothing."""
        decision, candidacy = self._get(Deliberation, told.stamp.stream), self._get(Candidacy, fact.candidacy)
        here = Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream
        if not here or told.stamp.by == candidacy.terms.candidate:
            return False
        match fact:
            case DecisionAnnulled(cause=cause):
                due = self._get(Review, Review.id_of(fact.session, fact.candidacy)).annuls is cause
                return due and decision.annul(self._get(JurySession, fact.session), candidacy.id, cause) == fact
            case TitleFell():
                juries = [self._decision(session, candidacy.id) for session in candidacy.sessions]
                return title_unfounded(self._definition(candidacy.terms), decision, juries)

    def withdrawn(self, fact: TitleWithdrawn, told: Told) -> bool:
        """Withdraw again from the register a title that no jury's standing decision pronounces any more."""
        candidacy = self._get(Candidacy, fact.candidacy)
        terms = candidacy.terms
        again = self._get(Register, told.stamp.stream).withdraw(candidacy.id, terms.candidate, SAID)
        here = Register.id_of(terms.framework) == told.stamp.stream and told.stamp.by != terms.candidate
        return again is not None and _same(again, fact) and here and not self._title(candidacy)

    def _questioned(self, session: SessionId, candidacy: CandidacyId) -> Questioned:
        applied = self._get(Candidacy, candidacy)
        if session not in applied.sessions:
            raise NotFound(session)
        return Questioned(
            session=self._get(JurySession, session),
            candidacy=applied,
            deliberation=self._decision(session, candidacy),
            remedy=self._get(Rulebook, applied.terms.rulebook).content.remedy(Way.REVIEW),
        )

    def _decision(self, session: SessionId, candidacy: CandidacyId) -> Deliberation:
        return self._get(Deliberation, Deliberation.id_of(session, candidacy))

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
        return any(self._decision(session, candidacy.id).title for session in candidacy.sessions)

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


@dataclass(frozen=True)
class Origin:
    """How a fact comes to be: the rules that decide it, and the commands that record it, hence in which roles."""

    again: Callable[[_Known, Any, Told], bool]
    commands: tuple[type[Command], ...]
    roles: frozenset[str]


def _by(again: Callable[[_Known, Any, Told], bool], *commands: type[Command]) -> Origin:
    return Origin(again, commands, frozenset(role.value for command in commands for role in command.roles))


ORIGINS: dict[type[Fact], Origin] = {
    FrameworkPublished: _by(_Known.framework_published, PublishFramework),
    RouteOpened: _by(_Known.route_opened, OpenRoute),
    RulebookPublished: _by(_Known.rulebook_published, PublishRulebook),
    Registered: _by(_Known.registered, RegisterPerson),
    RoleGranted: _by(_Known.role_granted, GrantRole, RegisterPerson),
    RoleWithdrawn: _by(_Known.role_withdrawn, WithdrawRole),
    TieDeclared: _by(_Known.tie_declared, DeclareTie),
    PersonErased: _by(_Known.person_erased, ErasePerson),
    PersonExported: _by(_Known.person_exported, ExportPerson),
    CandidacyOpened: _by(_Known.opened, OpenCandidacy),
    AdmissibilityDecided: _by(_Known.prepared, DecideAdmissibility),
    AssessorAssigned: _by(_Known.prepared, AssignAssessor),
    EvidenceSubmitted: _by(_Known.prepared, SubmitEvidence),
    ValidationFileSubmitted: _by(_Known.prepared, SubmitValidationFile),
    CandidateSummoned: _by(_Known.summoned, SummonCandidate),
    EvidenceRedirected: _by(_Known.put_in, RedirectEvidence),
    EvidenceWithdrawn: _by(_Known.put_in, WithdrawEvidence),
    CompetenceAssessed: _by(_Known.assessed, AssessCompetence),
    AssessmentFiled: _by(_Known.assessed, FileAssessment),
    SessionPlanned: _by(_Known.sat, PlanSession),
    JurorAppointed: _by(_Known.sat, AppointJuror),
    SubstituteSeated: _by(_Known.sat, SeatSubstitute),
    CandidateListed: _by(_Known.sat, SummonCandidate),
    PanelDerogationGranted: _by(_Known.sat, GrantPanelDerogation),
    SessionOpened: _by(_Known.sat, OpenSession),
    SessionClosed: _by(_Known.sat, CloseSession),
    MinutesSigned: _by(_Known.sat, SignMinutes),
    ResultsReleased: _by(_Known.sat, ReleaseResults),
    JurorRecused: _by(_Known.deliberated, RecuseJuror),
    CandidateNotHeard: _by(_Known.deliberated, NoteAbsence),
    DeliberationOpened: _by(_Known.deliberated, OpenDeliberation),
    CompetenceRuled: _by(_Known.deliberated, RuleCompetences),
    BlockGranted: _by(_Known.deliberated, DecideBlocks),
    BlockNotGranted: _by(_Known.deliberated, DecideBlocks),
    TitlePronounced: _by(_Known.deliberated, PronounceTitle),
    ReviewRequested: _by(_Known.questioned, RequestReview),
    ReviewAnswered: _by(_Known.questioned, AnswerReview),
    CourtRuled: _by(_Known.questioned, NoteCourtRuling),
    DecisionAnnulled: _by(_Known.fell, AnswerReview, NoteCourtRuling),
    TitleFell: _by(_Known.fell, AnswerReview, NoteCourtRuling),
    RegisterEntered: _by(_Known.entered, EnterRegister),
    TitleWithdrawn: _by(_Known.withdrawn, AnswerReview, NoteCourtRuling),
    CheckpointKeyEndorsed: _by(_Known.kept, EndorseCheckpointKey),
    AuditExported: _by(_Known.kept, ExportAudit),
    LegalHoldPlaced: _by(_Known.kept, PlaceLegalHold),
    LegalHoldLifted: _by(_Known.kept, LiftLegalHold),
}


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
