"""The definition of a certification, the sheet as published: blocks, competences, modalities, routes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from domain.framework.block_rule import BlockRule, Rule, all_of
from domain.framework.jury_rule import JuryRule


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
    sheet's table heading, used by the register only: a sheet may number its blocks 3, 1, 4, 2 where the
    headings say 1, 2, 3, 4. `code` is the register's, or None; while `code_inferred` no export may rely on it.
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
class Option:
    """An option of a certification; a candidate for the title chooses one.

    `title` is the sheet's, verbatim; `blocks` are those that not every option has.
    """

    code: str
    title: str
    blocks: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Modality:
    """A way to assess competences (modalité d'évaluation), as the sheet states it for some routes.

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
class RegistrationDates:
    """The dates of a registration, none derived from another; `text` is the sheet's own sentence.

    `decided_on` is the order's day (arrêté), `published_on` its publication, from which candidates are admitted.
    `effect_from` may be earlier (for awards imported from then). `ends_on` is the last day of admission;
    `last_issuance_on` the last day on which a certificate may be issued, if the register states one.
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
        """The first day of any effect, including what was earned before admissions began."""
        return min(self.published_on, self.effect_from)

    @property
    def admits_from(self) -> date:
        """The first day of admission: the later of the publication and the effect."""
        return max(self.published_on, self.effect_from)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A code of a nomenclature, with its label at that time (level, NSF, ROME, Formacode)."""

    nomenclature: str
    code: str
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class SheetReading:
    """The certifier's reading of an ambiguity in the sheet, in both languages."""

    id: str
    question_en: str
    question_fr: str
    reading_en: str
    reading_fr: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A passage of the sheet that no rule reads (summary of the job, statistics, links), with its heading.

    `text` is verbatim, None if the sheet leaves the section empty.
    """

    heading: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The whole content of a framework version; texts are verbatim, and what the sheet leaves empty is None or ().

    The title is made of all `required_blocks`, or by `title_rule` on block numbers; with a rule, `required_blocks`
    are those that every way needs. A block that is not in the title's rule is optional (facultatif): a candidate
    seeks it by naming it.
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
    registration: RegistrationDates
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
    readings: tuple[SheetReading, ...]
    sections: tuple[Section, ...] = ()
    title_rule: Rule | None = None
    options: tuple[Option, ...] = ()

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
        """The rule of the blocks that make the title."""
        return self.title_rule or all_of(*self.required_blocks)

    def option(self, code: str | None) -> Option | None:
        """Return the option with this code, if there is one."""
        return next((option for option in self.options if option.code == code), None)

    def within(self, option: str | None) -> frozenset[int]:
        """Return the blocks that do not belong to another option; all blocks if none is chosen."""
        chosen = self.option(option)
        if chosen is None:
            return frozenset(self.by_number)
        others = frozenset(block for each in self.options for block in each.blocks)
        return frozenset(self.by_number) - others | set(chosen.blocks)

    def sought(self, blocks: Iterable[int], option: str | None) -> frozenset[int]:
        """Return the blocks sought: those named or, for the whole, those that its title with that option can need."""
        return frozenset(blocks) or self.within(option).intersection(self.whole.numbers)

    def title_of(self, option: str | None) -> Rule:
        """Return the rule of the blocks that make the title with this option."""
        return self.whole.only(self.within(option)) or self.whole

    def option_won(self, chosen: str | None, granted: AbstractSet[int]) -> Option | None:
        """Return the option of a title: the one chosen, else the only one that the blocks granted make."""
        won = [each for each in self.options if self.title_of(each.code).met_by(granted)]
        return self.option(chosen) or (won[0] if len(won) == 1 else None)

    def row(self, route: Route) -> RouteRow | None:
        """Return the sheet's row for this route, if it has one."""
        return next((row for row in self.routes if row.route is route), None)

    def modalities_for(self, route: Route) -> tuple[Modality, ...]:
        """Return the modalities that the sheet states for this route."""
        return tuple(modality for modality in self.modalities if route in modality.routes)

    def jury_for(self, route: Route) -> JuryRule | None:
        """Return the jury that the sheet states for this route; None for a closed route."""
        row = self.row(route)
        return self.jury(row.jury) if row and row.jury else None

    def jury(self, rule: str) -> JuryRule:
        """Return the jury rule with this name; a published framework names no other."""
        return next(jury for jury in self.juries if jury.id == rule)
