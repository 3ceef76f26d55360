"""Which of a rulebook's values does a temporary text of law change, and for which candidacy?

A value of the rulebook is never changed by a setting: where an emergency text lets a jury decide with fewer members,
that text is published as a rule set with its days, and the law says by which date it is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.rulebook import Rules


@dataclass(frozen=True, kw_only=True)
class RulebookValues:
    """The values that stand in for those of a rulebook while a derogation binds; None: as the rulebook says.

    `quorum` and `commission_quorum` are the members below whom a jury, a commission does not deliberate;
    `casting_vote` says whether the chair has one where the law is silent, `summons_days` how many days before the
    jury a candidate is called at the latest, where the rulebook sets such a delay.
    """

    quorum: int | None = None
    commission_quorum: int | None = None
    casting_vote: bool | None = None
    summons_days: int | None = None

    def under(self, higher: RulebookValues) -> RulebookValues:
        """These values with those of a text that ranks higher in their place, where it gives one."""
        return RulebookValues(
            quorum=self.quorum if higher.quorum is None else higher.quorum,
            commission_quorum=(
                self.commission_quorum if higher.commission_quorum is None else higher.commission_quorum
            ),
            casting_vote=self.casting_vote if higher.casting_vote is None else higher.casting_vote,
            summons_days=self.summons_days if higher.summons_days is None else higher.summons_days,
        )

    def over(self, rules: Rules) -> Rules:
        """The rulebook's rules with these values in their place."""
        summons, sessions = rules.enrolment.summons, rules.sessions
        if summons is not None and self.summons_days is not None:
            summons = replace(summons, days=self.summons_days)
        if self.commission_quorum is not None:
            sessions = replace(sessions, commission_quorum=self.commission_quorum)
        return replace(
            rules,
            quorum=rules.quorum if self.quorum is None else self.quorum,
            casting_vote=rules.casting_vote if self.casting_vote is None else self.casting_vote,
            enrolment=replace(rules.enrolment, summons=summons),
            sessions=sessions,
        )


UNCHANGED = RulebookValues()
"""What a derogation that changes nothing would say."""
