"""What a page shows and asks of an act that takes two people: who proposed it, and the password of one alone."""

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
    """How far an act that takes two has got: who proposed it, whether the reader did, and may act alone."""

    proposed_by: PersonId | None
    name: str | None
    mine: bool
    alone: bool

    @property
    def waits(self) -> bool:
        """Return whether it was proposed."""
        return self.proposed_by is not None

    @property
    def theirs(self) -> bool:
        """Return whether it waits for the reader."""
        return self.waits and not self.mine


def confirmation(proposed_by: PersonId | None) -> SecondPersonState:
    """Read how far an act has got that this person proposed, if anybody did, and what the reader may do."""
    who = reader()
    return SecondPersonState(
        proposed_by=proposed_by,
        name=names([proposed_by])[proposed_by] if proposed_by else None,
        mine=proposed_by in who.files,
        alone=reading().find(Staffing, Staffing.the()).frees(actor().role, who.files),
    )


def addresses(desk: str, **ids: Any) -> dict[str, str]:
    """Return where each form of such a page goes, by the names that every desk gives these acts."""
    acts = {"propose": "propose", "confirm": "confirm", "alone": "confirm_alone", "reject": "reject"}
    there = current_app.view_functions
    return {name: url_for(f"{desk}.{act}", **ids) for name, act in acts.items() if f"{desk}.{act}" in there}


def proof_asked(wanted: str) -> dict[str, Any]:
    """Return what a page needs to ask who somebody is, with what was wrong with it."""
    return {"error": g.get("unproved"), **asking(wanted)}


def asked_of_sender() -> str:
    """Return what a form asks again of who sends it, as `asked_again` does.

    Nothing of a part in the demonstration, which has no password to know.
    """
    return "" if any(each.person == actor().person for each in played()) else asked_again()


def prove_sender() -> None:
    """Check that who sends a form proved again who they are.

    Raises:
        Unfit: They did not; the error stands beside the field that was asked for.
        RateLimited: They failed to too often.
        TooManyPasswords: No place was free to compare the password.

    """
    if asked_of_sender():
        prove_identity()


def prove_again() -> None:
    """Check that who sends a form proved again who they are; raises Unfit where they did not."""
    g.unproved = unproved()
    if g.unproved is not None:
        raise InvalidForm({"again": NOT_PROVED})


def prove() -> None:
    """Note that who confirms alone proved again who they are.

    Raises Unfit where they did not, and SeveralRegistrars where two people hold the role of registrar by now. The
    command checks the declaration.
    """
    prove_again()
    check_registrars(acquis())
    g.proved = True
