"""Facts of the register: entries, papers, titles withdrawn and reinstated, and their declarations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from domain.fact import Fact, Personal, Retention, Term
from domain.ports import CandidacyId, FrameworkId, PersonId, SessionId


@dataclass(frozen=True, kw_only=True)
class RegisterEntered(Fact):
    """A title was entered under the next number; `obtained_on` is the day of the jury that pronounced it.

    `option_title` is its option, in the sheet's words.
    """

    fr = "Le titre a été inscrit au registre sous le numéro suivant."
    said_fr = (
        "Le titre{option_title: ({option_title})|}, obtenu le {obtained_on}, a été inscrit au registre sous le "
        "numéro {number}."
    )
    said_en = (
        "The title{option_title: ({option_title})|}, obtained on {obtained_on}, was entered in the register as "
        "number {number}."
    )
    after_the_end = "what was won before is entered all the same"
    milestone = True
    number: int
    candidacy: CandidacyId
    candidate: PersonId
    framework: FrameworkId
    obtained_on: date
    option_title: str | None = None


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Fact):
    """The certificate of a title was issued (parchemin), to its holder as named and born by the identity on file.

    `corrections` counts the changes of identity that were known when it was; `option_title` is the title's option, in
    the sheet's words.
    """

    fr = "Le parchemin d'un titre a été délivré, à son titulaire tel que nommé et né."
    said_fr = "Le parchemin du titre numéro {number}{option_title: ({option_title})|} a été délivré le {issued_on}."
    said_en = "The certificate of title number {number}{option_title: ({option_title})|} was issued on {issued_on}."
    effective = "issued_on"
    after_the_end = "what was won before is certified all the same"
    milestone = True
    candidacy: CandidacyId
    number: int
    obtained_on: date
    issued_on: date
    corrections: int
    holder: Annotated[Personal[str], Retention.REGISTER]
    born: Annotated[Personal[str], Retention.REGISTER] | None = None
    option_title: str | None = None


@dataclass(frozen=True, kw_only=True)
class BlockCertified(Fact):
    """The certificate of one block was issued (attestation de bloc), as that session granted it."""

    fr = "L'attestation d'un bloc a été délivrée, tel que cette session l'a accordé."
    said_fr = "L'attestation du bloc {block} a été délivrée le {issued_on}."
    said_en = "The certificate of block {block} was issued on {issued_on}."
    effective = "issued_on"
    after_the_end = "what was won before is certified all the same"
    milestone = True
    candidacy: CandidacyId
    block: int
    session: SessionId
    obtained_on: date
    issued_on: date
    corrections: int
    holder: Annotated[Personal[str], Retention.REGISTER]
    born: Annotated[Personal[str], Retention.REGISTER] | None = None


class Loss(StrEnum):
    """What happened to the paper that a duplicate replaces."""

    LOST = "lost"
    STOLEN = "stolen"
    DESTROYED = "destroyed"


@dataclass(frozen=True, kw_only=True)
class DuplicateIssued(Fact):
    """A paper that was lost was issued again, word for word (duplicata): of the title, or of a block.

    `session`: which granted that block.
    """

    fr = "Un document perdu a été délivré de nouveau, mot pour mot."
    said_fr = "Le duplicata n° {copy} {block:du bloc {block}|du titre} a été délivré le {issued_on}."
    said_en = "Duplicate no. {copy} {block:of block {block}|of the title} was issued on {issued_on}."
    effective = "issued_on"
    after_the_end = "what was won before is certified all the same"
    milestone = True
    candidacy: CandidacyId
    block: int | None
    number: int | None
    copy: int
    loss: Loss
    issued_on: date
    session: SessionId | None = None


@dataclass(frozen=True, kw_only=True)
class ReissuedForCivilStatus(Fact):
    """A paper was issued anew after a change of civil status, under the same number; the one before is void.

    `session`: which granted the block, of a block.
    """

    fr = "Un document a été réédité après un changement d'état civil, sous le même numéro."
    said_fr = "Le document {block:du bloc {block}|du titre} a été réédité le {issued_on}, l'état civil ayant changé."
    said_en = (
        "The paper {block:of block {block}|of the title} was reissued on {issued_on}, after a change of civil status."
    )
    effective = "issued_on"
    after_the_end = "what was won before is certified all the same"
    milestone = True
    candidacy: CandidacyId
    block: int | None
    number: int | None
    issued_on: date
    corrections: int
    holder: Annotated[Personal[str], Retention.REGISTER]
    born: Annotated[Personal[str], Retention.REGISTER] | None = None
    session: SessionId | None = None


@dataclass(frozen=True, kw_only=True)
class ReissuedForMaterialError(Fact):
    """A paper that bore a misspelt identity was issued anew once two people had put it right; the one before is void.

    `edition` counts what was issued of the same title or block, duplicates apart: the first is 1. `session`: which
    granted the block, of a block.
    """

    fr = "Un document au nom mal écrit a été réédité pour erreur matérielle : il annule et remplace le précédent."
    said_fr = (
        "Le document {block:du bloc {block}|du titre} a été réédité le {issued_on} pour erreur matérielle : "
        "cette édition ({edition}) annule et remplace la précédente."
    )
    said_en = (
        "The paper {block:of block {block}|of the title} was reissued on {issued_on} for a material error: "
        "this edition ({edition}) annuls and replaces the one before."
    )
    effective = "issued_on"
    after_the_end = "what was won before is certified all the same"
    milestone = True
    candidacy: CandidacyId
    block: int | None
    number: int | None
    edition: int
    issued_on: date
    corrections: int
    holder: Annotated[Personal[str], Retention.REGISTER]
    born: Annotated[Personal[str], Retention.REGISTER] | None = None
    session: SessionId | None = None


@dataclass(frozen=True, kw_only=True)
class CertificateStruck(Fact):
    """A certificate that bore a material error was struck in the register; the title stands, under its number.

    `edition` and `issued_on` are those of the one struck, `replacement` the edition that replaces it.
    """

    fr = "Un parchemin entaché d'une erreur matérielle a été radié ; le titre demeure, sous son numéro."
    said_fr = (
        "Le parchemin du titre numéro {number} délivré le {issued_on} (édition {edition}) a été radié pour erreur "
        "matérielle ; l'édition {replacement} l'annule et le remplace."
    )
    said_en = (
        "The certificate of title number {number} issued on {issued_on} (edition {edition}) was struck for a "
        "material error; edition {replacement} annuls and replaces it."
    )
    effective = "struck_on"
    after_the_end = "what was won before is certified all the same"
    milestone = True
    number: int
    candidacy: CandidacyId
    edition: int
    issued_on: date
    replacement: int
    struck_on: date


@dataclass(frozen=True, kw_only=True)
class TitleWithdrawn(Fact):
    """A title left the register, with the reason; its number stays its own and is never given again (retrait).

    `declaration_due`: that it was withdrawn is to be declared, as the title was.
    """

    fr = "Un titre a été retiré du registre, avec son motif ; son numéro n'est jamais redonné."
    said_fr = "Le titre numéro {number} a été retiré du registre ; ce numéro n'est jamais redonné."
    said_en = "Title number {number} was withdrawn from the register; this number is never given again."
    after_the_end = "what a jury decided before falls all the same"
    decides = True
    number: int
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]
    declaration_due: bool = True


@dataclass(frozen=True, kw_only=True)
class TitleReinstated(Fact):
    """A title that was withdrawn is in the register again, under its own number (réinscription).

    `declaration_due`: that it was is to be declared, as the withdrawal was.
    """

    fr = "Un titre retiré est réinscrit au registre sous son propre numéro."
    said_fr = "Le titre numéro {number} est réinscrit au registre, sous son numéro."
    said_en = "Title number {number} is in the register again, under its own number."
    after_the_end = "what fell before stands again all the same"
    decides = True
    number: int
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]
    declaration_due: bool = True


class Attestation(Term):
    """The subject of an attestation: a title or blocks held, admissibility, attendance before a jury."""

    CERTIFICATION = "certification", "attestation de la certification obtenue", "attestation of the certification"
    BLOCKS = "blocks", "attestation des blocs acquis", "attestation of the blocks acquired"
    ADMISSIBILITY = "admissibility", "attestation de recevabilité", "attestation of admissibility"
    PARTICIPATION = (
        "participation",
        "attestation de participation aux sessions d'évaluation",
        "attestation of having come to the assessment sessions",
    )


@dataclass(frozen=True, kw_only=True)
class AttestationRequested(Fact):
    """The candidate asked for an attestation, here or by a letter that was received that day."""

    fr = "Le candidat a demandé une attestation."
    said_fr = "Demande reçue : {attestation}."
    said_en = "Request received: {attestation}."
    effective = "requested_on"
    after_the_end = "what was so before is attested all the same"
    candidacy: CandidacyId
    attestation: Attestation
    requested_on: date


@dataclass(frozen=True, kw_only=True)
class AttestationIssued(Fact):
    """The certifier issued an attestation that was asked for: what it says was so that day, by the facts.

    Of a certification its `number`, its option in the sheet's words and the jury's day; of blocks each with its
    jury's day; of admissibility the day since which the candidacy is; of participation each day on which a jury, or a
    commission, heard or examined the candidate. `holder`: who applied, as named on file that day; none where
    it was erased.
    """

    fr = "Le certificateur a délivré une attestation demandée : ce qui était vrai ce jour-là, d'après les faits."
    said_fr = "Délivrée : {attestation}{option_title: ({option_title})|}, jours attestés : {days}."
    said_en = "Issued: {attestation}{option_title: ({option_title})|}, of these days: {days}."
    effective = "issued_on"
    after_the_end = "what was so before is attested all the same"
    milestone = True
    candidacy: CandidacyId
    attestation: Attestation
    issued_on: date
    days: tuple[date, ...]
    blocks: tuple[int, ...] = ()
    number: int | None = None
    option_title: str | None = None
    holder: Annotated[Personal[str], Retention.IDENTITY] | None = None


@dataclass(frozen=True, kw_only=True)
class NirGiven(Fact):
    """The candidate's national number was given, to be declared with the award (NIR, numéro de sécurité sociale)."""

    fr = "Le NIR du candidat a été saisi, pour la déclaration au compte personnel de formation."
    said_fr = "Le NIR a été saisi, pour la déclaration au compte personnel de formation."
    said_en = "The national number was given, for the declaration to the training account."
    after_the_end = "what was won before is declared all the same"
    candidacy: CandidacyId
    nir: Annotated[Personal[str], Retention.CPF]


@dataclass(frozen=True, kw_only=True)
class AwardDeclared(Fact):
    """A title and its holder were declared to the training account (déclaration au CPF), as that session gave it.

    `due_on` is the last day that the law leaves for it, where the `rule_set` says so.
    """

    fr = "Le titre et son titulaire ont été déclarés au compte personnel de formation."
    said_fr = (
        "Le titre numéro {number} a été déclaré au compte personnel de formation le {declared_on}"
        "{late:, après le dernier jour légal ({due_on})|}."
    )
    said_en = (
        "Title number {number} was declared to the training account on {declared_on}"
        "{late:, after the last day by law ({due_on})|}."
    )
    effective = "declared_on"
    after_the_end = "what was won before is declared all the same"
    milestone = True
    candidacy: CandidacyId
    number: int
    session: SessionId
    declared_on: date
    reference: str
    due_on: date | None = None
    rule_set: str | None = None

    @property
    def late(self) -> bool:
        """Whether it was declared after the last day that the law allows."""
        return self.due_on is not None and self.declared_on > self.due_on


@dataclass(frozen=True, kw_only=True)
class CorrectionRequested(Fact):
    """The Caisse des dépôts asked for a correction of what was declared; requests are numbered from 1.

    `requested_on` is the day of its request: the time for the answer runs from it.
    """

    fr = "La Caisse des dépôts a demandé de corriger ce qui lui fut déclaré."
    said_fr = "La Caisse des dépôts a demandé, le {requested_on}, de corriger la déclaration (n° {correction})."
    said_en = "On {requested_on} the Caisse des dépôts asked to correct what it was declared (no. {correction})."
    effective = "requested_on"
    after_the_end = "what was declared before is corrected all the same"
    candidacy: CandidacyId
    correction: int
    requested_on: date
    asks: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class CorrectionMade(Fact):
    """The data were sent to the Caisse des dépôts anew, as it had asked; `due_on` as of a declaration."""

    fr = "Les données mises à jour ont été transmises à la Caisse des dépôts."
    said_fr = (
        "Les données mises à jour (n° {correction}) ont été transmises à la Caisse des dépôts le {made_on}"
        "{late:, après le dernier jour légal ({due_on})|}."
    )
    said_en = (
        "The updated data (no. {correction}) were sent to the Caisse des dépôts on {made_on}"
        "{late:, after the last day by law ({due_on})|}."
    )
    effective = "made_on"
    after_the_end = "what was declared before is corrected all the same"
    candidacy: CandidacyId
    correction: int
    made_on: date
    due_on: date | None = None
    rule_set: str | None = None

    @property
    def late(self) -> bool:
        """Whether it was sent after the last day that the law allows."""
        return self.due_on is not None and self.made_on > self.due_on


@dataclass(frozen=True, kw_only=True)
class CorrectionRefused(Fact):
    """The Caisse des dépôts was told why its request is unfounded; `due_on` as of a declaration."""

    fr = "La Caisse des dépôts a été informée des raisons pour lesquelles sa demande est infondée."
    said_fr = (
        "La Caisse des dépôts a été informée le {refused_on} que sa demande (n° {correction}) est infondée"
        "{late:, après le dernier jour légal ({due_on})|}."
    )
    said_en = (
        "On {refused_on} the Caisse des dépôts was told that its request (no. {correction}) is unfounded"
        "{late:, after the last day by law ({due_on})|}."
    )
    effective = "refused_on"
    after_the_end = "what was declared before is corrected all the same"
    candidacy: CandidacyId
    correction: int
    refused_on: date
    reason: Annotated[Personal[str], Retention.DECISION]
    due_on: date | None = None
    rule_set: str | None = None

    @property
    def late(self) -> bool:
        """Whether it was refused after the last day that the law allows."""
        return self.due_on is not None and self.refused_on > self.due_on


AttestationFact = AttestationRequested | AttestationIssued
PapersFact = CertificateIssued | BlockCertified | DuplicateIssued | ReissuedForCivilStatus | ReissuedForMaterialError
RegisterFact = RegisterEntered | CertificateStruck | TitleWithdrawn | TitleReinstated
NationalNumberFact = NirGiven
DeclarationFact = AwardDeclared | CorrectionRequested | CorrectionMade | CorrectionRefused
