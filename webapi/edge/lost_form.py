"""What had somebody typed, when it is not taken because their session has ended meanwhile?

It may be the work of hours, and the page that it was typed in is gone: the answer shows it, to be copied.
"""

from __future__ import annotations

from flask import request


def typed() -> str:
    """The statement that came along, from a page of this site; nothing of what another site made a browser send."""
    from_here = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not from_here or request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
        return ""  # what is read otherwise, as a file is, is not begun here
    return request.form.get("statement", "")
