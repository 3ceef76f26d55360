"""Several things ticked on one form: one command for each, recorded one after the other until one is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from domain.ports import Command
from domain.refusal import Refused
from webapi.accounts.authentication import acquis
from webapi.pages.desk import Desk, View, arrived, shown_with
from webapi.pages.filled import UNFIT, Filled, Unfit, intent, sent_form
from webapi.problems import STATUS, language, note_refusal


def ticked(sent: Filled, name: str, none: tuple[str, str]) -> list[UUID]:
    """The ids ticked on a form; raises Unfit, which says `none` in English and French, where there are none."""
    try:
        found = [UUID(each) for each in dict.fromkeys(sent.values.getlist(name))]
    except ValueError:
        found = []
    if not found:
        raise Unfit({name: none})
    return found


def send_each(
    desk: Desk, name: str, page: View, ids: dict[str, Any], commands: Iterable[Command]
) -> ResponseReturnValue:
    """Send each command of a form; what was recorded before one is refused stays so, and the page shows it."""
    sent, recorded = sent_form(name), None
    try:
        for command in commands:
            recorded = acquis().execute(command, acquis().request(intent(sent, command, signs=False)))
    except Unfit as unfit:
        fr = language() == "fr"
        sent.errors = {field: said[1] if fr else said[0] for field, said in unfit.errors.items()}
        return shown_with(sent, page, ids, UNFIT)
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        sent.refusal = refusal
        return shown_with(sent, page, ids, STATUS[refusal.kind])
    return arrived(desk.page_of(page, ids), recorded, f"{desk.name}.{name}")
