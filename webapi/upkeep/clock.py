"""Alarms about the clock, and its acceptance by the operator or an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.alarm import Alarm
from adapters.log.clock import FAR, apart, behind, newest_position
from domain.commands.organisation.accept_clock import AcceptClock
from webapi.wiring import App

MOST_DRIFT: Final = 5.0
"""Seconds that the database's clock may be behind the newest fact before it is an alarm."""
BEHIND: Final = Alarm(
    slug="clock-behind",
    fr="L'horloge de la base retarde de plus de 5 secondes sur le dernier fait. Mettez-la à l'heure ; si elle est "
    "juste et avançait auparavant, déclarez-la juste : acquis clock accept, ou la page Installation.",
    en="The database's clock is more than 5 seconds behind the newest fact. Set it right; if it is right and was "
    "ahead before, declare it right: acquis clock accept, or the page Installation.",
)
WRONG: Final = Alarm(
    slug="clock-wrong",
    fr="Une horloge est décalée d'une demi-heure ou plus, ou rien n'a été consigné depuis plus de 31 jours : rien "
    "n'est enregistré. Mettez l'heure juste ; si elle l'est, déclarez-la : acquis clock accept, ou la page "
    "Installation.",
    en="A clock is off by half an hour or more, or nothing was recorded for more than 31 days: nothing is recorded. "
    "Set the clock right; if it is right, declare it: acquis clock accept, or the page Installation.",
    urgent=True,
)


def clock(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm about a clock that is wrong, or behind the newest fact."""
    if abs(apart(acquis.database)) > FAR or acquis.clock_guard.wrong(acquis.database):
        yield WRONG
    elif behind(acquis.database) > MOST_DRIFT:
        yield BEHIND


def acceptance(acquis: App, reason: str) -> AcceptClock:
    """Return the command that declares the clock right for all facts recorded so far."""
    return AcceptClock(up_to=newest_position(acquis.database), reason=reason)
