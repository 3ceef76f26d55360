"""Which files does the form of evidence offer to choose, in what words, under this rulebook?"""

from __future__ import annotations

from typing import Final

from domain.rulebook.evidence_rules import LINKED, WRITTEN, EvidenceAllowance, PieceForm
from webapi.evidence.file_extension import ENDINGS

ANY: Final = (
    ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp,.mp3,.m4a,.mp4,.txt,.csv,.zip,"
    "application/pdf,image/*,audio/*,video/*,text/plain,text/csv"
)
"""What the browser offers first to choose from; what a file really is, its content says."""


def types(left: EvidenceAllowance) -> str:
    """The types of the files that may be put in, as people know them; empty: every type that there is."""
    return ", ".join(ENDINGS[each][0][1:].upper() for each in left.types if each in ENDINGS)


def accepted(left: EvidenceAllowance) -> str:
    """What the browser is told to offer."""
    files = [each for each in left.types if each in ENDINGS]
    return ",".join([*(ending for each in files for ending in ENDINGS[each]), *files]) or ANY


def photo(left: EvidenceAllowance) -> bool:
    """Whether a photo may be put in: what a camera gives is a JPEG."""
    return not left.types or "image/jpeg" in left.types


def forms(left: EvidenceAllowance) -> list[PieceForm]:
    """What may be put in beside files: a link, a text."""
    made = {PieceForm.LINK: LINKED, PieceForm.STATEMENT: WRITTEN}
    return [form for form, media_type in made.items() if not left.types or media_type in left.types]
