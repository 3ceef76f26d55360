"""Facts that earlier versions recorded under another name, and their conversion to the present form.

A fact in the log never changes: a reader converts it to the present form. Versions 0.2 to 0.6 recorded these facts;
`tests/upgrades` keeps logs of those versions.
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
"""For each recorded name, the present name, and the function that converts the recorded body."""


def current_name(name: str) -> str:
    """Return the present name of a fact recorded under this name."""
    return FORMER[name][0] if name in FORMER else name


def current_form(name: str, body: Body) -> tuple[str, Body]:
    """Return the present name and body of a fact recorded with these."""
    if name not in FORMER:
        return name, body
    now, adapt = FORMER[name]
    return now, adapt(dict(body))
