"""The pieces of evidence whose files a bag leaves out, since no page shows them to its reader, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from adapters.bag.snapshot import LogSnapshot
from adapters.log.codec import UNREADABLE, decode
from domain.candidacy.facts import EvidenceSubmitted
from domain.rulebook.evidence_rules import PieceForm
from domain.rulebook.facts import RulebookPublished

QUARANTINED: Final = "quarantined"
UNCHECKED: Final = "unchecked"
UNSCANNED: Final = "unscanned"
IN_QUARANTINE: Final = """
select stream from (
  select distinct on (stream) stream, type from log.fact
   where type in ('EvidenceCleared', 'EvidenceQuarantined') order by stream, version desc
) said where type = 'EvidenceQuarantined'
"""
"""Also finds later quarantines than the facts of the bag: a quarantined file is never given out."""
CHECKED: Final = """select stream from log.fact where type = 'EvidenceCleared' and body ~ '"media_type":"'"""
"""Also finds pieces that were checked after the facts of the bag: pages show them now."""
SCANNED: Final = """select stream from log.fact where type = 'EvidenceCleared' and body ~ '"scanner":"'"""
PUBLISHED: Final = "select stream, body from log.fact where type = 'RulebookPublished'"
UNDER: Final = """
select stream from log.fact
 where type = 'CandidacyOpened' and substring(body from '"rulebook":"([0-9a-f-]+)"') = any(%(rulebooks)s)
"""


class Closed:
    """The pieces in quarantine, those not checked or refused, and unscanned ones.

    Unscanned pieces are closed only under a rulebook that shows them to their candidate alone: the reader of a bag is
    an auditor or the operator, never a candidate.
    """

    def __init__(self, held: LogSnapshot) -> None:
        """Query the log in the bag's snapshot."""
        self._in_quarantine = {stream for (stream,) in held.all(IN_QUARANTINE)}
        self._checked = {stream for (stream,) in held.all(CHECKED)}
        self._strict: set[UUID] = set()
        self._scanned: set[UUID] = set()
        rulebooks = [str(stream) for stream, body in held.all(PUBLISHED) if _keeps_the_unscanned(body)]
        if rulebooks:
            self._strict = {stream for (stream,) in held.all(UNDER, rulebooks=rulebooks)}
            self._scanned = {stream for (stream,) in held.all(SCANNED)}

    def why(self, evidence: UUID, name: str, stream: UUID, said: Mapping[str, Any]) -> str | None:
        """Return the reason for leaving out the file named by a fact of type `name`: a word above, or None."""
        if evidence in self._in_quarantine:
            return QUARANTINED
        made_here = said.get("form", PieceForm.FILE.value) != PieceForm.FILE.value
        if name != EvidenceSubmitted.__name__ or made_here:  # signed minutes are not evidence of a candidacy
            return None
        if evidence not in self._checked:
            return UNCHECKED
        return UNSCANNED if stream in self._strict and evidence not in self._scanned else None


def _keeps_the_unscanned(body: str) -> bool:
    """Return whether a rulebook hides unscanned pieces; an unreadable one hides them."""
    try:
        published = decode(RulebookPublished.__name__, body)
    except UNREADABLE:
        return True
    return isinstance(published, RulebookPublished) and not published.rules.evidence.unscanned_opens
