"""The text on professional secrecy, which a reader of a dossier accepts once beforehand."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.people.facts import SecrecyAccepted
from domain.ports import Role
from domain.refusal import Refused, Violation

SWORN: Final = frozenset({Role.ADVISOR, Role.ASSESSOR, Role.JUROR})
"""The roles that read a dossier without managing it for the certifier."""
TEXT: Final = 1
"""The number of the current text; a text that says something else gets another number, and is accepted again."""
FRENCH: Final = (
    "Ce qu'un candidat communique pour sa validation vous est confié pour accompagner, évaluer ou juger, et pour "
    "cela seul. Vous n'en révélez rien à personne d'autre, ni pendant la procédure ni après elle. Qui détient ces "
    "informations est tenu au secret professionnel par l'article L6421-4 du code du travail, qui renvoie aux "
    "articles 226-13 et 226-14 du code pénal : le révéler est un délit, sauf où la loi l'impose ou l'autorise."
)
ENGLISH: Final = (
    "What a candidate communicates for their validation is confided to you to advise, assess or judge, and for that "
    "alone. You reveal nothing of it to anybody else, during the procedure or after it. Article L6421-4 of the "
    "labour code binds whoever holds this information to professional secrecy, by articles 226-13 and 226-14 of the "
    "criminal code: to reveal it is an offence, but where the law requires or allows it."
)


class SecrecyNotAccepted(Refused):
    """Who advises, assesses or judges accepts professional secrecy before reading a dossier, under “Secrecy”."""

    fr = "Qui accompagne, évalue ou juge accepte d'abord le secret professionnel, page « Secret professionnel »."
    kind = "forbidden"
    source = "Code du travail L6421-4 (LEGIARTI000006904473); Code pénal 226-13 and 226-14 (not read)"
    source_fr = "Code du travail L6421-4 (LEGIARTI000006904473) ; Code pénal 226-13 et 226-14 (non lus)"


class SecrecyMisstated(Refused):
    """One accepts the text as it stands, once: oneself, here, or on a paper of a past day that somebody else keys."""

    fr = "On accepte le texte en vigueur, une fois : soi-même, ici, ou sur un papier déjà signé qu'un autre saisit."
    kind = "invalid"

    def __init__(self, text: int, why: str, en: str, fr: str) -> None:
        """Set the violation about the text with this number."""
        super().__init__(text, violations=(Violation(why, en, fr, "Code du travail L6421-4"),))


def check_accepted(role: Role, accepted: int) -> None:
    """Refuse a dossier to a reader who must have accepted the current text first, and has not."""
    if role in SWORN and accepted < TEXT:
        raise SecrecyNotAccepted(role.value)


def accept(accepted: int, text: int, today: date, signed_on: date | None) -> SecrecyAccepted:
    """Accept the current text, not accepted yet, today or by a paper signed on an earlier day."""
    if text != TEXT:
        en, fr = f"The text as it stands has number {TEXT}.", f"Le texte en vigueur porte le numéro {TEXT}."
        raise SecrecyMisstated(text, "secrecy-text", en, fr)
    if accepted >= text:
        raise SecrecyMisstated(text, "accepted", "It is accepted already.", "Il est déjà accepté.")
    if signed_on and signed_on > today:
        en, fr = "The paper bears a day that is yet to come.", "Le papier porte un jour qui n'est pas encore venu."
        raise SecrecyMisstated(text, "signed-on", en, fr)
    return SecrecyAccepted(secrecy_text=text, accepted_on=signed_on or today, on_paper=signed_on is not None)
