"""Scales of marks, and the agreement of several assessors' marks on one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_POINTS = re.compile(r"(0|[1-9]\d{0,3})(?:\.(\d{1,2}))?")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark of the scale: its code, its labels, and whether it means that the competence is acquired.

    `value` is its value in hundredths of a point, if the scale has points.
    """

    code: str
    label_fr: str
    label_en: str
    acquired: bool
    value: int | None = None


@dataclass(frozen=True, kw_only=True)
class Points:
    """Points as marks (barème): from `least` to `most` by `step`, acquired from `acquired_from`, in hundredths."""

    least: int
    most: int
    step: int
    acquired_from: int
    source: str = ""

    def mark(self, code: str) -> Mark | None:
        """Return the mark written so ("12.5"); None if it is not a number, out of bounds or between two steps."""
        value = hundredths(code)
        if value is None or not self.least <= value <= self.most or (value - self.least) % self.step:
            return None
        return self.worth(value)

    def worth(self, value: int) -> Mark:
        """Return the mark with this value, also between two steps, as a mean may be."""
        code = written(value)
        return Mark(
            code=code,
            label_fr=f"{code.replace('.', ',')} / {written(self.most).replace('.', ',')}",
            label_en=f"{code} / {written(self.most)}",
            acquired=value >= self.acquired_from,
            value=value,
        )


class AgreementRule(StrEnum):
    """The rule by which marks of several assessors become the one that the jury reads (règle d'accord).

    `ALL`: acquired when each of them says so, hence the lowest mark. `MAJORITY`: what more than half say; a tie is no
    majority for acquired. `MEAN`: the mean of the values, to the hundredth, rounded half up. `THIRD_READER`: when the
    marks are too far apart, the mark of a third reader; else their mean, or the lowest if there are no points.
    """

    ALL = "all"
    MAJORITY = "majority"
    MEAN = "mean"
    THIRD_READER = "third_reader"


@dataclass(frozen=True, kw_only=True)
class Marking:
    """The number of assessors and their rule of agreement, for some competences, a modality, or all.

    `framework` is the code of the certification, `modality` a modality of its sheet; without either, any.
    `most_apart`, in hundredths of a point, is the maximum difference of two marks before a third reader is needed;
    without it they may not differ on acquired or not.
    """

    assessors: int
    agreement: AgreementRule
    most_apart: int | None = None
    framework: str | None = None
    modality: str | None = None
    competences: tuple[int, ...] = ()
    source: str = ""


def hundredths(code: str) -> int | None:
    """Return the value, in hundredths of a point, of a mark written in points; None if it is not one."""
    found = _POINTS.fullmatch(code)
    if found is None or (found[2] or "1").endswith("0"):  # a mark is written in one way: not "12.50"
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def written(value: int) -> str:
    """Return a value in hundredths of a point as a mark is written: 1250 is "12.5"."""
    whole, rest = divmod(value, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
