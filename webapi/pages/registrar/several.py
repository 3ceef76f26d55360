"""Several commands from one form, one for each selected item, recorded in order until one is refused."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.ports import Command, Recorded
from webapi.current import acquis
from webapi.pages.filled import FilledForm, InvalidForm, intent


def ticked(sent: FilledForm, name: str, none: tuple[str, str]) -> list[UUID]:
    """Return the ids selected in a form; raise InvalidForm with the message `none` if there are none."""
    try:
        found = [UUID(each) for each in dict.fromkeys(sent.values.getlist(name))]
    except ValueError:
        found = []
    if not found:
        raise InvalidForm({name: none})
    return found


def send_each(sent: FilledForm, commands: Iterable[Command]) -> Recorded | None:
    """Send each command of a form; when one is refused, those before it stay recorded, and the page shows it."""
    recorded = None
    for command in commands:
        recorded = acquis().execute(command, acquis().request(intent(sent, command, signs=False)))
    return recorded
