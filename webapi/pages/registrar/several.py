"""Several things ticked on one form: one command for each, recorded one after the other until one is refused."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.ports import Command, Recorded
from webapi.current import acquis
from webapi.pages.filled import FilledForm, InvalidForm, intent


def ticked(sent: FilledForm, name: str, none: tuple[str, str]) -> list[UUID]:
    """The ids ticked on a form; raises Unfit, which says `none` in English and French, where there are none."""
    try:
        found = [UUID(each) for each in dict.fromkeys(sent.values.getlist(name))]
    except ValueError:
        found = []
    if not found:
        raise InvalidForm({name: none})
    return found


def send_each(sent: FilledForm, commands: Iterable[Command]) -> Recorded | None:
    """Send each command of a form; what was recorded before one is refused stays so, and the page shows it."""
    recorded = None
    for command in commands:
        recorded = acquis().execute(command, acquis().request(intent(sent, command, signs=False)))
    return recorded
