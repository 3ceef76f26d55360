"""Does this formula bring in what stands elsewhere, or ask another program?"""

from __future__ import annotations

import re
from typing import Final

from adapters.files.inspection.refusals import ActiveContent

ELSEWHERE: Final = re.compile(r"(?:\b(?:DDE|WEBSERVICE|RTD)|_XLFN\.IMAGE)\s*\(", re.IGNORECASE)
"""Functions that do, as files spell them in every language. `IMAGE` is one where it has its prefix only."""


def inert(formula: str) -> None:
    """Refuse one that calls such a function."""
    if ELSEWHERE.search(formula):
        raise ActiveContent
