"""Under which other rules is what if asked: a published version, other thresholds, other mandatory competences?"""

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

SO_MANY: Final = "^[1-9][0-9]{0,3}:[0-9]{1,4}$"
SUCH: Final = "^[1-9][0-9]{0,3}:([1-9][0-9]{0,3}(,[1-9][0-9]{0,3}){0,499})?$"
RULES: Final = ("under", "required", "mandatory")


def block_of(said: str) -> int:
    """The block that a rule is supposed of, in `1:6`."""
    return int(said.partition(":")[0])


def _each(form: str, said: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Regexp(form)),
        load_default=list,
        validate=[validate.Length(max=100), Once(block_of)],
        metadata={"description": said},
    )


class OtherRules(Body):
    """Rules to judge under instead: those of another version, or of the same one with other numbers."""

    under = Id(load_default=None, metadata={"description": "A published framework version to judge under."})
    required = _each(SO_MANY, "How many competences a block would ask for: `1:6`, once for each block.")
    mandatory = _each(SUCH, "Which competences would be mandatory in a block: `1:4,7,9`, or none: `1:`.")


def other_rules(
    framework: FrameworkId, under: UUID | None, required: Iterable[str], mandatory: Iterable[str]
) -> Under | None:
    """The rules to judge under; None when they are those that hold. Raises RuleNeverMet, NotFound."""
    thresholds, needed = dict(map(so_many, required)), dict(map(such, mandatory))
    if under is None and not thresholds and not needed:
        return None
    other = loaded(Framework, under or framework)
    return Under(
        definition=variant(other.content, thresholds, needed), correspondences=other.leading(acquis().clock.today())
    )


def so_many(said: str) -> tuple[int, int]:
    """A block and its threshold, of `1:6`."""
    block, _, number = said.partition(":")
    return int(block), int(number)


def such(said: str) -> tuple[int, tuple[int, ...]]:
    """A block and its mandatory competences, of `1:4,7,9`."""
    block, _, numbers = said.partition(":")
    return int(block), tuple(int(number) for number in numbers.split(",") if number)
