"""File types that the evidence form offers under a rulebook, and their names for users."""

from __future__ import annotations

from typing import Final

from domain.rulebook.evidence_rules import LINKED, WRITTEN, EvidenceAllowance, PieceForm
from webapi.evidence.file_extension import ENDINGS

ANY: Final = (
    ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp,.mp3,.m4a,.mp4,.txt,.csv,.zip,"
    "application/pdf,image/*,audio/*,video/*,text/plain,text/csv"
)
"""Value of `accept` when the rulebook limits nothing. The server checks the type again, from the file's content."""


def types(left: EvidenceAllowance) -> str:
    """Return the accepted file types as users name them; an empty string when every type is accepted."""
    return ", ".join(ENDINGS[each][0][1:].upper() for each in left.types if each in ENDINGS)


def accepted(left: EvidenceAllowance) -> str:
    """Return the value of the file input's `accept` attribute."""
    files = [each for each in left.types if each in ENDINGS]
    return ",".join([*(ending for each in files for ending in ENDINGS[each]), *files]) or ANY


def photo(left: EvidenceAllowance) -> bool:
    """Return whether photos are accepted; a camera produces JPEG."""
    return not left.types or "image/jpeg" in left.types


def forms(left: EvidenceAllowance) -> list[PieceForm]:
    """Return the accepted forms other than a file: a link, a written statement."""
    made = {PieceForm.LINK: LINKED, PieceForm.STATEMENT: WRITTEN}
    return [form for form, media_type in made.items() if not left.types or media_type in left.types]
