"""Who presides over a jury, and who when its chair is absent? (règlement : présidence du jury)"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.framework.jury_rule import Quality, Quota, Seat
from domain.refusal import Violation


class ChairAbsent(StrEnum):
    """Who presides when the member appointed to the chair is absent on the day.

    Whoever took that seat as a substitute; a member present whom the panel chose; or nobody: the jury does not sit.
    """

    SUBSTITUTE = "substitute"
    MEMBER = "member"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Presiding:
    """Who is appointed to the chair, who sits in that seat now, and whom the panel chose, if anybody."""

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
    """Who presides: somebody who counts for one of these `qualities`, where the rulebook names any.

    `absent` says who does in the chair's absence, `source` which text says all this.
    """

    qualities: tuple[Quality, ...] = ()
    absent: ChairAbsent = ChairAbsent.SUBSTITUTE
    source: str = UNNAMED[0]

    def broken(
        self, places: Presiding, present: Collection[UUID], panel: Iterable[Seat] | None
    ) -> Iterator[Violation]:
        """What of who presides keeps a session from opening; no quality is asked of a commission: `panel` is None."""
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
        """Return whether a member may preside by their qualities: they have one of those named, or none is."""
        return not self.qualities or any(seat.counts_for(Quota(quality=quality)) for quality in self.qualities)

    @property
    def _source_fr(self) -> str:
        """A rulebook's own text is the same in both languages."""
        return UNNAMED[1] if self.source == UNNAMED[0] else ""

    def _counts(self, chair: UUID, panel: Iterable[Seat]) -> bool:
        return any(self.suits(seat) for seat in panel if seat.juror == chair)


SILENT = ChairRules()
"""What a rulebook that says nothing of it has always meant: whoever was appointed, or sits in that seat."""
