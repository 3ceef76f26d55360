"""Reviews and court actions against a jury's decision, and their outcome (réexamen, recours).

Only the jury judges a candidate's work: a reviewer of its decision, the certifier or a court, examines how it was
taken and what was keyed wrongly, and annuls or upholds it, but never replaces it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.appeal.facts import ComplaintGround, CourtRuled, ReviewAnswered, ReviewFact, ReviewRequested
from domain.calendar import Calendar
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import JurySitting
from domain.deadlines.notice import Notice
from domain.fact import Personal, Text, is_blank, personal_to, stream_of
from domain.jury.annulled_decision import AlreadyAnnulled, Cause
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession, SessionStage
from domain.ports import CandidacyId, EvidenceId, Find, Log, PersonId, SessionId
from domain.refusal import NotFound, Refused, Violation
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Remedy


class JuryIsSovereign(Refused):
    """The jury is sovereign: a review bears on material errors and on procedure, never on how it judged the work."""

    fr = (
        "Le jury est souverain : un réexamen porte sur une erreur matérielle ou sur la procédure, "
        "jamais sur l'appréciation du jury."
    )
    source = (
        "Conseil d'État, settled case law on the sovereign appreciation of juries (known without having been read)"
    )
    source_fr = (
        "Conseil d'État, jurisprudence constante sur l'appréciation souveraine des jurys (connue sans avoir été lue)"
    )


class ReviewOutOfTime(Refused):
    """A review is asked for within the time limit of the candidacy's rulebook, from the notice, else the release."""

    fr = "Un réexamen se demande dans le délai du règlement, qui court de la notification, sinon de la communication."
    source = (
        "the certifier's rulebook; Code des relations entre le public et l'administration L411-2 (known without"
        " having been read; whether it binds a private certifier is for a lawyer)"
    )
    source_fr = (
        "le règlement du certificateur ; Code des relations entre le public et l'administration L411-2 (connu "
        "sans avoir été lu ; s'il lie un certificateur privé, c'est à un juriste de le dire)"
    )


class LetterMisdated(Refused):
    """A request that came as a letter is keyed by the registrar with the day it came; one's own is of today."""

    fr = (
        "Une demande venue par lettre est saisie par le gestionnaire au jour de sa réception ; la sienne est du jour."
    )
    kind = "invalid"


class ReviewUnderWay(Refused):
    """A decision is reviewed once at a time: the request under way is answered first."""

    fr = "Une décision n'est réexaminée qu'une fois à la fois : la demande en cours reçoit d'abord sa réponse."


class NoReviewUnderWay(Refused):
    """Only a request for review that was made, and not answered yet, is answered."""

    fr = "On ne répond qu'à une demande de réexamen déposée et restée sans réponse."


class JudgeInOwnCause(Refused):
    """Nobody answers a complaint about the decision of a jury on which they had a seat."""

    fr = "Nul ne répond à la contestation d'une décision prise par un jury où il avait un siège."
    source = "General principle of impartiality (administrative case law, known without having been read)"
    source_fr = "Principe général d'impartialité (jurisprudence administrative, connue sans avoir été lue)"


class Unreasoned(Refused):
    """Whoever questions a decision, answers that, or takes back what was credited says why."""

    fr = "Qui conteste une décision, y répond ou retire ce qui était reporté dit pourquoi."
    kind = "invalid"


class NotAMaterialError(Refused):
    """What an answer to a review rectifies is a material error; a fault of procedure is answered by an annulment."""

    fr = (
        "La réponse à un réexamen ne rectifie qu'une erreur matérielle ; un vice de procédure conduit à l'annulation."
    )


class CourtRulingMisdated(Refused):
    """A court rules after the decision was made known, or the ruling that it quashes, and not on a day to come."""

    fr = "Un tribunal statue après la communication de la décision, ou l'arrêt qu'il casse, et pas un jour à venir."
    kind = "invalid"


class NothingToQuash(Refused):
    """A higher court quashes a court's ruling that annulled the decision, while the decision is annulled by it."""

    fr = (
        "Une juridiction supérieure casse la décision de justice qui a annulé celle du jury, tant que celle-ci l'est."
    )


class CourtUnnamed(Refused):
    """A court's ruling is noted with the court that gave it and the reference under which it is found."""

    fr = "Une décision de justice est consignée avec le tribunal qui l'a rendue et la référence où la trouver."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class ContestedDecision:
    """A contested decision: its session, its candidacy, and the remedy of its rulebook."""

    session: JurySession
    candidacy: Candidacy
    deliberation: Deliberation
    notice: Notice
    remedy: Remedy | None
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def until(self) -> date | None:
        """The last day for a request, counted from the notice, else from the release; None if no limit runs.

        A limit does not run if it was never published, nor from a day that was not recorded (Code de justice
        administrative R421-5 says so of actions before a court; known without having been read).
        """
        known_on = self.notice.known_on(self.session, self.candidacy.id, self.deliberation)
        return self.remedy.ends(known_on, self.calendar) if self.remedy and known_on else None

    def out_of_time(self, on: date) -> bool:
        """Return whether the limit is over in the rulebook's zone, at any hour of that day in Paris."""
        return self.until is not None and self.calendar.surely_over(self.until, on)

    def about_candidate(self, text: Text) -> Personal[str]:
        """Return a text as a personal value about the candidate, so that it is sealed."""
        return personal_to(text, self.candidacy.terms.candidate)


@dataclass(frozen=True, kw_only=True)
class Review:
    """All that contests one jury's decision on one candidate: requests, answers, court rulings.

    `ruled_on` is the day of the last ruling that annulled it, or that quashed such a ruling (`quashed`).
    """

    id: UUID
    version: int = 0
    under_way: ComplaintGround | None = None
    annuls: Cause | None = None
    ruled_on: date | None = None
    quashed: bool = False

    @staticmethod
    def id_of(session: SessionId, candidacy: CandidacyId) -> UUID:
        """Return the stream id of the reviews of a deliberation: unique by session and candidacy."""
        return stream_of("review", session, candidacy)

    def request(
        self, questioned: ContestedDecision, asked: Complaint, today: date, *, by_post: bool
    ) -> ReviewRequested:
        """Ask for a review of a released decision, in time, one at a time, never on the merits.

        A letter is in time by the day of its receipt, whenever it is keyed.
        """
        ground, statement, received_on = asked.ground, asked.statement, asked.received_on
        if ground is ComplaintGround.MERITS:
            raise JuryIsSovereign(self.id)
        if not statement.strip():
            raise Unreasoned(self.id)
        questioned.deliberation.check_questionable(questioned.session, questioned.candidacy.id)
        if self.under_way is not None:
            raise ReviewUnderWay(self.id)
        released_on = questioned.session.known_on(questioned.candidacy.id) or date.min
        if by_post:
            there = asked.letter is None or asked.letter in questioned.candidacy.evidence
            sound = there and received_on is not None and released_on <= received_on <= today
        else:
            sound = received_on is None and asked.letter is None
        if not sound:
            raise LetterMisdated(self.id)
        asked_on = received_on or today
        if questioned.until and questioned.out_of_time(asked_on):
            raise ReviewOutOfTime(self.id, violations=(time_limit_violation(questioned.until, questioned.remedy),))
        return ReviewRequested(
            session=questioned.session.id,
            candidacy=questioned.candidacy.id,
            ground=ground,
            asked_on=asked_on,
            statement=questioned.about_candidate(statement),
            received_on=received_on,
            letter=asked.letter,
        )

    def answer(
        self,
        questioned: ContestedDecision,
        *,
        accepted: bool,
        reason: Text,
        by: frozenset[PersonId],
        rectifies: bool = False,
    ) -> ReviewAnswered:
        """Answer the pending request, with reasons, as a person who was not on that jury; `by` are their files.

        An accepted request annuls a decision in force, or leads to the rectification of a keying error.
        """
        if self.under_way is None:
            raise NoReviewUnderWay(self.id)
        if sat := by & questioned.session.seats.keys():
            raise JudgeInOwnCause(*sorted(sat))
        if rectifies and not (accepted and self.under_way is ComplaintGround.MATERIAL):
            raise NotAMaterialError(self.id)
        if is_blank(reason):
            raise Unreasoned(self.id)
        if accepted:
            questioned.deliberation.check_questionable(questioned.session, questioned.candidacy.id)
        return ReviewAnswered(
            session=questioned.session.id,
            candidacy=questioned.candidacy.id,
            accepted=accepted,
            reason=questioned.about_candidate(reason),
            rectifies=rectifies,
        )

    def rule(self, questioned: ContestedDecision, judgement: KeyedCourtRuling, today: date) -> CourtRuled:
        """Record what a court ruled on a decision in force."""
        questioned.deliberation.check_questionable(questioned.session, questioned.candidacy.id)
        known_on = questioned.session.known_on(questioned.candidacy.id) or date.min
        return self._ruled(questioned, judgement, known_on, today)

    def quash(
        self, questioned: ContestedDecision, judgement: KeyedCourtRuling, now_open: Collection[SessionId], today: date
    ) -> CourtRuled:
        """Record that a higher court quashed the ruling that annulled the decision, which is in force again.

        Refused while a session of a jury is open on the candidacy (`now_open`), and if that court itself annuls the
        decision.
        """
        if judgement.annuls:
            raise AlreadyAnnulled(questioned.deliberation.id)
        if not questioned.deliberation.annulled or self.ruled_on is None or self.annuls is not Cause.COURT:
            raise NothingToQuash(self.id)
        ruled = self._ruled(questioned, judgement, self.ruled_on, today)
        if now_open:
            raise JurySitting(*now_open)
        return replace(ruled, quashes=True)

    def _ruled(
        self, questioned: ContestedDecision, judgement: KeyedCourtRuling, since: date, today: date
    ) -> CourtRuled:
        if not since <= judgement.ruled_on <= today:
            raise CourtRulingMisdated(judgement.ruled_on.isoformat())
        if not judgement.court.strip() or is_blank(judgement.reference):
            raise CourtUnnamed(self.id)
        return CourtRuled(
            session=questioned.session.id,
            candidacy=questioned.candidacy.id,
            court=judgement.court,
            ruled_on=judgement.ruled_on,
            annuls=judgement.annuls,
            reference=questioned.about_candidate(judgement.reference),
        )

    def evolve(self, fact: ReviewFact) -> Self:
        match fact:
            case ReviewRequested(ground=ground):
                return replace(self, under_way=ground)
            case ReviewAnswered(accepted=accepted, rectifies=rectifies):
                annuls = accepted and not rectifies
                return replace(self, under_way=None, annuls=Cause.REVIEW if annuls else self.annuls)
            case CourtRuled(quashes=True, ruled_on=ruled_on):
                return replace(self, annuls=None, ruled_on=ruled_on, quashed=True)
            case CourtRuled(annuls=True, ruled_on=ruled_on):
                return replace(self, annuls=Cause.COURT, ruled_on=ruled_on, quashed=False)
            case CourtRuled():
                return self
            case _:
                assert_never(fact)


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """A request as submitted, or keyed from a letter: its ground, its text, the day of receipt, the scan."""

    ground: ComplaintGround
    statement: str
    received_on: date | None = None
    letter: EvidenceId | None = None


@dataclass(frozen=True, kw_only=True)
class KeyedCourtRuling:
    """A court's ruling, as keyed: the court, the day, the reference, and whether it annuls."""

    court: str
    ruled_on: date
    reference: Text
    annuls: bool


def questioned(log: Log, session: SessionId, candidacy: Candidacy) -> ContestedDecision:
    """Load what a request, an answer or a court ruling on a decision relies on.

    Loads the session, the deliberation, its notice and the candidacy's rulebook. Raises NotFound for a session before
    which the candidacy was never called.
    """
    if session not in candidacy.sessions:
        raise NotFound(session)
    notice = log.find(Notice, Notice.id_of(session, candidacy.id))
    rules = log.load(Rulebook, candidacy.terms.rulebook).content
    return ContestedDecision(
        session=log.load(JurySession, session),
        candidacy=candidacy,
        deliberation=log.find(Deliberation, Deliberation.id_of(session, candidacy.id)),
        notice=notice,
        remedy=notice.remedy(rules),
        calendar=rules.journeys.calendar,
    )


def sessions_open_on(find: Find, candidacy: Candidacy) -> tuple[SessionId, ...]:
    """Return the open sessions among those before which a candidacy was called."""
    return tuple(each for each in candidacy.sessions if find(JurySession, each).stage is SessionStage.OPEN)


def time_limit_violation(on: date, remedy: Remedy | None) -> Violation:
    """Return the violation of a remedy's time limit, with the day on which it ended."""
    return Violation(
        "review-time-limit",
        f"The time limit ended on {on.isoformat()}.",
        f"Le délai a pris fin le {on.isoformat()}.",
        remedy.source if remedy else "",
    )
