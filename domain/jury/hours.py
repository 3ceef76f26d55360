"""The hour recorded with the facts of a jury's sitting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from domain.jury.session import JurySession
from domain.ports import Log
from domain.refusal import Refused


class HourToCome(Refused):
    """What happens before a jury is noted at an hour that has come, by the clock of mainland France."""

    fr = "Ce qui se passe devant un jury est noté à une heure déjà venue, à l'horloge de métropole."
    kind = "invalid"


class HourOutOfOrder(Refused):
    """What happens before a jury is noted at an hour that is not before what it follows on the same day.

    The opening follows the signatures of who is there; a return follows the departure; a deliberation follows the
    arrival of its candidate; the closing follows the opening and whatever happened in the sitting.
    """

    fr = (
        "Ce qui se passe devant un jury est noté à une heure qui ne précède pas ce dont cela découle le même jour : "
        "l'ouverture suit les émargements, le retour suit le départ, la délibération suit l'arrivée du candidat, "
        "la clôture suit le tout."
    )
    kind = "invalid"


def noted_at(session: JurySession, log: Log, at: time | None, *, after: Iterable[time | None] = ()) -> time | None:
    """Return the hour of an event: the one stated, else now; for a session on paper, None if it is not known.

    `after` are the hours of the earlier events of the same day. Raises HourToCome, HourOutOfOrder.
    """
    if at is not None and (before := max((each for each in after if each), default=at)) > at:
        raise HourOutOfOrder(at.isoformat("minutes"), before.isoformat("minutes"))
    if session.planned.on_paper:
        return at
    if at is not None and at > log.hour:
        raise HourToCome(at.isoformat("minutes"))
    return log.hour if at is None else at
