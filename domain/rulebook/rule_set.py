"""A text of law as values that rules read."""

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
    """The values that replace those of a rulebook while a derogation applies; None: as the rulebook says.

    No setting changes a rulebook: an emergency text that lets a jury decide with fewer members is published as a rule
    set with its days, and the law selects it by date. `quorum` and `commission_quorum` are the minimum numbers of
    members for a jury, a commission to deliberate. `casting_vote` says whether the chair has one where the law is
    silent; `summons_days` is the minimum notice of a summons, where the rulebook sets one.
    """

    quorum: int | None = None
    commission_quorum: int | None = None
    casting_vote: bool | None = None
    summons_days: int | None = None

    def under(self, higher: RulebookValues) -> RulebookValues:
        """Return these values, replaced by those of a higher-ranked text where it gives them."""
        return RulebookValues(
            quorum=self.quorum if higher.quorum is None else higher.quorum,
            commission_quorum=(
                self.commission_quorum if higher.commission_quorum is None else higher.commission_quorum
            ),
            casting_vote=self.casting_vote if higher.casting_vote is None else higher.casting_vote,
            summons_days=self.summons_days if higher.summons_days is None else higher.summons_days,
        )

    def over(self, rules: Rules) -> Rules:
        """Return the rulebook's rules with these values in place of theirs."""
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
"""The values of a derogation that changes nothing."""


class RuleSetDate(StrEnum):
    """The date that selects a rule set: the day on which the parcours began, or the day of the session."""

    PARCOURS = "parcours"
    SESSION = "session"


class HowKnown(StrEnum):
    """The way in which a text was known when it was made into rules: read, known by a summary, or not read."""

    READ = "read"
    SUMMARY = "summary"
    NOT_READ = "not_read"


class Provision(StrEnum):
    """A subject that a rule set may provide for."""

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
"""The provision that lets a candidate go on despite each cause."""


@dataclass(frozen=True, kw_only=True)
class JuryLaw:
    """The law's requirements on the jury that deliberates on a candidate.

    `from_panel` are the ties that keep a person off the whole panel before which the candidate is called,
    `from_deliberation` those that make a member leave that candidate's deliberation. `casting_vote` says whether the
    chair has one; None if the text is silent. `past` means that having worked with the candidate, or for their
    employer, counts when it is over, otherwise only on the day of the session; `former_colleagues` means that having
    worked with them counts anyway. `both_sexes` means that the text sets an objective of balance without a
    proportion, so that a panel of one sex must state why.
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
    """The changes of a derogation to the ordinary text on juries; None: as that text says.

    Ties to the candidate are not part of the composition: no derogation here changes them.
    """

    minimum: int | None = None
    quotas: tuple[Quota, ...] | None = None
    balances: tuple[Balance, ...] | None = None
    casting_vote: bool | None = None

    def over(self, law: JuryLaw) -> JuryLaw:
        """Return the ordinary text with these changes."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        return replace(law, **said)


class CountedFrom(StrEnum):
    """The start of the certifier's months: the receipt, less the time when pieces lack, or the complete file."""

    RECEIPT = "receipt"
    COMPLETE_FILE = "complete_file"


@dataclass(frozen=True, kw_only=True)
class AdmissibilityLaw:
    """The months in which admissibility is decided (recevabilité), their start, and whether silence admits."""

    months: int
    silence_admits: bool
    counted_from: CountedFrom = CountedFrom.RECEIPT


@dataclass(frozen=True, kw_only=True)
class LapseLaw:
    """The months without a step after which admissibility lapses (caducité), to the end of the last month.

    `lifts_yearly_limit` means that a new file for the same framework then does not count against the year's limit.
    """

    months: int
    lifts_yearly_limit: bool


@dataclass(frozen=True, kw_only=True)
class YearlyFiles:
    """The number of files a person may submit in a calendar year: for the `same` certification, and in `all`.

    `blocks_exempt` means that files for blocks only are not counted.
    """

    same: int
    all: int
    blocks_exempt: bool


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One text of law, as rules: whom it applies to, its first and last day, and its provisions.

    `first` is None if the first day is not known, `last` if the text is in force. `portal` is True for a text that
    applies only to candidates who began on the national portal, False only to the others, None to all. A set selected
    by the session's day keeps those whose parcours began by its last day if `keeps_begun`. A `derogation` is
    temporary and comes before the ordinary text; only a derogation may replace values of a `rulebook`, or state only
    its changes to the ordinary text on juries (`jury_changes`). `benefit` lists the causes despite which candidates
    who began while a registration ran go on. `notice_to_advisor` means that the result is also notified to the
    advisor, with the blocks acquired. `rule_fr` and `rule_en` state the rule in words; `source` is where the text was
    read.
    """

    id: str
    routes: tuple[Route, ...]
    first: date | None
    last: date | None
    chosen_by: RuleSetDate
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
        """Return the provisions of this set."""
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
        """Return whether it applies to a parcours of this route begun then, on the portal or not, at that jury."""
        if route not in self.routes or self.portal not in {None, portal}:
            return False
        first, last = self.first or date.min, self.last or date.max
        if self.chosen_by is RuleSetDate.PARCOURS:
            return first <= began_on <= last
        day = began_on if session_on is None else session_on
        return first <= day <= last or self.keeps(began_on, session_on)

    def keeps(self, began_on: date, session_on: date | None) -> bool:
        """Return whether it applies to a parcours begun under it, before a jury after its last day."""
        if self.last is None or session_on is None:
            return False
        return self.chosen_by is RuleSetDate.SESSION and self.keeps_begun and began_on <= self.last < session_on
