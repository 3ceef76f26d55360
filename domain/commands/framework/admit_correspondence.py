from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.facts import CorrespondenceAdmitted
from domain.framework.framework import Framework
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class AdmitCorrespondence:
    """Admit that blocks of another version give blocks of this one (admettre une correspondance).

    All of `from_blocks` are required. Loads both versions.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CorrespondenceAdmitted,)
    framework: FrameworkId
    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    ground: str

    def execute(self, log: Log) -> None:
        """Record CorrespondenceAdmitted on this version."""
        framework, earlier = log.load(Framework, self.framework), log.load(Framework, self.earlier)
        log.record(framework, framework.admit_correspondence(earlier, self.from_blocks, self.to_blocks, self.ground))
