"""Which accommodations does the certifier's rulebook provide for? (règlement : aménagements)"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.framework.jury_rule import Share


class Measure(StrEnum):
    """What a disabled candidate may be granted: more time, somebody who reads, breaks, to be remote."""

    EXTRA_TIME = "extra_time"
    READER = "reader"
    BREAKS = "breaks"
    REMOTE = "remote"


@dataclass(frozen=True, kw_only=True)
class AccommodationRules:
    """The measures that may be granted; `source` is the text that says so.

    `extra_time` is the largest part of the stated time that may be added, `breaks` the most minutes of break in one
    épreuve; None: as much as an épreuve can follow.
    """

    measures: tuple[Measure, ...]
    source: str
    extra_time: Share | None = None
    breaks: int | None = None
