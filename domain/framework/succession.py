"""Correspondences and equivalences between framework versions, and the retirement of a version.

Block numbers are keys within one version: nothing of one version counts in another unless the certifier says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.framework.facts import CorrespondenceAdmitted, CorrespondenceWithdrawn
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
    """Only a correspondence that was admitted is withdrawn, and its day set anew until it has come."""

    fr = "On ne retire qu'une correspondance admise ; le jour du retrait se modifie jusqu'à ce qu'il arrive."


class WithdrawalUnreasoned(Refused):
    """A correspondence is withdrawn with its reason and the text that says so."""

    fr = "Une correspondance se retire avec son motif et le texte qui le dit."
    kind = "invalid"


class WithdrawnInThePast(Refused):
    """A registrar withdraws a correspondence from today or a later day; the operator takes over earlier ones."""

    fr = "Un gestionnaire retire une correspondance à compter du jour même ou après ; l'exploitant reprend le passé."
    kind = "invalid"


class AlreadyRetired(Refused):
    """The day from which a framework version is retired is set anew until it comes; it then stays retired."""

    fr = "Le jour du retrait d'une version se modifie jusqu'à ce qu'il arrive ; elle reste ensuite retirée."


class RetiredInThePast(Refused):
    """A registrar retires a version from today or a later day; earlier ones are taken over by the operator."""

    fr = "Un gestionnaire retire une version à compter d'aujourd'hui ou plus tard ; l'exploitant reprend le passé."
    kind = "invalid"


class VersionRetired(Refused):
    """A framework version that was retired admits nobody from that day on; candidacies under way keep it."""

    fr = "Une version retirée n'admet plus personne à compter de ce jour ; les candidatures en cours la gardent."


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """A correspondence, and its withdrawal if there is one."""

    admitted: CorrespondenceAdmitted
    withdrawn: CorrespondenceWithdrawn | None = None

    def says(self, earlier: FrameworkId, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...]) -> bool:
        """Return whether it is between these blocks, withdrawn or not."""
        said = self.admitted
        return (earlier, from_blocks, to_blocks) == (said.earlier, said.from_blocks, said.to_blocks)

    def leads(self, *days: date) -> bool:
        """Return whether it applies on these days: each is before its withdrawal, if it was withdrawn."""
        return self.withdrawn is None or max(days) < self.withdrawn.withdrawn_on

    def withdraw(self, withdrawn_on: date, reason: str, ground: str) -> CorrespondenceWithdrawn:
        """Withdraw it from a day, with the reason and the text that says so."""
        if not reason.strip() or not ground.strip():
            raise WithdrawalUnreasoned(self.admitted.earlier)
        return CorrespondenceWithdrawn(
            earlier=self.admitted.earlier,
            from_blocks=self.admitted.from_blocks,
            to_blocks=self.admitted.to_blocks,
            withdrawn_on=withdrawn_on,
            reason=reason,
            ground=ground,
        )
