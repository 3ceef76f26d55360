"""The fraud cases of a person: report, hearing, finding, sanctions, review (fraude).

A paper is completed under reserve and a jury deliberates; its decision on that candidate is withheld. The reporter
does not judge; no fraud is found without a hearing. A sanction is not a ruling: it is pronounced separately. In VAE
it rests on R6412-7, last paragraph: the certifier, once the candidate could be heard, refuses or withdraws the
certification or parts of it. Any other sanction is the rulebook's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self, assert_never
from uuid import UUID

from domain.calendar import months_after
from domain.candidacy.candidacy import Candidacy, check_competences
from domain.fact import Personal, Text, is_blank, personal_to, stream_of
from domain.framework.definition import Definition
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingAnswered,
    FindingFact,
    FindingJudged,
    FindingLifted,
    FindingQuestioned,
    FraudDismissed,
    FraudFact,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    Rested,
    SanctionPronounced,
)
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession, SessionStage
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, CandidacyId, EvidenceId, PersonId, Role, SessionId, SittingId
from domain.refusal import NotFound, Refused
from domain.rulebook.fraud_rules import FraudBody, FraudRules, Sanction, SanctionKind

HEARD = (
    "Code du travail R6412-7, last paragraph (LEGIARTI000048699565), in VAE begun from 2024 on; elsewhere the rights "
    "of the defence (general principle of law, known without having been read)"
)
HEARD_FR = (
    "Code du travail R6412-7, dernier alinéa (LEGIARTI000048699565), en VAE commencée dès 2024 ; ailleurs les droits "
    "de la défense (principe général du droit, connu sans avoir été lu)"
)
OF_THE_RULEBOOK = (
    "the certifier's rulebook; Code du travail R6412-7 (LEGIARTI000048699565) knows only the certification, or parts "
    "of it, refused or withdrawn"
)
OF_THE_RULEBOOK_FR = (
    "le règlement du certificateur ; le code du travail, R6412-7 (LEGIARTI000048699565), ne connaît que le refus ou "
    "le retrait de la certification, ou de parties"
)
"""Source of a warning, void marks and an exclusion: the rulebook alone."""


class NothingReported(Refused):
    """A report of fraud says in words what it is about: a session, a sitting, pieces of evidence, competences."""

    fr = "Un signalement de fraude dit sur quoi il porte (session, épreuve, preuves, compétences), avec des mots."
    kind = "invalid"


class NotOfThisDossier(Refused):
    """What is reported is of the candidacy: a session before which it was called, a piece of its own evidence."""

    fr = "Un signalement porte sur la candidature : une session où elle est convoquée, une preuve qui est la sienne."
    kind = "invalid"


class NoFraudUnderWay(Refused):
    """Only a fraud that was reported, and is neither found nor dismissed yet, is heard or decided on."""

    fr = "On n'entend et ne statue que sur une fraude signalée, ni établie ni écartée encore."


class CandidateNotTold(Refused):
    """A candidate is told what is reported, and when they will be heard, before they are."""

    fr = "Le candidat est informé de ce qui est signalé, et du jour où il sera entendu, avant de l'être."
    source = HEARD
    source_fr = HEARD_FR


class HearingTooSoon(Refused):
    """A candidate has the days that the rulebook gives between being told and being heard."""

    fr = "Entre l'information et l'audition, le candidat a les jours que donne le règlement."
    source = "the certifier's rulebook; Code du travail R6412-7 (LEGIARTI000048699565) gives no number of days"
    source_fr = (
        "le règlement du certificateur ; le code du travail, R6412-7 (LEGIARTI000048699565), ne fixe pas de délai"
    )
    kind = "invalid"


class HearingMisdated(Refused):
    """That a candidate was heard, or did not come, is noted from the day of the hearing on, and not ahead."""

    fr = "Qu'un candidat a été entendu, ou n'est pas venu, se consigne à partir du jour de l'audition, pas d'avance."
    kind = "invalid"


class CandidateUnheard(Refused):
    """Nobody is found to have cheated who was not heard, or did not come though they were told."""

    fr = "Nul n'est reconnu fraudeur sans avoir été entendu, ou s'être abstenu de venir bien qu'informé."
    source = HEARD
    source_fr = HEARD_FR


class ReporterDoesNotDecide(Refused):
    """Whoever reported a fraud does not decide on it."""

    fr = "Qui a signalé une fraude ne statue pas sur elle."
    source = "general principle of impartiality (known without having been read)"
    source_fr = "principe général d'impartialité (connu sans avoir été lu)"


class NotTheBody(Refused):
    """The body that the rulebook names decides on a fraud: the certifier, or the jury through its chair."""

    fr = "Statue sur une fraude l'instance que nomme le règlement : le certificateur, ou le jury par son président."
    kind = "forbidden"
    source = "the certifier's rulebook; in VAE Code du travail R6412-7 (LEGIARTI000048699565) names the certifier"
    source_fr = (
        "le règlement du certificateur ; en VAE, le code du travail, R6412-7 (LEGIARTI000048699565), nomme celui-ci"
    )


class FraudUnreasoned(Refused):
    """A fraud is found or dismissed, and a sanction pronounced, with reasons."""

    fr = "Une fraude est établie ou écartée, et une sanction prononcée, avec des motifs."
    kind = "invalid"


class FraudVoteMissaid(Refused):
    """A jury that finds a fraud or pronounces a sanction says by which majority; nobody else does."""

    fr = "Un jury qui établit une fraude ou prononce une sanction dit à quelle majorité ; personne d'autre ne le dit."
    kind = "invalid"


class ConfirmedByTheJury(Refused):
    """What a jury decided on a fraud is confirmed by a registrar who has no seat on it."""

    fr = "Ce qu'un jury a décidé d'une fraude est confirmé par un gestionnaire qui n'y siège pas."


class NotDecidedYet(Refused):
    """A decision falls for fraud that stands in signed minutes: before them, the jury itself rules accordingly."""

    fr = "Pour fraude ne tombe qu'une décision au procès-verbal signé : avant, le jury se prononce en conséquence."


class NoFraudFound(Refused):
    """A sanction follows a fraud that was found."""

    fr = "Une sanction suit une fraude établie."


class UnknownSanction(Refused):
    """A sanction is one of the rulebook's, pronounced once, within what the rulebook says of it."""

    fr = "Une sanction est l'une de celles du règlement, prononcée une fois, dans les limites qu'il pose."
    kind = "invalid"
    source = OF_THE_RULEBOOK
    source_fr = OF_THE_RULEBOOK_FR


class Excluded(Refused):
    """Somebody who was excluded for fraud neither applies nor is called before a jury until it is over."""

    fr = "Qui est exclu pour fraude ne candidate ni n'est convoqué devant un jury avant la fin de l'exclusion."
    source = OF_THE_RULEBOOK
    source_fr = OF_THE_RULEBOOK_FR


@dataclass(frozen=True, kw_only=True)
class Matter:
    """The subject of a report, as keyed."""

    session: SessionId | None = None
    sitting: SittingId | None = None
    evidence: tuple[EvidenceId, ...] = ()
    competences: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A candidacy whose candidate is suspected of a fraud, with all juries' decisions on it.

    `serves` are the competences that pieces of evidence were redirected to, if they were. `names` are all the files
    of the actor, `chairs` those of the chair of each jury; `gone` are chairs who are no longer jurors. `casting_vote`
    says whether the rulebook gives the chair one.
    """

    candidacy: Candidacy
    framework: Definition
    rules: FraudRules
    juries: tuple[tuple[JurySession, Deliberation], ...]
    serves: dict[EvidenceId, tuple[int, ...]] = field(default_factory=dict)
    names: frozenset[PersonId] = frozenset()
    chairs: dict[SessionId, frozenset[PersonId]] = field(default_factory=dict)
    gone: frozenset[PersonId] = frozenset()
    casting_vote: bool = False

    def check_matter(self, matter: Matter) -> None:
        """Refuse a report without a subject, or about something that does not belong to this candidacy."""
        if not (matter.session or matter.sitting or matter.evidence or matter.competences):
            raise NothingReported(self.candidacy.id)
        strangers = set(matter.evidence) - self.candidacy.evidence.keys()
        called = matter.session is None or matter.session in self.candidacy.sessions
        sat = matter.sitting is None or matter.sitting in self.candidacy.sittings
        if strangers or not (called and sat):
            raise NotOfThisDossier(self.candidacy.id)
        if matter.competences:
            check_competences(matter.competences, self.framework)

    def check_reports(self, actor: Actor) -> None:
        """Refuse an actor without a part in this dossier: the registrar, its assessors and its jurors report."""
        seated = any(actor.person in session.seats for session, _ in self.juries)
        assesses = actor.person in self.candidacy.assessors.keys() - self.candidacy.by_number
        if not {Role.REGISTRAR: True, Role.JUROR: seated, Role.ASSESSOR: assesses}.get(actor.role, False):
            raise NotFound(self.candidacy.id)

    def check_decides(self, actor: Actor, case: FraudCase) -> None:
        """Refuse an actor who is not of the body that the rulebook names, or who reported the fraud."""
        if actor.role is Role.JUROR and not any(actor.person in session.seats for session, _ in self.juries):
            raise NotFound(self.candidacy.id)
        if case.reported_by in self.names:
            raise ReporterDoesNotDecide(actor.who)
        if self.rules.decided_by is FraudBody.CERTIFIER:
            if actor.role is not Role.REGISTRAR:
                raise NotTheBody(actor.role.value)
            return
        presiding = [
            session
            for session, said in self.juries
            if actor.person in session.present
            and not self.names & said.recused
            and (
                session.chair in self.gone | {actor.who}
                or self.chairs.get(session.id, frozenset()) & (said.recused | {case.reported_by})
            )
        ]
        if actor.role is not Role.JUROR or not presiding:
            raise NotTheBody(actor.role.value)

    def check_confirms(self, case: FraudCase) -> None:
        """Refuse as second person the reporter of the fraud, and a member of the jury that decided."""
        if case.reported_by in self.names:
            raise ReporterDoesNotDecide(*sorted(self.names))
        seats = {member for session, _ in self.juries for member in session.seats}
        if self.rules.decided_by is FraudBody.JURY and (seated := self.names & seats):
            raise ConfirmedByTheJury(*sorted(seated))

    def check_vote(self, vote: VoteOutcome | None) -> None:
        """Refuse a jury that does not state its majority, and a certifier that states one."""
        carried = {VoteOutcome.UNANIMOUS, VoteOutcome.MAJORITY} | (
            {VoteOutcome.CASTING_VOTE} if self.casting_vote else set()
        )
        if vote not in (carried if self.rules.decided_by is FraudBody.JURY else {None}):
            raise FraudVoteMissaid(self.candidacy.id)

    def rested(self, case: FraudCase) -> tuple[Rested, ...]:
        """Return, by jury, the parts of decisions in force that rested on the reported facts."""
        touched = {*case.competences}
        for piece in case.evidence:
            touched |= {*self.candidacy.evidence[piece].competences, *self.serves.get(piece, ())}
        found = [(session, said, self._won(said, touched)) for session, said in self.juries if not said.annulled]
        blocks = {block for _, _, (_, won) in found for block in won}
        rested = (
            Rested(session=session.id, competences=ruled, blocks=won, title=said.title and bool(blocks))
            for session, said, (ruled, won) in found
        )
        return tuple(each for each in rested if each.competences or each.title)

    def _won(self, said: Deliberation, touched: Collection[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return, of the competences touched, those this jury ruled acquired, and the blocks granted on them."""
        ruled = tuple(sorted(number for number in touched if said.rulings.get(number)))
        of = {self.framework.block_of[number].number for number in ruled}
        return ruled, tuple(sorted(of & said.granted))

    def about(self, text: Text) -> Personal[str]:
        """Return a text as a personal value about the candidate, so that it is sealed."""
        return personal_to(text, self.candidacy.terms.candidate)


@dataclass(frozen=True, kw_only=True)
class FraudCase:
    """One fraud as reported, and the state of its procedure; `found` is None while nothing is decided.

    `standing` are the sanctions that were not lifted, by code; `asked` is the pending request for review; `due` is
    the finding or sanction that an answer or a court has just annulled, with the cause.
    """

    candidacy: CandidacyId
    reported_by: PersonId
    evidence: tuple[EvidenceId, ...]
    competences: tuple[int, ...]
    told_on_hearing: date | None = None
    heard: bool = False
    found: bool | None = None
    withdraws: frozenset[SessionId] = frozenset()
    sanctions: frozenset[str] = frozenset()
    standing: dict[str, SanctionPronounced] = field(default_factory=dict)
    found_by: frozenset[PersonId] = frozenset()
    asked: FindingQuestioned | None = None
    due: tuple[str | None, Cause] | None = None
    lifted: bool = False

    @property
    def stands(self) -> bool:
        """True if the fraud was found, and the finding was not lifted."""
        return bool(self.found) and not self.lifted

    @property
    def judges(self) -> frozenset[PersonId]:
        """The people who may not answer a pending review: the reporter, and the authors of the contested acts."""
        about = self.asked.sanction if self.asked else None
        pronounced = (_deciders(said) for code, said in self.standing.items() if about in {None, code})
        return frozenset({self.reported_by}).union(self.found_by, *pronounced)

    def after(self, fact: FindingFact) -> Self:
        """Return the case once it is contested, answered, judged or lifted."""
        match fact:
            case FindingQuestioned():
                return replace(self, asked=fact)
            case FindingAnswered(accepted=accepted):
                about = self.asked.sanction if self.asked else None
                return replace(self, asked=None, due=(about, Cause.REVIEW) if accepted else None)
            case FindingJudged(annuls=annuls, sanction=sanction):
                return replace(self, due=(sanction, Cause.COURT) if annuls else None)
            case FindingLifted(sanction=None):
                return replace(self, lifted=True, asked=None, due=None, standing={})
            case FindingLifted(sanction=lifted):
                left = {code: said for code, said in self.standing.items() if code != lifted}
                asked = None if self.asked and self.asked.sanction == lifted else self.asked
                return replace(self, asked=asked, due=None, standing=left)
            case _:
                assert_never(fact)


@dataclass(frozen=True, kw_only=True)
class Fraud:
    """All fraud cases of one person, in any candidacy."""

    id: UUID
    version: int = 0
    cases: dict[UUID, FraudCase] = field(default_factory=dict)

    @staticmethod
    def id_of(candidate: PersonId) -> UUID:
        """Return the stream id of a person's fraud cases: only one, so that an exclusion applies everywhere."""
        return stream_of("fraud", candidate)

    def under_way(self, candidacy: CandidacyId) -> frozenset[UUID]:
        """Return the cases of a candidacy that are not decided yet."""
        return frozenset(
            name for name, case in self.cases.items() if case.candidacy == candidacy and case.found is None
        )

    def questioned(self, candidacy: CandidacyId) -> bool:
        """Return whether a review of a finding in a candidacy, or of its sanction, has no answer yet."""
        return any(case.candidacy == candidacy and case.asked is not None for case in self.cases.values())

    def voided(self, candidacy: CandidacyId, jury: SessionId | None = None) -> frozenset[int]:
        """Return the competences of a candidacy whose marks a sanction took away.

        For a `jury` that reads no marks, only those of sanctions that bind it, as it was called by then.
        """
        return frozenset(
            number
            for case in self._standing(candidacy)
            for sanction in case.standing.values()
            if jury is None or jury in sanction.juries
            for number in sanction.competences
        )

    @property
    def until(self) -> date | None:
        """The last day of an exclusion, which voids the summonses it covers; None without an exclusion."""
        standing = (sanction for case in self.cases.values() for sanction in case.standing.values())
        return max((sanction.until for sanction in standing if sanction.until), default=None)

    def annulled(self, candidacy: CandidacyId) -> frozenset[SessionId]:
        """Return the sessions whose decision on a candidacy was annulled for fraud."""
        return frozenset(session for case in self._standing(candidacy) for session in case.withdraws)

    def lifted(self, candidacy: CandidacyId) -> frozenset[SessionId]:
        """Return the sessions whose decision was annulled for a fraud since lifted, and for no other one."""
        over = (case for case in self.cases.values() if case.candidacy == candidacy and case.lifted)
        return frozenset(session for case in over for session in case.withdraws) - self.annulled(candidacy)

    def _standing(self, candidacy: CandidacyId) -> list[FraudCase]:
        return [case for case in self.cases.values() if case.candidacy == candidacy and not case.lifted]

    def forged(self, candidacy: CandidacyId) -> frozenset[EvidenceId]:
        """Return the pieces of a candidacy involved in a fraud that was found: no block rests on them."""
        return frozenset(piece for case in self._standing(candidacy) if case.found for piece in case.evidence)

    def check_admits(self, day: date) -> None:
        """Refuse an application, or a summons, during an exclusion."""
        if self.until and day <= self.until:
            raise Excluded(self.until.isoformat())

    def report(self, suspicion: Suspicion, case: UUID, matter: Matter, statement: str, by: Actor) -> FraudReported:
        """Report a fraud of the candidate: its subject, and a statement."""
        suspicion.check_reports(by)
        if not statement.strip():
            raise NothingReported(self.id)
        suspicion.check_matter(matter)
        return FraudReported(
            case=case,
            candidacy=suspicion.candidacy.id,
            reported_by=by.who,
            session=matter.session,
            sitting=matter.sitting,
            evidence=tuple(sorted(set(matter.evidence))),
            competences=tuple(sorted(set(matter.competences))),
            statement=suspicion.about(statement),
        )

    def tell(self, suspicion: Suspicion, case: UUID, hearing_on: date, today: date) -> FraudToldToCandidate:
        """Inform the candidate, and set the day of their hearing."""
        self._open(suspicion, case)
        if hearing_on < today + timedelta(days=suspicion.rules.hearing_days):
            raise HearingTooSoon(hearing_on.isoformat())
        return FraudToldToCandidate(case=case, candidacy=suspicion.candidacy.id, hearing_on=hearing_on)

    def hear(
        self, suspicion: Suspicion, case: UUID, statement: str | None, heard_on: date, today: date
    ) -> CandidateHeardOnFraud:
        """Record what the candidate said; without a statement, they did not come."""
        hearing_on = self._open(suspicion, case).told_on_hearing
        if hearing_on is None:
            raise CandidateNotTold(case)
        if not hearing_on <= heard_on <= today:
            raise HearingMisdated(heard_on.isoformat())
        came = bool(statement and statement.strip())
        return CandidateHeardOnFraud(
            case=case,
            candidacy=suspicion.candidacy.id,
            heard_on=heard_on,
            came=came,
            statement=suspicion.about(statement) if came and statement else None,
        )

    def find(self, suspicion: Suspicion, case: UUID, finding: FraudFinding) -> FraudFound:
        """Find the fraud, and which decisions are annulled for it, among those that rested on it."""
        reported = self._open(suspicion, case)
        if is_blank(finding.reason):
            raise FraudUnreasoned(case)
        suspicion.check_vote(finding.vote)
        if not reported.heard:
            raise CandidateUnheard(case)
        juries = {session.id: (session, said) for session, said in suspicion.juries}
        for session in finding.withdraws:
            if session not in juries:
                raise NotOfThisDossier(session)
            sat, said = juries[session]
            gone = said.annulled and not said.forfeited  # another fraud's annulment stays, if this finding is lifted
            if sat.stage not in {SessionStage.SIGNED, SessionStage.RELEASED} or said.attendance is None or gone:
                raise NotDecidedYet(session)
        return FraudFound(
            case=case,
            candidacy=suspicion.candidacy.id,
            body=suspicion.rules.decided_by,
            rested=suspicion.rested(reported),
            withdraws=tuple(sorted(set(finding.withdraws))),
            reason=suspicion.about(finding.reason),
            found_by=finding.by,
            vote=finding.vote,
            confirmed_by=finding.confirmed_by,
        )

    def dismiss(self, suspicion: Suspicion, case: UUID, reason: str, by: Actor) -> FraudDismissed:
        """Dismiss the case: no fraud."""
        self.check_decides(suspicion, case, by)
        if is_blank(reason):
            raise FraudUnreasoned(case)
        return FraudDismissed(
            case=case,
            candidacy=suspicion.candidacy.id,
            body=suspicion.rules.decided_by,
            reason=suspicion.about(reason),
        )

    def sanction(
        self, suspicion: Suspicion, case: UUID, asked: KeyedSanction, finding: FraudFinding, today: date
    ) -> SanctionPronounced:
        """Pronounce a sanction of the rulebook for a fraud that was found."""
        reported = self.of(suspicion.candidacy.id, case)
        if is_blank(finding.reason):
            raise FraudUnreasoned(case)
        suspicion.check_vote(finding.vote)
        if not reported.stands:
            raise NoFraudFound(case)
        listed = next((each for each in suspicion.rules.sanctions if each.code == asked.code), None)
        if listed is None or asked.code in reported.sanctions or not _within(asked, listed):
            raise UnknownSanction(asked.code)
        if asked.competences:
            check_competences(asked.competences, suspicion.framework)
        return SanctionPronounced(
            case=case,
            candidacy=suspicion.candidacy.id,
            sanction=listed.code,
            kind=listed.kind,
            competences=tuple(sorted(set(asked.competences))),
            until=months_after(today, asked.months) if asked.months else None,
            reason=suspicion.about(finding.reason),
            juries=tuple(sorted({session.id for session, _ in suspicion.juries})),
            pronounced_by=finding.by,
            vote=finding.vote,
            confirmed_by=finding.confirmed_by,
        )

    def of(self, candidacy: CandidacyId, case: UUID) -> FraudCase:
        """Return a case of this candidacy; raise NotFound."""
        found = self.cases.get(case)
        if found is None or found.candidacy != candidacy:
            raise NotFound(case)
        return found

    def _open(self, suspicion: Suspicion, case: UUID) -> FraudCase:
        found = self.of(suspicion.candidacy.id, case)
        if found.found is not None:
            raise NoFraudUnderWay(case)
        return found

    def check_decides(self, suspicion: Suspicion, case: UUID, by: Actor) -> None:
        """Refuse a decision on a case already decided, or by an actor who is not of the deciding body."""
        suspicion.check_decides(by, self._open(suspicion, case))

    def evolve(self, fact: FraudFact) -> Self:
        match fact:
            case FraudReported():
                case = FraudCase(
                    candidacy=fact.candidacy,
                    reported_by=fact.reported_by,
                    evidence=fact.evidence,
                    competences=fact.competences,
                )
                return replace(self, cases={**self.cases, fact.case: case})
            case FraudToldToCandidate(hearing_on=hearing_on):
                return self._with(fact.case, lambda case: replace(case, told_on_hearing=hearing_on))
            case CandidateHeardOnFraud():
                return self._with(fact.case, lambda case: replace(case, heard=True))
            case FraudFound(withdraws=withdraws):
                fell, by = frozenset(withdraws), _deciders(fact)
                return self._with(fact.case, lambda case: replace(case, found=True, withdraws=fell, found_by=by))
            case FraudDismissed():
                return self._with(fact.case, lambda case: replace(case, found=False))
            case SanctionPronounced(sanction=code):
                return self._with(
                    fact.case,
                    lambda case: replace(
                        case, sanctions=case.sanctions | {code}, standing={**case.standing, code: fact}
                    ),
                )
            case FindingQuestioned() | FindingAnswered() | FindingJudged() | FindingLifted():
                return self._with(fact.case, lambda case: case.after(fact))
            case _:
                assert_never(fact)

    def _with(self, name: UUID, change: Callable[[FraudCase], FraudCase]) -> Self:
        """Return a copy with one case changed; unchanged if that case was never reported."""
        case = self.cases.get(name)
        return self if case is None else replace(self, cases={**self.cases, name: change(case)})


@dataclass(frozen=True, kw_only=True)
class KeyedSanction:
    """A sanction as keyed: its code, with the competences whose marks are void, or the months of an exclusion."""

    code: str
    competences: tuple[int, ...] = ()
    months: int | None = None


@dataclass(frozen=True, kw_only=True)
class FraudFinding:
    """The decision of the body that the rulebook names: the reason, the author, and the vote of a jury.

    `withdraws` are the sessions whose decision is annulled; `confirmed_by` is the second person, if one is required.
    """

    reason: Text
    by: PersonId
    withdraws: tuple[SessionId, ...] = ()
    vote: VoteOutcome | None = None
    confirmed_by: PersonId | None = None


def _deciders(said: FraudFound | SanctionPronounced) -> frozenset[PersonId]:
    """Return the person who decided it, and the one who confirmed it."""
    first = said.found_by if isinstance(said, FraudFound) else said.pronounced_by
    return frozenset({first} if said.confirmed_by is None else {first, said.confirmed_by})


def _within(asked: KeyedSanction, listed: Sanction) -> bool:
    """Return whether a sanction has what its kind requires, within the limits of the rulebook."""
    voids, excludes = listed.kind is SanctionKind.MARKS_VOID, listed.kind is SanctionKind.EXCLUSION
    if bool(asked.competences) != voids or bool(asked.months) != excludes:
        return False
    return not excludes or 0 < (asked.months or 0) <= (listed.months or 0)
