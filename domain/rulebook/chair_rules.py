"""Rules on who presides over a jury, and who replaces an absent chair (règlement : présidence du jury)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.framework.jury_rule import Quality, Quota, Seat
from domain.refusal import Violation


class ChairAbsent(StrEnum):
    """The rule on who presides when the member appointed to the chair is absent on the day.

    The substitute who took that seat; a member present whom the panel chose; or nobody, so that the jury does not
    sit.
    """

    SUBSTITUTE = "substitute"
    MEMBER = "member"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Presiding:
    """The member appointed to the chair, the one in that seat now, and the one whom the panel chose, if any."""

    appointed: UUID | None
    seated: UUID | None
    chosen: UUID | None = None


UNNAMED = (
    "the certifier's rulebook (the sheet names no chair)",
    "le règlement du certificateur (la fiche ne nomme pas de président)",
)
NO_CHAIR = (
    "One member, appointed to the chair, is present and will sign the minutes.",
    "Un membre, nommé président, est présent et signera le procès-verbal.",
)
NO_SUCH_CHAIR = (
    "Who presides has one of the qualities that the rulebook names.",
    "Qui préside a l'une des qualités que nomme le règlement.",
)
NOT_CHOSEN = (
    "Another member presides only in the chair's absence, and where the rulebook has the panel choose one.",
    "Un autre membre ne préside qu'en l'absence du président, et si le règlement laisse le jury en choisir un.",
)


@dataclass(frozen=True, kw_only=True)
class ChairRules:
    """The rules on who presides: a member with one of these `qualities`, if the rulebook names any.

    `absent` says who presides in the chair's absence, `source` is the text that says all this.
    """

    qualities: tuple[Quality, ...] = ()
    absent: ChairAbsent = ChairAbsent.SUBSTITUTE
    source: str = UNNAMED[0]

    def broken(
        self, places: Presiding, present: Collection[UUID], panel: Iterable[Seat] | None
    ) -> Iterator[Violation]:
        """Yield the rules that the chair does not meet at the opening; a commission has no `panel`.

        No quality is required of the chair of a commission.
        """
        away = places.appointed not in present
        chosen = away and self.absent is ChairAbsent.MEMBER
        if places.chosen is not None and not chosen:
            yield Violation("panel-presides", *NOT_CHOSEN, self.source, self._source_fr)
        chair = places.chosen if chosen else places.seated
        if chair is None or chair not in present or (away and self.absent is ChairAbsent.NOBODY):
            yield Violation("panel-chair", *NO_CHAIR, self.source, self._source_fr)
        elif self.qualities and panel is not None and not self._counts(chair, panel):
            yield Violation("panel-chair-quality", *NO_SUCH_CHAIR, self.source, self._source_fr)

    def suits(self, seat: Seat) -> bool:
        """Return whether a member's qualities let them preside: they have one of those named, or none is named."""
        return not self.qualities or any(seat.counts_for(Quota(quality=quality)) for quality in self.qualities)

    @property
    def _source_fr(self) -> str:
        """The source in French; empty for a rulebook's own text, which is the same in both languages."""
        return UNNAMED[1] if self.source == UNNAMED[0] else ""

    def _counts(self, chair: UUID, panel: Iterable[Seat]) -> bool:
        return any(self.suits(seat) for seat in panel if seat.juror == chair)


SILENT = ChairRules()
"""The rules of a rulebook that is silent on this: the appointed member presides, or their substitute."""
