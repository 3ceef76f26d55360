"""Facts of a piece of evidence after its submission, and of a piece in a person's portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention, Term
from domain.ports import CandidacyId, EvidenceId, PersonId, PieceId
from domain.rulebook.evidence_rules import PieceForm


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


@dataclass(frozen=True, kw_only=True)
class Serves:
    """Competences that a kept piece may show, by their numbers in a certification, by its code."""

    certification: str
    competences: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PieceKept(Fact):
    """A person kept a piece in their portfolio: theirs, of no candidacy, until they take it out.

    `size` in bytes, `media_type` by its first bytes, `digest` its SHA-256 in hexadecimal. `dated` is the day that the
    piece itself is of; `employer` and `mission` say in which context it was made.
    """

    fr = "Une personne a gardé une pièce dans son portfolio ; elle n'est d'aucune candidature."
    said_fr = "Une pièce a été gardée dans le portfolio."
    said_en = "A piece was kept in the portfolio."
    person: PersonId
    media_type: str
    size: int
    name: Annotated[Personal[str], Retention.PORTFOLIO]
    digest: Annotated[Personal[str], Retention.PORTFOLIO]
    title: Annotated[Personal[str], Retention.PORTFOLIO]
    form: PieceForm = PieceForm.FILE
    dated: date | None = None
    employer: Annotated[Personal[str], Retention.PORTFOLIO] | None = None
    mission: Annotated[Personal[str], Retention.PORTFOLIO] | None = None
    reflection: Annotated[Personal[str], Retention.PORTFOLIO] | None = None
    serves: tuple[Serves, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PieceDescribed(Fact):
    """The person said anew what a kept piece is, its context and the competences that it serves."""

    fr = "La personne a décrit de nouveau une pièce de son portfolio : titre, date, contexte, compétences."
    said_fr = "Une pièce du portfolio a été décrite de nouveau."
    said_en = "A piece of the portfolio was described anew."
    title: Annotated[Personal[str], Retention.PORTFOLIO]
    dated: date | None = None
    employer: Annotated[Personal[str], Retention.PORTFOLIO] | None = None
    mission: Annotated[Personal[str], Retention.PORTFOLIO] | None = None
    reflection: Annotated[Personal[str], Retention.PORTFOLIO] | None = None
    serves: tuple[Serves, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PieceCleared(Fact):
    """The check of a kept piece found nothing against it, as that of a piece of evidence (EvidenceCleared)."""

    fr = "La vérification d'une pièce du portfolio, ou un antivirus plus tard, n'y a rien trouvé à redire."
    said_fr = "Une pièce du portfolio a été vérifiée : rien n'y a été trouvé à redire."
    said_en = "A piece of the portfolio was checked: nothing was found against it."
    scanner: str | None
    media_type: str | None = None
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class PieceRejected(Fact):
    """The check refused a kept piece for what its file is: the `reason`, by the name of the rule."""

    fr = "La vérification a refusé une pièce du portfolio pour ce qu'est son fichier : le motif est nommé."
    said_fr = "La vérification a refusé une pièce du portfolio : {reason:rule}"
    said_en = "The check refused a piece of the portfolio: {reason:rule}"
    reason: str


@dataclass(frozen=True, kw_only=True)
class PieceQuarantined(Fact):
    """A virus scanner found something in a kept piece, or in a copy of it: its `finding`, as the scanner names it."""

    fr = "Un antivirus a trouvé quelque chose dans une pièce du portfolio, ou une copie : elle est en quarantaine."
    said_fr = "L'antivirus a trouvé « {finding} » dans une pièce du portfolio, mise en quarantaine."
    said_en = "The virus scanner found “{finding}” in a piece of the portfolio, which is in quarantine."
    finding: str
    scanner: str


@dataclass(frozen=True, kw_only=True)
class PieceDiscarded(Fact):
    """The person took a piece out of their portfolio: its file is destroyed; what was put in from it stays."""

    fr = "La personne a supprimé une pièce de son portfolio : le fichier est détruit, ce qui en a été déposé reste."
    said_fr = "Une pièce a été supprimée du portfolio."
    said_en = "A piece was taken out of the portfolio."


@dataclass(frozen=True, kw_only=True)
class PrivateLinkGiven(Fact):
    """A person showed some pieces of their portfolio to whoever has a link, up to the day on which it ends."""

    fr = "Une personne a donné un lien privé vers des pièces de son portfolio, jusqu'à un jour."
    said_fr = "Un lien privé vers des pièces du portfolio a été donné, jusqu'au {ends_on}."
    said_en = "A private link to pieces of the portfolio was given, up to {ends_on}."
    person: PersonId
    pieces: tuple[PieceId, ...]
    ends_on: date
    for_whom: Annotated[Personal[str], Retention.PORTFOLIO] | None = None


@dataclass(frozen=True, kw_only=True)
class PrivateLinkRevoked(Fact):
    """A private link was ended before its day: it opens nothing any more."""

    fr = "Un lien privé a été révoqué avant son terme."
    said_fr = "Un lien privé vers des pièces du portfolio a été révoqué."
    said_en = "A private link to pieces of the portfolio was revoked."


class Mastery(Term):
    """The level that a candidate states for a competence."""

    MASTERED = "mastered", "maîtrisée", "mastered"
    UNDER_WAY = "under_way", "en cours", "under way"
    NOT_YET = "not_yet", "pas encore", "not yet"


@dataclass(frozen=True, kw_only=True)
class SelfAssessed:
    """A candidate's statement on one competence."""

    competence: int
    level: Mastery


@dataclass(frozen=True, kw_only=True)
class SelfAssessmentFiled(Fact):
    """The candidate said how far they have come, in place of what they said before: no part of any decision.

    `comments` are what they add, by the number of the competence.
    """

    fr = "Le candidat s'est auto-évalué, compétence par compétence : nul ne décide d'après ce qu'il en dit."
    said_fr = "Le candidat a déposé son auto-évaluation."
    said_en = "The candidate filed their self-assessment."
    candidacy: CandidacyId
    levels: tuple[SelfAssessed, ...]
    comments: Annotated[Personal[dict[str, str]], Retention.PAPERS] | None = None


EvidenceFact = EvidenceRedirected | EvidenceWithdrawn | EvidenceCleared | EvidenceRejected | EvidenceQuarantined
PortfolioFact = PieceKept | PieceDescribed | PieceCleared | PieceRejected | PieceQuarantined | PieceDiscarded
SelfAssessmentFact = SelfAssessmentFiled
PrivateLinkFact = PrivateLinkGiven | PrivateLinkRevoked
