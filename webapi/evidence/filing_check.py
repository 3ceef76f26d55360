"""Check that the filed pieces are those the candidate saw; each piece has a stream of its own."""

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
    """A command that files the validation file unless a listed piece was redirected or withdrawn since it was shown.

    A check that ended meanwhile does not count as a change. `shown` gives each piece's version. The attempt depends
    on the pieces' streams: a concurrent change makes it run again.
    """

    roles: ClassVar = SubmitValidationFile.roles
    file: SubmitValidationFile
    shown: Mapping[EvidenceId, int]

    @property
    def subject(self) -> CandidacyId:
        """The candidacy that the user saw."""
        return self.file.candidacy

    def execute(self, log: Log) -> None:
        """Record ValidationFileSubmitted; raises StaleVersion."""
        self.file.execute(log)
        for piece in self.file.evidence:
            if log.find(Evidence, piece).changed > self.shown.get(piece, 0):
                raise StaleVersion(piece)


def filing(candidacy: UUID, shown: Mapping[UUID, int]) -> FileAsShown:
    """Return the command that files these pieces, each at the version that was shown."""
    versions = {EvidenceId(piece): version for piece, version in shown.items()}
    command = SubmitValidationFile(candidacy=CandidacyId(candidacy), evidence=tuple(versions))
    return FileAsShown(file=command, shown=versions)
