"""Does this formula bring in what stands elsewhere, or ask another program?"""

from __future__ import annotations

import re
from typing import Final

from adapters.files.inspection.refusals import ActiveContent

ELSEWHERE: Final = re.compile(r"(?:\b(?:DDE|WEBSERVICE|RTD)|_XLFN\.IMAGE)\s*\(", re.IGNORECASE)
"""Functions that do, as files spell them in every language. `IMAGE` is one where it has its prefix only."""


TEXT: Final = re.compile(r'"[^"]*"')
OF_ANOTHER_FILE: Final = re.compile(r"'[^']+'#")
"""How OpenDocument names a cell of another file: its address, and the place there (OpenFormula, 5.8)."""
CELL: Final = re.compile(r"""(?:^|[;,\t])[ ]*+"?+[ ]*+[=+\-@]([^;\t\r\n]*+)""", re.MULTILINE)
"""One of a table in text that a spreadsheet computes; commas may stand within it."""
TYPED: Final = re.compile(
    r"""\b(?:(?:WEBSERVICE|SERVICEWEB|RTD)\(|IMAGE\(")|[\w.]\|(?:'[^']*'|[^\s'"|!,]*)!\w""", re.IGNORECASE
)
"""What fetches or asks another program as one types it, in English or French: `cmd|'/C calc'!A0` is DDE."""


def inert(formula: str) -> None:
    """Refuse one that calls such a function."""
    if ELSEWHERE.search(formula):
        raise ActiveContent


def of_this_file(formula: str) -> None:
    """Refuse one of OpenDocument that calls such a function, or names a cell of another file."""
    inert(formula)
    if OF_ANOTHER_FILE.search(TEXT.sub("", formula)):
        raise ActiveContent


def inert_cells(text: str) -> None:
    """Refuse a table in text that holds a formula which brings in what stands elsewhere, or asks another program."""
    if any(TYPED.search(cell[1]) for cell in CELL.finditer(text)):
        raise ActiveContent
