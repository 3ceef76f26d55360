"""The evidence that a candidacy holds, and how much more may be submitted (quota).

A piece that was withdrawn, or is in quarantine, and was never filed, does not count. That state is on each piece's
own stream: these are read, together, only if the count of all pieces ever submitted leaves no room.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import EvidenceSubmitted
from domain.evidence.evidence import Evidence
from domain.ports import EvidenceId, FindAll
from domain.rulebook.evidence_rules import EvidenceAllowance, EvidenceRules, Stock

MOST_LOOKED_AT: Final = 380
"""Maximum number of pieces read: an append relies on 400 streams at most, and twenty are left for the rest of a
command.

In a dossier with more unfiled pieces, the others count.
"""


def allowance(
    find_all: FindAll,
    candidacy: Candidacy,
    rules: EvidenceRules,
    size: int | None = None,
    gone: EvidenceId | None = None,
) -> EvidenceAllowance:
    """Return what may still be submitted: exactly, unless there are more unfiled pieces than are read.

    If a piece of `size` fits anyway, returns a lower bound. `gone` is the piece that the new one replaces, if any.
    """
    ever = {piece: there.size for piece, there in candidacy.evidence.items() if piece != gone}
    at_least = rules.left(_stock(ever))
    if not rules.counts or (size is not None and at_least.holds(size)):
        return at_least
    out = {piece.id for piece in find_all(Evidence, islice(_loose(candidacy, ever), MOST_LOOKED_AT)) if piece.out}
    return rules.left(_stock({piece: bytes_ for piece, bytes_ in ever.items() if piece not in out}))


def check_room(
    find_all: FindAll,
    candidacy: Candidacy,
    rules: EvidenceRules,
    submitted: EvidenceSubmitted,
    *,
    gone: EvidenceId | None = None,
) -> None:
    """Refuse a piece that is too large, of another type, or one too many, by the candidacy's `rules`."""
    left = allowance(find_all, candidacy, rules, submitted.size, gone)
    left.check_type(submitted.form, submitted.media_type)
    left.check_size(submitted.size)


def _loose(candidacy: Candidacy, ever: Iterable[EvidenceId]) -> list[EvidenceId]:
    """Return the pieces that may not count, the likeliest first: those with a newer version, then the newest.

    A newer version alone does not remove a piece: a piece that proves a block stays.
    """
    newest = [piece for piece in reversed(list(ever)) if piece not in candidacy.frozen]
    return sorted(newest, key=lambda piece: candidacy.evidence[piece].replaced_by is None)


def _stock(sizes: dict[EvidenceId, int]) -> Stock:
    return Stock(pieces=len(sizes), size=sum(sizes.values()))
