from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.deadlines.notice import Notice, check_channel, decided
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NotifyResult:
    """Record that a candidate was notified of their result, with the remedies (notifier le résultat).

    Loads the candidacy, the session, the deliberation, the rulebook, the law, and the earlier notices.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    records: ClassVar = (ResultNotified,)
    session: SessionId
    candidacy: CandidacyId
    channel: NotificationChannel
    notified_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record ResultNotified, for today if no day is given."""
        check_channel(self.channel, log.actor)
        about = decided(log, self.session, run(log, self.candidacy))
        notice = log.find(Notice, Notice.id_of(self.session, self.candidacy))
        log.record(notice, notice.notify(about, self.channel, self.notified_on or log.today, log.today))
