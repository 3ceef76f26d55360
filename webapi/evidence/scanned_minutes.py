"""Scanned minutes attached to a transcription."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from domain.jury.facts import MinutesTranscribed
from domain.jury.session import JurySession
from domain.ports import Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import actor
from webapi.evidence.downloads import handed_out
from webapi.evidence.pieces import Piece
from webapi.privacy.disclosure import personal, rebuilt, stream
from webapi.privacy.minutes_reading import may_read


def scanned(session: UUID) -> ResponseReturnValue:
    """Return the scan to a reader of the minutes; raises NotFound for any other reader."""
    facts = stream(session)
    found = rebuilt(JurySession, SessionId(session), facts)
    put_in = next((told for told in reversed(facts) if isinstance(told.fact, MinutesTranscribed)), None)
    if put_in is None or not isinstance(put_in.fact, MinutesTranscribed) or not may_read(found):
        raise NotFound(session)
    if actor().role is Role.AUDITOR and found.withheld:  # the scan shows what the minutes hide from auditors
        raise NotFound(session)
    opened = personal(put_in)
    piece = Piece(
        id=put_in.fact.scan,
        person=session,
        number=1,
        said=opened.get,
        media_type=put_in.fact.media_type,
        size=put_in.fact.size,
        competences=(),
        submitted_by=put_in.stamp.by or session,
        submitted_on=put_in.stamp.on,
        position=put_in.stamp.position,
        recorded=put_in.stamp.at,
    )
    return handed_out(piece)
