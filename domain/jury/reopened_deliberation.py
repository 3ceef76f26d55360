"""Why was what a jury had decided of a candidate undone before anybody was told of it, to be deliberated anew?"""

from __future__ import annotations

from domain.refusal import Refused


class NothingToReopen(Refused):
    """What was decided is undone only where somebody who took part in it has stepped out, or may not decide on it."""

    fr = (
        "On ne défait une décision que si l'un de ceux qui y ont pris part s'est déporté, ou ne peut statuer sur "
        "ce candidat."
    )


class RestsOnWhoLeft(Refused):
    """Nothing that a jury decided of a candidate rests on a member who has stepped out of it since."""

    fr = "Rien de ce qu'un jury a décidé d'un candidat ne repose sur un membre qui s'est depuis déporté."
