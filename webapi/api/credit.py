"""Routes for blocks that were obtained elsewhere and count in a candidacy."""

from __future__ import annotations

from domain.commands.candidacy.carry_over_blocks import CarryOverBlocks
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from webapi.api import Adds, Resource, adds, signs
from webapi.forms import number

bp = Resource("credit", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>")


@bp.sends("/carried-blocks", CarryOverBlocks, adds(Adds.MORE))
def carry_over() -> None:
    """Count the blocks of earlier candidacies that lead here and are not counted yet (reprendre des blocs)."""


@bp.sends("/satisfied-blocks", SatisfyBlock, adds(Adds.MORE), equivalence=number(1, 9999))
def satisfy() -> None:
    """Count a block by another certification, under a published equivalence (reconnaître par équivalence)."""


@bp.sends("/credited-blocks/<int:block>/withdrawal", WithdrawCredit, signs)
def withdraw() -> None:
    """Withdraw a block that was counted by mistake (retirer un acquis); If-Match: the dossier's version."""
