"""The periods that run for a candidacy, and their last days.

Facts determine what runs; the law in force on the day the journey began and the rulebook determine how long. A read
model therefore stores what runs, and its readers apply the law to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from domain.assessment.attempts import RectifiedPart
from domain.calendar import month_end_after, months_after
from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.credit import Credit
from domain.candidacy.feasibility import FeasibilityFile
from domain.candidacy.silence import lapse_of, silence_of
from domain.fact import Term
from domain.framework.definition import Route
from domain.framework.registration import LateCause
from domain.jury.facts import CandidateListed
from domain.jury.replacement_jury import owed
from domain.jury.vote import sent_on
from domain.ports import SessionId
from domain.register.declaration import Declaration
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision
from domain.rulebook.rules import Rules


class Duty(Term):
    """What must have happened by the end of a period (échéance)."""

    ADMISSIBILITY = "admissibility", "décider de la recevabilité", "decide on admissibility"
    STEP = (
        "step",
        "faire une démarche, sinon la recevabilité est caduque",
        "take a step, or admissibility lapses",
    )
    JURY = "jury", "réunir le jury", "hold the jury"
    NOTICE = "notice", "notifier le résultat", "notify the result"
    DECLARATION = "declaration", "déclarer le titre", "declare the award"
    CORRECTION = "correction", "corriger la déclaration, ou le refuser", "correct what was declared, or refuse to"
    LAPSE = "lapse", "avancer, avant que la candidature ne soit caduque", "go on, before the candidacy lapses"
    REGISTRATION = "registration", "décider avant le terme de l'enregistrement", "decide before the registration ends"


@dataclass(frozen=True, kw_only=True)
class SessionTimes:
    """One jury, or commission, before which a candidacy was called, as far as it affects periods.

    `opened_on` is the day it met; `heard_on` the day on which the candidate came before it, if it met for several
    days. `over` means that its result is released, or it was cancelled; `resumed_on` is the day on which a withheld
    result was released. `decided` means that it deliberated on the candidate, `titled` that it pronounced the title,
    `notified` that the candidate was notified of what is in force. `owing` means that its decision was annulled, not
    for a fraud; `renewal` is the candidate's listing there, if it replaces annulled juries. `met`, `referred` and
    `granted` are whether it met on them, or referred them to another, and the blocks that it granted; `taken` is what
    a rectification took of them. `delivered_on` is the day of its title's certificate, once issued; `declared` means
    that this title was declared.
    """

    session: SessionId
    opened_on: date | None = None
    heard_on: date | None = None
    over: bool = False
    resumed_on: date | None = None
    decided: bool = False
    titled: bool = False
    owing: bool = False
    renewal: CandidateListed | None = None
    notified: bool = False
    met: bool = False
    referred: bool = False
    granted: frozenset[int] = frozenset()
    taken: RectifiedPart | None = None
    delivered_on: date | None = None
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class RunningPeriod:
    """A period that runs: its duty, its start, and for the certifier's own time the file with its pauses.

    `terms` are the route and beginning with which the candidate came before that jury, whatever the route since.
    `in_time_from` is the day from which a text may protect the candidate (`Candidacy.in_time_from`).
    """

    duty: Duty
    since: date
    session: SessionId | None = None
    file: FeasibilityFile | None = None
    terms: Opening | None = field(default=None, compare=False)
    in_time_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of a period: its last day, and the text of law that sets it; None if the rulebook or sheet does.

    `aims_at` is the recommended day, where the text allows until the end of the month.
    """

    clock: RunningPeriod
    ends_on: date
    rule_set: str | None = None
    aims_at: date | None = None

    def recall_on(self, days: int) -> date:
        """Return the day of the reminder: `days` before the last day, or the recommended day if it is earlier."""
        return min(self.aims_at or date.max, self.ends_on - timedelta(days=days))


def running(
    candidacy: Candidacy, sessions: Iterable[SessionTimes], credit: Credit, declaration: Declaration
) -> Iterator[RunningPeriod]:
    """Yield the periods that run for a candidacy; `credit` holds the blocks that count from elsewhere."""
    juries = tuple(sessions)
    titled = any(each.titled for each in juries)
    if candidacy.life.ended is None and not titled:
        yield from _under_way(candidacy, juries, credit)
    for jury in juries:
        terms = candidacy.called_as.get(jury.session)
        if jury.opened_on and jury.decided and not jury.notified:
            heard_on = jury.heard_on or jury.opened_on
            yield RunningPeriod(duty=Duty.NOTICE, since=heard_on, session=jury.session, terms=terms)
        if jury.opened_on and jury.titled and not jury.declared:
            yield to_declare(jury.session, jury.delivered_on or jury.opened_on, terms)
    for day in declaration.waiting:
        yield RunningPeriod(duty=Duty.CORRECTION, since=day)


def to_declare(session: SessionId, since: date, terms: Opening | None) -> RunningPeriod:
    """Return the period to declare a title (R6113-17-2): from its certificate's day, or else the jury's."""
    return RunningPeriod(duty=Duty.DECLARATION, since=since, session=session, terms=terms)


def _under_way(candidacy: Candidacy, juries: tuple[SessionTimes, ...], credit: Credit) -> Iterator[RunningPeriod]:
    """Yield the periods that run as long as a candidacy continues without the title."""
    terms, file = candidacy.terms, candidacy.feasibility
    yield RunningPeriod(duty=Duty.REGISTRATION, since=terms.opened_on, in_time_from=candidacy.in_time_from)
    undecided = terms.route is Route.VAE and candidacy.admissible is None
    if undecided and file.counted_from and file.complete:
        yield RunningPeriod(duty=Duty.ADMISSIBILITY, since=file.counted_from, file=file)
    if candidacy.lapses_from:
        yield RunningPeriod(duty=Duty.STEP, since=candidacy.lapses_from)
    filed_on = candidacy.filed_on
    met_on = max((each.opened_on for each in juries if each.met and each.opened_on), default=None)
    if filed_on and (met_on is None or met_on < filed_on):
        yield RunningPeriod(duty=Duty.JURY, since=filed_on)
    renewed = not owed((each.session for each in juries if each.owing), (each.renewal for each in juries))
    referred = sent_on((each.met, each.referred) for each in juries)
    held = credit.blocks.union(*(each.granted for each in juries))
    rests = candidacy.rests(met_on=met_on, referred=referred, held=held)
    taken = [each.taken for each in juries if each.taken]
    told = all(each.told_on for each in taken)
    if all(each.over for each in juries) and renewed and told and not rests:
        days = [
            candidacy.step_on,
            credit.fell_on,
            *(each.told_on for each in taken),
            *(day for each in juries for day in (each.opened_on, each.resumed_on)),
        ]
        yield RunningPeriod(duty=Duty.LAPSE, since=max(day for day in days if day))


def deadline(
    clock: RunningPeriod, terms: Opening, law: Law, rules: Rules, registration_ends: date
) -> Deadline | None:
    """Return the last day of a period, by the law and the rulebook; None if neither sets one."""
    terms = clock.terms or terms
    match clock.duty:
        case Duty.REGISTRATION:
            after = terms.under(law, _days_after(registration_ends, 1))
            if clock.in_time_from and clock.in_time_from <= registration_ends and after.benefit(LateCause.END):
                return None
            return Deadline(clock=clock, ends_on=registration_ends)
        case Duty.LAPSE:
            lapses_on = rules.journeys.lapses(clock.since)
            return Deadline(clock=clock, ends_on=lapses_on) if lapses_on else None
        case Duty.ADMISSIBILITY:
            silence = silence_of(terms, law, rules)
            last = clock.file.last_day(silence) if silence and clock.file else None
            return Deadline(clock=clock, ends_on=last, rule_set=silence.rule_set) if silence and last else None
        case Duty.STEP:
            time = lapse_of(terms, law, rules)
            last = time.last_day(clock.since) if time else None
            return Deadline(clock=clock, ends_on=last, rule_set=time.rule_set) if time and last else None
        case _:
            return _within(clock, terms, law, rules)


def _within(clock: RunningPeriod, terms: Opening, law: Law, rules: Rules) -> Deadline | None:
    """Return the deadline of a period that a text of law sets in days or months."""
    provisions = terms.under(law, clock.since if clock.session or clock.duty is Duty.CORRECTION else None)
    aims_at: date | None = None
    match clock.duty:
        case Duty.JURY:
            months, source = provisions.jury_within_months, provisions.source(Provision.JURY_WITHIN)
            to_month_end = provisions.jury_within_to_month_end
            period = partial(month_end_after if to_month_end else months_after, months=months or 0)
            aims_at = months_after(clock.since, months) if months and to_month_end else None
        case Duty.NOTICE:
            months, source = provisions.notice_within_days, provisions.source(Provision.NOTICE_WITHIN)
            period = partial(_days_after, days=months or 0)
        case Duty.DECLARATION:
            months, source = provisions.declaration_within_months, provisions.source(Provision.DECLARATION_WITHIN)
            period = partial(months_after, months=months or 0)
        case Duty.CORRECTION:
            months, source = provisions.correction_within_months, provisions.source(Provision.CORRECTION_WITHIN)
            period = partial(months_after, months=months or 0)
        case _:
            return None
    if months is None or source is None:
        return None
    last = rules.journeys.calendar.last(period(clock.since))
    return Deadline(clock=clock, ends_on=last, rule_set=source.id, aims_at=aims_at)


def passed(found: Deadline, rules: Rules, today: date) -> bool:
    """Return whether its last day is over in its zone, at any hour of today; for a registration, in Paris."""
    if found.clock.duty is Duty.REGISTRATION:
        return today > found.ends_on
    return rules.journeys.calendar.surely_over(found.ends_on, today)


def _days_after(day: date, days: int) -> date:
    return day + timedelta(days=days)
