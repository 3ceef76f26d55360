"""What the registrar tells people themselves: whom, of what, why no letter reached them, and that they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from adapters.operations.letters_to_tell import LetterOfFact
from domain.fact import Term
from webapi.notifications.catalogue import ADMISSIBILITIES, ANNULMENTS, OTHER_DECISIONS, RESULTS
from webapi.notifications.words_of_letters import LETTERS
from webapi.words import phrase


class NotificationMeans(Term):
    """How somebody was told otherwise than by a letter that a server took."""

    POST = "post", "par courrier", "by post"
    HAND = "hand", "en main propre", "by hand"
    TELEPHONE = "telephone", "par téléphone", "by telephone"


NO_ADDRESS: Final = "AddressUnknown"
NO_SERVER: Final = "NoServer"
WHY: Final = {
    NO_ADDRESS: phrase("aucune adresse électronique n'est au dossier"),
    NO_SERVER: phrase("aucun serveur de courrier n'est réglé"),
    "SMTPRecipientsRefused": phrase("le serveur de courrier a refusé l'adresse"),
    "Unsent": phrase("le serveur de courrier a refusé l'adresse"),
}
"""Why no server took a letter, by the kind of error of its last try."""
OTHERWISE: Final = phrase("le serveur de courrier n'a pas pris la lettre")


@dataclass(frozen=True, kw_only=True)
class PersonToTell:
    """One person to tell of one thing: the letter's subject, why it reached nobody, and whom it was for."""

    letter: LetterOfFact
    subject: str
    why: str


def to_tell(letters: Iterable[LetterOfFact]) -> list[PersonToTell]:
    """Return whom to tell of what, in the order of the letters."""
    return [
        PersonToTell(letter=each, subject=subject_of(each.kind), why=WHY.get(each.failed or "", OTHERWISE))
        for each in letters
    ]


def subject_of(kind: str) -> str:
    """Return the subject of the letters of a kind, in French."""
    return LETTERS[kind][0]


def is_written_only(letter: LetterOfFact) -> bool:
    """Return whether it is told in writing, by post or by hand: a decision on what the candidate asked or has."""
    return letter.kind in ADMISSIBILITIES | RESULTS | ANNULMENTS | OTHER_DECISIONS
