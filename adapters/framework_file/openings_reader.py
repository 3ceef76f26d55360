"""Reader of the routes that the certifier opens, with their modalities (fichier d'ouverture de voies).

For the routes whose assessment the sheet does not describe (RNCP 31936: VAE and candidature individuelle), the
certifier publishes its own modalities when it opens them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.framework_file.document import NamedValues, Spot, distinct, document
from adapters.framework_file.faults import Faults
from adapters.framework_file.reader import modalities, say_amiss
from domain.framework.definition import Definition, Modality, Route

FORMAT = "openings/1"


@dataclass(frozen=True, kw_only=True)
class RouteOpening:
    """A route to open: its day, its ground, and the certifier's own modalities."""

    route: Route
    opened_on: date
    ground: str
    modalities: tuple[Modality, ...]


def read_openings(text: str, definition: Definition | None = None) -> tuple[RouteOpening, ...]:
    """Return the openings of this file; raises FileFaults with all of its faults.

    With the definition of the certification, competences and routes are compared with it.
    """
    faults = Faults()
    at = document(text, FORMAT, faults).fields("format openings")
    rows = [item.fields("route opened_on ground modalities") for item in at["openings"].items(least=1)]
    openings = tuple(_opening(row, definition) for row in rows)
    distinct(
        [(row["route"], opening.route) for row, opening in zip(rows, openings, strict=True)],
        "This route is already opened",
        "Cette voie est déjà ouverte",
    )
    faults.raise_if_any()
    for row, opening in zip(rows, openings, strict=True):
        if definition:
            own = definition.modalities_for(opening.route)
            found = (*own, *opening.modalities)
            say_amiss(row["modalities"], definition, found, (opening.route,), len(own))
    faults.raise_if_any()
    return openings


def _opening(at: dict[str, Spot], definition: Definition | None) -> RouteOpening:
    route = at["route"].choice(Route)
    row = definition.row(route) if definition else None
    if definition and at["route"].sound and not (row and row.open):
        en = "The certification's sheet does not open this route."
        at["route"].wrong(en, "La fiche de la certification n'ouvre pas cette voie.")
    found = modalities(at["modalities"], _known(definition, at["modalities"]))
    if at["route"].sound and any(modality.routes and modality.routes != (route,) for modality in found):
        en = "A modality of this opening is for another route."
        at["modalities"].wrong(en, "Une modalité de cette ouverture vise une autre voie.")
    return RouteOpening(route=route, opened_on=at["opened_on"].day(), ground=at["ground"].text(), modalities=found)


def _known(definition: Definition | None, spot: Spot) -> NamedValues[int]:
    """Return the known competences; without a definition, an incomplete list that prevents the comparison."""
    numbers = definition.numbers if definition else frozenset()
    return NamedValues(dict.fromkeys(numbers, spot), complete=definition is not None)
