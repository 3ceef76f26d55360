"""What may still be put in as evidence for a candidacy? Asked before the first byte of a body is read."""

from __future__ import annotations

from dataclasses import replace

from domain.access import reach
from domain.allowance import allowance as left_for
from domain.evidence_rules import Allowance
from domain.ports import CandidacyId
from domain.rulebook import Rulebook
from webapi.auth import actor, house


def allowance(candidacy: CandidacyId) -> Allowance:
    """What the candidacy's rulebook still lets be put in, and the store's own limit of one piece.

    Raises NotFound where whoever asks may put nothing in. The last word is the fact's: two who ask at once are both
    told of the same room.
    """
    with house().store.attempt(house().request_of(actor()), frozenset()) as attempt:
        dossier = reach(attempt, candidacy)
        rules = attempt.load(Rulebook, dossier.terms.rulebook).content.evidence
        left = left_for(attempt.find, dossier, rules)
    store = house().files.limit
    return replace(left, largest=store if left.largest is None else min(store, left.largest))
