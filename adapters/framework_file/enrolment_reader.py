"""Reader of a rulebook's rules on enrolment, summonses and retakes."""

from __future__ import annotations

from adapters.framework_file.document import Spot, distinct
from domain.framework.definition import Route
from domain.rulebook.enrolment_rules import SILENT, Acceptance, EnrolmentRules, Lateness, SummonsDelay
from domain.rulebook.retake_rules import CarryOver, Retakes, RetakeScope


def read_enrolment(spot: Spot) -> EnrolmentRules:
    """Read the conditions that candidates accept before they enrol, and the delays of their summonses."""
    if spot.empty:
        return SILENT
    at = spot.fields("", "acceptance summons sitting_summons lateness")
    lateness = at["lateness"].fields("minutes source")
    acceptance = at["acceptance"].fields("source")
    return EnrolmentRules(
        lateness=None
        if at["lateness"].empty
        else Lateness(minutes=lateness["minutes"].whole(), source=lateness["source"].text()),
        acceptance=None if at["acceptance"].empty else Acceptance(source=acceptance["source"].text()),
        summons=_delay(at["summons"]),
        sitting_summons=_delay(at["sitting_summons"]),
    )


def _delay(spot: Spot) -> SummonsDelay | None:
    """Read the least number of days between a summons and the jury or sitting."""
    if spot.empty:
        return None
    at = spot.fields("days source")
    return SummonsDelay(days=at["days"].whole(1), source=at["source"].text())


def read_retakes(spot: Spot) -> Retakes | None:
    """Read the limits of a candidate's further attempts before a jury."""
    if spot.empty:
        return None
    at = spot.fields("months source")
    return Retakes(months=at["months"].whole(1), source=at["source"].text())


def read_carry_over(spot: Spot) -> CarryOver | None:
    """Read which marks carry over from a block that was not granted."""
    if spot.empty:
        return None
    at = spot.fields("scope source", "months routes")
    rule = CarryOver(
        scope=at["scope"].choice(RetakeScope),
        months=at["months"].whole_or_none(1),
        routes=_routes(at["routes"]),
        source=at["source"].text(),
    )
    for key in ("months", "routes"):
        if rule.scope is RetakeScope.NONE and at["scope"].sound and not at[key].empty:
            at[key].wrong("Where nothing is kept, this is not said.", "Où rien n'est conservé, ceci ne se dit pas.")
    return rule


def _routes(spot: Spot) -> tuple[Route, ...]:
    routes = [(item, item.choice(Route)) for item in spot.items()]
    return tuple(distinct(routes, "This route is already named", "Cette voie est déjà nommée").at)
