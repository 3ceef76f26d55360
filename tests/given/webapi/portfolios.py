"""Portfolios over HTTP."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from tests.given.files.specimens import PDF

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller

ADDRESS = "/api/v1/portfolio"


def keep(
    who: Caller, content: bytes = PDF, name: str = "projet.pdf", *, checked: bool = True, **said: Any
) -> TestResponse:
    """Keep a file, and have it checked, unless it must stay under check."""
    answer = who.world.app.test_client().post(
        ADDRESS, data={**said, "file": (io.BytesIO(content), name, "application/pdf")}, headers=who.bearer
    )
    if checked and answer.status_code == 201:
        who.world.worked_off()
    return answer


def kept(who: Caller) -> list[dict[str, Any]]:
    """Return what they keep."""
    answer: Any = who.get(ADDRESS).json
    return list(answer["items"])


def packed(*files: tuple[str, bytes | str]) -> bytes:
    """Return a ZIP of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files:
            made.writestr(name, content)
    return target.getvalue()
