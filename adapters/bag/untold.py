"""The facts left out of a bag: unreleased results, and requests and refusals of accommodations.

The filter is that of every history (`domain/standing/disclosure.py`), for an auditor without ties to the candidate,
applied to the facts below the bag's checkpoint. If it hides a fact of a history, that history is left out from there
on, so that the included part has no gap. Every history that could hold such facts is named, whether it does or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

from adapters.bag.scope import Untold, of_dossier
from adapters.bag.snapshot import LogSnapshot, read_fact
from adapters.log.codec import UNREADABLE
from domain.appeal.rectification import Rectification
from domain.assessment.assessment import Assessment
from domain.candidacy.facts import AssessorAssigned, CandidateSummoned
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationGranted
from domain.fact import RecordedFact
from domain.jury.deliberation import Deliberation
from domain.jury.facts import MinutesTranscribed, SessionCancelled, SessionClosed
from domain.ports import Actor, CandidacyId, Role, SessionId
from domain.refusal import NotFound
from domain.standing.disclosure import CONFIDENTIAL, MARKED, Reader, disclosed, relation
from domain.streams.kinds import KINDS

LAST: Final = """
select e.position, e.stream from log.fact e where e.stream = any(%(streams)s::uuid[]) order by e.position
"""
AN_AUDITOR: Final = Reader(actor=Actor(person=None, role=Role.AUDITOR), files=frozenset())
UNRELEASED: Final = "results-not-released"
NOT_FOR_AUDITORS: Final = "not-for-auditors"
RELEASED_LATER: Final = (Assessment, Deliberation, Rectification)


def untold(snapshot: LogSnapshot, candidacies: Iterable[UUID], size: int, *, unreleased: bool) -> Untold:
    """Return the facts and histories left out of these dossiers; nothing if `unreleased`."""
    found, cut = Untold(), dict[UUID, int]()
    if unreleased:
        return found
    for candidacy in candidacies:
        facts = _dossier(snapshot, CandidacyId(candidacy), size)
        _hidden(CandidacyId(candidacy), facts, found, cut)
        _waiting(CandidacyId(candidacy), facts, found)
    found.histories |= dict.fromkeys(cut, UNRELEASED)
    held = snapshot.all(LAST, streams=sorted(cut))
    found.positions |= {position for position, stream in held if position >= cut[stream]}
    return found


def _hidden(candidacy: CandidacyId, facts: list[RecordedFact], found: Untold, cut: dict[UUID, int]) -> None:
    """Add the facts that the filter hides: single requests, and results from their first hidden fact on.

    If the dossier's person cannot be read, because somebody changed the fact, everything that waits for a release is
    hidden, released or not.
    """
    try:
        shown = {each.stamp.position for each in disclosed(AN_AUDITOR, facts)}
    except NotFound:
        shown = {each.stamp.position for each in facts if KINDS[type(each.fact)] not in RELEASED_LATER}
    for each in facts:
        stream, position = each.stamp.stream, each.stamp.position
        if isinstance(each.fact, CONFIDENTIAL):
            found.positions.add(position)
        elif position not in shown:
            cut[stream] = min(position, cut.get(stream, position))
    granted = any(isinstance(each.fact, AccommodationGranted) for each in facts)
    if granted:  # a granted accommodation implies a request, which the bag leaves out
        found.histories[Accommodation.id_of(candidacy)] = NOT_FOR_AUDITORS


def _waiting(candidacy: CandidacyId, facts: list[RecordedFact], found: Untold) -> None:
    """Add the histories of results that are not released, even if these histories are still empty."""
    released = relation(facts).released
    cancelled = {each.stamp.stream for each in facts if isinstance(each.fact, SessionCancelled)}
    called = {each.fact.session for each in facts if isinstance(each.fact, CandidateSummoned)}
    waiting = called - released - cancelled
    for session in waiting:
        found.histories |= {kind.id_of(session, candidacy): UNRELEASED for kind in (Deliberation, Rectification)}
    closed = [each.stamp.position for each in facts if isinstance(each.fact, SessionClosed)]
    since = (
        0 if waiting or not released else max(closed, default=0)
    )  # the marks of assessors assigned earlier are included, and are checked
    marked = {each.stamp.stream for each in facts if isinstance(each.fact, MARKED)}
    assigned = {
        each.fact.assessor
        for each in facts
        if isinstance(each.fact, AssessorAssigned) and each.stamp.position > since
    }
    own = {Assessment.id_of(candidacy, assessor) for assessor in assigned}
    found.histories |= dict.fromkeys(own - marked, UNRELEASED)
    found.shut |= {
        each.stamp.position
        for each in facts
        if isinstance(each.fact, MinutesTranscribed) and SessionId(each.stamp.stream) not in released
    }


def _dossier(snapshot: LogSnapshot, candidacy: CandidacyId, size: int) -> list[RecordedFact]:
    """Return the readable facts about one candidacy, from its own stream and those that it leads to."""
    streams: set[UUID] = {candidacy}
    for each in _read(snapshot, streams, size):
        streams |= of_dossier(candidacy, each.fact)
    facts = _read(snapshot, streams, size)
    return [each for each in facts if getattr(each.fact, "candidacy", candidacy) == candidacy]


def _read(snapshot: LogSnapshot, streams: Iterable[UUID], size: int) -> list[RecordedFact]:
    facts = []
    for row in snapshot.facts(streams, size):
        with suppress(*UNREADABLE):
            facts.append(read_fact(row))
    return facts
