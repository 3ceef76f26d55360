"""Check, made once for all commands, of facts recorded about a candidacy that was withdrawn or lapsed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import CandidacyEnded
from domain.candidacy.facts import CandidacyFact
from domain.fact import Fact
from domain.ports import CandidacyId


def check_under_way(fact: Fact, stream: UUID, find: Callable[[CandidacyId], Candidacy]) -> None:
    """Refuse a fact about a candidacy that has ended, whatever command records it."""
    if fact.after_the_end:
        return
    about = stream if isinstance(fact, CandidacyFact) else getattr(fact, "candidacy", None)
    if about is not None and (ended := find(CandidacyId(about)).life.ended):
        raise CandidacyEnded(ended.value)
