"""The day on which a parcours of VAE began, which determines its law, and whether it began on the national portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.framework.definition import Definition, Route
from domain.framework.registration import Registration
from domain.refusal import Refused


class BegunOnAnotherDay(Refused):
    """A parcours, of VAE only, began by the day of the application, and once the registration admitted."""

    fr = "Un parcours, de VAE seulement, a débuté au plus tard à la candidature, une fois l'enregistrement ouvert."
    kind = "invalid"
    source = "Code du travail R6412-1: the parcours begins before admissibility is asked for"
    source_fr = "Code du travail R6412-1 : le parcours débute avant la demande de recevabilité"


class PortalDayMissing(Refused):
    """On the national portal, an application by VAE gives the day of the inscription there (`began_on`)."""

    fr = (
        "Pour une certification du portail national, une candidature de VAE donne le jour où le candidat s'y est "
        "inscrit (`began_on`)."
    )
    kind = "invalid"
    source = "Code du travail R6412-1: the parcours begins by that inscription"
    source_fr = "Code du travail R6412-1 : le parcours débute par cette inscription"


class BegunBeforeAsked(Refused):
    """Outside the portal one begins by asking for it; the registrar states an earlier day, opening or correcting."""

    fr = (
        "Hors du portail, on débute en le demandant ; un jour antérieur est saisi par le gestionnaire, à l'ouverture "
        "ou en rectifiant."
    )
    kind = "invalid"
    source = "Code du travail R6412-1, NOTA: the law is chosen by the day on which the parcours was begun"
    source_fr = "Code du travail R6412-1, NOTA : le droit se choisit au jour où le parcours a été initié"


class BeginningKept(Refused):
    """Who comes back to VAE goes on with the parcours begun there; the registrar corrects its day, with a reason."""

    fr = "Qui revient à la VAE y poursuit le parcours débuté ; le gestionnaire en rectifie le jour, avec un motif."
    kind = "invalid"
    source = BegunBeforeAsked.source
    source_fr = BegunBeforeAsked.source_fr


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The stated day (None if it is the day of the application), and whether the parcours began on the portal."""

    began_on: date | None = None
    portal: bool = False


def beginning(
    route: Route,
    began_on: date | None,
    today: date,
    of: Definition,
    registration: Registration,
    *,
    outside_from: date = date.min,
) -> Beginning:
    """Return how a parcours by this route began; refuse a day on which it cannot have begun.

    `outside_from` is the first day that may be stated outside the portal.
    """
    if route is not Route.VAE:
        if began_on:
            raise BegunOnAnotherDay(began_on.isoformat())
        return Beginning()
    day = began_on or today
    if not of.registration.admits_from <= day <= today:
        raise BegunOnAnotherDay(day.isoformat())
    portal = registration.on_portal(day)
    if portal and not began_on:
        raise PortalDayMissing
    if not portal and day < outside_from:
        raise BegunBeforeAsked(day.isoformat())
    return Beginning(began_on=began_on, portal=portal)
