from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.facts import EquivalenceAdmitted
from domain.framework.framework import Framework
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AdmitEquivalence:
    """Admit that another certification, or a part of it, satisfies blocks (admettre une équivalence).

    Loads the framework.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (EquivalenceAdmitted,)
    framework: FrameworkId
    certification: str
    part: str | None = None
    blocks: tuple[int, ...]
    ground: str

    def execute(self, log: Log) -> None:
        """Record EquivalenceAdmitted under the next number."""
        framework = log.load(Framework, self.framework)
        log.record(framework, framework.admit_equivalence(self.certification, self.part, self.blocks, self.ground))
