"""Facts of organisations, and of the log that the register keeper answers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.fact import Fact, Personal, Retention, Term
from domain.ports import OrganisationId, PersonId


@dataclass(frozen=True, kw_only=True)
class CertifierNamed(Fact):
    """An organisation was named as a certifier of a certification; one of them keeps its register."""

    fr = "Un organisme a été nommé certificateur ; un seul tient le registre."
    said_fr = "Un certificateur de {certification} a été nommé{keeps_register:, qui tient le registre|}."
    said_en = "A certifier of {certification} was named{keeps_register:, which keeps the register|}."
    certification: str
    organisation: OrganisationId
    keeps_register: bool


@dataclass(frozen=True, kw_only=True)
class NirCollectionDecided(Fact):
    """It was decided whether candidates' national numbers are collected, to be declared with their award (NIR).

    The `ground` says by which text or study, and names nobody.
    """

    fr = "Un certificateur a décidé si le NIR des candidats est recueilli, pour la déclaration de leur titre."
    said_fr = "Le NIR des candidats {collected:est recueilli|n'est plus recueilli}, pour {certification}."
    said_en = "Candidates' national numbers {collected:are|are no longer} collected, for {certification}."
    certification: str
    collected: bool
    ground: str


@dataclass(frozen=True, kw_only=True)
class OrganisationRegistered(Fact):
    """An organisation became known, under its legal name and, if it has one, its SIRET."""

    fr = "Un organisme a été enregistré : certificateur, partenaire ou centre."
    said_fr = "L'organisme « {legal_name} » a été enregistré."
    said_en = "The organisation “{legal_name}” was registered."
    legal_name: str
    siret: str | None


class Purpose(Term):
    """The purpose of a habilitation for a certification: to train, to organise its assessments, or both."""

    TRAIN = "train", "former", "train"
    ORGANISE = "organise", "organiser les épreuves et les jurys", "organise its épreuves and juries"
    BOTH = "both", "former et organiser les épreuves et les jurys", "train and organise its épreuves and juries"


@dataclass(frozen=True, kw_only=True)
class HabilitationGranted(Fact):
    """A certifier habilitated this organisation for a certification: to do what, where, from and until which day."""

    fr = "Un certificateur a habilité l'organisme : pour quoi faire, sur quels sites, quels jours."
    said_fr = "L'organisme a été habilité, pour {certification}, à {purpose}, à partir du {first_day}."
    said_en = "For {certification} the organisation was habilitated to {purpose}, from {first_day}."
    effective = "first_day"
    habilitation: UUID
    certification: str
    granted_by: OrganisationId
    purpose: Purpose
    sites: tuple[str, ...]
    first_day: date
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class HabilitationSuspended(Fact):
    """A habilitation was suspended, from a day and until another if one was said."""

    fr = "Une habilitation a été suspendue."
    said_fr = "Une habilitation a été suspendue à partir du {first_day}."
    said_en = "A habilitation was suspended from {first_day}."
    effective = "first_day"
    habilitation: UUID
    first_day: date
    last_day: date | None
    ground: str


@dataclass(frozen=True, kw_only=True)
class HabilitationResumed(Fact):
    """A suspension was over: `resumed_on` is the first day on which the habilitation counts again."""

    fr = "Une habilitation suspendue compte de nouveau."
    said_fr = "Une habilitation suspendue compte de nouveau à partir du {resumed_on}."
    said_en = "A suspended habilitation counts again from {resumed_on}."
    effective = "resumed_on"
    habilitation: UUID
    resumed_on: date


@dataclass(frozen=True, kw_only=True)
class HabilitationEnded(Fact):
    """A habilitation ended: `last_day` is the last one on which it counted."""

    fr = "Une habilitation a pris fin ; son dernier jour compte encore."
    said_fr = "Une habilitation a pris fin ; son dernier jour est le {last_day}."
    said_en = "A habilitation ended; its last day is {last_day}."
    effective = "last_day"
    habilitation: UUID
    last_day: date
    ground: str


@dataclass(frozen=True, kw_only=True)
class HabilitationReported(Fact):
    """France compétences was told what has changed of a habilitation: all that takes effect by the day `up_to`.

    `due_on` is the last day that the law leaves for the oldest of these changes, where the `rule_set` says so.
    """

    fr = "France compétences a été informée des modifications d'une habilitation."
    said_fr = (
        "France compétences a été informée, le {reported_on}, des modifications de l'habilitation"
        "{late:, après le dernier jour légal ({due_on})|}."
    )
    said_en = (
        "On {reported_on} France compétences was told of the changes of the habilitation"
        "{late:, after the last day by law ({due_on})|}."
    )
    effective = "reported_on"
    habilitation: UUID
    reported_on: date
    up_to: date
    reference: str
    due_on: date | None = None
    rule_set: str | None = None

    @property
    def late(self) -> bool:
        """Whether it was reported after the last day that the law allows."""
        return self.due_on is not None and self.reported_on > self.due_on


class Occasion(StrEnum):
    """The reason for endorsing a checkpoint key: the first one, a planned change, or a loss."""

    FIRST = "first"
    ROTATION = "rotation"
    LOSS = "loss"


@dataclass(frozen=True, kw_only=True)
class CheckpointKeyEndorsed(Fact):
    """A key that signs checkpoints was endorsed; both are C2SP verifier keys (`name+id+key`)."""

    fr = "Une clé de scellement a été endossée (clés de vérification C2SP)."
    said_fr = "Une clé de scellement a été endossée{replaces:, qui remplace la précédente|}."
    said_en = "A checkpoint key was endorsed{replaces:, which replaces the one before|}."
    key: str
    replaces: str | None
    occasion: Occasion


@dataclass(frozen=True, kw_only=True)
class Doubted:
    """A change detected in the log: its kind (a slug), its place, and the digest of the current content."""

    slug: str
    place: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class DoubtAccepted(Fact):
    """What the watch had found in the log was looked into and is let stand; anything else is doubted again."""

    fr = "Ce que la surveillance du journal avait trouvé a été examiné, et on le laisse subsister."
    said_fr = "Ce qui était mis en doute dans le journal a été examiné, et on le laisse subsister ({findings:#})."
    said_en = "What was in doubt in the log was looked into and is let stand ({findings:#})."
    findings: tuple[Doubted, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockAccepted(Fact):
    """The clock of the installation was looked into and declared right, after it had been ahead.

    `up_to` is the position of the last fact recorded by then.
    """

    fr = "L'horloge de l'installation a été vérifiée et déclarée juste, après avoir avancé."
    said_fr = "L'horloge a été déclarée juste ; elle a pu avancer pour les faits jusqu'à la position {up_to}."
    said_en = "The clock was declared right; it may have been ahead for the facts up to position {up_to}."
    up_to: int
    reason: str


class ExportScope(StrEnum):
    """The scope of an export for an auditor."""

    ALL = "all"
    CANDIDACY = "candidacy"
    SESSION = "session"
    PERIOD = "period"


@dataclass(frozen=True, kw_only=True)
class AuditExported(Fact):
    """Part of the log was handed to an auditor: what, up to which leaf, under which root (base64).

    `unreleased`: with what no jury had released, or without.
    """

    fr = "Une partie du journal a été remise à un auditeur : laquelle, jusqu'où, sous quelle racine."
    said_fr = "Un export pour audit de {facts} faits a été remis."
    said_en = "An export of {facts} facts was handed to an auditor."
    scope: ExportScope
    subject: UUID | None
    first_day: date | None
    last_day: date | None
    size: int
    root: str
    facts: int
    unreleased: bool


@dataclass(frozen=True, kw_only=True)
class LegalHoldPlaced(Fact):
    """Data about a person may not be erased for now: a dispute, an inquiry."""

    fr = "Des données d'une personne ne peuvent être effacées pour l'instant : litige, enquête."
    said_fr = "Une conservation conservatoire retient : {classes}."
    said_en = "A legal hold keeps: {classes}."
    hold: UUID
    person: PersonId
    classes: tuple[Retention, ...]
    ground: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class LegalHoldLifted(Fact):
    """A legal hold ended."""

    fr = "Une conservation conservatoire a pris fin."
    said_fr = fr
    said_en = "A legal hold was lifted."
    hold: UUID


CertifiersFact = CertifierNamed | NirCollectionDecided
InstitutionFact = (
    OrganisationRegistered
    | HabilitationGranted
    | HabilitationSuspended
    | HabilitationResumed
    | HabilitationEnded
    | HabilitationReported
)
OrganisationFact = (
    CheckpointKeyEndorsed | DoubtAccepted | ClockAccepted | AuditExported | LegalHoldPlaced | LegalHoldLifted
)
