from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentRejected
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class RejectAnnulment:
    """Reject a proposed annulment, or withdraw a proposal of one's own (écarter une annulation proposée).

    `about` is the session, or the case of fraud, that it is about. Loads the candidacy and the pending annulments.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AnnulmentRejected,)
    again: ClassVar[Again] = {"about": lambda append: append.one(AnnulmentRejected).about}
    candidacy: CandidacyId
    about: UUID
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown: the pending annulments."""
        return Annulments.id_of(self.candidacy)

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        annulments = log.find(Annulments, self.subject)
        log.record(annulments, annulments.reject(self.about, self.reason, candidacy.terms.candidate))
