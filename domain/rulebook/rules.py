"""What does a certifier decide by itself? The values of one version of its rulebook."""

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


class Event(StrEnum):
    """From when a period is counted: the last jury that decided (else the opening), or the opening itself."""

    LAST_DECISION = "last_decision"
    OPENING = "opening"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long one class of personal data is kept (durée de conservation).

    `months` after the event, without end when None; `kept_by_law`: until then no request erases it; `source` is the
    text that says so.
    """

    retention: Retention
    months: int | None
    after: Event
    kept_by_law: bool
    source: str


NOT_KEPT_BY_LAW = frozenset({Retention.PAPERS, Retention.ACCESSIBILITY, Retention.CIVIL_PROOF, Retention.PORTFOLIO})
"""What a person may have erased where the rulebook is silent."""


class Way(StrEnum):
    """A way to question a jury's decision: ask the certifier to look again, or go to court (voie de recours)."""

    REVIEW = "review"
    COURT = "court"


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """How a jury's decision is questioned (recours): before which body, at which address, within how long.

    The time limit is so many months, or else so many days, after the day on which the results were made known;
    `source` is the text that says so. `next_working_day`: where that day is a Saturday, a Sunday or a holiday, the
    limit ends with the next day that is worked.
    """

    way: Way
    body: str
    address: str
    months: int | None
    days: int | None
    source: str
    next_working_day: bool = False

    def ends(self, known_on: date, calendar: Calendar) -> date:
        """The last day on which the decision may be questioned, when its results were made known on that day.

        `calendar` is that of the rulebook's other times: the holidays that count are those of its place, and a
        rulebook that moves the end of all its times moves this one too.
        """
        if self.months is not None:
            last = months_after(known_on, self.months)
        else:
            last = known_on + timedelta(days=self.days or 0)
        moved = self.next_working_day or calendar.next_working_day
        return replace(calendar, next_working_day=moved).last(last)


class Composition(StrEnum):
    """Of whom the sheet's composition is judged: the seats as constituted, those present, or those who deliberate.

    With `CONSTITUTED` a member's absence on the day does not undo the jury; with `DELIBERATING` a recusal does too.
    The quorum is asked of those who deliberate in any case.
    """

    CONSTITUTED = "constituted"
    PRESENT = "present"
    DELIBERATING = "deliberating"


class Held(StrEnum):
    """What may be held remotely where the rulebook says so (à distance): a jury, an épreuve.

    In a jury that sits in a room, one member may be there remotely, and one candidate be heard so.
    """

    SESSION = "session"
    SITTING = "sitting"
    MEMBER = "member"
    HEARING = "hearing"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The certifier's rules of one version; none of them is a setting.

    `quorum` is the number of seated members below which a candidate cannot be deliberated; `trainers_may_rule`
    derogates to the exclusion of a candidate's own trainers; `unmarked_may_be_ruled` says whether the jury may
    rule, in the routes by épreuves, on a competence that no assessor has marked; reasons are required as said.
    `retention` says how long each class of personal data is kept, `remedies` how a decision is questioned; the first
    rulebooks said nothing of either, nor of what follows. `points` are marks beside those of the scale. `markings`
    say how many assessors mark and how they agree, the first that covers a competence (none: any number, each on
    their own). `ties_bar_assessors` are the ties with a candidate that keep an assessor from marking.
    `retakes` and `carry_over` say until when a candidate comes back and which marks they keep; where the latter is
    silent, none in a block that a jury refused.
    `remote` says what may be held remotely: nothing where it is not said. `sessions` says how a jury's session is
    conducted, `journeys` how a candidacy's time is counted.
    `enrolment` says what a candidate accepts before they enrol, and how long before a jury they are called, `fraud`
    who decides on a fraud and how it is sanctioned.
    `case_days_before` is how many days before an épreuve an individual candidate receives the case, if a day is set.
    `composition` says of whom a jury's composition is judged. `chair` says who presides over a jury, and who in the
    chair's absence. `accommodations` says which measures a disabled candidate may be granted: where it is not said,
    the disability officer judges. `evidence` says how much may be put in as evidence, of which types, and who may
    open what no virus scanner saw.
    `anonymous_assessment` says whether assessors read no words but their own: neither names of files, nor reasons.
    `least_count` is the smallest number of people that published figures show.
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
    remote: tuple[Held, ...] = ()
    case_days_before: int | None = None
    sessions: SessionRules = SILENT
    journeys: JourneyRules = NO_JOURNEYS
    composition: Composition = Composition.PRESENT
    fraud: FraudRules = NO_WORD_OF_FRAUD
    chair: ChairRules = NO_CHAIR_RULE
    accommodations: AccommodationRules | None = None
    evidence: EvidenceRules = NO_WORD_OF_EVIDENCE
    anonymous_assessment: bool = False
    least_count: int = 5

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """The marks of the scale by their code."""
        return {mark.code: mark for mark in self.scale}

    def read(self, code: str, path: str = "mark") -> Mark:
        """The mark of the scale that is written so; raises UnknownMark, which says where it stood (`path`)."""
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
        """How this competence of a framework is marked, if the rulebook says so."""
        return next((each for each in self.markings if _covers(each, competence, of)), None)

    def check_suits(self, framework: Definition) -> None:
        """Refuse a framework whose means this rulebook's marks could never be reckoned into."""
        means = [block.rule.mean for block in framework.blocks if block.rule.mean]
        if any(self.points is None or self.points.most != mean.most for mean in means):
            raise ScaleWithoutPoints(framework.code)

    def quorum_of(self, *, commission: bool) -> int:
        """How many members at least deliberate on a candidate: of a jury, or of an evaluation commission."""
        return self.sessions.commission_quorum if commission else self.quorum

    def remedy(self, way: Way) -> Remedy | None:
        """How a decision is questioned in this way, if the rulebook says so."""
        return next((each for each in self.remedies if each.way is way), None)

    def keeping(self, retention: Retention) -> Keeping:
        """How long a class is kept: as stated, else without end, and against a request unless it is papers."""
        stated = next((each for each in self.retention if each.retention is retention), None)
        return stated or Keeping(
            retention=retention,
            months=None,
            after=Event.LAST_DECISION,
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
