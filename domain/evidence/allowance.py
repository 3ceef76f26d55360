"""How much evidence does a candidacy hold, and how much more may be put in? (quota)

What was withdrawn, or is in quarantine, without having been filed takes no place. That stands on each piece's own
stream: those are looked at only where the count of all that was ever put in leaves no room, and read together.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import EvidenceSubmitted
from domain.evidence.evidence import Evidence
from domain.ports import EvidenceId, FindAll
from domain.rulebook.evidence_rules import Allowance, EvidenceRules, Stock

MOST_LOOKED_AT: Final = 380
"""An append relies on 400 streams at most: twenty are left for the rest of a command.

Of a dossier with more loose pieces, the others count as there.
"""


def allowance(
    find_all: FindAll,
    candidacy: Candidacy,
    rules: EvidenceRules,
    size: int | None = None,
    gone: EvidenceId | None = None,
) -> Allowance:
    """What may still be put in: exactly, unless more pieces are loose than are looked at.

    Where a piece of `size` fits anyhow, as much at least.
    `gone` is the piece that gives its place to the one to come, if one does.
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
    """Refuse a piece that is larger, of another type, or one more, than the candidacy's rulebook says (`rules`)."""
    left = allowance(find_all, candidacy, rules, submitted.size, gone)
    left.check_type(submitted.form, submitted.media_type)
    left.check_size(submitted.size)


def _loose(candidacy: Candidacy, ever: Iterable[EvidenceId]) -> list[EvidenceId]:
    """The pieces that may be out, the likeliest first: those with a newer version, then the newest.

    One with a newer version is not out for that alone: what proves a block stays.
    """
    newest = [piece for piece in reversed(list(ever)) if piece not in candidacy.frozen]
    return sorted(newest, key=lambda piece: candidacy.evidence[piece].replaced_by is None)


def _stock(sizes: dict[EvidenceId, int]) -> Stock:
    return Stock(pieces=len(sizes), size=sum(sizes.values()))
