"""Facts of a decision that was entered wrongly."""

from __future__ import annotations

from domain.appeal.rectification import Minuted
from domain.commands.appeal.propose_rectification import ProposeRectification
from tests.given.domain.people import (
    ENOUGH,
    JUNE,
    MARIE_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At

EVERYTHING = tuple(range(1, 31))
LACKING = tuple(number for number in EVERYTHING if number not in ENOUGH)
SAYS = Minuted(rulings={27: True})
PROPOSE = ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=SAYS, reason="x")


def keyed(*, released: bool = True) -> tuple[At, ...]:
    """Return the facts with competence 27, hence block 4, entered as missing."""
    return (
        *vae_filed(MARIE_VAE),
        *before_the_jury(MARIE_VAE),
        heard(MARIE_VAE),
        ruled(MARIE_VAE, [number for number in ENOUGH if number != 27], (27, *LACKING)),
        granted(MARIE_VAE, 1, 2, 3),
        not_granted(MARIE_VAE, 4),
        ended(released=released),
    )
