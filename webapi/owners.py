"""Who is told by letter of what was done with their account, in case it was not they who did it?"""

from __future__ import annotations

from domain.ports import PersonId
from webapi.wiring import House


def tell_owner(house: House, who: PersonId, kind: str, language: str, **about: str) -> None:
    """Have a letter of a kind written to the address of an account; none where there is no account."""
    if to := house.accounts.held(who).get("login"):
        house.letters.put(kind, to, language, person=who, about=about)
