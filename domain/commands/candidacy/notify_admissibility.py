from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import AdmissibilityNotified, NoticeChannel
from domain.candidacy.verdict import AnotherDecision
from domain.deadlines.notice import check_channel
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class NotifyAdmissibility:
    """Record that the candidate was notified of the decision on admissibility (notifier la recevabilité).

    The system does so once a mail server accepted the letter; `admissible` is what that letter says. Loads the
    candidacy.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    records: ClassVar = (AdmissibilityNotified,)
    candidacy: CandidacyId
    channel: NoticeChannel
    notified_on: date | None = None
    admissible: bool | None = None

    def execute(self, log: Log) -> None:
        """Record AdmissibilityNotified, for today if no day is given."""
        check_channel(self.channel, log.actor)
        candidacy = run(log, self.candidacy)
        if self.admissible not in {None, candidacy.admissible}:
            raise AnotherDecision(self.candidacy)
        on = self.notified_on or log.today
        log.record(candidacy, candidacy.notify_admissibility(self.channel, on, log.today))
