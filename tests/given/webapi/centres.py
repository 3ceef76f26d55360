"""A training centre with a habilitation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.given.webapi.whole_path import done

if TYPE_CHECKING:
    from tests.given.webapi.town import World


SITE = "Centre de Lyon, 3 place de la Fiction, 69000 Lyon"
ALL = "/api/v1/organisations"


def centre(world: World, siret: str) -> tuple[str, str]:
    """Register a centre in Lyon, habilitated until the day before the jury; return it with its habilitation."""
    certifier = done(world.rose.post(ALL, {"legal_name": "Co-certificateur"}))["id"]
    lyon = done(world.rose.post(ALL, {"legal_name": "Centre de Lyon", "siret": siret}))["id"]
    named = {"certification": "RNCP31936", "keeps_register": False}
    done(world.rose.post(f"{ALL}/{certifier}/certifications", named))
    granted = {"certification": "RNCP31936", "granted_by": certifier, "purpose": "organise", "sites": [SITE]}
    done(world.rose.post(f"{ALL}/{lyon}/habilitations", granted | {"first_day": "2021-01-01"}))
    shown: Any = world.rose.get(f"{ALL}/{lyon}/habilitations").json
    return lyon, shown["items"][0]["id"]
