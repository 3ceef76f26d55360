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
    """A correspondence or an equivalence that was not withdrawn is admitted once."""

    fr = "Une correspondance ou une équivalence qui n'a pas été retirée ne s'admet qu'une fois."


class NoSuchCorrespondence(Refused):
    """Only a correspondence that was admitted, and was not withdrawn since, is withdrawn."""

    fr = "On ne retire qu'une correspondance admise, et qui n'a pas été retirée depuis."


class WithdrawalUnreasoned(Refused):
    """A correspondence is withdrawn with its reason and the text that says so."""

    fr = "Une correspondance se retire avec son motif et le texte qui le dit."
    kind = "invalid"


class WithdrawnInThePast(Refused):
    """A registrar withdraws a correspondence from today or a later day; the operator takes over earlier ones."""

    fr = "Un gestionnaire retire une correspondance à compter du jour même ou après ; l'exploitant reprend le passé."
    kind = "invalid"


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

    fr = "Le certificateur a admis que des blocs d'une autre version mènent à ceux de celle-ci."
    said_fr = "D'une autre version, {from_blocks} : correspondance admise avec {to_blocks}."
    said_en = "Of another version, {from_blocks}: admitted as leading to {to_blocks}."
    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    ground: str


@dataclass(frozen=True, kw_only=True)
class CorrespondenceWithdrawn(Fact):
    """The certifier withdrew a correspondence: from `withdrawn_on` nobody acquires anything by it any more.

    What counts by it goes on counting. `reference` is the decision or text that says so.
    """

    fr = "Le certificateur a retiré une correspondance : plus rien ne s'acquiert par elle."
    said_fr = (
        "D'une autre version, {from_blocks} : correspondance avec {to_blocks} retirée "
        "à compter du {withdrawn_on} ({reference})."
    )
    said_en = "Of another version, {from_blocks}: leading no more to {to_blocks} from {withdrawn_on} ({reference})."
    effective = "withdrawn_on"
    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    withdrawn_on: date
    reason: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """A correspondence, and its withdrawal if there was one."""

    admitted: CorrespondenceAdmitted
    withdrawn: CorrespondenceWithdrawn | None = None

    def joins(self, earlier: FrameworkId, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...]) -> bool:
        """Whether it says this, and was not withdrawn."""
        said = self.admitted
        return not self.withdrawn and (earlier, from_blocks, to_blocks) == (
            said.earlier,
            said.from_blocks,
            said.to_blocks,
        )

    def leads(self, *days: date) -> bool:
        """Whether it leads anywhere on these days: each of them before its withdrawal takes effect, if it was."""
        return self.withdrawn is None or max(days) < self.withdrawn.withdrawn_on

    def withdraw(self, withdrawn_on: date, reason: str, reference: str) -> CorrespondenceWithdrawn:
        """Withdraw it from a day, with the reason and the text that says so."""
        if not reason.strip() or not reference.strip():
            raise WithdrawalUnreasoned(self.admitted.earlier)
        return CorrespondenceWithdrawn(
            earlier=self.admitted.earlier,
            from_blocks=self.admitted.from_blocks,
            to_blocks=self.admitted.to_blocks,
            withdrawn_on=withdrawn_on,
            reason=reason,
            reference=reference,
        )


@dataclass(frozen=True, kw_only=True)
class EquivalenceAdmitted(Fact):
    """The certifier admitted that another certification, or a part of it, satisfies blocks of this version.

    `number` counts the equivalences of this version from 1.
    """

    fr = "Le certificateur a admis qu'une autre certification satisfait des blocs de celle-ci."
    said_fr = "« {certification}{part:, {part}|} » a été admis en équivalence pour {blocks}."
    said_en = "“{certification}{part:, {part}|}” was admitted as satisfying {blocks}."
    number: int
    certification: str
    part: str | None
    blocks: tuple[int, ...]
    ground: str


@dataclass(frozen=True, kw_only=True)
class FrameworkRetired(Fact):
    """The certifier retired a version: from `retired_on` it admits nobody (retrait d'un référentiel)."""

    fr = "Le certificateur a retiré la version : à compter de ce jour, elle n'admet plus personne."
    said_fr = "Le référentiel a été retiré : il n'admet plus personne à compter du {retired_on}."
    said_en = "The framework was retired: it admits nobody from {retired_on}."
    effective = "retired_on"
    retired_on: date
    ground: str
