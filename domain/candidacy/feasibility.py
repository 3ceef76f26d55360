"""The feasibility file and the certifier's time to decide on admissibility (VAE).

The file is complete or incomplete, then admissible or inadmissible. The certifier has a number of months, which do
not run while pieces are missing. Silence until their end admits the candidacy, unless a text provides otherwise. The
law sets the number of months, their start, and whether silence admits; the rulebook sets the time zone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Self, assert_never
from zoneinfo import ZoneInfo

from domain.calendar import PARIS, Calendar, Pause, day_in, ends, months_after
from domain.candidacy.facts import (
    AdmissibilityImplied,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    FilingChannel,
    ReceiptDayCorrected,
    Received,
)
from domain.fact import Personal
from domain.refusal import Refused
from domain.rulebook.rule_set import CountedFrom

ADMISSIBILITY_TEXTS = (
    "Code du travail R6412-4; before 2024 and off the portal Code de l'éducation R335-7 (known through a summary)",
    "Code du travail R6412-4 ; avant 2024 et hors du portail Code de l'éducation R335-7 (connu par un résumé)",
)
"""Source of the refusals about admissibility, in both languages."""


class FileAlreadySubmitted(Refused):
    """A feasibility file is submitted once, before its admissibility is decided."""

    fr = "Un dossier de faisabilité se dépose une fois, avant la décision de recevabilité."


class NoFeasibilityFile(Refused):
    """Pieces are asked for, and received, of a feasibility file that was submitted and is not decided on."""

    fr = "On ne demande ni ne reçoit de pièces que d'un dossier de faisabilité déposé et pas encore décidé."


class FileIncomplete(Refused):
    """Admissibility is decided on a complete file; pieces are asked for once, until they have come."""

    fr = (
        "La recevabilité se décide sur un dossier complet ; les pièces se demandent une fois, jusqu'à leur réception."
    )


class FileComplete(Refused):
    """Missing pieces are received of a file that was found incomplete."""

    fr = "On ne reçoit de pièces manquantes que d'un dossier trouvé incomplet."


class ReceivedOnAnotherDay(Refused):
    """A file is received today on the portal; one that came by post is keyed by the registrar, with its one day."""

    fr = (
        "Un dossier est reçu aujourd'hui sur le portail ; s'il vient par la poste, le gestionnaire en saisit le jour."
    )
    kind = "invalid"


class ReceivedTooEarly(Refused):
    """A file is received no earlier than the registration admits, nor than its journey was begun anew."""

    fr = "Un dossier n'est pas reçu avant que l'enregistrement n'admette, ni avant la reprise de son parcours."
    kind = "invalid"


class DayCorrectedWithoutReason(Refused):
    """The day on which a file was received is corrected with the reason why."""

    fr = "Le jour de réception d'un dossier se corrige avec le motif qui le justifie."
    kind = "invalid"


class PiecesUnnamed(Refused):
    """Pieces are asked for by saying which: the certifier's time stops for nothing less."""

    fr = "On demande des pièces en disant lesquelles : le délai du certificateur ne s'arrête pas à moins."
    kind = "invalid"


class SilenceAdmits(Refused):
    """Once the certifier has kept silent for all its time, the candidacy is admissible, and not decided any more."""

    fr = "Quand le certificateur s'est tu pendant tout son délai, la candidature est recevable : il n'en décide plus."
    source, source_fr = ADMISSIBILITY_TEXTS


class SilenceNotOver(Refused):
    """Silence admits once the last day of the certifier's time has passed where it counts, on a complete file."""

    fr = "Le silence vaut recevabilité une fois passé, là où il compte, le dernier jour du délai, le dossier complet."
    source, source_fr = ADMISSIBILITY_TEXTS


@dataclass(frozen=True, kw_only=True)
class Silence:
    """The time that the certifier has, the effect of its silence, and the rule set's id (délai de recevabilité)."""

    months: int
    admits: bool
    rule_set: str
    calendar: Calendar
    counted_from: CountedFrom = CountedFrom.RECEIPT


@dataclass(frozen=True, kw_only=True)
class FeasibilityFile:
    """The file as received: when, and the periods in which pieces were missing.

    `anew_on` is the day on which the journey began again, resumed or by another route. `posted` says that the day of
    receipt was keyed. `again_on` is the day on which a refusal was taken back: the certifier's time starts again
    then.
    """

    anew_on: date | None = None
    again_on: date | None = None
    received_on: date | None = None
    posted: bool = False
    pauses: tuple[Pause, ...] = ()

    @property
    def complete(self) -> bool:
        """True if the file was received and no piece is missing."""
        return self.received_on is not None and all(pause.ended_on for pause in self.pauses)

    @property
    def counted_from(self) -> date | None:
        """The first day of the certifier's time: the receipt, or the day on which a refusal was taken back."""
        return self.again_on or self.received_on

    def last_day(self, silence: Silence) -> date | None:
        """Return the last day of the certifier's time; None while it does not run."""
        since = self.counted_from
        if since is None or not self.complete:
            return None
        period = partial(months_after, months=silence.months)
        pauses = tuple(pause for pause in self.pauses if pause.began_on >= since)
        if silence.counted_from is CountedFrom.COMPLETE_FILE:
            complete_on = max((pause.ended_on for pause in pauses if pause.ended_on), default=since)
            return ends(complete_on, period, (), silence.calendar)
        return ends(since, period, pauses, silence.calendar)

    def submit(
        self, received_on: date | None, today: date, *, posted: bool, admits_from: date
    ) -> FeasibilityFileSubmitted:
        """Receive the file: on the portal today, or by post on the day keyed."""
        if self.received_on is not None:
            raise FileAlreadySubmitted
        day = _received(received_on, today, posted=posted)
        self.check_since(day, admits_from)
        return FeasibilityFileSubmitted(received_on=day, channel=_by(posted))

    def check_since(self, day: date, admits_from: date) -> None:
        """Refuse a day on which nobody could be admitted yet, or before the journey began again.

        A file may come before its candidacy is keyed; a file of an earlier journey is not valid for the new one.
        """
        first = max(admits_from, self.anew_on or admits_from)
        if day < first:
            raise ReceivedTooEarly(first.isoformat())

    def correct_day(
        self, received_on: date, reason: Personal[str], today: date, *, admits_from: date
    ) -> ReceiptDayCorrected:
        """Correct the day keyed for a file that came by post, to another possible day."""
        if self.received_on is None:
            raise NoFeasibilityFile
        last = min((pause.began_on for pause in self.pauses), default=today)
        if not self.posted or received_on == self.received_on or received_on > last:
            raise ReceivedOnAnotherDay(received_on.isoformat())
        self.check_since(received_on, admits_from)
        return ReceiptDayCorrected(received_on=received_on, reason=reason)

    def find_incomplete(self, missing: Personal[str], today: date) -> FeasibilityFileFoundIncomplete:
        """Ask for the missing pieces, naming them."""
        if self.received_on is None:
            raise NoFeasibilityFile
        if not self.complete:
            raise FileIncomplete
        return FeasibilityFileFoundIncomplete(found_on=today, missing=missing)

    def complete_with(self, received_on: date | None, today: date, *, posted: bool) -> FeasibilityFileCompleted:
        """Receive the missing pieces: on the portal today, or by post on a day since they were asked for."""
        if self.received_on is None:
            raise NoFeasibilityFile
        if self.complete:
            raise FileComplete
        day = _received(received_on, today, posted=posted)
        if day < self.pauses[-1].began_on:
            raise ReceivedOnAnotherDay(day.isoformat())
        return FeasibilityFileCompleted(received_on=day, channel=_by(posted))

    def imply(self, silence: Silence | None, at: datetime) -> AdmissibilityImplied:
        """Record that the certifier was silent to the end, if its last day is over at that instant."""
        last = self.last_day(silence) if silence else None
        if silence is None or last is None or not silence.admits or not silence.calendar.over(last, at):
            raise SilenceNotOver(*([last.isoformat()] if last else []))
        found_on = day_in(silence.calendar.zone, at)
        return AdmissibilityImplied(ended_on=last, found_on=found_on, rule_set=silence.rule_set)

    def check_in_time(self, silence: Silence | None, today: date) -> None:
        """Refuse if the certifier was silent to the end, whatever the hour of the day."""
        last = self.last_day(silence) if silence else None
        if silence and last and silence.admits and silence.calendar.surely_over(last, today):
            raise SilenceAdmits(last.isoformat())

    def day_of(self, fact: Received) -> date:
        """Return the day of a step of the file."""
        return fact.found_on if isinstance(fact, FeasibilityFileFoundIncomplete) else fact.received_on

    def evolve(self, fact: Received) -> Self:
        match fact:
            case FeasibilityFileSubmitted(received_on=received_on, channel=channel):
                return replace(self, received_on=received_on, posted=channel is FilingChannel.POST)
            case ReceiptDayCorrected(received_on=received_on):
                return replace(self, received_on=received_on)
            case FeasibilityFileFoundIncomplete(found_on=found_on):
                return replace(self, pauses=(*self.pauses, Pause(began_on=found_on)))
            case FeasibilityFileCompleted(received_on=received_on):
                ended = replace(self.pauses[-1], ended_on=received_on)
                return replace(self, pauses=(*self.pauses[:-1], ended))
            case _:
                assert_never(fact)


def hours_of(today: date) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a day in Paris, between which a day elsewhere must be recorded."""
    first = datetime.combine(today, datetime.min.time(), ZoneInfo(PARIS))
    return first, datetime.combine(today + timedelta(days=1), datetime.min.time(), ZoneInfo(PARIS))


def _received(given: date | None, today: date, *, posted: bool) -> date:
    if (given is None) == posted or (given is not None and given > today):
        raise ReceivedOnAnotherDay(*([given.isoformat()] if given else []))
    return given or today


def _by(posted: bool) -> FilingChannel:
    return FilingChannel.POST if posted else FilingChannel.PORTAL
