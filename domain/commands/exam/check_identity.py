from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import IdentityChecked
from domain.jury.access import oneself, watch
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, Log, Role, SittingId


@dataclass(frozen=True, kw_only=True)
class CheckIdentity:
    """Record the kind of document that a candidate showed, and whether it matches (contrôler l'identité).

    Loads the sitting, and the files of the invigilator. Neither a number nor a copy is kept.
    """

    roles: ClassVar = frozenset({Role.INVIGILATOR})
    records: ClassVar = (IdentityChecked,)
    sitting: SittingId
    candidacy: CandidacyId
    document: IdentityDocument
    matches: bool

    def execute(self, log: Log) -> None:
        sitting = watch(log, self.sitting)
        checked = sitting.check(self.candidacy, self.document, matches=self.matches, by=log.actor.who)
        sitting.check_other(self.candidacy, oneself(log))
        log.record(sitting, checked)
