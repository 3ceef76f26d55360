from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.deadlines.facts import AnnulmentNotified, NotificationChannel
from domain.deadlines.notice import Notice, check_channel, decided
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NotifyAnnulment:
    """Record that a candidate was notified of an annulment, with the remedies (notifier l'annulation).

    Loads the candidacy, the session, the deliberation, the rulebook, the law, and the earlier notices.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    records: ClassVar = (AnnulmentNotified,)
    session: SessionId
    candidacy: CandidacyId
    channel: NotificationChannel
    notified_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record AnnulmentNotified, for today if no day is given."""
        check_channel(self.channel, log.actor)
        about = decided(log, self.session, run(log, self.candidacy))
        notice = log.find(Notice, Notice.id_of(self.session, self.candidacy))
        on = self.notified_on or log.today
        log.record(notice, notice.notify_annulment(about, self.channel, on, log.today))
