"""What does a certification require? One published framework version (référentiel), immutable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Self, assert_never
from uuid import UUID

from domain.block_rule import BlockRule, Rule, all_of
from domain.fact import Fact, stream_of
from domain.jury_rule import JuryRule
from domain.ports import FrameworkId
from domain.refusal import Refused
from domain.succession import (
    AlreadyAdmitted,
    AlreadyRetired,
    Correspondence,
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    CorrespondenceWithItself,
    CorrespondenceWithoutBlocks,
    EquivalenceAdmitted,
    FrameworkRetired,
    NoSuchCorrespondence,
    VersionRetired,
)


class Route(StrEnum):
    """A route of access (voie d'accès), by the register's own code."""

    FI = "FI"
    CA = "CA"
    FC = "FC"
    CQ = "CQ"
    CL = "CL"
    VAE = "VAE"


@dataclass(frozen=True, kw_only=True)
class Competence:
    """A competence, numbered within its framework version and never renumbered; `text` is the sheet's, verbatim."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of competences (bloc de compétences).

    `number` is the certification's own, the key of every rule and decision. `heading_number` is the number in the
    sheet's table heading, used by the register only: RNCP 31936 numbers its blocks 3, 1, 4, 2 where the headings
    say 1, 2, 3, 4. `code` is the register's, or None; while `code_inferred` no export may rely on it.
    """

    number: int
    heading_number: int
    code: str | None
    code_inferred: bool
    title: str
    heading_title: str
    competences: tuple[int, ...]
    rule: BlockRule


@dataclass(frozen=True, kw_only=True)
class Modality:
    """How competences are assessed (modalité d'évaluation), as the sheet states it for some routes.

    Unknown is None, never false: `duration` in minutes, `computer_provided`, `set_by`, `given`, `examined_by`.
    `alongside` names the modalities that assess some of the same competences by the same route.
    """

    id: str
    competences: tuple[int, ...]
    routes: tuple[Route, ...]
    kind: str
    individual: bool | None
    duration: int | None
    computer_provided: bool | None
    place: str | None
    deliverable: str | None
    set_by: str | None
    given: str | None
    examined_by: str | None
    text: str
    alongside: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RouteRow:
    """One row of the sheet's table of routes: the label, whether the sheet opens it, the jury it states."""

    route: Route
    label: str
    open: bool
    jury: str | None
    planned_from: int | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The dates of a registration, none derived from another; `text` is the sheet's own sentence.

    `decided_on` is the order's day (arrêté), `published_on` its publication, from which admissions run;
    `effect_from` may lie before (it serves awards imported from then); `ends_on` is the last day of admission;
    `last_issuance_on` the last day on which a certificate may be issued, where the register says one.
    """

    decided_on: date
    published_on: date
    effect_from: date
    ends_on: date
    years_stated: int | None
    text: str
    last_issuance_on: date | None = None

    @property
    def begins_on(self) -> date:
        """The first day on which it had any effect, were it only for what was earned before it admitted anybody."""
        return min(self.published_on, self.effect_from)

    @property
    def admits_from(self) -> date:
        """The first day of admission: the publication's, or that of the effect where it comes later."""
        return max(self.published_on, self.effect_from)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A code of a nomenclature, with the label of its time (level, NSF, ROME, Formacode)."""

    nomenclature: str
    code: str
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the certifier reads what the sheet leaves open: an ambiguity and its treatment, in both languages."""

    id: str
    question_en: str
    question_fr: str
    reading_en: str
    reading_fr: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A passage of the sheet that no rule reads (summary of the job, statistics, links): its heading and its words.

    `text` is verbatim, None where the sheet leaves the section empty.
    """

    heading: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Everything a framework version says. Texts are verbatim; what the sheet leaves empty is None or ().

    The title is made of all `required_blocks`, or of what `title_rule` says of block numbers; where there is one,
    `required_blocks` are those that no way goes without.
    """

    code: str
    version: int
    title: str
    title_in_order: str | None
    certifier: str
    signatory: str | None
    levels: tuple[Coded, ...]
    nsf: tuple[Coded, ...]
    formacodes: tuple[Coded, ...]
    conventions: tuple[Coded, ...]
    rome: tuple[Coded, ...]
    registration: Registration
    validity_of_acquired: str
    new_caledonia: bool | None
    french_polynesia: bool | None
    certification_places: tuple[str, ...]
    preparation_places: tuple[str, ...]
    composition: str
    required_blocks: tuple[int, ...]
    blocks: tuple[Block, ...]
    competences: tuple[Competence, ...]
    modalities: tuple[Modality, ...]
    routes: tuple[RouteRow, ...]
    juries: tuple[JuryRule, ...]
    readings: tuple[Reading, ...]
    sections: tuple[Section, ...] = ()
    title_rule: Rule | None = None

    @cached_property
    def by_number(self) -> dict[int, Block]:
        """The blocks by their certification number."""
        return {block.number: block for block in self.blocks}

    @cached_property
    def block_of(self) -> dict[int, Block]:
        """The block of each competence number."""
        return {number: block for block in self.blocks for number in block.competences}

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The numbers of all competences."""
        return frozenset(self.block_of)

    @cached_property
    def whole(self) -> Rule:
        """Which blocks make the title."""
        return self.title_rule or all_of(*self.required_blocks)

    def row(self, route: Route) -> RouteRow | None:
        """The sheet's row for this route, if it has one."""
        return next((row for row in self.routes if row.route is route), None)

    def modalities_for(self, route: Route) -> tuple[Modality, ...]:
        """The modalities that the sheet states for this route."""
        return tuple(modality for modality in self.modalities if route in modality.routes)

    def jury_for(self, route: Route) -> JuryRule | None:
        """The jury that the sheet states for this route; None for a closed one."""
        row = self.row(route)
        return self.jury(row.jury) if row and row.jury else None

    def jury(self, rule: str) -> JuryRule:
        """The jury rule of this name; a published framework names no other."""
        return next(jury for jury in self.juries if jury.id == rule)


class FrameworkAlreadyPublished(Refused):
    """A published framework version is immutable: a change is a new version."""

    fr = "Une version publiée d'un référentiel est immuable : toute modification est une nouvelle version."


class JuryNeverMet(Refused):
    """A composition that no panel can ever meet is not published."""

    fr = "Une composition qu'aucun jury ne peut remplir n'est pas publiée."
    kind = "invalid"


class RouteClosed(Refused):
    """A route that the sheet does not open admits nobody."""

    fr = "Une voie d'accès que la fiche n'ouvre pas n'admet personne."
    source = "RNCP sheet, table of the routes of access"
    source_fr = "Fiche RNCP, tableau des voies d'accès"


class RouteNotReady(Refused):
    """A route whose assessment the sheet does not describe opens once the certifier has published how it assesses."""

    fr = "Une voie dont la fiche ne décrit pas l'évaluation s'ouvre quand le certificateur a publié ses modalités."
    source = "RNCP sheet: no modality is stated for this route"
    source_fr = "Fiche RNCP : aucune épreuve n'est énoncée pour cette voie"


class RouteOpenedInThePast(Refused):
    """A registrar opens a route from today or a later day; earlier openings are taken over by the operator."""

    fr = "Un gestionnaire ouvre une voie à compter d'aujourd'hui ou plus tard ; le passé est repris par l'exploitant."
    kind = "invalid"


class RouteAlreadyOpen(Refused):
    """A route is opened once."""

    fr = "Une voie d'accès ne s'ouvre qu'une fois."


class RouteBeforeRegistration(Refused):
    """No route of a certification opened before its registration had any effect, nor before the year planned."""

    fr = "Aucune voie ne s'est ouverte avant l'effet de l'enregistrement, ni avant l'année où elle était prévue."
    kind = "invalid"
    source = "RNCP sheet, order of registration and routes of access (planned from)"
    source_fr = "Fiche RNCP, arrêté d'enregistrement et voies d'accès (prévu en)"


class OutsideRegistration(Refused):
    """Candidates are admitted from the publication of the registration to its end."""

    fr = "L'admission est possible de la publication de l'enregistrement à son terme."
    source = "RNCP sheet, order of registration; Code du travail L6113-5 (not read)"
    source_fr = "Fiche RNCP, arrêté d'enregistrement ; Code du travail L6113-5 (non lu)"


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


FrameworkFact = (
    FrameworkPublished
    | RouteOpened
    | CorrespondenceAdmitted
    | CorrespondenceWithdrawn
    | EquivalenceAdmitted
    | FrameworkRetired
)


@dataclass(frozen=True, kw_only=True)
class Framework:
    """One framework version: its definition, the routes opened since, what leads to it from others (référentiel)."""

    id: UUID
    version: int = 0
    definition: Definition | None = None
    opened: tuple[RouteOpened, ...] = ()
    correspondences: tuple[Correspondence, ...] = ()
    equivalences: tuple[EquivalenceAdmitted, ...] = ()
    retired_on: date | None = None

    @staticmethod
    def id_of(code: str, version: int) -> UUID:
        """The stream of a framework version: unique by its register code and version number."""
        return stream_of("framework", code, version)

    @property
    def content(self) -> Definition:
        """The definition of a published framework."""
        if self.definition is None:
            raise FrameworkNotPublished(self.id)
        return self.definition

    def modality(self, name: str) -> Modality | None:
        """The modality of this name, of the sheet or of the certifier who opened a route; None when there is none."""
        opened = (each for opening in self.opened for each in opening.modalities)
        return next((each for each in (*self.content.modalities, *opened) if each.id == name), None)

    def publish(self, definition: Definition) -> FrameworkPublished:
        """Publish this version, once."""
        if self.definition is not None:
            raise FrameworkAlreadyPublished(definition.code, definition.version)
        if unmet := [jury.id for jury in definition.juries if jury.impossible() is not None]:
            raise JuryNeverMet(*unmet)
        return FrameworkPublished(definition=definition)

    def open_route(self, route: Route, opened_on: date, ground: str, modalities: tuple[Modality, ...]) -> RouteOpened:
        """Open a route that the sheet allows, from a day; needs the modalities where the sheet states none."""
        row = self.content.row(route)
        if row is None or not row.open:
            raise RouteClosed(route.value)
        if any(opening.route is route for opening in self.opened):
            raise RouteAlreadyOpen(route.value)
        if opened_on < self.content.registration.begins_on or opened_on.year < (row.planned_from or 0):
            raise RouteBeforeRegistration(opened_on.isoformat())
        if not modalities and not self.content.modalities_for(route):
            raise RouteNotReady(route.value)
        return RouteOpened(route=route, opened_on=opened_on, ground=ground, modalities=modalities)

    def admit_correspondence(
        self, earlier: Framework, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...], ground: str
    ) -> CorrespondenceAdmitted:
        """Let blocks of another published version lead to blocks of this one."""
        if earlier.id == self.id:
            raise CorrespondenceWithItself(self.id)
        admitted = CorrespondenceAdmitted(
            earlier=FrameworkId(earlier.id),
            from_blocks=_of(earlier.content, from_blocks),
            to_blocks=_of(self.content, to_blocks),
            ground=ground,
        )
        if any(
            each.joins(admitted.earlier, admitted.from_blocks, admitted.to_blocks) for each in self.correspondences
        ):
            raise AlreadyAdmitted(earlier.id)
        return admitted

    def correspondence(
        self, earlier: FrameworkId, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...]
    ) -> Correspondence:
        """The correspondence between these blocks that was not withdrawn; raises NoSuchCorrespondence."""
        blocks = tuple(sorted(set(from_blocks))), tuple(sorted(set(to_blocks)))
        found = next((each for each in self.correspondences if each.joins(earlier, *blocks)), None)
        if found is None:
            raise NoSuchCorrespondence(earlier)
        return found

    def leading(self, on: date) -> tuple[CorrespondenceAdmitted, ...]:
        """What leads here from other versions on a day."""
        return tuple(each.admitted for each in self.correspondences if each.leads(on))

    def admit_equivalence(
        self, certification: str, part: str | None, blocks: tuple[int, ...], ground: str
    ) -> EquivalenceAdmitted:
        """Let another certification, or a part of it, satisfy blocks of this version."""
        admitted = EquivalenceAdmitted(
            number=len(self.equivalences) + 1,
            certification=certification,
            part=part,
            blocks=_of(self.content, blocks),
            ground=ground,
        )
        if any(replace(each, ground=ground, number=admitted.number) == admitted for each in self.equivalences):
            raise AlreadyAdmitted(certification)
        return admitted

    def equivalence(self, number: int) -> EquivalenceAdmitted | None:
        """The equivalence of that number."""
        return next((each for each in self.equivalences if each.number == number), None)

    def retire(self, retired_on: date, ground: str) -> FrameworkRetired:
        """Admit nobody from that day on."""
        if self.content and self.retired_on:
            raise AlreadyRetired(self.id)
        return FrameworkRetired(retired_on=retired_on, ground=ground)

    def modalities_for(self, route: Route) -> tuple[Modality, ...]:
        """The modalities of a route: those that the sheet states, and the certifier's own since it opened it."""
        own = (each for opening in self.opened if opening.route is route for each in opening.modalities)
        return (*self.content.modalities_for(route), *own)

    def admit(self, route: Route, on: date) -> None:
        """Refuse a candidacy by a route that is closed, not ready, or outside the dates of the version."""
        row = self.content.row(route)
        if row is None or not row.open:
            raise RouteClosed(route.value)
        if self.retired_on and on >= self.retired_on:
            raise VersionRetired(self.retired_on.isoformat())
        registration = self.content.registration
        if not registration.admits_from <= on <= registration.ends_on:
            raise OutsideRegistration(on.isoformat())
        if not self.content.modalities_for(route) and not any(
            opening.route is route and opening.opened_on <= on for opening in self.opened
        ):
            raise RouteNotReady(route.value)

    def evolve(self, fact: FrameworkFact) -> Self:
        match fact:
            case FrameworkPublished(definition=definition):
                return replace(self, definition=definition)
            case RouteOpened():
                return replace(self, opened=(*self.opened, fact))
            case CorrespondenceAdmitted():
                return replace(self, correspondences=(*self.correspondences, Correspondence(admitted=fact)))
            case CorrespondenceWithdrawn(earlier=earlier, from_blocks=blocks, to_blocks=to):
                gone = (
                    replace(each, withdrawn=fact) if each.joins(earlier, blocks, to) else each
                    for each in self.correspondences
                )
                return replace(self, correspondences=tuple(gone))
            case EquivalenceAdmitted():
                return replace(self, equivalences=(*self.equivalences, fact))
            case FrameworkRetired(retired_on=retired_on):
                return replace(self, retired_on=retired_on)
            case _:
                assert_never(fact)


def _of(definition: Definition, blocks: tuple[int, ...]) -> tuple[int, ...]:
    """Blocks of a version, each once, in order; refuses none at all, or one that is not the version's."""
    named = tuple(sorted(set(blocks)))
    if not named or not definition.by_number.keys() >= set(named):
        raise CorrespondenceWithoutBlocks(*named)
    return named


class FrameworkNotPublished(Refused):
    """There is no such published framework."""

    fr = "Il n'existe pas de référentiel publié sous cette référence."
    kind = "not_found"
