"""What does a text of law say, as values that rules read?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from domain.framework.definition import Route
from domain.framework.jury_rule import Balance, Quota
from domain.framework.registration import LateCause
from domain.people.facts import Tie
from domain.rulebook.rules import Rules


@dataclass(frozen=True, kw_only=True)
class RulebookValues:
    """The values that stand in for those of a rulebook while a derogation binds; None: as the rulebook says.

    A rulebook is never changed by a setting: where an emergency text lets a jury decide with fewer members, that text
    is published as a rule set with its days, and the law says by which date it is chosen.

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


class Chosen(StrEnum):
    """Which date chooses a rule set: the day on which the candidate's parcours began, or the day of the session."""

    PARCOURS = "parcours"
    SESSION = "session"


class HowKnown(StrEnum):
    """How a text was known when it was put into rules: read itself, through somebody's summary, or not read."""

    READ = "read"
    SUMMARY = "summary"
    NOT_READ = "not_read"


class Provision(StrEnum):
    """What a rule set may say something about."""

    JURY = "jury"
    ADMISSIBILITY = "admissibility"
    JURY_WITHIN = "jury_within"
    NOTICE_WITHIN = "notice_within"
    DECLARATION_WITHIN = "declaration_within"
    LAPSE = "lapse"
    YEARLY_FILES = "yearly_files"
    CORRECTION_WITHIN = "correction_within"
    PARTNER_CHANGE_WITHIN = "partner_change_within"
    NATIONAL_NUMBER = "national_number"
    RULEBOOK = "rulebook"
    JURY_CHANGES = "jury_changes"
    NOTICE_TO_ADVISOR = "notice_to_advisor"
    BENEFIT_END = "benefit_end"
    BENEFIT_SUSPENSION = "benefit_suspension"


BENEFIT: Final = {LateCause.END: Provision.BENEFIT_END, LateCause.SUSPENSION: Provision.BENEFIT_SUSPENSION}
"""Where a text keeps somebody the benefit of a registration: each cause that it may speak of."""


@dataclass(frozen=True, kw_only=True)
class JuryLaw:
    """What the law asks of the jury that deliberates on a candidate.

    `from_panel` are the ties that keep a person off the whole panel before which the candidate is called,
    `from_deliberation` those that make a member leave that candidate's deliberation. `casting_vote` says whether the
    chair has one; None where the text is silent. `past` says that having worked with the candidate, or belonged to
    their employer, counts when it is over, else on the day of the session; `former_colleagues`, that having worked
    with them does all the same. `both_sexes`: the text sets an objective of balance and no proportion, so that a
    panel of one sex says why.
    """

    minimum: int = 1
    quotas: tuple[Quota, ...] = ()
    balances: tuple[Balance, ...] = ()
    from_panel: tuple[Tie, ...] = ()
    from_deliberation: tuple[Tie, ...] = ()
    casting_vote: bool | None = None
    past: bool = False
    both_sexes: bool = False
    former_colleagues: bool = True


@dataclass(frozen=True, kw_only=True)
class JuryChanges:
    """What a derogation changes of what the ordinary text asks of a jury; None: as that text says.

    Who is tied to the candidate is no matter of composition: no derogation of ours touches it.
    """

    minimum: int | None = None
    quotas: tuple[Quota, ...] | None = None
    balances: tuple[Balance, ...] | None = None
    casting_vote: bool | None = None

    def over(self, law: JuryLaw) -> JuryLaw:
        """The ordinary text with what is changed in its place."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        return replace(law, **said)


class CountedFrom(StrEnum):
    """From when the certifier's months run: the receipt, less the time when pieces lack, or the complete file."""

    RECEIPT = "receipt"
    COMPLETE_FILE = "complete_file"


@dataclass(frozen=True, kw_only=True)
class AdmissibilityLaw:
    """Within how many months admissibility is decided (recevabilité), since when, and whether silence then admits."""

    months: int
    silence_admits: bool
    counted_from: CountedFrom = CountedFrom.RECEIPT


@dataclass(frozen=True, kw_only=True)
class LapseLaw:
    """After how many months without a step of the candidate's admissibility lapses (caducité), to the month's end.

    `lifts_yearly_limit`: a new file then does not count against the year's limit, where the framework is the same.
    """

    months: int
    lifts_yearly_limit: bool


@dataclass(frozen=True, kw_only=True)
class YearlyFiles:
    """How many files a person may submit in a calendar year: for the `same` certification, and in `all`.

    `blocks_exempt`: files for blocks only are not counted.
    """

    same: int
    all: int
    blocks_exempt: bool


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One text of law, as rules: whom it binds, from when to when, and what it provides for.

    `first` is None where the first day is not known, `last` where the text is in force. `portal` is True for a
    text that binds only who began on the national portal, False for one that binds only who did not, None for
    both. A set that the session chooses keeps those whose parcours began by its last day when `keeps_begun`. A
    `derogation` is temporary and comes before the ordinary text; it alone may put values in the place of a
    `rulebook`'s, or say only what it changes of the ordinary text on juries (`jury_changes`). `benefit`: who had
    begun while a registration ran keeps it after its end, or while it is suspended; `notice_to_advisor`: the result
    is notified to whoever accompanies as well, with the blocks acquired. `rule_fr` and `rule_en` say the rule in
    words; `source` is where the text was read.
    """

    id: str
    routes: tuple[Route, ...]
    first: date | None
    last: date | None
    chosen_by: Chosen
    reference: str
    rule_fr: str
    rule_en: str
    known: HowKnown
    source: str
    keeps_begun: bool = False
    derogation: bool = False
    jury: JuryLaw | None = None
    admissibility: AdmissibilityLaw | None = None
    jury_within_months: int | None = None
    notice_within_days: int | None = None
    declaration_within_months: int | None = None
    rulebook: RulebookValues | None = None
    jury_changes: JuryChanges | None = None
    portal: bool | None = None
    jury_within_to_month_end: bool = False
    lapse: LapseLaw | None = None
    yearly_files: YearlyFiles | None = None
    correction_within_months: int | None = None
    partner_change_within_months: int | None = None
    benefit: tuple[LateCause, ...] = ()
    notice_to_advisor: bool = False
    national_number: bool | None = None

    def provides(self) -> Iterator[Provision]:
        """What this set says something about."""
        said = {
            Provision.JURY: self.jury,
            Provision.ADMISSIBILITY: self.admissibility,
            Provision.JURY_WITHIN: self.jury_within_months,
            Provision.NOTICE_WITHIN: self.notice_within_days,
            Provision.DECLARATION_WITHIN: self.declaration_within_months,
            Provision.RULEBOOK: self.rulebook,
            Provision.JURY_CHANGES: self.jury_changes,
            Provision.LAPSE: self.lapse,
            Provision.YEARLY_FILES: self.yearly_files,
            Provision.CORRECTION_WITHIN: self.correction_within_months,
            Provision.PARTNER_CHANGE_WITHIN: self.partner_change_within_months,
            Provision.NOTICE_TO_ADVISOR: self.notice_to_advisor or None,
            **{provision: True for cause, provision in BENEFIT.items() if cause in self.benefit},
            Provision.NATIONAL_NUMBER: self.national_number,
        }
        return (provision for provision, stated in said.items() if stated is not None)

    def binds(self, route: Route, began_on: date, session_on: date | None, *, portal: bool) -> bool:
        """Whether it is the law of a parcours of this route begun then, on the portal or not, before that jury."""
        if route not in self.routes or self.portal not in {None, portal}:
            return False
        first, last = self.first or date.min, self.last or date.max
        if self.chosen_by is Chosen.PARCOURS:
            return first <= began_on <= last
        day = began_on if session_on is None else session_on
        return first <= day <= last or self.keeps(began_on, session_on)

    def keeps(self, began_on: date, session_on: date | None) -> bool:
        """Whether it binds a parcours begun under it, before a jury of after its last day."""
        if self.last is None or session_on is None:
            return False
        return self.chosen_by is Chosen.SESSION and self.keeps_begun and began_on <= self.last < session_on
