"""Text of an attestation in French or English, from its fact, the certification and the holder's name, if known."""

from __future__ import annotations

from datetime import date
from typing import Final

from adapters.text.wording import day, listed, named_blocks
from domain.framework.definition import Definition
from domain.register.facts import Attestation, AttestationIssued

UNNAMED: Final = "…"
SAID: Final = {
    (Attestation.CERTIFICATION, "fr"): "{holder} l'a obtenu le {days} (numéro {number} au registre)",
    (Attestation.CERTIFICATION, "en"): "{holder} obtained it on {days} (number {number} in the register)",
    (Attestation.BLOCKS, "fr"): "{holder} en a acquis {blocks}",
    (Attestation.BLOCKS, "en"): "{holder} acquired of it {blocks}",
    (Attestation.ADMISSIBILITY, "fr"): "la candidature de {holder} par la VAE est recevable depuis le {days}",
    (Attestation.ADMISSIBILITY, "en"): "the candidacy of {holder} by VAE is admissible since {days}",
    (Attestation.PARTICIPATION, "fr"): "{holder} a été entendu ou examiné en session d'évaluation le {days}",
    (Attestation.PARTICIPATION, "en"): "{holder} was heard or examined in an assessment session on {days}",
}
ARTICLES: Final = {Attestation.ADMISSIBILITY: "R6422-2", Attestation.PARTICIPATION: "R6422-5"}
WHOLE: Final = {
    "fr": "{certifier}, le {on}. Titre : {title} ({code}). Nous attestons que {said} (Code du travail, {article}).",
    "en": "{certifier}, {on}. Title: {title} ({code}). We attest that {said} (Code du travail, {article}).",
}


def attested(issued: AttestationIssued, definition: Definition, holder: str | None, language: str) -> str:
    """Return the text: the certifier, the certification, the holder, and what the certifier attests."""
    said = SAID[issued.attestation, language].format(
        holder=holder or UNNAMED,
        number=issued.number,
        blocks=_by_jury(issued, language),
        days=listed([day(each, language) for each in dict.fromkeys(issued.days)], language),
    )
    return WHOLE[language].format(
        certifier=definition.certifier,
        on=day(issued.issued_on, language),
        title=definition.title,
        code=definition.code,
        said=said,
        article=ARTICLES.get(issued.attestation, "R6412-7"),
    )


def _by_jury(issued: AttestationIssued, language: str) -> str:
    """Return the list of the blocks, grouped by the day of their jury."""
    jury = "jury du" if language == "fr" else "jury of"
    by_day: dict[date, list[int]] = {}
    for block, on in zip(issued.blocks, issued.days, strict=False):
        by_day.setdefault(on, []).append(block)
    return listed(
        [f"{named_blocks(won, language)} ({jury} {day(on, language)})" for on, won in by_day.items()], language
    )
