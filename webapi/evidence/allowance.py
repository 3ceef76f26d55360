"""What may still be put in as evidence for a candidacy? Asked before the first byte of a body is read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from flask import request

from adapters.files.store import Checks
from domain.evidence.allowance import allowance as left_for
from domain.jury.access import reach
from domain.ports import CandidacyId, EvidenceId, Log
from domain.rulebook.evidence_rules import EvidenceAllowance
from domain.rulebook.rulebook import Rulebook
from webapi.accounts.authentication import reading
from webapi.current import acquis
from webapi.evidence.store_piece import evidence_id
from webapi.intent import Intent

AROUND: Final = 64 * 1024
"""Bytes around a file in a multipart body, fields and all, at most."""


def allowance(
    candidacy: CandidacyId, gone: EvidenceId | None = None, again: EvidenceId | None = None, log: Log | None = None
) -> EvidenceAllowance:
    """What the candidacy's rulebook still lets be put in, of which one piece is no larger than the house takes.

    `gone` is the piece that gives its place to what comes, unless it is filed; `again` the one that the same request
    put in, if it came before: then nothing more comes. Raises NotFound where whoever asks may put nothing in.
    The last word is the fact's: two who ask at once are both told of the same room.
    """
    attempt = log or reading()
    dossier = reach(attempt, candidacy)
    rules = attempt.load(Rulebook, dossier.terms.rulebook).content.evidence
    if again in dossier.evidence:
        rules = replace(rules, pieces=None, size=None)
    place = gone if gone in dossier.evidence.keys() - dossier.frozen else None
    left = left_for(attempt.find_all, dossier, rules, gone=place)
    return replace(left, largest=largest() if left.largest is None else min(largest(), left.largest))


def largest() -> int:
    """How many bytes of one file the house takes, whatever a rulebook says: what it keeps, and scans whole."""
    scanner = acquis().scanner
    return acquis().files.limit if scanner is None else min(acquis().files.limit, scanner.most)


def check_size(left: EvidenceAllowance, size: int) -> None:
    """Refuse a file of so many bytes, and name the limit: BeyondScanner, TooLarge, QuotaExceeded."""
    scanner = acquis().scanner
    if scanner is not None and left.largest == scanner.most:
        scanner.check_size(size)
    left.check_size(size)


def room(candidacy: CandidacyId, intent: Intent, gone: EvidenceId | None = None, log: Log | None = None) -> Checks:
    """What refuses a file in this request's body as soon as too much of it is read; one that says so, before.

    `intent` is the request's, as far as it is known before its body. Raises NotFound, BeyondScanner, TooLarge,
    QuotaExceeded, StorageFull.
    """
    again = EvidenceId(evidence_id(acquis().request(intent)))
    return _before_it_is_read(allowance(candidacy, gone, again, log))


def room_in_the_house() -> Checks:
    """The same of a file that is no piece of a candidacy, signed minutes say: no rulebook limits it."""
    return _before_it_is_read(EvidenceAllowance(largest=largest()))


def _before_it_is_read(left: EvidenceAllowance) -> Checks:
    """Refuse what this request declares, if that is more than is left; gives what refuses more as it comes."""
    declared = max(0, (request.content_length or 0) - AROUND)
    check_size(left, declared)
    acquis().files.check_disk(declared)
    return partial(check_size, replace(left, pieces=None, size=None))
