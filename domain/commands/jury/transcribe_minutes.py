from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.evidence import ReceivedFile
from domain.jury.access import oneself, run_session
from domain.jury.deciding import check_transcribes
from domain.jury.facts import MinutesTranscribed
from domain.jury.paper_minutes import transcribe
from domain.ports import EvidenceId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class TranscribeMinutes:
    """File the scan of the signed minutes of a session held on paper, from which it is then keyed (transcrire).

    `file` is what the store received under `scan`; `reason` is why the scan replaces a wrong one, which is possible
    until a member has countersigned. Loads the session, and the files of the registrar.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (MinutesTranscribed,)
    session: SessionId
    scan: EvidenceId
    file: ReceivedFile
    reason: str | None = None

    @property
    def subject(self) -> SessionId:
        """The stream that the user was shown, whose version is checked."""
        return self.session

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        check_transcribes(session, oneself(log))
        log.record(session, transcribe(session, self.scan, self.file, log.today, self.reason))
