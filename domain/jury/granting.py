"""Refusals of the granting or refusing of a block or the title."""

from __future__ import annotations

from domain.refusal import Refused


class BlockNotAssessed(Refused):
    """A jury grants or refuses a block that it has assessed: one of whose competences it ruled on."""

    fr = "Un jury n'accorde ou ne refuse qu'un bloc qu'il a évalué : dont il a apprécié une compétence."
    kind = "invalid"


class BlockRuleNotMet(Refused):
    """A block is granted only if its rule is met by the jury's own rulings."""

    fr = "Un bloc n'est accordé que si les appréciations du jury lui-même satisfont sa règle."
    source = "{sheet}, certification rule of the block"
    source_fr = "{sheet}, règle de certification du bloc"


class BlockRuleMet(Refused):
    """A block whose rule is met by the jury's own rulings cannot be refused."""

    fr = "Un bloc dont la règle est satisfaite par les appréciations du jury ne peut être refusé."
    source = "{sheet}, certification rule of the block"
    source_fr = "{sheet}, règle de certification du bloc"


class UnknownBlock(Refused):
    """Only blocks of the candidacy's own framework can be granted."""

    fr = "Seuls les blocs du référentiel de la candidature peuvent être accordés."
    kind = "invalid"


class BlocksMissing(Refused):
    """The title is pronounced only when the blocks that make it, as the sheet says, are granted."""

    fr = "Le titre n'est prononcé que lorsque les blocs qui le composent, selon la fiche, sont accordés."
    source = "{sheet}, blocks that make the certification"
    source_fr = "{sheet}, blocs qui composent la certification"
