"""How does a jury pronounce the title?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.deliberation import Deliberation, before
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class PronounceTitle:
    """Pronounce the title, all blocks being granted (prononcer le titre).

    Loads what every decision relies on, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record TitlePronounced."""
        hearing = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        log.record(deliberation, deliberation.pronounce(hearing))
