"""Whose dossier is it? Somebody else's is not found, rather than forbidden."""

from __future__ import annotations

from domain.candidacy import Candidacy, OwnWork
from domain.ports import Actor, CandidacyId, Log, Role
from domain.refusal import NotFound


def reach(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy that the actor may act on: a candidate reaches their own only."""
    found = log.load(Candidacy, candidacy)
    if not owns(log.actor, found):
        raise NotFound(candidacy)
    return found


def run(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy that the actor runs for the certifier: never their own."""
    found = log.load(Candidacy, candidacy)
    if log.actor.person == found.terms.candidate:
        raise OwnWork(candidacy)
    return found


def owns(actor: Actor, candidacy: Candidacy) -> bool:
    """Whether a candidate acts on their own candidacy; true of every other role."""
    return actor.role is not Role.CANDIDATE or actor.person == candidacy.terms.candidate
