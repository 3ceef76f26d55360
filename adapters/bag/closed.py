"""The pieces of evidence whose files a bag leaves out, since no page would open them for its reader, and why."""

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
"""Includes findings after the facts of the bag: a quarantined file is given to nobody."""
CHECKED: Final = """select stream from log.fact where type = 'EvidenceCleared' and body ~ '"media_type":"'"""
"""Includes pieces checked after them: pages open these since."""
SCANNED: Final = """select stream from log.fact where type = 'EvidenceCleared' and body ~ '"scanner":"'"""
PUBLISHED: Final = "select stream, body from log.fact where type = 'RulebookPublished'"
UNDER: Final = """
select stream from log.fact
 where type = 'CandidacyOpened' and substring(body from '"rulebook":"([0-9a-f-]+)"') = any(%(rulebooks)s)
"""


class Closed:
    """The pieces in quarantine, those not checked or refused, and those that no scanner saw.

    The last only under a rulebook that opens them to their candidate alone: the reader of a bag is an auditor or the
    operator, never a candidate.
    """

    def __init__(self, held: Snapshot) -> None:
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
        """Return why the file named by a fact of type `name` is left out, as a word above; None if it is not."""
        if evidence in self._in_quarantine:
            return QUARANTINED
        made_here = said.get("form", Form.FILE.value) != Form.FILE.value
        if name != EvidenceSubmitted.__name__ or made_here:  # signed minutes are no piece of a candidacy
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
