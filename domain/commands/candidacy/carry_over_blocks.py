from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.credit import NothingCarriesOver
from domain.candidacy.facts import BlockCarriedOver, CountedElsewhere
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.register.carrying_over import count, refuse_while_judged


@dataclass(frozen=True, kw_only=True)
class CarryOverBlocks:
    """Count blocks of earlier candidacies that did not count when this one was opened (reprendre des blocs).

    Opening a candidacy counts blocks by itself; this command is for what was granted, or admitted as corresponding,
    since. Loads the candidacy, its framework, its juries and deliberations, and what `carried_over` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (BlockCarriedOver, CountedElsewhere)
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record BlockCarriedOver for each block, and CountedElsewhere on the earlier candidacies."""
        candidacy = run(log, self.candidacy)
        refuse_while_judged(log.find, candidacy)
        if not count(log, candidacy, log.load(Framework, candidacy.terms.framework)):
            raise NothingCarriesOver(self.candidacy)
