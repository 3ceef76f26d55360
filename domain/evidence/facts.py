"""What can happen to a piece of evidence once it is put in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention
from domain.ports import CandidacyId, EvidenceId


@dataclass(frozen=True, kw_only=True)
class EvidenceCleared(Fact):
    """The check of a piece found nothing against it: what it is by its content, and how many pages where counted.

    `scanner` is the virus scanner's version with that of its signatures; None where the house has none. Without a
    `media_type` only a scanner looked, later.
    """

    fr = "La vérification de la preuve, ou un antivirus plus tard, n'y a rien trouvé à redire."
    said_fr = "La preuve a été vérifiée : rien n'y a été trouvé à redire."
    said_en = "The piece of evidence was checked: nothing was found against it."
    after_the_end = "a file that others may open is looked at all the same"
    candidacy: CandidacyId
    scanner: str | None
    media_type: str | None = None
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceRejected(Fact):
    """The check refused a piece for what its file is: the `reason`, by the name of the rule (`unscannable`…).

    Where it was filed before, it may be replaced until `replace_by`, that day included.
    """

    fr = "La vérification a refusé la preuve pour ce qu'est son fichier : le motif est nommé."
    said_fr = "La vérification a refusé la preuve : {reason:rule}"
    said_en = "The check refused the piece of evidence: {reason:rule}"
    after_the_end = "a file that others may open is looked at all the same"
    candidacy: CandidacyId
    reason: str
    replace_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceQuarantined(Fact):
    """A virus scanner found something in a piece: its `finding`, as the scanner names it.

    Where it was filed before, it may be replaced until `replace_by`, that day included.
    """

    fr = (
        "Un antivirus a trouvé quelque chose dans un fichier, sous le nom qu'il lui donne : ce qui était en cours "
        "d'envoi n'est pas une preuve et son contenu est détruit ; une preuve déjà déposée est mise en quarantaine."
    )
    said_fr = "L'antivirus a trouvé « {finding} » dans la preuve, mise en quarantaine."
    said_en = "The virus scanner found “{finding}” in the piece of evidence, which is in quarantine."
    after_the_end = "a file that others may open is looked at all the same"
    candidacy: CandidacyId
    finding: str
    scanner: str
    replace_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceRedirected(Fact):
    """The piece now serves other competences."""

    fr = "La preuve sert désormais d'autres compétences."
    said_fr = "La preuve sert désormais {competences}."
    said_en = "The piece of evidence now serves {competences}."
    candidacy: CandidacyId
    competences: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceWithdrawn(Fact):
    """The piece was taken back before it was filed; or a newer version of it, `replaced_by`, was put in."""

    fr = "La preuve a été retirée avant d'être déposée au dossier, ou a fait place à une version plus récente."
    said_fr = "La preuve a {replaced_by:fait place à une nouvelle version|été retirée}."
    said_en = "The piece of evidence {replaced_by:gave way to a newer version|was withdrawn}."
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.PAPERS] | None = None
    replaced_by: EvidenceId | None = None


EvidenceFact = EvidenceRedirected | EvidenceWithdrawn | EvidenceCleared | EvidenceRejected | EvidenceQuarantined
