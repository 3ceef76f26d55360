"""What does a jury grant a candidate: which blocks, and the title that they make?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.fact import JURY, Fact, Personal, Retention
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused


class BlockNotAssessed(Refused):
    """A jury grants or refuses a block that it has assessed: one of whose competences it ruled on."""

    fr = "Un jury n'accorde ou ne refuse qu'un bloc qu'il a évalué : dont il a apprécié une compétence."
    kind = "invalid"


class BlockRuleNotMet(Refused):
    """A block is granted only if its rule is met by the jury's own rulings."""

    fr = "Un bloc n'est accordé que si les appréciations du jury lui-même satisfont sa règle."
    source = "RNCP sheet, certification rule of the block"
    source_fr = "Fiche RNCP, règle de certification du bloc"


class BlockRuleMet(Refused):
    """A block whose rule is met by the jury's own rulings cannot be refused."""

    fr = "Un bloc dont la règle est satisfaite par les appréciations du jury ne peut être refusé."
    source = "RNCP sheet, certification rule of the block"
    source_fr = "Fiche RNCP, règle de certification du bloc"


class UnknownBlock(Refused):
    """Only blocks of the candidacy's own framework can be granted."""

    fr = "Seuls les blocs du référentiel de la candidature peuvent être accordés."
    kind = "invalid"


class BlocksMissing(Refused):
    """The title is pronounced only when the blocks that make it, as the sheet says, are granted."""

    fr = "Le titre n'est prononcé que lorsque les blocs qui le composent, selon la fiche, sont accordés."
    source = "RNCP sheet: l'ensemble des blocs de compétences constitue la certification dans son entièreté"
    source_fr = "Fiche RNCP : l'ensemble des blocs de compétences constitue la certification dans son entièreté"


@dataclass(frozen=True, kw_only=True)
class BlockGranted(Fact):
    """The jury granted a block: it stays granted."""

    fr = "Le jury a accordé un bloc : il reste acquis."
    said_fr = "Le jury a accordé le bloc {block}."
    said_en = "The jury granted block {block}."
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
    block: int


@dataclass(frozen=True, kw_only=True)
class BlockNotGranted(Fact):
    """The jury did not grant a block, with its reason and its advice for what remains."""

    fr = "Le jury n'a pas accordé un bloc, avec son motif et son conseil."
    said_fr = "Le jury n'a pas accordé le bloc {block}."
    said_en = "The jury did not grant block {block}."
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
    block: int
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    advice: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class TitlePronounced(Fact):
    """The jury pronounced the title: the whole certification is obtained."""

    fr = "Le jury a prononcé le titre : la certification entière est obtenue."
    said_fr = fr
    said_en = "The jury pronounced the title: the whole certification is obtained."
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
