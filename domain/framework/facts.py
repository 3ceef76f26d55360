"""Facts of a certification: published, its routes opened, its registration suspended or ended, retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.fact import Fact
from domain.framework.definition import Definition, Modality, Route
from domain.ports import FrameworkId


@dataclass(frozen=True, kw_only=True)
class FrameworkPublished(Fact):
    """The certifier published a framework version: all it says, verbatim, with its readings."""

    fr = "Le certificateur a publié une version du référentiel, mot pour mot, avec ses lectures."
    said_fr = "Le référentiel {definition.code}, version {definition.version}, a été publié."
    said_en = "Framework {definition.code}, version {definition.version}, was published."
    definition: Definition


@dataclass(frozen=True, kw_only=True)
class RouteOpened(Fact):
    """The certifier opened a route from a day, on a ground, with the modalities the sheet does not state."""

    fr = "Le certificateur a ouvert une voie d'accès à partir d'un jour, avec son motif et ses modalités."
    said_fr = "La voie d'accès {route} a été ouverte à compter du {opened_on}."
    said_en = "The route {route} was opened from {opened_on}."
    effective = "opened_on"
    route: Route
    opened_on: date
    ground: str
    modalities: tuple[Modality, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CorrespondenceAdmitted(Fact):
    """The certifier admitted that who won all these blocks of another version holds those of this one.

    `ground` says by which decision or text (table de correspondance).
    """

    fr = "Le certificateur a admis que des blocs d'une autre version mènent à ceux de celle-ci."
    said_fr = "D'une autre version, {from_blocks} : correspondance admise avec {to_blocks}."
    said_en = "Of another version, {from_blocks}: admitted as leading to {to_blocks}."
    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    ground: str


@dataclass(frozen=True, kw_only=True)
class CorrespondenceWithdrawn(Fact):
    """The certifier withdrew a correspondence: from `withdrawn_on` nobody acquires anything by it any more.

    What counts by it goes on counting. `ground` is the decision or text that says so.
    """

    fr = "Le certificateur a retiré une correspondance : plus rien ne s'acquiert par elle."
    said_fr = (
        "D'une autre version, {from_blocks} : correspondance avec {to_blocks} retirée "
        "à compter du {withdrawn_on} ({ground})."
    )
    said_en = "Of another version, {from_blocks}: leading no more to {to_blocks} from {withdrawn_on} ({ground})."
    effective = "withdrawn_on"
    earlier: FrameworkId
    from_blocks: tuple[int, ...]
    to_blocks: tuple[int, ...]
    withdrawn_on: date
    reason: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class EquivalenceAdmitted(Fact):
    """The certifier admitted that another certification, or a part of it, satisfies blocks of this version.

    `number` counts the equivalences of this version from 1.
    """

    fr = "Le certificateur a admis qu'une autre certification satisfait des blocs de celle-ci."
    said_fr = "« {certification}{part:, {part}|} » a été admis en équivalence pour {blocks}."
    said_en = "“{certification}{part:, {part}|}” was admitted as satisfying {blocks}."
    number: int
    certification: str
    part: str | None
    blocks: tuple[int, ...]
    ground: str


@dataclass(frozen=True, kw_only=True)
class RegistrationSuspended(Fact):
    """The registration does not run from that day on: nobody is admitted, nothing is decided (suspension).

    `awards_undeclared`: it answers that the certifier had not declared its awards to the training account.
    """

    fr = "L'enregistrement ne court plus à compter de ce jour : ni admission, ni décision."
    said_fr = "L'enregistrement est suspendu à compter du {suspended_on} ({ground})."
    said_en = "The registration is suspended from {suspended_on} ({ground})."
    effective = "suspended_on"
    framework: FrameworkId
    suspended_on: date
    ground: str
    awards_undeclared: bool = False


@dataclass(frozen=True, kw_only=True)
class RegistrationResumed(Fact):
    """The registration runs again from that day on."""

    fr = "L'enregistrement court de nouveau à compter de ce jour."
    said_fr = "L'enregistrement reprend à compter du {resumed_on} ({ground})."
    said_en = "The registration runs again from {resumed_on} ({ground})."
    effective = "resumed_on"
    framework: FrameworkId
    resumed_on: date
    ground: str


@dataclass(frozen=True, kw_only=True)
class RegistrationEnded(Fact):
    """The registration's last day was set, at its stated one or before; and the last day of issuance, if stated."""

    fr = "Le dernier jour de l'enregistrement a été fixé, avec ou sans date limite de délivrance."
    said_fr = "L'enregistrement prend fin le {ends_on} ({ground})."
    said_en = "The registration ends on {ends_on} ({ground})."
    framework: FrameworkId
    ends_on: date
    ground: str
    issuance_ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PortalEntered(Fact):
    """The certification is on the national portal of VAE since that day, by the text cited; said anew if wrong."""

    fr = "La certification est sur le portail national de la VAE depuis ce jour, selon le texte cité."
    said_fr = "La certification est sur le portail national de la VAE depuis le {entered_on} ({ground})."
    said_en = "The certification is on the national portal of VAE since {entered_on} ({ground})."
    effective = "entered_on"
    framework: FrameworkId
    entered_on: date
    ground: str


@dataclass(frozen=True, kw_only=True)
class FrameworkRetired(Fact):
    """The certifier retired a version: from `retired_on` it admits nobody (retrait d'un référentiel)."""

    fr = "Le certificateur a retiré la version : à compter de ce jour, elle n'admet plus personne."
    said_fr = "Le référentiel a été retiré : il n'admet plus personne à compter du {retired_on}."
    said_en = "The framework was retired: it admits nobody from {retired_on}."
    effective = "retired_on"
    retired_on: date
    ground: str


FrameworkFact = (
    FrameworkPublished
    | RouteOpened
    | CorrespondenceAdmitted
    | CorrespondenceWithdrawn
    | EquivalenceAdmitted
    | FrameworkRetired
)
RegistrationFact = RegistrationSuspended | RegistrationResumed | RegistrationEnded | PortalEntered
