"""What do the facts that come after a jury's decision say, as one sentence of a history?"""

from __future__ import annotations

from typing import assert_never

from domain.notice import Channel, ResultNotified
from domain.papers import BlockCertified, CertificateIssued, DuplicateIssued, PapersFact, ReissuedForCivilStatus
from webapi.words import day

CHANNELS: dict[Channel, tuple[str, str]] = {
    Channel.PORTAL: ("sur le portail", "on the portal"),
    Channel.EMAIL: ("par courriel", "by e-mail"),
    Channel.POST: ("par courrier", "by post"),
    Channel.HAND: ("en main propre", "by hand"),
}


def notice(fact: ResultNotified, language: str) -> str:
    """When and how the candidate was told, and whether that was late."""
    french = language == "fr"
    on, how = day(fact.notified_on, language), CHANNELS[fact.channel][0 if french else 1]
    late = ""
    if fact.due_on and fact.notified_on > fact.due_on:
        due = day(fact.due_on, language)
        late = f", après le dernier jour légal ({due})" if french else f", after the last day by law ({due})"
    if french:
        return f"Le résultat a été notifié le {on} {how}, avec les voies de recours{late}."
    return f"The result was notified on {on} {how}, with the remedies{late}."


def paper(fact: PapersFact, language: str) -> str:
    """What was issued, on which day."""
    on = day(fact.issued_on, language)
    match fact:
        case CertificateIssued(number=number):
            said = (
                f"Le parchemin du titre numéro {number} a été délivré le {on}.",
                (f"The certificate of title number {number} was issued on {on}."),
            )
        case BlockCertified(block=block):
            said = (
                f"L'attestation du bloc {block} a été délivrée le {on}.",
                (f"The certificate of block {block} was issued on {on}."),
            )
        case DuplicateIssued(copy=copy, block=which):
            said = (
                f"Le duplicata n° {copy} {_of(which, 'fr')} a été délivré le {on}.",
                f"Duplicate no. {copy} {_of(which, 'en')} was issued on {on}.",
            )
        case ReissuedForCivilStatus(block=which):
            said = (
                f"Le document {_of(which, 'fr')} a été réédité le {on}, l'état civil ayant changé.",
                f"The paper {_of(which, 'en')} was reissued on {on}, after a change of civil status.",
            )
        case _:
            assert_never(fact)
    return said[0 if language == "fr" else 1]


def _of(block: int | None, language: str) -> str:
    if language == "fr":
        return "du titre" if block is None else f"du bloc {block}"
    return "of the title" if block is None else f"of block {block}"
