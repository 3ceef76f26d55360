"""Certificates, duplicates and reissues of a candidacy, as their reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.fact import Fact
from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    DuplicateIssued,
    PapersFact,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
)
from projections.reading import DossierFact
from projections.register.papers import KINDS
from webapi.privacy.disclosure import DisclosedDossier, personal, plain, registered, unread

REISSUES = (ReissuedForCivilStatus, ReissuedForMaterialError)


NAMING = (CertificateIssued, BlockCertified, *REISSUES)
"""Papers that name their holder; a duplicate repeats the lost paper word for word."""


def papers_of(read: DisclosedDossier) -> list[dict[str, Any]]:
    """Return all papers issued for a candidacy in order, as their reader may see them."""
    told = [each for each in read.seen if isinstance(each.fact, PapersFact)]
    return [_item(each, told, read) for each in told]


@dataclass(frozen=True, kw_only=True)
class Borne:
    """What a paper states: its holder, their birth, and the day of the award; None for erased values."""

    holder: str | None
    born: str | None
    obtained_on: date


def borne_by(read: DisclosedDossier, position: int) -> Borne:
    """Return the texts of the paper at this position; those of a duplicate are the lost paper's."""
    every = [each for each in read.seen if isinstance(each.fact, PapersFact) and each.stamp.position <= position]
    told = every[-1]
    named = [each for each in every if isinstance(each.fact, NAMING) and _block(each) == _block(told)]
    certificate, said = _first(told, every), personal(named[-1])
    return Borne(holder=said["holder"], born=said.get("born"), obtained_on=certificate.obtained_on)


def _block(told: DossierFact) -> int | None:
    return getattr(told.fact, "block", None)


def _item(told: DossierFact, every: list[DossierFact], read: DisclosedDossier) -> dict[str, Any]:
    fact: Any = told.fact
    said = plain(fact)
    same = [each for each in every if _speaks_of(each.fact) == _speaks_of(fact)]
    anew = [
        each.fact for each in same if isinstance(each.fact, REISSUES) and each.stamp.position > told.stamp.position
    ]
    struck = anew[0] if anew and isinstance(anew[0], ReissuedForMaterialError) else None
    return {
        "position": told.stamp.position,
        "paper": next(called for kind, called in KINDS.items() if isinstance(fact, kind)),
        "block": said.get("block"),
        "number": said.get("number"),
        "obtained_on": getattr(fact, "obtained_on", None),
        "option_title": getattr(_first(told, every), "option_title", None),
        "issued_on": fact.issued_on,
        "edition": sum(not isinstance(each.fact, DuplicateIssued) for each in same) - len(anew),
        "struck_on": struck and struck.issued_on,
        "copy": said.get("copy"),
        "loss": said.get("loss"),
        "stands": not anew and _held(_first(told, every), read),
        "personal": personal(told),
        "unread": unread(told),
    }


def _speaks_of(fact: Fact) -> tuple[Any, ...]:
    """Return the number of the title, or the block and the session that granted it."""
    return getattr(fact, "number", None), getattr(fact, "block", None), getattr(fact, "session", None)


def _first(told: DossierFact, every: list[DossierFact]) -> CertificateIssued | BlockCertified:
    """Return the certificate that a duplicate or a reissue goes back to; a certificate itself."""
    before = [
        each.fact
        for each in every
        if each.stamp.position <= told.stamp.position
        and isinstance(each.fact, CertificateIssued | BlockCertified)
        and _block(each) == _block(told)
    ]
    return before[-1]


def _held(certificate: PapersFact, read: DisclosedDossier) -> bool:
    """Return whether the certificate is still valid."""
    if isinstance(certificate, CertificateIssued):
        return registered(read.known) == certificate.number
    if isinstance(certificate, BlockCertified):
        line = next(line for line in read.standing.blocks if line.number == certificate.block)
        return (line.state, line.session) == ("granted", certificate.session)
    return False
