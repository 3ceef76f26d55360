"""Comparison of the shipped certification with the sheet of RNCP 31936, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from math import prod
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest

from adapters.framework_file import read, read_openings, read_rulebook, shipped
from domain.framework.definition import Block, Definition, Route
from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework, OutsideRegistration, RouteClosed, RouteNotReady

SHEET = (Path(__file__).parent / "rncp31936-sheet.txt").read_text("utf-8")
RNCP31936 = read(shipped("rncp31936.yaml"))
RULEBOOK = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
OPENINGS = read_openings(shipped("openings-rncp31936-demonstration.yaml"), RNCP31936)
T = TypeVar("T")
TRAINING = (Route.FI, Route.FC, Route.CQ)


def plain(text: str) -> str:
    """Return a text without the layout of the sheet: tags, bullets, emphasis and repeated white space."""
    return " ".join(re.sub(r"<[^>]*>|[•*\s]", " ", text).split())


def numbers(words: str) -> tuple[int, ...]:
    """Return the numbers named in words of the sheet: "10 à 15 et 18 à 20", "16 et 17", "4, 7 et 9"."""
    ranges = re.findall(r"(\d+)(?: à (\d+))?", words)
    return tuple(n for first, last in ranges for n in range(int(first), int(last or first) + 1))


def said(pattern: str, text: str) -> tuple[str, ...]:
    """Return the groups of a sentence that must match this pattern."""
    match = re.fullmatch(pattern, text)
    assert match, text
    return match.groups()


def the(value: T | None) -> T:
    """Return a value that must not be None."""
    assert value is not None
    return value


# --- the sheet, read on its own: each block of its table is on one line


@dataclass(frozen=True)
class SheetBlock:
    """A block as one row of the sheet's table describes it."""

    heading_number: int
    heading_title: str
    competences: dict[int, str]
    modalities: dict[tuple[int, ...], str]
    rule: str


def sheet_blocks() -> tuple[SheetBlock, ...]:
    rows = [line for line in SHEET.splitlines() if line.startswith("<p>Bloc de compétence")]
    return tuple(sheet_block(row) for row in rows)


def sheet_block(row: str) -> SheetBlock:
    heading, attested, *paragraphs, _, rule = (plain(text) for text in re.findall(r"<p>(.*?)</p>", row))
    bullets = [plain(text) for text in said(r".*<ul[^>]*>(.*?)<p>.*", row)[0].split("•")[1:]]
    number, title = said(r"Bloc de compétence n°(\d) de la fiche n° 31936 - (.*)", heading)
    return SheetBlock(
        heading_number=int(number),
        heading_title=title,
        competences=dict(zip(numbers(attested), bullets, strict=True)),
        modalities={numbers(of): text for of, text in zip(paragraphs[::2], paragraphs[1::2], strict=True)},
        rule=rule,
    )


def sheet_titles() -> dict[int, str]:
    """Return the number and title of each block in the sheet's summaries."""
    return {int(number): title for number, title in re.findall(r"^-?Bloc (\d) : (.+)$", SHEET, re.MULTILINE)}


# --- verbatim


def verbatim(definition: Definition) -> list[str]:
    """Return every text that the definition takes from the sheet."""
    coded = (*definition.levels, *definition.nsf, *definition.rome)
    found = [definition.title, definition.title_in_order, definition.certifier, definition.signatory]
    found += [definition.validity_of_acquired, definition.composition, definition.registration.text]
    found += [*definition.certification_places, *definition.preparation_places]
    found += [text for code in coded for text in (code.label, code.code)]
    found += [competence.text for competence in definition.competences]
    found += [row.label for row in definition.routes]
    found += [jury.text for jury in definition.juries]
    found += [text for section in definition.sections for text in (section.heading, section.text)]
    found += [text for block in definition.blocks for text in (block.title, block.heading_title, block.rule.text)]
    for modality in definition.modalities:
        found += [modality.kind, modality.text, modality.place, modality.deliverable]
        found += [modality.set_by, modality.given, modality.examined_by]
    return [text for text in found if text is not None]


def strangers(definition: Definition) -> list[str]:
    """Return the texts of the definition that the sheet does not contain word for word."""
    return [text for text in verbatim(definition) if plain(text) not in plain(SHEET)]


def test_every_text_taken_from_the_sheet_is_in_the_sheet_word_for_word() -> None:
    assert len(verbatim(RNCP31936)) > 130
    assert strangers(RNCP31936) == []


def test_correction_of_a_slip_of_the_sheet_is_detected() -> None:
    slip, corrected = "S'appuyer une présentation", "S'appuyer sur une présentation"
    competences = tuple(replace(c, text=c.text.replace(slip, corrected)) for c in RNCP31936.competences)
    assert strangers(replace(RNCP31936, competences=competences)) == [
        "S'appuyer sur une présentation visuelle claire et détaillée"
    ]


def test_title_in_the_order_keeps_its_capital_and_its_trailing_space() -> None:
    assert RNCP31936.title == "Community manager"
    assert RNCP31936.title_in_order == "Community Manager "
    assert f'sous l\'intitulé "{RNCP31936.title_in_order}" avec effet' in SHEET


def test_thirty_competences_are_the_bullets_of_the_sheet_in_order() -> None:
    listed = {number: text for block in sheet_blocks() for number, text in block.competences.items()}
    assert {c.number: c.text for c in RNCP31936.competences} == listed
    assert [c.number for c in RNCP31936.competences] == list(range(1, 31))


def test_nine_modalities_are_those_of_the_sheet_for_the_same_competences() -> None:
    stated = {of: text for block in sheet_blocks() for of, text in block.modalities.items()}
    assert {m.competences: m.text for m in RNCP31936.modalities} == stated
    assert len(RNCP31936.modalities) == 9


def test_every_competence_has_one_modality_in_each_training_route_and_none_in_vae_and_cl() -> None:
    for route in TRAINING:
        covered = [number for m in RNCP31936.modalities_for(route) for number in m.competences]
        assert sorted(covered) == list(range(1, 31))
    assert RNCP31936.modalities_for(Route.VAE) == RNCP31936.modalities_for(Route.CL) == ()


def test_property_of_a_modality_that_the_sheet_does_not_state_is_none_and_not_false() -> None:
    by_id = {modality.id: modality for modality in RNCP31936.modalities}
    oral = by_id["B4-M2"]
    assert (oral.duration, oral.computer_provided, oral.place, oral.individual) == (20, None, None, None)
    for modality in by_id.values():
        assert modality.computer_provided is (True if "Ordinateur à disposition" in modality.text else None)
        assert modality.individual is (True if "individuel" in modality.kind else None)
        assert (modality.duration == 120) is ("deux heures" in modality.text)
        assert (modality.examined_by is not None) is ("un jury compétent" in modality.text)


# --- the two numbers of a block


def block_numbers_agree_with_the_sheet(definition: Definition) -> bool:
    """Return whether each block has the heading's number as heading number and that of its rule sentence as its
    own."""
    return len(definition.blocks) == 4 and all(
        any(_same_block(block, row) for row in sheet_blocks()) for block in definition.blocks
    )


def _same_block(block: Block, row: SheetBlock) -> bool:
    return (
        block.heading_number == row.heading_number
        and block.heading_title == row.heading_title
        and block.title == sheet_titles().get(block.number)
        and block.competences == tuple(row.competences)
        and block.rule.text == row.rule
        and row.rule.startswith(f"Le bloc {block.number} est certifié ")
    )


def swap_the_two_numbers(block: Block) -> Block:
    return replace(block, number=block.heading_number, heading_number=block.number)


def swap_the_two_titles(block: Block) -> Block:
    return replace(block, title=block.heading_title, heading_title=block.title)


def use_the_heading_number_for_both(block: Block) -> Block:
    return replace(block, number=block.heading_number)


def use_the_own_number_for_both(block: Block) -> Block:
    return replace(block, heading_number=block.number)


def test_both_numbers_of_each_block_are_those_of_the_sheet() -> None:
    assert block_numbers_agree_with_the_sheet(RNCP31936)
    assert {b.number: b.heading_number for b in RNCP31936.blocks} == {1: 2, 2: 4, 3: 1, 4: 3}


@pytest.mark.parametrize(
    "confuse",
    [
        swap_the_two_numbers,
        swap_the_two_titles,
        use_the_heading_number_for_both,
        use_the_own_number_for_both,
    ],
)
def test_definition_that_confuses_the_two_numbers_is_detected(confuse: Callable[[Block], Block]) -> None:
    confused = replace(RNCP31936, blocks=tuple(confuse(block) for block in RNCP31936.blocks))
    assert not block_numbers_agree_with_the_sheet(confused)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_single_block_with_its_numbers_swapped_is_detected(number: int) -> None:
    blocks = (swap_the_two_numbers(block) if block.number == number else block for block in RNCP31936.blocks)
    assert not block_numbers_agree_with_the_sheet(replace(RNCP31936, blocks=tuple(blocks)))


def test_swapping_the_numbers_in_the_file_itself_is_detected() -> None:
    text = re.sub(
        r"- number: (\d)\n    heading_number: (\d)",
        r"- number: \2\n    heading_number: \1",
        shipped("rncp31936.yaml"),
    )
    assert not block_numbers_agree_with_the_sheet(read(text))


def test_block_1_has_competences_1_to_9_and_heading_number_2() -> None:
    block = RNCP31936.by_number[1]
    assert (block.competences, block.heading_number) == (tuple(range(1, 10)), 2)
    assert (block.rule.required, block.rule.mandatory) == (5, (4, 7, 9))


def test_block_codes_are_inferred_from_the_heading_number_and_marked_as_inferred() -> None:
    for block in RNCP31936.blocks:
        assert block.code == f"RNCP31936BC0{block.heading_number}"
        assert block.code_inferred


# --- rules


def test_rule_of_each_block_agrees_with_its_sentence() -> None:
    for block in RNCP31936.blocks:
        sentence = r"Le bloc \d .* de (\d+) compétences sur (\d+) .* obligatoires: (.*)"
        required, of, mandatory = said(sentence, block.rule.text)
        assert block.rule.required == int(required)
        assert len(block.competences) == int(of)
        assert block.rule.mandatory == numbers(mandatory)


def satisfying_sets(block: Block) -> list[frozenset[int]]:
    every = (set(s) for n in range(len(block.competences) + 1) for s in combinations(block.competences, n))
    return [frozenset(chosen) for chosen in every if block.rule.met_by(chosen, block.competences)]


def test_satisfying_sets_number_57_219_7_and_7_by_block_and_611_667_for_the_title() -> None:
    found = {block.number: len(satisfying_sets(block)) for block in RNCP31936.blocks}
    assert found == {1: 57, 2: 219, 3: 7, 4: 7}
    assert prod(found.values()) == 611_667


def test_title_needs_at_least_17_competences_of_which_10_are_mandatory() -> None:
    assert sum(min(map(len, satisfying_sets(block))) for block in RNCP31936.blocks) == 17
    assert sum(len(block.rule.mandatory) for block in RNCP31936.blocks) == 10
    assert RNCP31936.required_blocks == (1, 2, 3, 4)


# --- routes, juries, dates, codes


def test_five_routes_are_open_with_a_jury_and_apprenticeship_is_closed_without_one() -> None:
    assert [row.route for row in RNCP31936.routes] == [
        Route.FI,
        Route.CA,
        Route.FC,
        Route.CQ,
        Route.CL,
        Route.VAE,
    ]
    for row in RNCP31936.routes:
        cells = next(line.split("\t") for line in SHEET.splitlines() if line.startswith(row.label + "\t"))
        assert row.open is (cells[1].strip() == "X")
        jury = RNCP31936.jury_for(row.route)
        assert "".join(cells[3:]) == (jury.text if jury else "")


def test_vae_route_keeps_the_plan_of_2018_stated_on_the_sheet() -> None:
    row = the(RNCP31936.row(Route.VAE))
    assert row.label == "Par expérience dispositif VAE prévu en 2018"
    assert row.planned_from == 2018


def test_jury_has_five_members_two_of_them_external_with_one_for_each_side() -> None:
    jury = the(RNCP31936.jury_for(Route.FC))
    assert (jury.size, jury.externals, jury.employers, jury.employees) == (5, 2, 1, 1)
    assert {b.scope.value: b.difference for b in jury.balances} == {"externals": 0, "panel": 1}


def test_dates_of_registration_are_those_of_the_order() -> None:
    registration = RNCP31936.registration
    assert registration.decided_on == date(2018, 9, 11)
    assert registration.published_on == date(2018, 12, 18)
    assert registration.effect_from == date(2014, 12, 22)
    assert registration.ends_on == date(2023, 12, 18)
    assert registration.years_stated == 5


def test_levels_codes_and_empty_lists_are_those_of_the_sheet() -> None:
    assert [(c.nomenclature, c.code) for c in RNCP31936.levels] == [("FR-1969", "II"), ("EUROPE", "6")]
    assert [c.code for c in RNCP31936.nsf] == ["320m"]
    assert [c.code for c in RNCP31936.rome] == ["E1101"]
    assert RNCP31936.formacodes == RNCP31936.conventions == ()
    assert (RNCP31936.new_caledonia, RNCP31936.french_polynesia) == (False, False)
    assert RNCP31936.validity_of_acquired == "illimitée"
    assert RNCP31936.signatory == "Gérante"
    assert (len(RNCP31936.certification_places), len(RNCP31936.preparation_places)) == (1, 2)


def test_sections_that_the_sheet_leaves_empty_have_none_as_text() -> None:
    texts = {section.heading: section.text for section in RNCP31936.sections}
    assert "" not in texts.values()
    assert texts["LIENS AVEC D'AUTRES CERTIFICATIONS"] is None
    assert texts["Référence du décret et/ou arrêté VAE :"] is None
    assert texts["Statistiques :"] is None


# --- readings


def test_twenty_eight_readings_are_present_in_both_languages() -> None:
    assert [reading.id for reading in RNCP31936.readings] == [f"A{n:02}" for n in range(1, 29)]
    for reading in RNCP31936.readings:
        sentences = (reading.question_en, reading.question_fr, reading.reading_en, reading.reading_fr)
        assert all(len(text) > 30 and text.rstrip()[-1] in ".?" for text in sentences), reading.id
        assert reading.question_en != reading.question_fr
        assert reading.reading_en != reading.reading_fr


# --- opening routes, on the file that ships


def published(*openings_of: Route) -> Framework:
    framework = Framework(id=uuid4()).evolve(FrameworkPublished(definition=RNCP31936))
    for opening in OPENINGS:
        if opening.route in openings_of:
            fact = framework.open_route(opening.route, opening.opened_on, opening.ground, opening.modalities)
            framework = framework.evolve(fact)
    return framework


@pytest.mark.parametrize("route", [Route.VAE, Route.CL])
def test_vae_and_candidature_individuelle_admit_from_the_day_of_their_opening(route: Route) -> None:
    with pytest.raises(RouteNotReady):
        published().admit(route, date(2021, 3, 1))
    opened = published(Route.VAE, Route.CL)
    with pytest.raises(RouteNotReady):
        opened.admit(route, date(2019, 1, 6))
    opened.admit(route, date(2019, 1, 7))


def test_shipped_openings_cover_all_thirty_competences_and_vae_is_examined_by_the_jury() -> None:
    for opening in OPENINGS:
        covered = {number for modality in opening.modalities for number in modality.competences}
        assert covered == set(range(1, 31))
        assert all(modality.routes == (opening.route,) for modality in opening.modalities)
    vae = next(opening for opening in OPENINGS if opening.route is Route.VAE)
    assert {modality.examined_by for modality in vae.modalities} == {"le jury de certification"}


def test_candidature_individuelle_has_the_nine_modalities_of_the_sheet() -> None:
    individual = next(opening for opening in OPENINGS if opening.route is Route.CL)
    of_sheet = [(m.competences, m.kind, m.duration) for m in RNCP31936.modalities]
    assert [(m.competences, m.kind, m.duration) for m in individual.modalities] == of_sheet
    assert all(m.given for m in individual.modalities)


def test_training_routes_admit_within_the_registration_and_apprenticeship_never() -> None:
    framework = published()
    framework.admit(Route.FI, date(2018, 12, 18))
    framework.admit(Route.FI, date(2023, 12, 18))
    for day in (date(2014, 12, 22), date(2018, 12, 17), date(2023, 12, 19)):
        with pytest.raises(OutsideRegistration):
            framework.admit(Route.FI, day)
    with pytest.raises(RouteClosed):
        framework.admit(Route.CA, date(2021, 3, 1))


# --- the demonstration's rulebook


def test_rulebook_of_the_demonstration_keeps_one_external_member_in_every_deliberation() -> None:
    jury = the(RNCP31936.jury_for(Route.VAE))
    assert RULEBOOK.certifier == RNCP31936.certifier
    assert jury.size is not None
    assert jury.externals - (jury.size - RULEBOOK.quorum) == 1


def test_first_mark_of_the_scale_is_the_only_one_that_means_acquired() -> None:
    assert [(mark.code, mark.acquired) for mark in RULEBOOK.scale] == [
        ("acquired", True),
        ("partly_acquired", False),
        ("not_acquired", False),
    ]
