"""Places where a jury may sit, or an épreuve be held, on a day (lieu autorisé)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.framework.definition import Definition
from domain.organisation.facts import Purpose
from domain.organisation.institution import Institution
from domain.ports import OrganisationId
from domain.refusal import Refused, Violation, sheet_called
from domain.rulebook.rules import RemoteActivity, Rules


class SiteNotAuthorised(Refused):
    """A jury sits, and an épreuve is held, where the certification is authorised to be on that day."""

    fr = "Un jury siège, et une épreuve se tient, là où la certification est autorisée ce jour-là."
    source = "{sheet}, places of certification; the certifier's habilitations and rulebook"
    source_fr = "{sheet}, lieux de certification ; habilitations et règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class Venue:
    """The place of an event: a place of the sheet, a centre's site, or remote (à distance)."""

    place: str
    centre: OrganisationId | None = None
    remote: bool = False

    def check(self, held: RemoteActivity, on: date, of: Definition, rules: Rules, centre: Institution | None) -> None:
        """Refuse a place that is not authorised on this day.

        `centre` is the organisation that this venue names. If the sheet states no place of certification, the
        certifier may use any place.
        """
        if self.remote and self.centre is None and held in rules.remote:
            return
        if not self.remote and centre is not None and centre.may(Purpose.ORGANISE, of.code, on, self.place):
            return
        stated = of.certification_places
        if not self.remote and self.centre is None and (self.place in stated or not stated):
            return
        raise SiteNotAuthorised(on.isoformat(), violations=(self._why(on, of.code),), sheet=of.code)

    def _why(self, on: date, code: str) -> Violation:
        day = on.isoformat()
        if self.remote:
            return Violation(
                "remote-not-allowed",
                "The rulebook does not allow this to be held remotely.",
                "Le règlement ne permet pas de tenir cela à distance.",
                "the certifier's rulebook",
                "le règlement du certificateur",
            )
        if self.centre is not None:
            return Violation(
                "site-of-a-centre",
                f"On {day} this centre is not habilitated to organise at this site.",
                f"Le {day}, ce centre n'est pas habilité à organiser sur ce site.",
                "the certifier's habilitations",
                "les habilitations du certificateur",
            )
        return Violation(
            "place-of-the-sheet",
            "This is not one of the places of certification of the sheet.",
            "Ce n'est pas un des lieux de certification de la fiche.",
            f"{sheet_called(code, 'en')}, places of certification",
            f"{sheet_called(code, 'fr')}, lieux de certification",
        )
