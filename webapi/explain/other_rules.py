"""Other rules for a what-if: a published version, other thresholds, other mandatory competences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from marshmallow import fields, validate

from domain.framework.framework import Framework
from domain.ports import FrameworkId
from domain.standing.comparison import Under, variant
from webapi.current import acquis
from webapi.privacy.disclosure import loaded
from webapi.requests import Body, Id, Once

THRESHOLD: Final = "^[1-9][0-9]{0,3}:[0-9]{1,4}$"
MANDATORY: Final = "^[1-9][0-9]{0,3}:([1-9][0-9]{0,3}(,[1-9][0-9]{0,3}){0,499})?$"
RULES: Final = ("under", "required", "mandatory")


def block_of(said: str) -> int:
    """Return the block of a hypothetical rule such as `1:6`."""
    return int(said.partition(":")[0])


def _each(form: str, said: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Regexp(form)),
        load_default=list,
        validate=[validate.Length(max=100), Once(block_of)],
        metadata={"description": said},
    )


class OtherRules(Body):
    """Hypothetical rules: those of another version, or of the same one with other numbers."""

    under = Id(load_default=None, metadata={"description": "A published framework version to judge under."})
    required = _each(THRESHOLD, "How many competences a block would ask for: `1:6`, once for each block.")
    mandatory = _each(MANDATORY, "Which competences would be mandatory in a block: `1:4,7,9`, or none: `1:`.")


def other_rules(
    framework: FrameworkId, under: UUID | None, required: Iterable[str], mandatory: Iterable[str]
) -> Under | None:
    """Return the hypothetical rules, or None if they are the current ones. Raises RuleNeverMet, NotFound."""
    thresholds, needed = dict(map(read_threshold, required)), dict(map(read_mandatory, mandatory))
    if under is None and not thresholds and not needed:
        return None
    other = loaded(Framework, under or framework)
    return Under(
        definition=variant(other.content, thresholds, needed), correspondences=other.leading(acquis().clock.today())
    )


def read_threshold(said: str) -> tuple[int, int]:
    """Return the block and the threshold of `1:6`."""
    block, _, number = said.partition(":")
    return int(block), int(number)


def read_mandatory(said: str) -> tuple[int, tuple[int, ...]]:
    """Return the block and the mandatory competences of `1:4,7,9`."""
    block, _, numbers = said.partition(":")
    return int(block), tuple(int(number) for number in numbers.split(",") if number)
