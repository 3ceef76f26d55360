"""How does a framework version follow another: what counts in it that was won elsewhere, until when does it admit?

Block numbers are keys within one version: nothing of one version counts in another unless the certifier said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.fact import Fact
from domain.ports import FrameworkId
from domain.refusal import Refused


class CorrespondenceWithoutBlocks(Refused):
    """A correspondence or an equivalence leads to blocks of this version, from blocks of another one or a title."""

    fr = "Une correspondance ou une équivalence mène à des blocs de cette version, depuis une autre ou un titre."
    kind = "invalid"


class CorrespondenceWithItself(Refused):
    """A correspondence joins two framework versions: a block counts in its own version without one."""

    fr = "Une correspondance relie deux versions de référentiel : dans la sienne, un bloc compte sans elle."
    kind = "invalid"


class AlreadyAdmitted(Refused):
    """A correspondence or an equivalence is admitted once."""

    fr = "Une correspondance ou une équivalence ne s'admet qu'une fois."


class AlreadyRetired(Refused):
    """A framework version is retired once."""

    fr = "Une version de référentiel ne se retire qu'une fois."


class RetiredInThePast(Refused):
    """A registrar retires a version from today or a later day; earlier ones are taken over by the operator."""

    fr = "Un gestionnaire retire une version à compter d'aujourd'hui ou plus tard ; l'exploitant reprend le passé."
    kind = "invalid"


class VersionRetired(Refused):
    """A framework version that was retired admits nobody from that day on; candidacies under way keep it."""

    fr = "Une version retirée n'admet plus personne à compter de ce jour ; les candidatures en cours la gardent."


@dataclass(frozen=True, kw_only=True)
class CorrespondenceAdmitted(Fact):
    """The certifier admitted that who won all these blocks of another version holds those of this one.

    `ground` says by which decision or text (table de correspondance).
    """

    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    ground: str


@dataclass(frozen=True, kw_only=True)
class EquivalenceAdmitted(Fact):
    """The certifier admitted that another certification, or a part of it, satisfies blocks of this version.

    `number` counts the equivalences of this version from 1.
    """

    number: int
    certification: str
    part: str | None
    blocks: tuple[int, ...]
    ground: str


@dataclass(frozen=True, kw_only=True)
class FrameworkRetired(Fact):
    """The certifier retired a version: from `retired_on` it admits nobody (retrait d'un référentiel)."""

    retired_on: date
    ground: str
