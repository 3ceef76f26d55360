"""RNCP 31936 with block 2 as one option of its title and block 4 as another; 1 and 3 are common to both."""

from __future__ import annotations

from dataclasses import replace

from domain.framework.block_rule import all_of, any_of
from domain.framework.definition import Option
from domain.framework.facts import FrameworkPublished
from tests.given.domain.people import FRAMEWORK, RNCP31936
from tests.given.domain.scenario import At

IMAGES, WORDS = (
    Option(code="A", title="Option A « Images »", blocks=(2,)),
    Option(code="B", title="Option B « Textes »", blocks=(4,)),
)
SHEET = replace(
    RNCP31936,
    required_blocks=(1, 3),
    title_rule=all_of(1, 3, any_of(all_of(2), all_of(4))),
    options=(IMAGES, WORDS),
)
PUBLISHED = At(FRAMEWORK, (FrameworkPublished(definition=SHEET),))
