"""A candidate's agreements: to the rulebook, and to a summons at short notice.

These facts are on the candidacy's own stream; `Candidacy` holds the `Enrolment` built from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self, assert_never
from uuid import UUID

from domain.candidacy.facts import EnrolmentFact, RulebookAccepted, SummonsDelayWaived
from domain.ports import RulebookId, SessionId, SittingId
from domain.refusal import Refused
from domain.rulebook.enrolment_rules import EnrolmentRules, SummonsDelay


class RulebookNotAccepted(Refused):
    """Where the rulebook says so, a candidate accepts it before enrolment: no file, assessor or jury before that."""

    fr = "Où le règlement le dit, le candidat l'accepte avant l'inscription : ni dossier, évaluateur ou jury avant."
    source = "the certifier's rulebook (acceptance)"
    source_fr = "le règlement du certificateur (acceptation)"


class RulebookAlreadyAccepted(Refused):
    """A candidate accepts the rulebook of their candidacy once."""

    fr = "Un candidat accepte une fois le règlement de sa candidature."


class SummonedTooLate(Refused):
    """A candidate is called as many days before a jury or an épreuve as the rulebook says, unless they waive it."""

    fr = (
        "Un candidat est convoqué autant de jours avant le jury ou l'épreuve que le dit le règlement, "
        "sauf s'il y renonce."
    )
    source = "the certifier's rulebook (summons delay)"
    source_fr = "le règlement du certificateur (délai de convocation)"


class NothingToWaive(Refused):
    """What is waived, once, is the delay of a summons that would come too late, to a session or épreuve to come."""

    fr = (
        "On renonce, une seule fois, au délai d'une convocation qui viendrait trop tard, "
        "à une session ou à une épreuve à venir."
    )


class SignedInTheFuture(Refused):
    """A paper cannot have been signed on a day that has not come."""

    fr = "Un papier ne peut avoir été signé un jour qui n'est pas venu."
    kind = "invalid"


class SignedBeforeRegistration(Refused):
    """Nobody agreed on paper to the rules of a certification before its registration had any effect."""

    fr = "Nul n'a donné d'accord sur papier avant tout effet de l'enregistrement de la certification."
    kind = "invalid"
    source = "{sheet}, order of registration"
    source_fr = "{sheet}, arrêté d'enregistrement"


@dataclass(frozen=True, kw_only=True)
class CandidateAgreement:
    """The day on which a candidate agrees: `today`, or `signed_on` for a paper, not before the `first` day."""

    today: date
    first: date
    signed_on: date | None = None

    @property
    def on_paper(self) -> bool:
        """True if the candidate agreed on paper."""
        return self.signed_on is not None

    @property
    def given_on(self) -> date:
        """The day on which the candidate agreed; raises for a day on which they cannot have."""
        if self.signed_on is not None and self.signed_on > self.today:
            raise SignedInTheFuture(self.signed_on.isoformat())
        if self.signed_on is not None and self.signed_on < self.first:
            raise SignedBeforeRegistration(self.signed_on.isoformat())
        return self.signed_on or self.today


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """The candidate's agreements: whether they accepted the rulebook, and the summonses whose notice they waived."""

    accepted: bool = False
    waived: frozenset[UUID] = frozenset()

    def accept(self, rulebook: RulebookId, agreed: CandidateAgreement) -> RulebookAccepted:
        """Accept the rulebook once: today, or on a paper signed on an earlier day."""
        if self.accepted:
            raise RulebookAlreadyAccepted(rulebook)
        return RulebookAccepted(rulebook=rulebook, accepted_on=agreed.given_on, on_paper=agreed.on_paper)

    def waive(
        self, session: SessionId, held_on: date, rules: EnrolmentRules, agreed: CandidateAgreement
    ) -> SummonsDelayWaived:
        """Agree to a summons at short notice for a coming session."""
        self._check_waives(session, held_on, rules.summons, agreed.today)
        return SummonsDelayWaived(session=session, waived_on=agreed.given_on, on_paper=agreed.on_paper)

    def waive_sitting(
        self, sitting: SittingId, held_on: date, rules: EnrolmentRules, agreed: CandidateAgreement
    ) -> SummonsDelayWaived:
        """Agree to a summons at short notice for a coming sitting."""
        self._check_waives(sitting, held_on, rules.sitting_summons, agreed.today)
        on = agreed.given_on
        return SummonsDelayWaived(session=None, sitting=sitting, waived_on=on, on_paper=agreed.on_paper)

    def _check_waives(self, to: UUID, held_on: date, delay: SummonsDelay | None, today: date) -> None:
        late = delay and today + timedelta(days=delay.days) > held_on
        if not late or to in self.waived or held_on < today:
            raise NothingToWaive(to)

    def check_accepted(self, rules: EnrolmentRules) -> None:
        """Refuse a step of a candidate who has yet to accept the rulebook."""
        if rules.acceptance and not self.accepted:
            raise RulebookNotAccepted

    def check_summons(self, to: UUID, held_on: date, delay: SummonsDelay | None, today: date) -> None:
        """Refuse a summons at shorter notice than the rulebook's, unless the candidate agreed to it."""
        if delay and to not in self.waived and today + timedelta(days=delay.days) > held_on:
            raise SummonedTooLate(delay.days)

    def evolve(self, fact: EnrolmentFact) -> Self:
        match fact:
            case RulebookAccepted():
                return replace(self, accepted=True)
            case SummonsDelayWaived(session=session, sitting=sitting):
                return replace(self, waived=self.waived | {each for each in (session, sitting) if each})
            case _:
                assert_never(fact)
