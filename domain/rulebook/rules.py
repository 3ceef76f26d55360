"""The values of one version of a certifier's rulebook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from domain.calendar import Calendar, months_after
from domain.fact import Retention
from domain.framework.definition import Definition
from domain.framework.scale import Mark, Marking, Points
from domain.people.facts import Tie
from domain.refusal import Refused, Violation
from domain.rulebook.accommodation_rules import AccommodationRules
from domain.rulebook.chair_rules import SILENT as NO_CHAIR_RULE
from domain.rulebook.chair_rules import ChairRules
from domain.rulebook.enrolment_rules import SILENT as NO_ENROLMENT
from domain.rulebook.enrolment_rules import EnrolmentRules
from domain.rulebook.evidence_rules import NO_WORD_OF_EVIDENCE, EvidenceRules
from domain.rulebook.fraud_rules import NO_WORD_OF_FRAUD, FraudRules
from domain.rulebook.journey_rules import SILENT as NO_JOURNEYS
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.retake_rules import CarryOver, Retakes
from domain.rulebook.session_rules import SILENT, SessionRules


class PeriodStart(StrEnum):
    """The start of a period: the last jury that decided (else the opening), or the opening itself."""

    LAST_DECISION = "last_decision"
    OPENING = "opening"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long one class of personal data is kept (durée de conservation).

    `months` after the event, without end when None. `kept_by_law` means that no request erases it before. `source` is
    the text that says so.
    """

    retention: Retention
    months: int | None
    after: PeriodStart
    kept_by_law: bool
    source: str


NOT_KEPT_BY_LAW = frozenset({Retention.PAPERS, Retention.ACCESSIBILITY, Retention.CIVIL_PROOF, Retention.PORTFOLIO})
"""The classes that a person may have erased if the rulebook is silent."""


class RemedyKind(StrEnum):
    """A way to contest a jury's decision: ask the certifier for a review, or go to court (voie de recours)."""

    REVIEW = "review"
    COURT = "court"


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A remedy against a jury's decision (recours): the body, its address, and the time limit.

    The limit is a number of months, or else of days, after the day on which the results were released; `source` is
    the text that says so. With `next_working_day`, a limit that ends on a Saturday, a Sunday or a holiday is extended
    to the next working day.
    """

    way: RemedyKind
    body: str
    address: str
    months: int | None
    days: int | None
    source: str
    next_working_day: bool = False

    def ends(self, known_on: date, calendar: Calendar) -> date:
        """Return the last day of the remedy, when the results were released on that day.

        `calendar` is the calendar of the rulebook's other periods: its zone determines the holidays, and if it moves
        the end of all periods, it moves this one too.
        """
        if self.months is not None:
            last = months_after(known_on, self.months)
        else:
            last = known_on + timedelta(days=self.days or 0)
        moved = self.next_working_day or calendar.next_working_day
        return replace(calendar, next_working_day=moved).last(last)


class CompositionBasis(StrEnum):
    """The members on whom the sheet's composition is checked: the constituted jury, those present or deliberating.

    With `CONSTITUTED` a member's absence on the day does not affect the jury; with `DELIBERATING` even a recusal
    does. The quorum always applies to those who deliberate.
    """

    CONSTITUTED = "constituted"
    PRESENT = "present"
    DELIBERATING = "deliberating"


class RemoteActivity(StrEnum):
    """What may take place remotely if the rulebook says so (à distance): a jury, an épreuve.

    In a jury that sits in a room, a member may attend remotely, and a candidate be heard remotely.
    """

    SESSION = "session"
    SITTING = "sitting"
    MEMBER = "member"
    HEARING = "hearing"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The certifier's rules of one version; none of them is a setting.

    `quorum` is the minimum number of seated members to deliberate on a candidate. `trainers_may_rule` derogates from
    the exclusion of a candidate's own trainers. `unmarked_may_be_ruled` says whether the jury may rule, in the routes
    by épreuves, on a competence that no assessor has marked. Reasons are required as stated. `retention` says how
    long each class of personal data is kept, `remedies` how a decision is contested; the first rulebooks were silent
    on both, and on what follows. `points` are marks in addition to those of the scale. `markings` say how many
    assessors mark and how they agree; the first that covers a competence applies (none: any number, not combined).
    `ties_bar_assessors` are the ties with a candidate that bar an assessor from marking. `retakes` and `carry_over`
    say until when a candidate returns and which marks they keep; without the latter, none in a block that a jury
    refused. `remote` says what may take place remotely; by default nothing. `sessions` says how a jury's session is
    conducted, `journeys` how a candidacy's time is counted. `enrolment` says what a candidate accepts before they
    enrol, and the notice of a summons; `fraud` who decides on a fraud and how it is sanctioned. `case_days_before` is
    how many days before an épreuve an individual candidate receives the case, if set. `composition` says on whom a
    jury's composition is checked. `chair` says who presides over a jury, also in the chair's absence.
    `accommodations` says which measures a disabled candidate may be granted; without it, the disability officer
    decides. `evidence` says how much evidence may be submitted, of which types, and who may open what no virus
    scanner saw. `anonymous_assessment` means that assessors read no texts but their own: neither names of files,
    nor reasons. `least_count` is the smallest number of people shown in published figures.
    """

    certifier: str
    version: int
    title: str
    scale: tuple[Mark, ...]
    quorum: int
    substitute_same_quality: bool
    trainers_may_rule: bool
    unmarked_may_be_ruled: bool
    casting_vote: bool
    reason_for_not_acquired: bool
    reason_for_departure: bool
    reason_for_block_not_granted: bool
    retention: tuple[Keeping, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    points: Points | None = None
    markings: tuple[Marking, ...] = ()
    ties_bar_assessors: tuple[Tie, ...] = ()
    retakes: Retakes | None = None
    carry_over: CarryOver | None = None
    enrolment: EnrolmentRules = NO_ENROLMENT
    remote: tuple[RemoteActivity, ...] = ()
    case_days_before: int | None = None
    sessions: SessionRules = SILENT
    journeys: JourneyRules = NO_JOURNEYS
    composition: CompositionBasis = CompositionBasis.PRESENT
    fraud: FraudRules = NO_WORD_OF_FRAUD
    chair: ChairRules = NO_CHAIR_RULE
    accommodations: AccommodationRules | None = None
    evidence: EvidenceRules = NO_WORD_OF_EVIDENCE
    anonymous_assessment: bool = False
    least_count: int = 5

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """The marks of the scale, by code."""
        return {mark.code: mark for mark in self.scale}

    def read(self, code: str, path: str = "mark") -> Mark:
        """Return the mark of the scale with this code; raise UnknownMark, which names its `path`."""
        found = self.marks.get(code)
        if found is None and self.points:
            found = self.points.mark(code)
        if found is None:
            raise UnknownMark(
                code,
                violations=(
                    Violation(path, UnknownMark.sentence("en"), UnknownMark.fr, f"{self.title} (v{self.version})"),
                ),
            )
        return found

    def marking(self, competence: int, of: Definition) -> Marking | None:
        """Return how this competence of a framework is marked, if the rulebook says so."""
        return next((each for each in self.markings if _covers(each, competence, of)), None)

    def check_suits(self, framework: Definition) -> None:
        """Refuse a framework with means that cannot be computed from this rulebook's marks."""
        means = [block.rule.mean for block in framework.blocks if block.rule.mean]
        if any(self.points is None or self.points.most != mean.most for mean in means):
            raise ScaleWithoutPoints(framework.code)

    def quorum_of(self, *, commission: bool) -> int:
        """Return the minimum number of members who deliberate on a candidate: of a jury, or of a commission."""
        return self.sessions.commission_quorum if commission else self.quorum

    def remedy(self, way: RemedyKind) -> Remedy | None:
        """Return the remedy of this kind, if the rulebook has one."""
        return next((each for each in self.remedies if each.way is way), None)

    def keeping(self, retention: Retention) -> Keeping:
        """Return how long a class is kept: as stated, else without end, and against a request for most classes."""
        stated = next((each for each in self.retention if each.retention is retention), None)
        return stated or Keeping(
            retention=retention,
            months=None,
            after=PeriodStart.LAST_DECISION,
            kept_by_law=retention not in NOT_KEPT_BY_LAW,
            source="no period published",
        )


def _covers(marking: Marking, competence: int, of: Definition) -> bool:
    if marking.framework not in {None, of.code} or (marking.competences and competence not in marking.competences):
        return False
    return marking.modality is None or any(
        each.id == marking.modality and competence in each.competences for each in of.modalities
    )


class ScaleWithoutPoints(Refused):
    """A framework that asks for a mean of marks is followed under a rulebook whose scale has the same points."""

    fr = "Un référentiel qui demande une moyenne se suit sous un règlement dont le barème a les mêmes points."


class UnknownMark(Refused):
    """A mark belongs to the scale of the candidacy's rulebook."""

    fr = "Une appréciation appartient à l'échelle du règlement de la candidature."
    kind = "invalid"
