"""Scanned minutes of a session held on paper: their transcription and countersignature."""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.evidence.evidence import ReceivedFile
from domain.fact import Personal
from domain.framework.definition import Route
from domain.jury.facts import MinutesTranscribed
from domain.jury.session import JurySession, SessionNotPlanned, SessionStage
from domain.ports import EvidenceId
from domain.refusal import Refused


class NotOnPaper(Refused):
    """The minutes of a session held on paper, and of no other, are put in once; a wrong scan is replaced, and why."""

    fr = (
        "On dépose, une fois, le procès-verbal d'une session tenue sur papier, et d'aucune autre ; "
        "une copie fautive est remplacée, avec le motif."
    )


class CountersignedByKeyer(Refused):
    """The minutes of a session held on paper are countersigned by another person than who keyed what they say."""

    fr = "Le procès-verbal d'une session tenue sur papier est contresigné par un autre que celui qui l'a saisi."


class NotACandidateThen(Refused):
    """Who came before a jury on paper was a candidate on its day, by that route, with their file in where it asks."""

    fr = "Qui s'est présenté devant un jury sur papier était candidat ce jour-là, par cette voie, dossier déposé."
    kind = "invalid"


def check_candidate_then(session: JurySession, candidacy: Candidacy) -> None:
    """Refuse a candidate who applied, or whose file was received, after the day of a session held on paper."""
    filed = candidacy.filed_on if candidacy.terms.route is Route.VAE else None
    if session.planned.on_paper and session.planned.held_on < max(candidacy.terms.began_on, filed or date.min):
        raise NotACandidateThen(candidacy.id)


def transcribe(
    session: JurySession, scan: EvidenceId, file: ReceivedFile, today: date, reason: str | None = None
) -> MinutesTranscribed:
    """File the scan of the signed minutes before anything is keyed from them; a better scan later needs a reason.

    The scan that it replaces is kept. No scan is replaced once a member has countersigned.
    """
    why = reason.strip() if reason else ""
    if not session.planned.on_paper or bool(session.scan) != bool(why):
        raise NotOnPaper(session.id)
    if session.scan is None and session.stage is not SessionStage.PLANNED:
        raise session.not_now(SessionNotPlanned)
    if session.signed or session.over:
        raise NotOnPaper(session.id)
    return MinutesTranscribed(
        scan=scan,
        transcribed_on=today,
        media_type=file.media_type,
        size=file.size,
        name=Personal(file.name, session.id),
        digest=Personal(file.digest, session.id),
        replaces=session.scan,
        reason=Personal(why, session.id) if why else None,
    )
