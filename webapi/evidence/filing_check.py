"""Is what is filed what was shown? Pieces change on streams of their own, beside the candidacy's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.evidence.evidence import Evidence
from domain.ports import CandidacyId, EvidenceId, Log
from domain.refusal import StaleVersion


@dataclass(frozen=True, kw_only=True)
class FileAsShown:
    """File the validation file, unless a piece that it lists was redirected or withdrawn since it was shown.

    That its check has ended meanwhile changes nothing of what is filed. `shown` gives each piece's version. The
    check relies on the piece's stream: a change made meanwhile is seen.
    """

    roles: ClassVar = SubmitValidationFile.roles
    file: SubmitValidationFile
    shown: Mapping[EvidenceId, int]

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown."""
        return self.file.candidacy

    def execute(self, log: Log) -> None:
        """Record ValidationFileSubmitted; raises StaleVersion."""
        self.file.execute(log)
        for piece in self.file.evidence:
            if log.find(Evidence, piece).changed > self.shown.get(piece, 0):
                raise StaleVersion(piece)


def filing(candidacy: UUID, shown: Mapping[UUID, int]) -> FileAsShown:
    """The command that files these pieces, each as it was shown."""
    versions = {EvidenceId(piece): version for piece, version in shown.items()}
    command = SubmitValidationFile(candidacy=CandidacyId(candidacy), evidence=tuple(versions))
    return FileAsShown(file=command, shown=versions)
