from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import AdvisorNamed, AdvisorReleased
from domain.jury.access import holding, reach
from domain.people.one_person import one_person
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class NameAdvisor:
    """Name the advisor of a candidate, in place of the current one (désigner un accompagnateur).

    Loads the candidacy and the advisor, under each of their files.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (AdvisorNamed, AdvisorReleased)
    again: ClassVar[Again] = {"advisor": lambda append: append.one(AdvisorNamed).advisor}
    candidacy: CandidacyId
    advisor: PersonId

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record AdvisorNamed, after AdvisorReleased if there was an advisor."""
        candidacy = reach(log, self.candidacy)
        holding(log, self.advisor, Role.ADVISOR)
        log.record(candidacy, *candidacy.name_advisor(one_person(log.find, self.advisor), log.today))
