from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.jury.access import run, run_session
from domain.organisation.facts import AuditExported, ExportScope
from domain.organisation.organisation import Organisation
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ExportAudit:
    """Export part of the log for an auditor (export d'audit), up to a checkpoint's leaf and under its root.

    `unreleased` includes what no jury has released yet; only the operator may export that. Loads the register keeper,
    and the candidacy or the session that the export covers: nobody exports their own.
    """

    roles: ClassVar = frozenset({Role.AUDITOR, Role.OPERATOR})
    records: ClassVar = (AuditExported,)
    scope: ExportScope
    subject: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None
    size: int
    root: str  # base64
    facts: int
    unreleased: bool = False

    def execute(self, log: Log) -> None:
        keeper = log.find(Organisation, Organisation.keeper())
        exported = keeper.export(
            AuditExported(
                scope=self.scope,
                subject=self.subject,
                first_day=self.first_day,
                last_day=self.last_day,
                size=self.size,
                root=self.root,
                facts=self.facts,
                unreleased=self.unreleased,
            ),
            log.actor.role,
        )
        log.record(keeper, exported)
        if self.subject is not None and self.scope is ExportScope.CANDIDACY:
            run(log, CandidacyId(self.subject))
        elif self.subject is not None:
            run_session(log, SessionId(self.subject))
