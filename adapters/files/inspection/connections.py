"""Does a workbook fetch its figures from elsewhere without being asked: as it is opened, or by the clock?

Where they came from may stand in it (ECMA-376, 18.13): a connection, the table of a query, a pivot's source. Each is
asked again by whoever wants it, unless it says that it does so by itself.
"""

from __future__ import annotations

from typing import Final

from adapters.files.inspection import xml
from adapters.files.inspection.refusals import ActiveContent

FETCHING: Final = frozenset({"connection", "queryTable"})
PIVOT: Final = "pivotCacheDefinition"
OWN_SOURCES: Final = frozenset({"worksheet", "consolidation", "scenario"})
"""Where a pivot may take its figures from as it is opened: the workbook itself."""


class Connections:
    """What a part says of them, element by element."""

    def __init__(self) -> None:
        self._pivot_is_made_anew = False

    def element(self, name: str, given: xml.Given) -> None:
        """Raise ActiveContent where it says that something is fetched by itself."""
        if name in FETCHING and (xml.yes(given, "refreshOnLoad") or _by_the_clock(given)):
            raise ActiveContent
        self._pivot_is_made_anew |= name == PIVOT and xml.yes(given, "refreshOnLoad")
        if name == "cacheSource" and self._pivot_is_made_anew and not OWN_SOURCES.issuperset(given.get("type", ())):
            raise ActiveContent


def _by_the_clock(given: xml.Given) -> bool:
    return any(minutes.strip("0 \t\n\r") for minutes in given.get("interval", ()))
