"""Day and place of birth, read from a form."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import request

from adapters.text.birth import birth
from webapi.current import acquis
from webapi.enrolment.candidate import FIRST_BIRTH
from webapi.pages.filled import InvalidForm

NO_DAY: Final = ("This is no past day.", "Ce n'est pas un jour passé.")


def born_on() -> date | None:
    """Return the day that the form gives, or None; raise InvalidForm when it is not a past day."""
    said = request.form.get("born_on", "").strip()
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise InvalidForm({"born_on": NO_DAY}) from None
    if not FIRST_BIRTH <= day <= acquis().clock.today():
        raise InvalidForm({"born_on": NO_DAY})
    return day


def born() -> str | None:
    """Return the day and place as certificates write them; raise InvalidForm when the day is not a past day."""
    return birth(born_on(), request.form.get("born_at", "").strip() or None)
