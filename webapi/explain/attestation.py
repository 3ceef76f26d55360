"""What does an attestation say, in French or English? From its fact, the certification, and a name, if given."""

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


def attested(told: AttestationIssued, of: Definition, holder: str | None, language: str) -> str:
    """The attestation in words: who attests, of which certification, and what is so of whom."""
    said = SAID[told.attestation, language].format(
        holder=holder or UNNAMED,
        number=told.number,
        blocks=_by_jury(told, language),
        days=listed([day(each, language) for each in dict.fromkeys(told.days)], language),
    )
    return WHOLE[language].format(
        certifier=of.certifier,
        on=day(told.issued_on, language),
        title=of.title,
        code=of.code,
        said=said,
        article=ARTICLES.get(told.attestation, "R6412-7"),
    )


def _by_jury(told: AttestationIssued, language: str) -> str:
    """The blocks, each with the day of its jury."""
    jury = "jury du" if language == "fr" else "jury of"
    of: dict[date, list[int]] = {}
    for block, on in zip(told.blocks, told.days, strict=False):
        of.setdefault(on, []).append(block)
    return listed([f"{named_blocks(won, language)} ({jury} {day(on, language)})" for on, won in of.items()], language)
