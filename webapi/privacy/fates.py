"""Texts for the fate of a class of data: erased, or kept, with the reason and the end."""

from __future__ import annotations

from typing import Final

from adapters.text.wording import day
from domain.privacy.erasure import Fate, RetentionReason
from webapi.words import phrase
from webapi.words.catalogue import Words

WHY: Final = {
    RetentionReason.NOTHING_THERE: phrase("rien n'est conservé"),
    RetentionReason.HELD: phrase("conservation conservatoire en vigueur"),
    RetentionReason.IN_SERVICE: phrase("la personne exerce un rôle pour le certificateur"),
    RetentionReason.UNDER_WAY: phrase("candidature ou session en cours"),
    RetentionReason.QUESTIONED: phrase("contestation ou procédure en cours"),
    RetentionReason.KEPT_BY_LAW: phrase("conservation légale"),
    RetentionReason.NOT_DUE: phrase("durée de conservation en cours"),
    RetentionReason.BEING_CARRIED_OUT: phrase(
        "effacement ordonné, en cours d'exécution : achevé une fois le point de contrôle signé, sans autre demande"
    ),
}


def fate_in_words(fate: Fate, say: Words, *, would: bool = False) -> str:
    """Return the fate of a class of data as text; `would`: as something that can be done, not that was done."""
    name = say.term(fate.retention)
    if fate.why is None:
        return say("{name} : effacement possible", name=name) if would else say("{name} : effacement fait", name=name)
    why = say(WHY[fate.why])
    if fate.until is None:
        return say("{name} : {why}", name=name, why=why)
    return say("{name} : {why} jusqu'au {day}", name=name, why=why, day=day(fate.until, say.language))
