"""With which status is a form shown again, with what is wrong with it beside its field?"""

from __future__ import annotations

from typing import Final

from flask import Response

from adapters.desk.accounts import TooManyPasswords
from adapters.desk.budgets import RateLimited
from adapters.desk.passwords import CommonPassword, WeakPassword
from domain.refusal import Refused
from webapi.problems import RETRY_AFTER, STATUS, note_refusal

BUSY: Final = ("account.busy", int(RETRY_AFTER))
LATER: Final[dict[str, type[Refused]]] = {
    "account.wait": RateLimited,
    "sign_in.wait": RateLimited,
    BUSY[0]: TooManyPasswords,
}
"""What is right perhaps, and was not looked at: it may be sent again after so many seconds."""


def shown_again(page: str, error: tuple[str, int]) -> Response:
    """422; for who tried too often 429, and 503 where too many sign in at this moment, both with Retry-After."""
    refusal = LATER.get(error[0])
    if refusal is None:
        return Response(page, 422, mimetype="text/html")
    status = STATUS[refusal.kind]
    note_refusal(status, refusal.slug())
    return Response(page, status, {"Retry-After": str(error[1])}, mimetype="text/html")


def unfit(password: WeakPassword) -> str:
    """What is wrong with a password that was chosen, and what to do."""
    return "account.password_common" if isinstance(password, CommonPassword) else "account.password_weak"
