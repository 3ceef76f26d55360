from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.calendar import check_meant
from domain.framework.facts import CorrespondenceWithdrawn
from domain.framework.framework import Framework
from domain.framework.succession import WithdrawnInThePast
from domain.ports import FrameworkId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class WithdrawCorrespondence:
    """Withdraw a correspondence from a day; what already counts by it is kept (retirer une correspondance).

    `ground` is the decision or text that says so. The day can be changed until it comes; `confirms_past` confirms a
    day in the past. Loads this version.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CorrespondenceWithdrawn,)
    again: ClassVar[Again] = {"confirms_past": lambda _: True}
    framework: FrameworkId
    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    withdrawn_on: date
    reason: str
    ground: str
    confirms_past: bool = False

    @property
    def subject(self) -> FrameworkId:
        """The stream that the user was shown, whose version is checked."""
        return self.framework

    def execute(self, log: Log) -> None:
        """Record CorrespondenceWithdrawn on this version."""
        if self.withdrawn_on < log.today and log.actor.role is not Role.OPERATOR:
            raise WithdrawnInThePast(self.withdrawn_on.isoformat())
        check_meant(log.today, self.confirms_past, self.withdrawn_on)
        framework = log.load(Framework, self.framework)
        table = framework.correspondence(self.earlier, self.from_blocks, self.to_blocks, log.today)
        log.record(framework, table.withdraw(self.withdrawn_on, self.reason, self.ground))
