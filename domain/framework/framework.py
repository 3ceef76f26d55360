"""A published framework version, which is immutable (référentiel): routes, correspondences, equivalences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.framework.definition import Definition, Modality, Route
from domain.framework.facts import (
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    EquivalenceAdmitted,
    FrameworkFact,
    FrameworkPublished,
    FrameworkRetired,
    RouteOpened,
)
from domain.framework.succession import (
    AlreadyAdmitted,
    AlreadyRetired,
    Correspondence,
    CorrespondenceWithItself,
    CorrespondenceWithoutBlocks,
    NoSuchCorrespondence,
    VersionRetired,
)
from domain.ports import FrameworkId
from domain.refusal import Refused


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
    source = "{sheet}, table of the routes of access"
    source_fr = "{sheet}, tableau des voies d'accès"


class RouteNotReady(Refused):
    """A route whose assessment the sheet does not describe opens once the certifier has published how it assesses."""

    fr = "Une voie dont la fiche ne décrit pas l'évaluation s'ouvre quand le certificateur a publié ses modalités."
    source = "{sheet}, modalities of assessment: none for this route"
    source_fr = "{sheet}, modalités d'évaluation : aucune pour cette voie"


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
    source = "{sheet}, order of registration and routes of access (planned from)"
    source_fr = "{sheet}, arrêté d'enregistrement et voies d'accès (prévu en)"


class OutsideRegistration(Refused):
    """Candidates are admitted from the publication of the registration to its end."""

    fr = "L'admission est possible de la publication de l'enregistrement à son terme."
    source = "{sheet}, order of registration; Code du travail L6113-5 (LEGIARTI000038951893)"
    source_fr = "{sheet}, arrêté d'enregistrement ; Code du travail L6113-5 (LEGIARTI000038951893)"


@dataclass(frozen=True, kw_only=True)
class Framework:
    """One framework version: its definition, the routes opened since, its correspondences (référentiel)."""

    id: UUID
    version: int = 0
    definition: Definition | None = None
    opened: tuple[RouteOpened, ...] = ()
    correspondences: tuple[Correspondence, ...] = ()
    equivalences: tuple[EquivalenceAdmitted, ...] = ()
    retired_on: date | None = None

    @staticmethod
    def id_of(code: str, version: int) -> UUID:
        """Return the stream id of a framework version: unique by its register code and version number."""
        return stream_of("framework", code, version)

    @property
    def content(self) -> Definition:
        """The definition of a published framework."""
        if self.definition is None:
            raise FrameworkNotPublished(self.id)
        return self.definition

    def modality(self, name: str) -> Modality | None:
        """Return the modality with this name, of the sheet or of an opened route, or None."""
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
        """Open a route that the sheet allows, from a day; requires the modalities if the sheet states none."""
        row = self.content.row(route)
        if row is None or not row.open:
            raise RouteClosed(route.value, sheet=self.content.code)
        if any(opening.route is route for opening in self.opened):
            raise RouteAlreadyOpen(route.value)
        if opened_on < self.content.registration.begins_on or opened_on.year < (row.planned_from or 0):
            raise RouteBeforeRegistration(opened_on.isoformat(), sheet=self.content.code)
        if not modalities and not self.content.modalities_for(route):
            raise RouteNotReady(route.value, sheet=self.content.code)
        return RouteOpened(route=route, opened_on=opened_on, ground=ground, modalities=modalities)

    def admit_correspondence(
        self, earlier: Framework, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...], ground: str
    ) -> CorrespondenceAdmitted:
        """Admit that blocks of another published version give blocks of this one."""
        if earlier.id == self.id:
            raise CorrespondenceWithItself(self.id)
        admitted = CorrespondenceAdmitted(
            earlier=FrameworkId(earlier.id),
            from_blocks=_of(earlier.content, from_blocks),
            to_blocks=_of(self.content, to_blocks),
            ground=ground,
        )
        newest = self._newest(admitted.earlier, admitted.from_blocks, admitted.to_blocks)
        if newest is not None and newest.withdrawn is None:
            raise AlreadyAdmitted(earlier.id)
        return admitted

    def correspondence(
        self, earlier: FrameworkId, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...], today: date
    ) -> Correspondence:
        """Return the correspondence between these blocks that applies today; raise NoSuchCorrespondence."""
        found = self._newest(earlier, tuple(sorted(set(from_blocks))), tuple(sorted(set(to_blocks))))
        if found is None or not found.leads(today):
            raise NoSuchCorrespondence(earlier)
        return found

    def _newest(
        self, earlier: FrameworkId, from_blocks: tuple[int, ...], to_blocks: tuple[int, ...]
    ) -> Correspondence | None:
        """Return the last one admitted between these blocks, withdrawn or not."""
        said = (each for each in reversed(self.correspondences) if each.says(earlier, from_blocks, to_blocks))
        return next(said, None)

    def leading(self, on: date) -> tuple[CorrespondenceAdmitted, ...]:
        """Return the correspondences from other versions that apply on a day."""
        return tuple(each.admitted for each in self.correspondences if each.leads(on))

    def admit_equivalence(
        self, certification: str, part: str | None, blocks: tuple[int, ...], ground: str
    ) -> EquivalenceAdmitted:
        """Admit that another certification, or a part of it, satisfies blocks of this version."""
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
        """Return the equivalence with that number."""
        return next((each for each in self.equivalences if each.number == number), None)

    def retire(self, retired_on: date, ground: str, today: date) -> FrameworkRetired:
        """Admit nobody from that day on; the day may be changed until it comes."""
        if self.content and self.retired_on and self.retired_on <= today:
            raise AlreadyRetired(self.id)
        return FrameworkRetired(retired_on=retired_on, ground=ground)

    def modalities_for(self, route: Route) -> tuple[Modality, ...]:
        """Return the modalities of a route: the sheet's, and those that the certifier added when opening it."""
        own = (each for opening in self.opened if opening.route is route for each in opening.modalities)
        return (*self.content.modalities_for(route), *own)

    def admit(self, route: Route, on: date, *, kept: bool = False) -> None:
        """Refuse a candidacy by a route that is closed, not ready, or outside the dates of the version.

        The end of the registration does not apply if its benefit is `kept`.
        """
        row = self.content.row(route)
        if row is None or not row.open:
            raise RouteClosed(route.value, sheet=self.content.code)
        if self.retired_on and on >= self.retired_on:
            raise VersionRetired(self.retired_on.isoformat())
        registration = self.content.registration
        if on < registration.admits_from or (on > registration.ends_on and not kept):
            raise OutsideRegistration(on.isoformat(), sheet=self.content.code)
        if not self.content.modalities_for(route) and not any(
            opening.route is route and opening.opened_on <= on for opening in self.opened
        ):
            raise RouteNotReady(route.value, sheet=self.content.code)

    def evolve(self, fact: FrameworkFact) -> Self:
        match fact:
            case FrameworkPublished(definition=definition):
                return replace(self, definition=definition)
            case RouteOpened():
                return replace(self, opened=(*self.opened, fact))
            case CorrespondenceAdmitted():
                return replace(self, correspondences=(*self.correspondences, Correspondence(admitted=fact)))
            case CorrespondenceWithdrawn(earlier=earlier, from_blocks=blocks, to_blocks=to):
                newest = self._newest(earlier, blocks, to)
                gone = (replace(each, withdrawn=fact) if each is newest else each for each in self.correspondences)
                return replace(self, correspondences=tuple(gone))
            case EquivalenceAdmitted():
                return replace(self, equivalences=(*self.equivalences, fact))
            case FrameworkRetired(retired_on=retired_on):
                return replace(self, retired_on=retired_on)
            case _:
                assert_never(fact)


def _of(definition: Definition, blocks: tuple[int, ...]) -> tuple[int, ...]:
    """Return blocks of a version, sorted, without duplicates; refuse an empty list, or unknown blocks."""
    named = tuple(sorted(set(blocks)))
    if not named or not definition.by_number.keys() >= set(named):
        raise CorrespondenceWithoutBlocks(*named)
    return named


class FrameworkNotPublished(Refused):
    """There is no such published framework."""

    fr = "Il n'existe pas de référentiel publié sous cette référence."
    kind = "not_found"
