"""May this part, which is no XML, stand in an office file?"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final
from zipfile import ZipFile, ZipInfo

from adapters.files.inspection.archive import content, member
from adapters.files.inspection.found import OFFICE, Found
from adapters.files.inspection.refusals import ActiveContent, ArchiveLimits

Nested = Callable[[BinaryIO], Found]
"""What examines a file within a file."""
PROGRAMS: Final = (b"\x7fELF", b"MZ", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How programs begin, and the older office files, which hold what they like."""


def inert(archive: ZipFile, entry: ZipInfo, nested: Nested) -> None:
    """A picture or the like may, or a whole office file, beneath a chart, that is examined in its turn."""
    with member(archive, entry) as part:
        start = part.read(8)
    if start.startswith(PROGRAMS):
        raise ActiveContent
    if start.startswith(b"PK\x03\x04") and nested(content(archive, entry)).media_type not in OFFICE:
        raise ArchiveLimits
