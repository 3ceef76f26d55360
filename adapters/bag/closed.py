"""Which pieces of evidence would no page open for the reader of a bag, and why? Their files are not in it either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from adapters.bag.snapshot import Snapshot
from adapters.log.codec import UNREADABLE, decode
from domain.candidacy.facts import EvidenceSubmitted
from domain.rulebook.evidence_rules import Form
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
"""Also what was found after the facts of the bag: a file in quarantine is handed to nobody."""
CHECKED: Final = """select stream from log.fact where type = 'EvidenceCleared' and body ~ '"media_type":"'"""
"""Also what was checked after them: pages open it since."""
SCANNED: Final = """select stream from log.fact where type = 'EvidenceCleared' and body ~ '"scanner":"'"""
PUBLISHED: Final = "select stream, body from log.fact where type = 'RulebookPublished'"
UNDER: Final = """
select stream from log.fact
 where type = 'CandidacyOpened' and substring(body from '"rulebook":"([0-9a-f-]+)"') = any(%(rulebooks)s)
"""


class Closed:
    """The pieces in quarantine, those whose check is not over or refused them, and those that no scanner saw.

    The last where the rulebook opens them to their candidate only: whoever reads a bag is no candidate, but an
    auditor, or who runs the house.
    """

    def __init__(self, held: Snapshot) -> None:
        """Ask the log as the bag's snapshot has it."""
        self._in_quarantine = {stream for (stream,) in held.all(IN_QUARANTINE)}
        self._checked = {stream for (stream,) in held.all(CHECKED)}
        self._strict: set[UUID] = set()
        self._scanned: set[UUID] = set()
        rulebooks = [str(stream) for stream, body in held.all(PUBLISHED) if _keeps_the_unscanned(body)]
        if rulebooks:
            self._strict = {stream for (stream,) in held.all(UNDER, rulebooks=rulebooks)}
            self._scanned = {stream for (stream,) in held.all(SCANNED)}

    def why(self, evidence: UUID, name: str, stream: UUID, said: Mapping[str, Any]) -> str | None:
        """Why the file that a fact of that `name` describes stays away, by a word above; None where it does not."""
        if evidence in self._in_quarantine:
            return QUARANTINED
        made_here = said.get("form", Form.FILE.value) != Form.FILE.value
        if name != EvidenceSubmitted.__name__ or made_here:  # signed minutes are no piece of a candidacy
            return None
        if evidence not in self._checked:
            return UNCHECKED
        return UNSCANNED if stream in self._strict and evidence not in self._scanned else None


def _keeps_the_unscanned(body: str) -> bool:
    """Whether a rulebook does; one that somebody broke opens nothing on a page, and nothing here."""
    try:
        published = decode(RulebookPublished.__name__, body)
    except UNREADABLE:
        return True
    return isinstance(published, RulebookPublished) and not published.rules.evidence.unscanned_opens
