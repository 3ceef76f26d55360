"""What may still be put in as evidence for a candidacy? Asked before the first byte of a body is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import request

from domain.access import reach
from domain.allowance import allowance as left_for
from domain.evidence_rules import Allowance
from domain.ports import CandidacyId, EvidenceId
from domain.rulebook import Rulebook
from webapi.auth import actor, house

AROUND: Final = 64 * 1024
"""Bytes around a file in a multipart body, fields and all, at most."""


def allowance(candidacy: CandidacyId, gone: EvidenceId | None = None) -> Allowance:
    """What the candidacy's rulebook still lets be put in, and the store's own limit of one piece.

    `gone` is the piece that gives its place to what comes, unless it is filed. Raises NotFound where whoever asks may
    put nothing in. The last word is the fact's: two who ask at once are both told of the same room.
    """
    with house().store.attempt(house().request_of(actor()), frozenset()) as attempt:
        dossier = reach(attempt, candidacy)
        rules = attempt.load(Rulebook, dossier.terms.rulebook).content.evidence
        place = gone if gone in dossier.evidence.keys() - dossier.frozen else None
        left = left_for(attempt.find_all, dossier, rules, gone=place)
    store = house().files.limit
    return replace(left, largest=store if left.largest is None else min(store, left.largest))


def room(candidacy: CandidacyId, gone: EvidenceId | None = None) -> int | None:
    """How many bytes the file in this request's body may have; refuses one that says before that it has more.

    Raises NotFound, TooLarge, QuotaExceeded, StorageFull.
    """
    left = allowance(candidacy, gone)
    declared = max(0, (request.content_length or 0) - AROUND)
    left.check_size(declared)
    house().files.check_disk(declared)
    return left.largest
