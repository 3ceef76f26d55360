"""The session of a jury: its plan, members, candidates and composition, from its planning to its release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from typing import Self, assert_never

from domain.candidacy.candidacy import AlreadySummoned, Candidacy, OwnWork
from domain.fact import Personal
from domain.framework.jury_rule import JuryRule, RuleCheck, Seat, Side, broken, despite, of_one_sex
from domain.jury.facts import (
    CandidateFreed,
    CandidateListed,
    CandidateTakenBack,
    ChairNamed,
    ChairRemoved,
    ChairReplaced,
    CommissionNamed,
    JurorAppointed,
    JurorRemoved,
    JurySessionFact,
    MemberLeft,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    MinutesSignatureRefused,
    MinutesSigned,
    MinutesTranscribed,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SessionPostponed,
    SessionReopened,
    SubstituteSeated,
)
from domain.jury.proceedings import SessionProceeding
from domain.ports import CandidacyId, EvidenceId, PersonId, SessionId
from domain.refusal import Refused, Violation
from domain.rulebook.chair_rules import SILENT, ChairRules, Presiding


class SessionStage(StrEnum):
    """The stage that a session has reached."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    SIGNED = "signed"
    RELEASED = "released"
    CANCELLED = "cancelled"


class JuryComposition(Refused):
    """A panel meets the sheet at the opening, and at decisions if the rulebook says so; the law, at each decision."""

    fr = "Le jury satisfait à la fiche à l'ouverture, et aux décisions si le règlement le dit ; à la loi, à chacune."
    source = (
        "{sheet}, composition of juries; Code du travail D6412-6 (LEGIARTI000049406241); "
        "for a parcours begun before 2024, Code de l'éducation R335-8 (LEGIARTI000039330030)"
    )
    source_fr = (
        "{sheet}, composition des jurys ; Code du travail D6412-6 (LEGIARTI000049406241) ; "
        "pour un parcours commencé avant 2024, Code de l'éducation R335-8 (LEGIARTI000039330030)"
    )


class AlreadyAppointed(Refused):
    """A person has one seat on a jury."""

    fr = "Une personne n'occupe qu'un siège dans un jury."


class SessionNotPlanned(Refused):
    """This can only be done before the session opens."""

    fr = "Cela n'est possible qu'avant l'ouverture de la session."


class SessionNotOpen(Refused):
    """This can only be done while the session is open."""

    fr = "Cela n'est possible que pendant la session."


class SessionNotClosed(Refused):
    """The minutes of a session are signed once it is closed: whoever runs it closes it first."""

    fr = "Le procès-verbal d'une session se signe une fois celle-ci close : qui la gère la clôture d'abord."


class SessionNotDue(Refused):
    """A session opens on the day for which it was called: not before, and once that day has passed it is put off."""

    fr = "Une session s'ouvre le jour pour lequel elle est convoquée : pas avant ; ce jour passé, on la reporte."


class SessionInThePast(Refused):
    """A session is called for today or a later day: a jury's day is the day of the titles that it pronounces."""

    fr = "Une session est convoquée pour aujourd'hui ou plus tard : son jour est celui des titres qu'elle prononce."
    kind = "invalid"


class JoiningLinkUnfit(Refused):
    """A session is joined remotely at an https address of 2,000 characters at most, without password or blank."""

    fr = "On rejoint une session à une adresse https de 2 000 caractères au plus, sans mot de passe ni blanc."
    kind = "invalid"


class SessionSize(Refused):
    """A session is called for one candidate at least and ninety at most."""

    fr = "Une session est convoquée pour un candidat au moins et quatre-vingt-dix au plus."
    kind = "invalid"


class AttendanceAlreadyNoted(Refused):
    """A member's attendance is noted once, under one of their files; after the opening who is there leaves."""

    fr = (
        "La présence d'un membre se note une fois, sous un seul de ses dossiers ; après l'ouverture, qui est là "
        "quitte la séance."
    )


class MovementImpossible(Refused):
    """Only a member who is there leaves the sitting, and only one who left comes back to it."""

    fr = "Seul un membre présent quitte la séance, et seul un membre parti y revient."


class SubstituteQuality(Refused):
    """A substitute takes the seat of a member of the same quality, on the day, before the session opens."""

    fr = "Un suppléant remplace un membre de même qualité, le jour même, avant l'ouverture de la session."


class NotOnThePanel(Refused):
    """Only members who sit, signed in at the opening and not recused, take part in a candidate's deliberation."""

    fr = "Seuls les membres présents à l'ouverture et non récusés participent à la délibération d'un candidat."


class SessionFull(Refused):
    """A session hears as many candidates as it has places."""

    fr = "Une session n'entend pas plus de candidats qu'elle n'a de places."


class WrongFramework(Refused):
    """A jury rules on candidacies of its own framework: call this one before a session planned under its own."""

    fr = (
        "Un jury ne se prononce que sur les candidatures de son référentiel : convoquez celle-ci devant une session "
        "planifiée sous le sien."
    )


class WrongRulebook(Refused):
    """A jury rules under one rulebook, that of its candidacies: this one needs a session planned under its own."""

    fr = (
        "Un jury applique un seul règlement, celui de ses candidatures : il faut à celle-ci une session planifiée "
        "sous le sien."
    )


class WrongJury(Refused):
    """A candidate is called before the jury that the sheet states for their route."""

    fr = "Un candidat est convoqué devant le jury que la fiche prévoit pour sa voie d'accès."
    source = "{sheet}, composition of juries by route of access"
    source_fr = "{sheet}, composition des jurys par voie d'accès"


class MinutesAlreadySigned(Refused):
    """The minutes of a session are signed once by each who signs them."""

    fr = "Le procès-verbal d'une session n'est signé qu'une fois par chacun de ses signataires."


class MinutesNotSigned(Refused):
    """Results are released once the session is closed and its minutes are signed by all who are to sign them."""

    fr = "Les résultats sont communiqués une fois la session close et le procès-verbal signé par ses signataires."


class NotTheChair(Refused):
    """The chair records what the jury decides, settles a tie and signs the minutes; the other members prepare.

    Of a candidate on whom the chair does not deliberate, the member appointed first of those who do records.
    """

    fr = (
        "Le président du jury consigne ce que le jury décide, départage les voix et signe le procès-verbal ; "
        "les autres membres préparent. Où il ne délibère pas, le premier nommé de ceux qui délibèrent consigne."
    )
    kind = "forbidden"


class AlreadyReleased(Refused):
    """The results of a session are released once."""

    fr = "Les résultats d'une session ne sont communiqués qu'une fois."


class PanelNotRenewed(Refused):
    """After an annulment nobody of the first jury, member or substitute, sits on this candidate again."""

    fr = "Après une annulation, aucun membre ni suppléant du premier jury ne siège de nouveau pour ce candidat."
    source = "General principle of impartiality (administrative case law, known without having been read)"
    source_fr = "Principe général d'impartialité (jurisprudence administrative, connue sans avoir été lue)"


class CommissionReports(Refused):
    """What a commission ruled is provisional: it is made known with the awarding jury's results, never before."""

    fr = "Les appréciations d'une commission sont provisoires : elles sont communiquées avec les résultats du jury."


class SittingNotHeld(Refused):
    """Only a session that was held already, on paper, is transcribed."""

    fr = "On ne transcrit qu'une session déjà tenue, sur papier."
    kind = "invalid"


class PaperMinutesMissing(Refused):
    """A session held on paper is keyed from its signed minutes, of which a scan comes first."""

    fr = "Une session tenue sur papier est saisie d'après son procès-verbal signé, dont la copie est d'abord déposée."


class DerogationNotNeeded(Refused):
    """A derogation answers a rule of balance that the panel falls short of."""

    fr = "Une dérogation répond à une règle d'équilibre que le jury ne respecte pas."


class PanelNotOfOneSex(Refused):
    """Why a panel is of one sex is said, in words, of one that is, until its session closes."""

    fr = "Pourquoi un jury est d'un seul sexe se dit, avec des mots, s'il l'est, avant la clôture de la session."
    source = "Code du travail D6412-6 (LEGIARTI000049406241); Code de l'éducation R335-8 (LEGIARTI000039330030)"
    source_fr = "Code du travail D6412-6 (LEGIARTI000049406241) ; Code de l'éducation R335-8 (LEGIARTI000039330030)"


JOINING_LINK = re.compile(r"https://[^\s/?#@\\]+([/?#]\S*)?")
LONGEST_LINK = 2000
MOST_PLACES = 90
"""Maximum number of places: closing relies on three streams a candidate, and an append on four hundred at most."""

WHERE = "where the session stands", "où en est la session"
STANDS: dict[SessionStage, Violation] = {
    SessionStage.PLANNED: Violation(
        "session-planned",
        "It has not opened: it is opened on its day, with the members present.",
        "Elle n'est pas ouverte : on l'ouvre le jour dit, avec les membres présents.",
        *WHERE,
    ),
    SessionStage.OPEN: Violation(
        "session-open",
        "It is open: this comes before its opening, or once it is closed.",
        "Elle est ouverte : cela se fait avant l'ouverture, ou après la clôture.",
        *WHERE,
    ),
    SessionStage.CLOSED: Violation(
        "session-closed",
        "It is closed, and its minutes wait for their signatures.",
        "Elle est close, et son procès-verbal attend ses signatures.",
        *WHERE,
    ),
    SessionStage.SIGNED: Violation(
        "session-signed",
        "It is closed and its minutes are signed: its results are to be released.",
        "Elle est close et son procès-verbal est signé : ses résultats restent à communiquer.",
        *WHERE,
    ),
    SessionStage.RELEASED: Violation(
        "session-released",
        "Its results are released: a rectification or an appeal alone can change them.",
        "Ses résultats sont communiqués : seule une rectification ou un recours peut les changer.",
        *WHERE,
    ),
    SessionStage.CANCELLED: Violation(
        "session-cancelled",
        "It was called off: its candidates are called before another one.",
        "Elle est annulée : ses candidats sont convoqués devant une autre.",
        *WHERE,
    ),
}
"""For each stage of a session, a violation that says what the stage is and what is to be done."""

SITS_AGAIN = Violation(
    "session-reopened",
    "It sits again on those candidates only for whom it was reopened.",
    "Elle ne siège de nouveau que pour les candidats pour qui elle a été rouverte.",
    *WHERE,
)

NAMED_TWICE = Violation(
    "panel-distinct",
    "Each member present is another person, whatever their files, and named once.",
    "Chaque membre présent est une autre personne, quels que soient ses dossiers, nommée une fois.",
    "the composition of juries, which counts persons",
    "la composition des jurys, qui compte des personnes",
)


@dataclass(frozen=True, kw_only=True)
class InPlaceOf:
    """The sessions with an annulled decision that a new call replaces, and who is barred from it for that reason."""

    sessions: frozenset[SessionId] = frozenset()
    barred: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, kw_only=True)
class JurySession:
    """One session of a jury, for many candidates (session de jury).

    `proceedings` are the facts of the sitting stated in the minutes, in order.
    """

    id: SessionId
    version: int = 0
    plan: SessionPlanned | None = None
    seats: dict[PersonId, JurorAppointed] = field(default_factory=dict)
    replaced: dict[PersonId, PersonId] = field(default_factory=dict)
    listed: frozenset[CandidacyId] = frozenset()
    listings: tuple[CandidateListed, ...] = ()
    candidates: frozenset[PersonId] = frozenset()
    barred: frozenset[PersonId] = frozenset()
    presides: PersonId | None = None
    derogations: frozenset[str] = frozenset()
    one_sex_explained: bool = False
    signed_in: dict[PersonId, MemberSignedIn] = field(default_factory=dict)
    absent: dict[PersonId, MemberNotedAbsent] = field(default_factory=dict)
    away: dict[PersonId, MemberLeft] = field(default_factory=dict)
    moved: dict[PersonId, tuple[date | None, time | None]] = field(default_factory=dict)
    present: frozenset[PersonId] = frozenset()
    opened_at: time | None = None
    closed_at: time | None = None
    closed_on: date | None = None
    opened_on: date | None = None
    released_on: date | None = None
    named: frozenset[PersonId] = frozenset()
    signed: frozenset[PersonId] = frozenset()
    waived: frozenset[PersonId] = frozenset()
    withheld: frozenset[CandidacyId] = frozenset()
    resumed: dict[CandidacyId, date] = field(default_factory=dict)
    commissions: frozenset[SessionId] = frozenset()
    scan: EvidenceId | None = None
    reopened: frozenset[CandidacyId] = frozenset()
    stead: PersonId | None = None
    freed: dict[CandidacyId, bool] = field(default_factory=dict)
    let_go: dict[CandidacyId, CandidateListed] = field(default_factory=dict)
    stage: SessionStage = SessionStage.PLANNED
    proceedings: tuple[SessionProceeding, ...] = ()

    def sits_on(self, candidacy: CandidacyId) -> bool:
        """Return whether the session is open for this candidate: once reopened, only for those concerned."""
        return self.stage is SessionStage.OPEN and (not self.reopened or candidacy in self.reopened)

    def released_to(self, candidacy: CandidacyId) -> bool:
        """Return whether the decision on this candidacy is made known: released, and not withheld for a procedure."""
        return self.stage is SessionStage.RELEASED and candidacy not in self.withheld

    def known_on(self, candidacy: CandidacyId) -> date | None:
        """Return the day on which the decision on this candidacy was made known; None if it is not."""
        return self.resumed.get(candidacy, self.released_on) if self.released_to(candidacy) else None

    @property
    def commission(self) -> bool:
        """True if it is an evaluation commission, which grants nothing."""
        return self.planned.reports_to is not None

    @property
    def over(self) -> bool:
        """True if the session is finished: its results are released, or it was cancelled."""
        return self.stage in {SessionStage.RELEASED, SessionStage.CANCELLED}

    def over_for(self, candidacy: CandidacyId) -> bool:
        """Return whether the session is finished for this candidate: released, cancelled, or they were freed."""
        return self.stage is SessionStage.CANCELLED or candidacy in self.freed or self.released_to(candidacy)

    def listing(self, candidacy: CandidacyId) -> CandidateListed | None:
        """Return the listing of this candidacy, if it is on the list."""
        return next((listing for listing in self.listings if listing.candidacy == candidacy), None)

    def renewal_for(self, candidacy: CandidacyId) -> CandidateListed | None:
        """Return this candidate's listing here in replacement of annulled decisions, if any."""
        here = (each for each in self.listings if each.candidacy == candidacy and each.renews)
        return None if self.stage is SessionStage.CANCELLED else next(here, None)

    def day_of(self, today: date) -> date:
        """Return the day on which this jury acts: today, or the day of a session held on paper."""
        return self.planned.held_on if self.planned.on_paper else today

    @property
    def signatories(self) -> frozenset[PersonId]:
        """The members who sign the minutes: those named at the closing, else the chair, if present."""
        return self.named or (frozenset({self.chair} if self.chair is not None else ()) & self.present)

    @property
    def planned(self) -> SessionPlanned:
        """The plan; a loaded session always has one."""
        if self.plan is None:
            raise ValueError("nothing was planned here")
        return self.plan

    @property
    def appointed_chair(self) -> PersonId | None:
        """The member appointed to the chair."""
        return next((juror for juror, seat in self.seats.items() if seat.chair), None)

    @property
    def chair(self) -> PersonId | None:
        """The chair: the member chosen at the opening, else the one appointed, or the substitute in that seat."""
        seat = self.appointed_chair
        return self.presides or (None if seat is None else self.replaced.get(seat, seat))

    @property
    def sitting(self) -> frozenset[PersonId]:
        """The members in the sitting now: present, and not away."""
        return self.present - self.away.keys()

    def away_from(self, candidacy: CandidacyId) -> frozenset[PersonId]:
        """Return the members who are away, while the session is open for this candidate; otherwise an empty set."""
        return frozenset(self.away) if self.sits_on(candidacy) else frozenset()

    def presiding(self, members: AbstractSet[PersonId]) -> PersonId | None:
        """Return the member who presides over these members: the chair, else the one appointed first."""
        if self.chair in members:
            return self.chair
        return next((each for each in self.titulars if each in members), self.chair)

    @property
    def titulars(self) -> tuple[PersonId, ...]:
        """The current holders of the seats: titular members, or the substitutes who took their places."""
        held = (juror for juror, seat in self.seats.items() if not seat.substitute)
        return tuple(self.replaced.get(juror, juror) for juror in held)

    @property
    def of_one_sex(self) -> bool:
        """True if all members present (before the opening: all holders of seats) are women, or all are men."""
        return of_one_sex(self.seats[member].sex for member in self.sitting or self.titulars)

    def call(self, planned: SessionPlanned, today: date) -> SessionPlanned:
        """Plan the session for today or later, with no more places than one closing can decide on.

        A session held on paper is planned for the day on which it was held.
        """
        if planned.on_paper and planned.held_on > today:
            raise SittingNotHeld(planned.held_on.isoformat())
        if planned.held_on < today and not planned.on_paper:
            raise SessionInThePast(planned.held_on.isoformat())
        if not 1 <= planned.places <= MOST_PLACES:
            raise SessionSize(planned.places)
        link = planned.joining_link
        if link is not None and not (len(link) <= LONGEST_LINK and JOINING_LINK.fullmatch(link)):
            raise JoiningLinkUnfit(self.id)
        return planned

    def appoint(self, seat: JurorAppointed, names: frozenset[PersonId]) -> JurorAppointed:
        """Give a person a seat before the session opens; `names` are all the files of that person."""
        self._at(SessionStage.PLANNED, SessionNotPlanned)
        if names & self.seats.keys():
            raise AlreadyAppointed(seat.juror)
        if names & self.candidates:
            raise OwnWork(seat.juror)
        if names & self.barred:
            raise PanelNotRenewed(seat.juror)
        if seat.chair and any(other.chair for other in self.seats.values()):
            raise AlreadyAppointed(seat.juror)
        return seat

    def seat_substitute(
        self, substitute: PersonId, replaced: PersonId, seats: Mapping[PersonId, Seat] | None, today: date
    ) -> SubstituteSeated:
        """Seat a substitute in place of a titular member, on the day; `seats`, if given, must be of one quality."""
        self._at(SessionStage.PLANNED, SessionNotPlanned)
        stands_in, absent = self.seats.get(substitute), self.seats.get(replaced)
        if stands_in is None or absent is None or not stands_in.substitute or absent.substitute:
            raise SubstituteQuality(substitute)
        if replaced in self.signed_in:
            raise AttendanceAlreadyNoted(replaced)
        if replaced in self.replaced or substitute in self.replaced.values():
            raise SubstituteQuality(substitute)
        if seats is not None and _quality(seats[substitute]) != _quality(seats[replaced]):
            raise SubstituteQuality(substitute)
        if today < self.planned.held_on:
            raise SubstituteQuality(substitute)
        day = self.planned.held_on if self.planned.on_paper else today
        return SubstituteSeated(substitute=substitute, replaced=replaced, seated_on=day)

    def check_places(self, more: int) -> None:
        """Refuse to call more candidates than there are places left."""
        left = max(0, self.planned.places - len(self.listed))
        if more > left:
            raise SessionFull(self.id, violations=(_places(self.planned.places, left, more),))

    def summon(
        self,
        candidacy: Candidacy,
        earlier: tuple[JurySession, ...],
        sheet: JuryRule | None,
        instead: InPlaceOf,
        names: frozenset[PersonId],
    ) -> CandidateListed:
        """Put a candidacy on the list while there is a place and no earlier session has still to release its result.

        `sheet` is the jury that the framework states for the candidacy's route. `instead` gives the juries whose
        annulled decision this call replaces, and their members who may not sit here. `names` are all the files of the
        candidate.
        """
        self._at(SessionStage.PLANNED, SessionNotPlanned)
        terms = candidacy.terms
        if terms.framework != self.planned.framework:
            raise WrongFramework(candidacy.id)
        if terms.rulebook != self.planned.rulebook:
            raise WrongRulebook(candidacy.id)
        if names & self.seats.keys():
            raise OwnWork(terms.candidate)
        if sheet is None or sheet.id != self.planned.jury:
            raise WrongJury(candidacy.id)
        before = {*self.listed, *self.freed}
        if candidacy.id in before or not all(session.over_for(candidacy.id) for session in earlier):
            raise AlreadySummoned(candidacy.id)
        self.check_places(1)
        return CandidateListed(
            candidacy=candidacy.id,
            candidate=terms.candidate,
            barred=tuple(sorted(instead.barred)),
            renews=tuple(sorted(instead.sessions)),
        )

    def derogate(
        self, rule: str, reason: str, proof: str, by: PersonId, shortfalls: tuple[Violation, ...]
    ) -> PanelDerogationGranted:
        """Grant a derogation for a shortfall of balance that the seats show."""
        self._at(SessionStage.PLANNED, SessionNotPlanned)
        if rule not in {shortfall.rule for shortfall in shortfalls}:
            raise DerogationNotNeeded(rule)
        return PanelDerogationGranted(rule=rule, reason=Personal(reason, by), proof=Personal(proof, by))

    def explain_one_sex(self, reason: str, by: PersonId) -> PanelOfOneSexExplained:
        """Record why the panel is of one sex; `by` is the person who states it."""
        under_way = self.stage in {SessionStage.PLANNED, SessionStage.OPEN}
        if not (under_way and self.of_one_sex and reason.strip()):
            raise PanelNotOfOneSex(self.id)
        return PanelOfOneSexExplained(reason=Personal(reason, by))

    def sign_in(
        self, juror: PersonId, names: frozenset[PersonId], today: date, at: time | None, *, on_paper: bool
    ) -> MemberSignedIn:
        """Record that a member came and signed on the day, before the opening or later; `names` are their files."""
        self._attended(juror, today)
        if self.reopened:
            raise self.not_now(SessionNotOpen)
        if names & (self.signed_in.keys() | self.present):
            raise AttendanceAlreadyNoted(juror)
        return MemberSignedIn(juror=juror, signed_on=self.day_of(today), on_paper=on_paper, at=at)

    def note_absent(self, juror: PersonId, today: date, at: time | None, *, excused: bool) -> MemberNotedAbsent:
        """Record that a member did not come; before the opening this cancels a signature recorded by mistake."""
        self._attended(juror, today)
        if self.reopened:
            raise self.not_now(SessionNotOpen)
        said = self.absent.get(juror)
        if juror in self.present or (said is not None and said.excused is excused):
            raise AttendanceAlreadyNoted(juror)
        return MemberNotedAbsent(juror=juror, excused=excused, at=at, day=self.later_day(today))

    def leave(self, juror: PersonId, today: date, at: time | None) -> MemberLeft:
        """Record that a member who is present leaves the sitting."""
        self._at(SessionStage.OPEN, SessionNotOpen)
        if juror not in self.sitting:
            raise MovementImpossible(juror)
        return MemberLeft(juror=juror, at=at, left_on=self.later_day(today))

    def come_back(self, juror: PersonId, today: date, at: time | None) -> MemberReturned:
        """Record that a member who had left has returned."""
        self._at(SessionStage.OPEN, SessionNotOpen)
        if juror not in self.away:
            raise MovementImpossible(juror)
        return MemberReturned(juror=juror, at=at, returned_on=self.later_day(today))

    def hours_on(self, day: date, members: AbstractSet[PersonId]) -> tuple[time | None, ...]:
        """Return the hours, on this day, of the opening and of the signature and last movement of these members."""
        hours = [self.opened_at] if day == self.opened_on else []
        for juror in members:
            signed, moved = self.signed_in.get(juror), self.moved.get(juror)
            hours += [signed.at] if signed and signed.signed_on == day else []
            hours += [moved[1]] if moved and moved[0] == day else []
        return tuple(hours)

    def later_day(self, today: date) -> date | None:
        """Return today if the session opened on another day; None on its own day, and on paper."""
        return None if self.planned.on_paper or self.opened_on in {None, today} else today

    def _attended(self, juror: PersonId, today: date) -> None:
        """Refuse to record attendance except for a holder of a seat, from the session's day to its closing."""
        if self.stage not in {SessionStage.PLANNED, SessionStage.OPEN}:
            raise self.not_now(SessionNotOpen)
        if self.planned.on_paper and self.scan is None:
            raise PaperMinutesMissing(self.id)
        if self.stage is SessionStage.PLANNED and not self.planned.on_paper and today != self.planned.held_on:
            raise SessionNotDue(self.id)
        if juror not in self.titulars:
            raise NotOnThePanel(juror)

    def open(
        self,
        present: tuple[PersonId, ...],
        sheet: JuryRule,
        today: date,
        panel: tuple[Seat, ...],
        *,
        chairing: ChairRules = SILENT,
        presides: PersonId | None = None,
        double: frozenset[PersonId] = frozenset(),
        at: time | None = None,
    ) -> SessionOpened:
        """Open the session with the members who signed in; the panel must be lawful, in balance or derogated.

        `sheet` is the composition that the framework states. `panel` are the members whose composition is checked:
        those present, or all who hold a seat where the rulebook says so. `double` are members with another seat under
        another file. `presides` is the member whom the panel chose in the chair's absence. A commission is not a
        jury: the certifier decides its composition. A session held on paper opens on its own day, once its signed
        minutes are filed.
        """
        self._at(SessionStage.PLANNED, SessionNotPlanned)
        if self.planned.on_paper and self.scan is None:
            raise PaperMinutesMissing(self.id)
        passed = today > self.planned.held_on and not self.planned.on_paper
        if today < self.planned.held_on or passed:
            raise SessionNotDue(self.id)
        if not set(present) <= set(self.titulars):
            raise NotOnThePanel(*sorted(set(present) - set(self.titulars)))
        checks = self.checks_at_opening(
            sheet, present, panel, chairing=chairing, presides=presides, double=bool(double)
        )
        if unlawful := broken(checks):
            raise JuryComposition(self.id, violations=unlawful)
        day = self.planned.held_on if self.planned.on_paper else today
        return SessionOpened(present=tuple(sorted(present)), opened_on=day, presides=presides, at=at)

    def checks_at_opening(
        self,
        sheet: JuryRule,
        present: tuple[PersonId, ...],
        panel: tuple[Seat, ...],
        *,
        chairing: ChairRules = SILENT,
        presides: PersonId | None = None,
        double: bool = False,
    ) -> tuple[RuleCheck, ...]:
        """Return each rule checked when the session opens with these members, and any other reason that prevents it.

        The arguments are those of `open`.
        """
        checks = () if self.commission else (*sheet.checks(panel), *despite(sheet.balanced(panel), self.derogations))
        if sheet.chair or self.commission or presides is not None:
            counted = None if self.commission else panel
            places = Presiding(appointed=self.appointed_chair, seated=self.chair, chosen=presides)
            checks += tuple(_not_kept(each) for each in chairing.broken(places, present, counted))
        return (*checks, _not_kept(NAMED_TWICE)) if double or len(set(present)) < len(present) else checks

    def lacks(
        self,
        sheet: JuryRule,
        present: tuple[PersonId, ...],
        panel: tuple[Seat, ...],
        *,
        chairing: ChairRules = SILENT,
        presides: PersonId | None = None,
    ) -> tuple[Violation, ...]:
        """Return the rules of the sheet, on composition and on who presides, that these members break."""
        return broken(self.checks_at_opening(sheet, present, panel, chairing=chairing, presides=presides))

    def close(self, signatories: tuple[PersonId, ...], today: date, at: time | None) -> SessionClosed:
        """Close an open session; `signatories` sign its minutes, or the chair if there are none."""
        self._at(SessionStage.OPEN, SessionNotOpen)
        return SessionClosed(signatories=signatories, at=at, closed_on=self.later_day(today))

    def reopen(self, candidacy: CandidacyId, today: date, at: time | None) -> SessionReopened | None:
        """Reopen the session for a candidate whose deliberation is reopened; None if it is open for them already."""
        if self.sits_on(candidacy):
            return None
        return SessionReopened(candidacy=candidacy, at=at, day=self.later_day(today))

    def release(self, today: date) -> ResultsReleased:
        """Release the results, once, when the minutes are signed."""
        if self.stage is SessionStage.RELEASED:
            raise AlreadyReleased(self.id)
        if self.commission:
            raise CommissionReports(self.id)
        self._at(SessionStage.SIGNED, MinutesNotSigned)
        return ResultsReleased(released_on=today)

    def withhold(self, candidacy: CandidacyId) -> ReleaseWithheld | None:
        """Withhold the result on this candidacy; None if it is withheld or released already, or none is to come."""
        if self.over or candidacy in self.withheld:
            return None
        return ReleaseWithheld(candidacy=candidacy)

    def resume(self, candidacy: CandidacyId, today: date) -> ReleaseResumed | None:
        """Release a withheld result, today if the others' results are released; None if nothing was withheld."""
        if candidacy not in self.withheld:
            return None
        return ReleaseResumed(candidacy=candidacy, released_on=today if self.stage is SessionStage.RELEASED else None)

    def with_signatures(self, signed: frozenset[PersonId], waived: frozenset[PersonId]) -> Self:
        """Return a copy with these signatures, signed once all who must sign and were not waived have signed."""
        complete = bool(signed) and self.named <= signed | waived
        return replace(self, signed=signed, waived=waived, stage=SessionStage.SIGNED if complete else self.stage)

    def _without(self, candidacy: CandidacyId, *, work_travels: bool) -> Self:
        """Return a copy that freed this candidate: off the list, unless the minutes already mention them."""
        freed = replace(self, freed={**self.freed, candidacy: work_travels})
        if self.stage not in {SessionStage.PLANNED, SessionStage.OPEN}:
            return freed
        listings = tuple(each for each in self.listings if each.candidacy != candidacy)
        let_go = {**self.let_go, **{each.candidacy: each for each in self.listings if each.candidacy == candidacy}}
        return replace(freed, listed=self.listed - {candidacy}, listings=listings, let_go=let_go)

    def _with_again(self, candidacy: CandidacyId) -> Self:
        """Return a copy with this freed candidate on the list again, as first called."""
        freed = {each: travels for each, travels in self.freed.items() if each != candidacy}
        listings = (*self.listings, self.let_go[candidacy])
        return replace(self, freed=freed, listed=self.listed | {candidacy}, listings=listings)

    def _presided_by(self, chair: PersonId | None) -> Self:
        """Return a copy with this member, and no other, appointed to the chair."""
        seats = {juror: replace(seat, chair=juror == chair) for juror, seat in self.seats.items()}
        return replace(self, seats=seats)

    def _without_member(self, juror: PersonId) -> Self:
        """Return a copy without this seat, its holder's substitution, and attendance of members without a seat."""
        seats = {each: seat for each, seat in self.seats.items() if each != juror}
        replaced = {titular: taken for titular, taken in self.replaced.items() if juror not in {titular, taken}}
        left = self._reseated(replace(self, seats=seats, replaced=replaced))
        signed_in = {member: each for member, each in self.signed_in.items() if member in left.titulars}
        absent = {member: each for member, each in self.absent.items() if member in {*left.titulars, *replaced}}
        return replace(left, signed_in=signed_in, absent=absent)

    def _reseated(self, seated: Self) -> Self:
        """Return the copy with new holders of seats, without the explanation given for a panel of one sex."""
        return seated if seated.titulars == self.titulars else replace(seated, one_sex_explained=False)

    def _attended_by(self, fact: MemberSignedIn | MemberNotedAbsent | MemberLeft | MemberReturned) -> Self:
        """Return a copy with one more member present, or one fewer."""
        juror = fact.juror
        match fact:
            case MemberSignedIn():
                absent = {member: each for member, each in self.absent.items() if member != juror}
                present = self.present | {juror} if self.stage is SessionStage.OPEN else self.present
                return replace(self, signed_in={**self.signed_in, juror: fact}, absent=absent, present=present)
            case MemberNotedAbsent():
                signed_in = {member: each for member, each in self.signed_in.items() if member != juror}
                return replace(self, absent={**self.absent, juror: fact}, signed_in=signed_in)
            case MemberLeft():
                moved = {**self.moved, juror: (fact.left_on or self.opened_on, fact.at)}
                return replace(self, away={**self.away, juror: fact}, moved=moved)
            case MemberReturned():
                away = {member: each for member, each in self.away.items() if member != juror}
                moved = {**self.moved, juror: (fact.returned_on or self.opened_on, fact.at)}
                return replace(self, away=away, moved=moved)

    def not_now(self, rule: type[Refused]) -> Refused:
        """Return the refusal of an act at the wrong stage, with the current stage and what is to be done."""
        stands = SITS_AGAIN if self.stage is SessionStage.OPEN and self.reopened else STANDS[self.stage]
        return rule(self.id, violations=(stands,))

    def _at(self, stage: SessionStage, otherwise: type[Refused]) -> None:
        if self.stage is not stage:
            raise self.not_now(otherwise)

    def evolve(self, fact: JurySessionFact) -> Self:
        after = self._after(fact)
        if not isinstance(fact, SessionProceeding):
            return after
        return replace(after, proceedings=(*self.proceedings, fact))

    def _after(self, fact: JurySessionFact) -> Self:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
        match fact:
            case SessionPlanned():
                return replace(self, plan=fact)
            case JurorAppointed(juror=juror):
                return self._reseated(replace(self, seats={**self.seats, juror: fact}))
            case JurorRemoved(juror=juror):
                return self._without_member(juror)
            case ChairNamed(juror=juror):
                return self._presided_by(juror)
            case ChairRemoved():
                return self._presided_by(None)
            case SubstituteSeated(substitute=substitute, replaced=replaced):
                return self._reseated(replace(self, replaced={**self.replaced, replaced: substitute}))
            case CandidateListed(candidacy=candidacy, candidate=candidate, barred=barred):
                return replace(
                    self,
                    listed=self.listed | {candidacy},
                    listings=(*self.listings, fact),
                    candidates=self.candidates | {candidate},
                    barred=self.barred | frozenset(barred),
                )
            case PanelDerogationGranted(rule=rule):
                return replace(self, derogations=self.derogations | {rule})
            case PanelOfOneSexExplained():
                return replace(self, one_sex_explained=True)
            case MemberSignedIn() | MemberNotedAbsent() | MemberLeft() | MemberReturned():
                return self._attended_by(fact)
            case SessionOpened(present=present, opened_on=opened_on, presides=presides, at=at):
                opened = replace(self, stage=SessionStage.OPEN, opened_on=opened_on, opened_at=at)
                return replace(opened, present=frozenset(present), presides=presides)
            case SessionClosed(signatories=signatories, at=at, closed_on=closed_on):
                closed = replace(self, stage=SessionStage.CLOSED, closed_at=at, closed_on=closed_on or self.opened_on)
                return replace(closed, named=frozenset(signatories), reopened=frozenset())
            case SessionReopened(candidacy=candidacy):
                nobody: frozenset[PersonId] = frozenset()
                unsigned = replace(self, named=nobody, signed=nobody, waived=nobody, stead=None)
                return replace(unsigned, stage=SessionStage.OPEN, reopened=self.reopened | {candidacy})
            case ChairReplaced(juror=juror):
                named = self.signatories - {self.chair} | {juror}
                return replace(self, named=named, stead=juror).with_signatures(self.signed, self.waived)
            case MinutesSigned(signed_by=juror):
                return self.with_signatures(self.signed | {juror}, self.waived)
            case MinutesSignatureRefused(juror=juror, waived=waived):
                return self.with_signatures(self.signed, self.waived | {juror}) if waived else self
            case SessionPostponed():
                return replace(self, plan=fact.put_off(self.planned), signed_in={}, absent={}, proceedings=())
            case SessionCancelled():
                return replace(self, stage=SessionStage.CANCELLED)
            case CommissionNamed(commission=commission):
                return replace(self, commissions=self.commissions | {commission})
            case CandidateFreed(candidacy=candidacy, work_travels=work_travels):
                return self._without(candidacy, work_travels=work_travels)
            case CandidateTakenBack(candidacy=candidacy):
                return self._with_again(candidacy)
            case MinutesTranscribed(scan=scan):
                return replace(self, scan=scan)
            case ResultsReleased(released_on=released_on):
                return replace(self, stage=SessionStage.RELEASED, released_on=released_on)
            case ReleaseWithheld(candidacy=candidacy):
                return replace(self, withheld=self.withheld | {candidacy})
            case ReleaseResumed(candidacy=candidacy, released_on=day):
                resumed = {**self.resumed, candidacy: day} if day else self.resumed
                return replace(self, withheld=self.withheld - {candidacy}, resumed=resumed)
            case _:
                assert_never(fact)


def _not_kept(rule: Violation) -> RuleCheck:
    return RuleCheck(asks=(rule.en, rule.fr), measured=("", ""), kept=False, broken=rule)


def _quality(seat: Seat) -> tuple[bool, Side | None]:
    """Return the quality that a substitute must share with the member they replace."""
    return seat.external, seat.side


def _places(places: int, left: int, more: int) -> Violation:
    """Return a violation with the number of places of a session, those left, and those asked for."""
    return Violation(
        "session-full",
        f"Places: {places}; left: {left}; candidates chosen: {more}. Nobody is called.",
        f"Places : {places} ; libres : {left} ; candidats choisis : {more}. Personne n'est convoqué.",
        "the session's plan",
        "la session telle que prévue",
    )
