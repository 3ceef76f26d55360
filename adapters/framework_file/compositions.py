"""Reader of a jury's composition in a sheet or a text of law: quotas, shares, quorum and balances."""

from __future__ import annotations

import re

from adapters.framework_file.document import Spot, distinct
from domain.framework.jury_rule import Balance, BalanceScope, PanelShare, Quality, Quota

_FRACTION = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")
_PERCENT = re.compile(r"([1-9][0-9]?|100) ?%")
_UNDATED = frozenset({Quality.EXTERNAL, Quality.EMPLOYERS, Quality.EMPLOYEES})


def quotas(spot: Spot) -> tuple[Quota, ...]:
    """Read quotas: a number of members with a quality, or a share of the panel such as `1/4` or `40%`."""
    rows = [item.fields("quality", "count share years") for item in spot.items()]
    found = tuple(
        Quota(
            quality=row["quality"].choice(Quality),
            count=row["count"].whole_or_none(1) or 0,
            share=share(row["share"]),
            years=row["years"].whole_or_none(1) or 0,
        )
        for row in rows
    )
    for row in rows:
        if row["count"].empty and row["share"].empty and row["quality"].sound:
            en = "A quota is a count or a share: give one of them, or both."
            row["quality"].wrong(en, "Un quota est un nombre ou une part : donnez l'un, ou les deux.")
        elif not row["years"].empty and row["quality"].sound and row["quality"].choice(Quality) in _UNDATED:
            en = "Years are counted of the profession or of a qualification, not of this quality."
            row["years"].wrong(
                en, "Des années se comptent dans le métier ou la qualification, pas pour cette qualité."
            )
    return found


def share(spot: Spot) -> PanelShare | None:
    """Read a fraction of a whole, as `1/4` or `25%`; None if nothing is written."""
    if spot.empty:
        return None
    written = spot.text()
    if found := _FRACTION.fullmatch(written):
        parts, of = int(found[1]), int(found[2])
        if parts <= of:
            return PanelShare(parts=parts, of=of)
    elif found := _PERCENT.fullmatch(written):
        return PanelShare(parts=int(found[1]), of=100)
    if spot.sound:
        en = "A share is a fraction of the whole, written 1/4 or 25%."
        spot.wrong(en, "Une part est une fraction du tout, écrite 1/4 ou 25%.")
    return None


def share_or_number(spot: Spot) -> PanelShare | int:
    """Read a fraction of the panel, or a number of its members."""
    written = spot.text()
    if "/" in written or "%" in written:
        return share(spot) or 0
    return spot.whole(1)


def balances(spot: Spot) -> tuple[Balance, ...]:
    """Read the greatest differences between women and men, for each scope once."""
    rows = [item.fields("scope difference") for item in spot.items()]
    pairs = [(row["scope"].choice(BalanceScope), row["difference"].whole()) for row in rows]
    distinct(
        [(row["scope"], scope) for row, (scope, _) in zip(rows, pairs, strict=True)],
        "This scope has already its balance",
        "Ce périmètre a déjà sa règle de parité",
    )
    return tuple(Balance(scope=scope, difference=difference) for scope, difference in pairs)
