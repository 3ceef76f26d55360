"""May this scan stand for the signed minutes of a sitting held on paper? (transcription)"""

from __future__ import annotations

from datetime import date

from domain.evidence import Received
from domain.fact import Personal
from domain.jury import JurySession, SessionNotPlanned, Stage
from domain.ports import EvidenceId
from domain.refusal import Refused
from domain.session_course import MinutesTranscribed


class NotOnPaper(Refused):
    """The minutes of a sitting held on paper, and of no other, are put in, once."""

    fr = "On dépose, une fois, le procès-verbal d'une séance tenue sur papier, et d'aucune autre."


def transcribe(session: JurySession, scan: EvidenceId, file: Received, today: date) -> MinutesTranscribed:
    """Put in the scan of the signed minutes, before anything is keyed from them."""
    if not session.planned.on_paper or session.transcribed:
        raise NotOnPaper(session.id)
    if session.stage is not Stage.PLANNED:
        raise SessionNotPlanned(session.id)
    return MinutesTranscribed(
        scan=scan,
        transcribed_on=today,
        media_type=file.media_type,
        size=file.size,
        name=Personal(file.name, session.id),
        digest=Personal(file.digest, session.id),
    )
