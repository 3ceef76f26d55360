"""Accommodations that the certifier's rulebook provides for (règlement : aménagements)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.framework.jury_rule import PanelShare


class Measure(StrEnum):
    """A measure that a disabled candidate may be granted: more time, a reader, breaks, taking part remotely."""

    EXTRA_TIME = "extra_time"
    READER = "reader"
    BREAKS = "breaks"
    REMOTE = "remote"


@dataclass(frozen=True, kw_only=True)
class AccommodationRules:
    """The measures that may be granted; `source` is the text that says so.

    `extra_time` is the largest fraction of the stated time that may be added, `breaks` the maximum minutes of break
    in one épreuve; None sets no limit.
    """

    measures: tuple[Measure, ...]
    source: str
    extra_time: PanelShare | None = None
    breaks: int | None = None
