"""What had somebody typed, when it is not taken, and not shown in its form either?

Their session has ended meanwhile, or the dossier is not theirs any more. It may be the work of hours, and the page
that it was typed in is gone: the answer shows it, to be copied.
"""

from __future__ import annotations

from typing import Final

from flask import request

SECRETS: Final = frozenset({"password", "new", "twice", "code"})
"""By these a form is known that nothing is shown of."""


def typed() -> str:
    """The texts that came along, from a page of this site; nothing of what another site made a browser send.

    A text has several words: ids, days, and what is chosen or ticked have one.
    """
    from_here = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not from_here or request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
        return ""  # what is read otherwise, as a file is, is not begun here
    if not SECRETS.isdisjoint(request.form):
        return ""
    texts = (value.strip() for values in request.form.listvalues() for value in values)
    return "\n\n".join(text for text in texts if len(text.split()) > 1)


def typed_so_far() -> str:
    """The same of a form that was read already, whatever it was refused for: none is begun to be read here."""
    return typed() if "form" in vars(request) else ""
