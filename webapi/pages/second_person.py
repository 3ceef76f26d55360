"""State and forms of an act that takes two people, and the password of a person who acts alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, g, url_for

from domain.people.staffing import Staffing
from domain.ports import PersonId
from webapi.accounts.authentication import actor, reader, reading
from webapi.accounts.sole_registrar import check_registrars
from webapi.current import acquis
from webapi.pages.account.confirm_identity import asked_again, asking, prove_identity, unproved
from webapi.pages.account.players import played
from webapi.pages.filled import InvalidForm
from webapi.privacy.disclosure import names

NOT_PROVED: Final = ("Prove that it is you.", "Prouvez que c'est vous.")


@dataclass(frozen=True, kw_only=True)
class SecondPersonState:
    """State of an act that takes two people: who proposed it, and what the reader may do."""

    proposed_by: PersonId | None
    name: str | None
    mine: bool
    alone: bool

    @property
    def waits(self) -> bool:
        """Return whether the act was proposed."""
        return self.proposed_by is not None

    @property
    def theirs(self) -> bool:
        """Return whether the reader can confirm it."""
        return self.waits and not self.mine


def confirmation(proposed_by: PersonId | None) -> SecondPersonState:
    """Return the state of an act that `proposed_by` proposed (None: it was not proposed), for the reader."""
    who = reader()
    return SecondPersonState(
        proposed_by=proposed_by,
        name=names([proposed_by])[proposed_by] if proposed_by else None,
        mine=proposed_by in who.files,
        alone=reading().find(Staffing, Staffing.the()).frees(actor().role, who.files),
    )


def addresses(desk: str, **ids: Any) -> dict[str, str]:
    """Return the address of each form of such a page; all desks give these acts the same names."""
    acts = {"propose": "propose", "confirm": "confirm", "alone": "confirm_alone", "reject": "reject"}
    there = current_app.view_functions
    return {name: url_for(f"{desk}.{act}", **ids) for name, act in acts.items() if f"{desk}.{act}" in there}


def proof_asked(wanted: str) -> dict[str, Any]:
    """Return the template variables with which a page asks for a proof of identity, and the last error."""
    return {"error": g.get("unproved"), **asking(wanted)}


def asked_of_sender() -> str:
    """Return which proof a form asks from its sender, as `asked_again` does.

    A role of the demonstration has no password, so it is asked for none.
    """
    return "" if any(each.person == actor().person for each in played()) else asked_again()


def prove_sender() -> None:
    """Check that the sender of a form proved their identity again.

    Raises:
        InvalidForm: The proof is wrong; the error is shown next to the field.
        RateLimited: The sender has failed too often.
        TooManyPasswords: The server compares too many passwords at this moment.

    """
    if asked_of_sender():
        prove_identity()


def prove_again() -> None:
    """Check that the sender of a form proved their identity again; raise InvalidForm if not."""
    g.unproved = unproved()
    if g.unproved is not None:
        raise InvalidForm({"again": NOT_PROVED})


def prove() -> None:
    """Note that a person who confirms alone proved their identity again.

    Raises InvalidForm if they did not, and SeveralRegistrars if two people hold the role of registrar by now. The
    command checks the declaration.
    """
    prove_again()
    check_registrars(acquis())
    g.proved = True
