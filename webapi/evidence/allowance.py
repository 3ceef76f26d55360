"""The evidence that a candidacy may still receive, checked before the first byte of a request's body is read."""

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
"""Maximum bytes of a multipart body outside its file, fields included."""


def allowance(
    candidacy: CandidacyId,
    replaced: EvidenceId | None = None,
    again: EvidenceId | None = None,
    log: Log | None = None,
) -> EvidenceAllowance:
    """Return what the candidacy's rulebook still allows, with the installation's own limit on one file's size.

    Two concurrent requests can get the same answer; the domain checks again when the fact is recorded.

    Args:
        candidacy: The candidacy that receives the evidence.
        replaced: The piece that the new one replaces. Its place counts as free, unless the piece is filed.
        again: The piece that this request creates. If it exists, the request is a repetition: no limit applies.
        log: The attempt to read in, if the caller has one.

    Raises:
        NotFound: The caller may not add evidence to this candidacy.
    """
    attempt = log or reading()
    dossier = reach(attempt, candidacy)
    rules = attempt.load(Rulebook, dossier.terms.rulebook).content.evidence
    if again in dossier.evidence:
        rules = replace(rules, pieces=None, size=None)
    freed = replaced if replaced in dossier.evidence.keys() - dossier.frozen else None
    left = left_for(attempt.find_all, dossier, rules, gone=freed)
    return replace(left, largest=largest() if left.largest is None else min(largest(), left.largest))


def largest() -> int:
    """Return the largest file, in bytes, that the installation can store and scan whole, whatever the rulebook."""
    scanner = acquis().scanner
    return acquis().files.limit if scanner is None else min(acquis().files.limit, scanner.most)


def check_size(left: EvidenceAllowance, size: int) -> None:
    """Raise BeyondScanner, TooLarge or QuotaExceeded if a file of `size` bytes exceeds a limit."""
    scanner = acquis().scanner
    if scanner is not None and left.largest == scanner.most:
        scanner.check_size(size)
    left.check_size(size)


def room(
    candidacy: CandidacyId, intent: Intent, replaced: EvidenceId | None = None, log: Log | None = None
) -> Checks:
    """Check the declared length, and return the check that refuses a longer file while its body is read.

    `intent` is the request's intent, as far as it is known before the body is read. Raises NotFound, BeyondScanner,
    TooLarge, QuotaExceeded, StorageFull.
    """
    again = EvidenceId(evidence_id(acquis().request(intent)))
    return _before_it_is_read(allowance(candidacy, replaced, again, log))


def room_outside_candidacies() -> Checks:
    """Do the same as `room` for a file outside any candidacy, such as signed minutes: no rulebook limits it."""
    return _before_it_is_read(EvidenceAllowance(largest=largest()))


def _before_it_is_read(left: EvidenceAllowance) -> Checks:
    """Refuse a declared length above what is left; return the check for the bytes that arrive."""
    declared = max(0, (request.content_length or 0) - AROUND)
    check_size(left, declared)
    acquis().files.check_disk(declared)
    return partial(check_size, replace(left, pieces=None, size=None))
