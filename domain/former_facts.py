"""Facts that earlier versions recorded under another name, and their form of today.

A fact in the log never changes: whoever reads one of these reads it in today's form. Versions 0.2 to 0.6 recorded
them; `tests/upgrades` keeps logs of those versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Body = dict[str, Any]


def _candidate_arrived(body: Body) -> Body:
    """Return a `CandidateSignedIn` as a `CandidateArrived`; until 0.2 it did not say on which day they signed."""
    signed_on = body.pop("signed_on", None) or body["on"]
    return body | {"arrived_on": signed_on, "signed": True}


FORMER: Final[Mapping[str, tuple[str, Callable[[Body], Body]]]] = {
    "CandidateSignedIn": ("CandidateArrived", _candidate_arrived),
}
"""The name of today, and what makes today's body of the recorded one, by the name that was recorded."""


def current_name(name: str) -> str:
    """Return the name of today of a fact that was recorded under this name."""
    return FORMER[name][0] if name in FORMER else name


def current_form(name: str, body: Body) -> tuple[str, Body]:
    """Return the name and the body of today of a fact that was recorded with these."""
    if name not in FORMER:
        return name, body
    now, adapt = FORMER[name]
    return now, adapt(dict(body))
