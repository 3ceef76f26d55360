"""What may still be recorded about a candidacy that was withdrawn or has lapsed? Asked at the one door."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import CandidacyEnded
from domain.candidacy.facts import CandidacyFact
from domain.fact import Fact
from domain.ports import CandidacyId


def check_under_way(fact: Fact, stream: UUID, find: Callable[[CandidacyId], Candidacy]) -> None:
    """Refuse a fact about a candidacy that is over, whatever command records it."""
    if fact.after_the_end:
        return
    about = stream if isinstance(fact, CandidacyFact) else getattr(fact, "candidacy", None)
    if about is not None and (ended := find(CandidacyId(about)).life.ended):
        raise CandidacyEnded(ended.value)
