"""Reader of certification files: it reads them as written and reports each fault at its line and column.

In the wrong files below, « marks where a fault must be reported; the test removes it before the file is read.
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from importlib import resources
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.framework_file import DocumentFault, FileFaults, read, read_openings, read_rulebook, shipped
from domain.calendar import Calendar
from domain.fact import Retention
from domain.framework.block_rule import BlockRule, all_of, any_of, at_least, mean_of
from domain.framework.definition import Block, Coded, Competence, Definition, Modality, Route, RouteRow
from domain.framework.jury_rule import Balance, BalanceScope
from domain.framework.scale import Mark
from domain.rulebook.rules import Keeping, Remedy, RemedyKind, Rules
from tests.given.naming import naming

README = resources.files("adapters.framework_file").joinpath("README.md").read_text("utf-8")
EXAMPLE = README.split("```yaml\n")[1].split("```")[0]
CERTIFICATION = shipped("rncp31936.yaml")
CHOICE_OF_EVENT = "One of these is expected here: last_decision, opening."
RULEBOOK = shipped("rulebook-imci-demonstration.yaml")
ADDRESS = "    address: IMCI - 207, rue du Faubourg Saint Martin - 75010 Paris\n"
MONTHS = f"{ADDRESS}    months: 2\n"
BODY = "    body: La gérante de l'IMCI, après avis de la gestion des jurys\n"
WAY = f"  - way: review\n{BODY}{MONTHS}"
ROW = RULEBOOK[RULEBOOK.index("  - way: review") : RULEBOOK.index("  - way: court")]
ONE_LIMIT = "The time limit of this remedy is given in months or in days: one of them."
NO_REVIEW = "A rulebook says how a decision is reviewed: a remedy by way of review is missing."
OPENINGS = shipped("openings-rncp31936-demonstration.yaml")
READERS = (read, read_rulebook, read_openings)


def faults(text: str, reader: Any = read) -> tuple[DocumentFault, ...]:
    """Return the faults that the reader finds; none if the file is good."""
    try:
        reader(text)
    except FileFaults as refused:
        return refused.faults
    return ()


def marked(text: str) -> list[tuple[int, int]]:
    """Return the places of the marks as lines and columns from 1, counted without the marks."""
    places = []
    for n, line in enumerate(text.split("\n"), 1):
        pieces = line.split("«")[:-1]
        places += [(n, sum(map(len, pieces[: k + 1])) + 1) for k in range(len(pieces))]
    return places


def changed(text: str, old: str, new: str) -> str:
    """Return the text with its only `old` replaced by `new`."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def assert_found(text: str, *sentences: str, reader: Any = read) -> None:
    """Assert that exactly the marked places are at fault, with these English sentences in order."""
    found = faults(text.replace("«", ""), reader)
    assert [(fault.line, fault.column) for fault in found] == marked(text)
    assert [fault.en for fault in found] == list(sentences)
    assert all(fault.fr and fault.fr != fault.en and fault.fr.endswith(".") for fault in found)


# --- good files


def test_the_readme_s_example_is_complete_and_read_as_written() -> None:
    definition = read(EXAMPLE)
    assert (definition.code, definition.version, definition.title) == ("RNCP99999", 1, "Exemple")
    assert definition.registration.ends_on == date(2026, 3, 8)
    assert definition.by_number[1].rule.mandatory == (2,)
    assert definition.by_number[2].code is None
    assert definition.modalities_for(Route.FC)[0].computer_provided is None
    assert definition.jury_for(Route.CA) is None
    assert definition.juries[0].balances == (Balance(scope=BalanceScope.PANEL, difference=0),)
    assert [definition.readings, definition.sections, definition.nsf] == [(), (), ()]


def test_the_readme_explains_every_key_of_the_format() -> None:
    text = README.replace(EXAMPLE, "")
    for kind in (Definition, Block, Competence, Modality, RouteRow, Coded):
        for field in fields(kind):
            assert re.search(rf"`{field.name}`", text), f"{kind.__name__}.{field.name}"


def as_file(value: Any) -> Any:
    """Return a value of the definition in the notation of the file."""
    if isinstance(value, tuple):
        return [as_file(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: as_file(getattr(value, field.name)) for field in fields(value)}
    return getattr(value, "value", value)


def test_a_definition_written_out_by_another_hand_is_read_back_the_same() -> None:
    definition = read(CERTIFICATION)
    written = {"format": "certification/1", **as_file(definition)}
    for reading in written["readings"]:
        reading["question"] = {language: reading.pop(f"question_{language}") for language in ("en", "fr")}
        reading["reading"] = {language: reading.pop(f"reading_{language}") for language in ("en", "fr")}
    assert read(yaml.safe_dump(written, allow_unicode=True, sort_keys=False)) == definition
    assert read(yaml.safe_dump(written, allow_unicode=True, default_style=None, width=40)) == definition


def test_reading_the_same_text_twice_gives_equal_values() -> None:
    assert read(CERTIFICATION) == read(CERTIFICATION)
    assert read_rulebook(RULEBOOK) == read_rulebook(RULEBOOK)
    assert read_openings(OPENINGS) == read_openings(OPENINGS, read(CERTIFICATION))


def test_a_text_is_what_it_looks_like_whatever_yaml_would_make_of_it() -> None:
    text = changed(EXAMPLE, "title: Exemple", "title: no")
    text = changed(text, "validity_of_acquired: illimitée", "validity_of_acquired: 2018-12-18")
    text = changed(text, "version: 1", "version: 1\nlevels: [{nomenclature: EUROPE, code: 6}]")
    definition = read(text)
    assert (definition.title, definition.validity_of_acquired) == ("no", "2018-12-18")
    assert definition.levels == (Coded(nomenclature="EUROPE", code="6"),)


# --- one fault of each class: what is written instead of what, and the sentence

WHOLE_FROM_1 = "A whole number from 1 to 10000, without quotes, is expected here."
DAY = "A day that exists, written YYYY-MM-DD, is expected here."
CONTROL = "This text holds a control character, which cannot be kept."
REST_OF_JURY = """    externals: 2
    employers: 1
    employees: 1
    balances:
      - {scope: panel, difference: """
ANCHOR = "An anchor (&name) is not accepted: write the value itself."
ALIAS = "An alias (*name) is not accepted: write the value itself."
TAG = "A tag (!name) is not accepted: write the value itself."

ONE_FAULT = {
    "an unknown key": (
        "{number: 4, text: Réaliser",
        "{number: 4, «titel: x, text: Réaliser",
        "This key is not known here; the known keys are: number, text.",
    ),
    "a merge key": (
        "{number: 4, text: Réaliser",
        "{number: 4, «<<: {}, text: Réaliser",
        "This key is not known here; the known keys are: number, text.",
    ),
    "a key that is a list": (
        "{number: 4, text: Réaliser",
        "{number: 4, ? «[a] : b, text: Réaliser",
        "This key is not known here; the known keys are: number, text.",
    ),
    "a missing key": (
        "  - {number: 4, text: Réaliser la solution}",
        "  - «{number: 4}",
        'The key "text" is missing.',
    ),
    "a doubled key": ("title: Exemple\n", "title: Exemple\n«title: Autre\n", "This key is already given on line 4."),
    "another format": (
        "format: certification/1",
        "format: «rulebook/1",
        "This file must say: format: certification/1.",
    ),
    "a list for a text": ("title: Exemple", "title: «[Exemple]", "A text is expected here."),
    "null for a text": ("title: Exemple", "title: «null", "A text is expected here."),
    "nothing for a text": ("title: Exemple", "title:«", "A text is expected here."),
    "a text of spaces": ("title: Exemple", 'title: «"  "', "This text is empty."),
    "a NUL in a text": ("title: Exemple", 'title: «"a\\0b"', CONTROL),
    "a lone surrogate in a text": ("title: Exemple", 'title: «"a\\ud800b"', CONTROL),
    "a word for a number": ("version: 1", "version: «one", WHOLE_FROM_1),
    "a quoted number": ("version: 1", 'version: «"1"', WHOLE_FROM_1),
    "a number too small": ("version: 1", "version: «0", WHOLE_FROM_1),
    "a number of five thousand digits": ("version: 1", "version: «" + 5000 * "9", WHOLE_FROM_1),
    "a word for a flag": ("open: true", "open: «yes", "true or false is expected here."),
    "a text for a list": ("routes: [FC]", "routes: «FC", "A list is expected here."),
    "a text for a group": (
        "      required: 1\n      text: La compétence 4.",
        "      «La compétence 4.",
        "A group of keys is expected here.",
    ),
    "a day that does not exist": ("ends_on: 2026-03-08", "ends_on: «2026-02-30", DAY),
    "a day written otherwise": ("ends_on: 2026-03-08", "ends_on: «08/03/2026", DAY),
    "an end before the publication": (
        "effect_from: 2021-03-08\n  ends_on: 2026-03-08",
        "effect_from: 2020-01-01\n  ends_on: «2021-03-07",
        "This day comes before published_on (line 8), which it must not.",
    ),
    "a publication before the order": (
        "published_on: 2021-03-08",
        "published_on: «2021-02-28",
        "This day comes before decided_on (line 7), which it must not.",
    ),
    "an effect after the end": (
        "effect_from: 2021-03-08\n  ends_on: 2026-03-08",
        "effect_from: 2026-03-09\n  ends_on: «2026-03-08",
        "This day comes before effect_from (line 9), which it must not.",
    ),
    "a code that no stream can be named after": (
        "code: RNCP99999",
        "code: «rncp/1",
        "A code is made of 2 to 20 capital letters and digits, such as RNCP31936.",
    ),
    "an inferred code that is not given": (
        "heading_title: La conception",
        "heading_title: La conception\n    code_inferred: «true",
        "A code is marked inferred, but no code is given.",
    ),
    "a competence number taken twice": (
        "{number: 4, text: Réaliser",
        "{number: «3, text: Réaliser",
        "This competence number is already taken on line 36.",
    ),
    "a block number taken twice": (
        "  - number: 2\n    heading_number: 2",
        "  - number: «1\n    heading_number: 2",
        "This block number is already taken on line 16.",
    ),
    "a heading number taken twice": (
        "  - number: 2\n    heading_number: 2",
        "  - number: 2\n    heading_number: «1",
        "This heading number is already taken on line 17.",
    ),
    "a competence in two blocks": (
        "competences: [4]",
        "competences: [4, «2]",
        "Competence 2 is already in the block that names it on line 20.",
    ),
    "a competence twice in a block": (
        "competences: [4]",
        "competences: [4, «4]",
        "This competence is already named on line 29.",
    ),
    "a competence in no block": (
        "  - {number: 4, text: Réaliser",
        "  - {number: «5, text: Estimer}\n  - {number: 4, text: Réaliser",
        "Competence 5 is in no block.",
    ),
    "an unknown competence in a block": (
        "competences: [4]",
        "competences: [4, «31]",
        "There is no competence 31 in this file.",
    ),
    "an unknown competence in a modality": (
        "competences: [1, 2, 3, 4]",
        "competences: [1, 2, 3, 4, «7]",
        "There is no competence 7 in this file.",
    ),
    "more competences required than the block has": (
        "      required: 2",
        "      required: «4",
        "This rule can never be met: the block has 3 competences.",
    ),
    "a mandatory competence of another block": (
        "mandatory: [2]",
        "mandatory: [«4]",
        "This rule can never be met: competence 4 is not in this block.",
    ),
    "a competence mandatory twice": (
        "mandatory: [2]",
        "mandatory: [2, «2]",
        "This competence is already mandatory on line 23.",
    ),
    "more mandatory competences than required": (
        "      required: 2\n      mandatory: [2]",
        "      required: «2\n      mandatory: [1, 2, 3]",
        "3 competences are mandatory, more than the number required, among which they count.",
    ),
    "a required block that is unknown": (
        "required_blocks: [1, 2]",
        "required_blocks: [1, 2, «3]",
        "There is no block 3 in this file.",
    ),
    "a required block named twice": (
        "required_blocks: [1, 2]",
        "required_blocks: [1, 2, «1]",
        "This block is already named on line 14.",
    ),
    "no required block": (
        "required_blocks: [1, 2]",
        "required_blocks: «[]",
        "This list has no entry; one is needed.",
    ),
    "an unknown route": (
        "routes: [FC]",
        "routes: [«FX]",
        "One of these is expected here: FI, CA, FC, CQ, CL, VAE.",
    ),
    "a route with two rows": ("{route: CA,", "{route: «FC,", "This route has already its row on line 46."),
    "an open route without a jury": (
        "open: true, jury: J1}",
        "open: «true}",
        "An open route needs a jury: give the key jury.",
    ),
    "a closed route with a jury": ("open: false}", "open: false, jury: «J1}", "A closed route has no jury."),
    "an unknown jury": ("jury: J1}", "jury: «J2}", "No jury of this file has this id."),
    "more members from outside than the jury has": (
        "size: 4\n    externals: 2",
        "size: «4\n    externals: 6",
        "6 members from outside are required, more than the jury has.",
    ),
    "more representatives than the jury has members": (
        "size: 4\n    externals: 2\n    employers: 1",
        "size: «4\n    externals: 2\n    employers: 4",
        "5 members from outside are required, more than the jury has.",
    ),
    "a negative difference": (
        "difference: 0",
        "difference: «-1",
        "A whole number from 0 to 10000, without quotes, is expected here.",
    ),
    "an exact balance of an odd panel": (
        f"size: 4\n{REST_OF_JURY}0",
        f"size: 5\n{REST_OF_JURY}«0",
        "This balance can never be reached: an odd number of members is counted, so they differ by 1 at least.",
    ),
    "two balances of one scope": (
        "difference: 0}",
        "difference: 0}\n      - {scope: «panel, difference: 2}",
        "This scope has already its balance on line 55.",
    ),
    "an anchor": ("title: Exemple", "title: «&a Exemple", ANCHOR),
    "an alias": ("title: Exemple", "title: «*a", ALIAS),
    "a tag": ("title: Exemple", "title: «!!str Exemple", TAG),
    "a tag of one's own": ("title: Exemple", "title: «! Exemple", TAG),
}


def test_reader_reports_one_fault_in_one_sentence_at_its_line_and_column() -> None:
    for name, (old, new, sentence) in ONE_FAULT.items():
        with naming(name):
            assert_found(changed(EXAMPLE, old, new), sentence)


# --- trees

RULE = "      required: 2\n      mandatory: [2]\n"
NEVER = "This rule can never be met: its list has {} entries."
ONE_KEY = "A rule has exactly one of these keys: all, any, at_least, mean."

ONE_FAULT_IN_A_TREE = {
    "a competence that is unknown": ("all: [1, «9]", "There is no competence 9 in this file."),
    "a competence of another block, deep inside": (
        "all: [1, {any: [2, {at_least: 1, of: [3, «4]}]}]",
        "Competence 4 is not in this block.",
    ),
    "more required than there are": ("{at_least: «4, of: [1, 2, 3]}", NEVER.format(3)),
    "more required than there are, in a branch": ("any: [{at_least: «3, of: [1, 2]}, 3]", NEVER.format(2)),
    "nothing required": ("{at_least: «0, of: [1, 2]}", WHOLE_FROM_1),
    "an empty node": ("all: «[]", "This list has no entry; one is needed."),
    "an empty branch": ("any: [1, {any: «[]}]", "This list has no entry; one is needed."),
    "a mandatory one that is not in the list": (
        "{at_least: 1, of: [1, 2], mandatory: [«3]}",
        "What is mandatory stands itself in the list of this rule.",
    ),
    "a mandatory one that is only in a branch of the list": (
        "{at_least: 1, of: [1, {any: [2, 3]}], mandatory: [«3]}",
        "What is mandatory stands itself in the list of this rule.",
    ),
    "more mandatory ones than required": (
        "{at_least: «1, of: [1, 2, 3], mandatory: [1, 2]}",
        "2 are mandatory, more than the number required, among which they count.",
    ),
    "a mandatory one named twice": (
        "{at_least: 2, of: [1, 2], mandatory: [1, «1]}",
        "This is already named on line 22.",
    ),
    "a competence twice in a list": ("all: [1, 2, «1]", "This is already named on line 22."),
    "the same branch twice": ("any: [{all: [1, 2]}, «{all: [1, 2]}]", "This is already named on line 22."),
    "a word for a number": ("all: [1, «two]", WHOLE_FROM_1),
    "a list for a number": ("all: [1, «[2]]", WHOLE_FROM_1),
    "a number for a list": ("all: «1", "A list is expected here."),
    "no key at all": ("«{}", ONE_KEY),
    "two keys": ("«{all: [1], any: [2]}", ONE_KEY),
    "a key of another kind of rule": ("{all: [1, 2], mandatory: «[1]}", "This key goes with at_least, mean only."),
    "an unknown key": (
        "{all: [1], «none: [2]}",
        "This key is not known here; the known keys are: all, any, at_least, of, mandatory, mean, out_of, weights.",
    ),
    "a threshold of nothing": ("«{at_least: 1}", 'The key "of" is missing.'),
    "a list instead of a node": ("«[1, 2]", "A group of keys is expected here."),
    "five rules in one another": (
        "all: [any: [all: [any: [«{all: [1]}, 2]]]]",
        "Rules stand in one another 4 deep at most.",
    ),
    "an alias": ("all: [1, «*rest]", ALIAS),
}


def with_tree(tree: str) -> str:
    """Return the example with this tree (at line 22) as the rule of its first block."""
    node = tree if tree.lstrip("«")[:1] in "{[" else f"{{{tree}}}"
    return changed(EXAMPLE, RULE, f"      tree: {node}\n")


def test_reader_reports_one_fault_in_a_tree_in_one_sentence_at_its_line_and_column() -> None:
    for name, (tree, sentence) in ONE_FAULT_IN_A_TREE.items():
        with naming(name):
            assert_found(with_tree(tree), sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("required_blocks: [1, 2]", "title_rule: {all: [1, «3]}", "There is no block 3 in this file."),
        ("required_blocks: [1, 2]", "title_rule: {at_least: «3, of: [1, 2]}", NEVER.format(2)),
        ("required_blocks: [1, 2]", "title_rule: «2", "A group of keys is expected here."),
        (
            "required_blocks: [1, 2]",
            "required_blocks: «[1, 2]\ntitle_rule: {any: [1, 2]}",
            "A title with a title_rule has no such key.",
        ),
        ("format: certification/1", "«format: certification/1", 'The key "required_blocks" is missing.'),
        (RULE, "      tree: {all: [1]}\n      required: «2\n", "A rule with a tree has no such key."),
        (RULE, "      tree: {all: [1]}\n      mandatory: «[1]\n", "A rule with a tree has no such key."),
        (f"    rule:\n{RULE}", "    rule:\n      «mandatory: [2]\n", 'The key "required" is missing.'),
    ],
)
def test_reader_reports_a_fault_in_the_title_s_rule_or_next_to_a_tree_at_its_place(
    old: str, new: str, sentence: str
) -> None:
    text = changed(EXAMPLE, old, new)
    if "required_blocks" in sentence:
        text = changed(text, "required_blocks: [1, 2]\n", "")
    assert_found(text, sentence)


def test_tree_with_too_many_cases_to_explain_is_refused() -> None:
    numbers = range(1, 27)
    listed = "\n".join(f"  - {{number: {number}, text: x}}" for number in (*numbers, 50))
    pairs = ", ".join(f"{{any: [{number}, {number + 1}]}}" for number in numbers[::2])
    text = with_tree(f"«{{all: [{pairs}]}}")
    text = changed(text, "competences: [1, 2, 3]\n", f"competences: {list(numbers)}\n")
    text = changed(text, "competences: [4]", "competences: [50]")
    text = re.sub(r"(?<=competences:\n)(  - .*\n)+(?=modalities)", listed + "\n", text)
    text = changed(text, "competences: [1, 2, 3, 4]", "competences: [50]")
    sentence = "This rule has too many cases for what is missing to be told: name fewer numbers twice, fewer groups."
    assert_found(text, sentence)


def test_a_tree_nested_four_deep_is_read_as_written() -> None:
    definition = read(with_tree("all: [any: [all: [any: [1, 2]], 3], {at_least: 1, of: [1, 2], mandatory: [2]}]"))
    tree = all_of(any_of(all_of(any_of(1, 2)), 3), at_least(1, 1, 2, mandatory=(2,)))
    assert definition.by_number[1].rule == BlockRule.of_tree(tree, "Deux compétences sur trois, dont la 2.")
    assert (definition.by_number[1].rule.required, definition.by_number[1].rule.mandatory) == (1, (2,))


def test_a_title_made_of_options_is_read_as_written_and_one_without_is_all_its_blocks() -> None:
    definition = read(changed(EXAMPLE, "required_blocks: [1, 2]", "title_rule: {all: [1, any: [{all: [2]}, 2]]}"))
    assert definition.title_rule == definition.whole == all_of(1, any_of(all_of(2), 2))
    assert definition.required_blocks == (1, 2)
    assert (read(EXAMPLE).title_rule, read(EXAMPLE).whole) == (None, all_of(1, 2))


def test_the_trees_of_the_readme_are_read_as_written() -> None:
    title, options, block = (README.split("```yaml\n")[place].split("```")[0] for place in (2, 3, 4))
    blocks = re.search(r"blocks:\n(  .*\n)+?(?=  - number: 2)", EXAMPLE)
    assert blocks
    numbers = "".join(f"  - {{number: {number}, text: x}}\n" for number in range(1, 14))
    more = "".join(
        f"  - {{number: {n}, heading_number: {n}, title: x, heading_title: x, competences: [{n + 8}], "
        f"rule: {{required: 1, text: x}}}}\n"
        for n in range(2, 6)
    )
    text = changed(EXAMPLE, "required_blocks: [1, 2]\n", title)
    text = changed(text, "competences: [1, 2, 3, 4]\n    routes", f"competences: {list(range(1, 14))}\n    routes")
    first = blocks[0].replace("[1, 2, 3]", str(list(range(1, 10)))).split("    rule:")[0]
    indented = "".join(f"    {line}\n" for line in block.splitlines())
    text = re.sub(r"(?<!_)blocks:\n(  .*\n)+", lambda _: first + indented + more, text)
    text = re.sub(r"(?<=^competences:\n)(  .*\n)+", lambda _: numbers, text, flags=re.MULTILINE)
    definition = read(text)
    assert definition.title_rule == all_of(1, any_of(all_of(2, 3), all_of(4, 5)))
    tree = all_of(at_least(5, *range(1, 10), mandatory=(4,)), any_of(8, 9))
    assert definition.by_number[1].rule.tree == tree
    assert (definition.by_number[1].rule.required, definition.by_number[1].rule.mandatory) == (5, (4,))
    chosen = read(changed(text, title, options))
    assert (chosen.title_rule, chosen.required_blocks) == (all_of(1, any_of(all_of(2, 3), all_of(4, 5))), (1,))
    assert [option.blocks for option in chosen.options] == [(2, 3), (4, 5)]


@pytest.mark.parametrize("name", ["titre-options-example", "bts-options-example"])
def test_the_examples_with_options_are_read_and_each_option_wins_the_title(name: str) -> None:
    definition = read(shipped(f"{name}.yaml"))
    for option in definition.options:
        assert definition.title_of(option.code).met_by(definition.sought((), option.code))
    assert f"{name}.yaml" in README


CHOICE = """options:
  - {code: A, title: Une, blocks: [1]}
  - {code: B, title: Autre, blocks: [2]}
required_blocks: [3]"""
THREE = """  - number: 3
    heading_number: 3
    title: x
    heading_title: x
    competences: [4]
    rule: {required: 1, text: x}
competences:
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("code: B", "code: A", "Another option is called so on line"),
        ("title: Autre", "title: Une", "Another option is called so on line"),
        ("blocks: [2]", "blocks: [1]", "Another option has these blocks on line"),
        ("blocks: [2]", "blocks: [9]", "There is no block 9 in this file."),
        ("blocks: [2]", "blocks: []", "This list has no entry; one is needed."),
        ("code: B", "kode: B", 'The key "code" is missing.'),
        (
            "required_blocks: [3]",
            "title_rule: {all: [1, 2, 3]}",
            "The title cannot be won with this option: its rule asks for blocks of another one.",
        ),
        (
            "required_blocks: [3]",
            "title_rule: {any: [1, 2, 3]}",
            "The title is won without any option: its rule asks for none of their blocks.",
        ),
    ],
)
def test_options_at_fault_are_told(old: str, new: str, sentence: str) -> None:
    text = changed(EXAMPLE, "competences: [4]", "competences: [5]")
    text = changed(text, "\ncompetences:\n", f"\n{THREE}  - {{number: 5, text: x}}\n")
    text = changed(text, "competences: [1, 2, 3, 4]", "competences: [1, 2, 3, 4, 5]")
    assert [option.code for option in read(changed(text, "required_blocks: [1, 2]", CHOICE)).options] == ["A", "B"]
    found = faults(changed(text, "required_blocks: [1, 2]", changed(CHOICE, old, new)))
    assert any(each.en.startswith(sentence) for each in found), found


# An unreadable value causes no further fault in the values that are compared with it.
ONE_SLIP = {
    "in a block's list, of which a competence is then in no block": (
        "competences: [4]",
        "competences: [«x]",
        WHOLE_FROM_1,
    ),
    "in a block's list, which then lacks a mandatory competence": (
        "competences: [1, 2, 3]",
        "competences: [1, «x, 3]",
        WHOLE_FROM_1,
    ),
    "in the number of a competence that blocks name": ("{number: 4,", "{number: «x,", WHOLE_FROM_1),
    "in the number of a block that is required": (
        "  - number: 2\n    heading_number: 2",
        "  - number: «x\n    heading_number: 2",
        WHOLE_FROM_1,
    ),
    "in the id of a jury that a route names": ("- id: J1", "- id: «[J1]", "A text is expected here."),
    "in the code": ("code: RNCP99999", "code: «null", "A text is expected here."),
    "in the size of a jury": ("size: 4", "size: «x", WHOLE_FROM_1),
    "in whether a route is open": (
        "open: true, jury: J1}",
        "open: «oui, jury: J1}",
        "true or false is expected here.",
    ),
    "in the jury of an open route": ("jury: J1}", "jury: «*j}", ALIAS),
    "in a whole list": ("competences: [1, 2, 3, 4]", "competences: «*c", ALIAS),
    "in a whole group": ("    rule:\n      required: 1\n      text: La compétence 4.", "    rule: «*r", ALIAS),
}


def test_reader_reports_one_slip_once() -> None:
    for where, (old, new, sentence) in ONE_SLIP.items():
        with naming(where):
            assert_found(changed(EXAMPLE, old, new), sentence)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mandatory: [2]", "mandatory: [1, 2]"),
        ("size: 4", "size: 2"),
        ("      required: 2", "      required: 3"),
        ("ends_on: 2026-03-08", "ends_on: 2021-03-08"),
        (f"size: 4\n{REST_OF_JURY}0", f"size: 5\n{REST_OF_JURY}1"),
    ],
    ids=[
        "as many mandatory competences as required",
        "a jury all from outside",
        "all competences of a block required",
        "a registration of one day",
        "an odd panel one apart",
    ],
)
def test_reader_accepts_values_just_inside_the_rules(old: str, new: str) -> None:
    assert faults(changed(EXAMPLE, old, new)) == ()


def test_reader_reports_all_faults_of_a_file_in_the_order_of_the_file() -> None:
    text = changed(EXAMPLE, "version: 1", "version: «one")
    text = changed(text, "ends_on: 2026-03-08", "ends_on: «2026-02-30")
    text = changed(text, "mandatory: [2]", "mandatory: [«4]")
    text = changed(text, "jury: J1}", "jury: «J2}")
    text = changed(text, "difference: 0}", "difference: 0, «more: 1}")
    assert_found(
        text,
        WHOLE_FROM_1,
        DAY,
        "This rule can never be met: competence 4 is not in this block.",
        "No jury of this file has this id.",
        "This key is not known here; the known keys are: scope, difference.",
    )


def test_an_object_tag_runs_nothing_and_is_refused() -> None:
    found = faults(changed(EXAMPLE, "title: Exemple", "title: !!python/object/apply:os.getcwd []"))
    assert found[0].en == TAG


def test_a_fault_gives_the_path_of_keys_to_its_place() -> None:
    assert [fault.path for fault in faults(changed(EXAMPLE, "mandatory: [2]", "mandatory: [4]"))] == [
        "blocks[0].rule.mandatory[0]"
    ]


def test_a_refused_file_answers_as_any_refusal_with_its_faults_as_violations() -> None:
    with pytest.raises(FileFaults) as refused:
        read(changed(EXAMPLE, "version: 1", "version: one"))
    assert (refused.value.slug(), refused.value.kind) == ("file-faults", "invalid")
    (violation,) = refused.value.violations
    assert violation.en == f"Line 3, column 10: {WHOLE_FROM_1}"
    assert violation.fr.startswith("Ligne 3, colonne 10 : Un nombre entier de 1 à 10000")


def test_no_sentence_repeats_what_the_file_says() -> None:
    inner = "inside"
    for old in (
        "title: Exemple",
        "FC, label",
        "version: 1",
        "jury: J1}",
        "mandatory: [2]",
        "format: certification/1",
    ):
        for new in (f"{inner}: [{inner}]", f"{inner}, {inner}: {inner}"):
            found = faults(EXAMPLE.replace(old, new))
            assert found
            assert all(inner not in fault.en + fault.fr + fault.path for fault in found)


# --- what cannot be read at all

MALFORMED = "This is not well-formed YAML: the reading stops here."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty."),
        ("# only a comment\n", "The file is empty."),
        ("format: certification/1\ntitle: a: b\n", MALFORMED),
        ("format: certification/1\n\ttitle: a\n", MALFORMED),
        ('format: "certification/1\n', MALFORMED),
        ("format: [\n", MALFORMED),
        ('format: "\\UFFFFFFFF"\n', MALFORMED),
        ('format: "\\U00110000"\n', MALFORMED),
        ("format: !<tag:x\n", MALFORMED),
        ("format: a\n---\nformat: b\n", "A second document begins here; the file holds only one."),
        ("format: a\x00\n", "The file holds a control character."),
        ("[" * 100_000, "The file is nested more than 16 levels deep: the reading stops here."),
        ("- " * 100_000, "The file is nested more than 16 levels deep: the reading stops here."),
        ("{a: " * 100_000, "The file is nested more than 16 levels deep: the reading stops here."),
        ("a" * (1 << 20) + "a", "The file is larger than 1 MiB."),
        ("é" * (1 << 19) + "a", "The file is larger than 1 MiB."),
        ("\ud800", "The file holds a control character."),
    ],
    ids=range(17),
)
@pytest.mark.parametrize("reader", READERS)
def test_a_text_that_cannot_be_read_is_refused_whatever_it_holds(text: str, sentence: str, reader: Any) -> None:
    assert [fault.en[: len(sentence)] for fault in faults(text, reader)] == [sentence]


def test_malformed_yaml_and_control_characters_are_placed() -> None:
    assert [(f.line, f.column) for f in faults("format: a\ntitle: a: b\n")] == [(2, 9)]
    assert [(f.line, f.column) for f in faults("format: a\ntitle: a\x01\n")] == [(2, 9)]
    assert [(f.line, f.column) for f in faults("format: a\n---\nformat: b\n")] == [(2, 1)]


def test_a_bomb_of_aliases_is_refused_without_being_expanded() -> None:
    levels = [f"a{n}: &a{n} [{', '.join(9 * [f'*a{n - 1}'])}]" for n in range(1, 10)]
    found = faults("format: certification/1\na0: &a0 x\n" + "\n".join(levels))
    assert sum(fault.en.startswith("An alias") for fault in found) == 81


# --- rulebooks and openings


def test_the_readme_explains_every_key_of_a_rulebook() -> None:
    for kind in (Rules, Keeping, Mark, Remedy):
        for field in fields(kind):
            assert re.search(rf"`{field.name.replace('retention', 'class')}`", README), (
                f"{kind.__name__}.{field.name}"
            )


def test_the_demonstration_keeps_decisions_by_law_and_papers_for_two_years() -> None:
    rules = read_rulebook(RULEBOOK)
    kept = {each: rules.keeping(each) for each in Retention}
    assert {each.value for each, keeping in kept.items() if keeping.kept_by_law} == {
        "identity",
        "decision",
        "cpf",
        "register",
    }
    assert (kept[Retention.PAPERS].months, kept[Retention.REGISTER].months) == (24, None)
    assert all(keeping.source for keeping in kept.values())


def test_the_demonstration_reviews_decisions_for_two_months() -> None:
    rules = read_rulebook(RULEBOOK)
    review = rules.remedy(RemedyKind.REVIEW)
    assert review
    assert review.ends(date(2021, 12, 31), Calendar()) == date(2022, 2, 28)
    assert date(2021, 8, 15).strftime("%A") == "Sunday"
    assert review.ends(date(2021, 6, 15), Calendar()) == date(2021, 8, 16), "the last day is one that is worked"
    assert {each.way for each in rules.remedies} == set(RemedyKind)
    assert all(each.body and each.address and each.source for each in rules.remedies)


def test_a_time_limit_in_days_ends_so_many_days_later() -> None:
    rules = read_rulebook(changed(RULEBOOK, MONTHS, MONTHS.replace("months: 2", "days: 15")))
    review = rules.remedy(RemedyKind.REVIEW)
    assert review
    assert review.ends(date(2021, 6, 15), Calendar()) == date(2021, 6, 30)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("quorum: 4", "quorum: «0", WHOLE_FROM_1),
        ("casting_vote: false", "casting_vote: «no", "true or false is expected here."),
        (
            "{code: partly_acquired",
            "{code: «acquired",
            "This mark's code is already taken on line 11.",
        ),
        (
            "scale:\n  - {code: acquired, label_fr: Acquis, label_en: Acquired, acquired: true}",
            "scale:\n  «- {code: acquired, label_fr: Acquis, label_en: Acquired, acquired: false}",
            "A scale needs a mark that means acquired and a mark that means not acquired.",
        ),
        ("reason_for_departure: true", "", 'The key "reason_for_departure" is missing.'),
        (
            "papers, months: 24",
            "papers, months: «-1",
            "A whole number from 0 to 10000, without quotes, is expected here.",
        ),
        ("months: 24, after: last_decision", "months: 24, after: «never", CHOICE_OF_EVENT),
        ("- class: decision", "- class: «papers", "The period of this class is already stated on line 61."),
        (
            (
                "  - {class: civil_proof, months: 0, after: opening, kept_by_law: false,"
                " source: Choix du certificateur}\n"
            ),
            "",
            "The period of each class is stated; these are missing: civil_proof.",
        ),
        ("way: court", "way: «review", "This way to question a decision is already stated on line 83."),
        ("way: court", "way: «mayor", "One of these is expected here: review, court."),
        (MONTHS, MONTHS.replace("months: 2", "months: «0"), WHOLE_FROM_1),
        (WAY, WAY.replace("- way: review", "- way: «review").replace("    months: 2\n", ""), ONE_LIMIT),
        (WAY, WAY.replace("- way: review", "- way: «review") + "    days: 15\n", ONE_LIMIT),
        (f"{ROW}  - way", "  «- way", NO_REVIEW),
    ],
)
def test_a_rulebook_at_fault_is_refused_at_its_line(old: str, new: str, sentence: str) -> None:
    text = changed(RULEBOOK, old, new)
    if not new and not old.startswith(" "):  # a missing key is reported where the rulebook begins
        text = text.replace("format:", "«format:")
    elif not new:  # a missing row where its list begins
        text = text.replace("  - class: identity", "  «- class: identity")
    assert_found(text, sentence, reader=read_rulebook)


OPENING = """format: openings/1
openings:
  - route: VAE
    opened_on: 2019-01-07
    ground: Décision
    modalities:
      - {id: M1, competences: [1], routes: [VAE], kind: Dossier, text: Le dossier.}
"""


def against_rncp31936(text: str) -> object:
    return read_openings(text, read(CERTIFICATION))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("opened_on: 2019-01-07", "opened_on: «2019-02-29", DAY),
        ("  - route: VAE", "  - route: «CA", "The certification's sheet does not open this route."),
        ("competences: [1]", "competences: [1, «31]", "There is no competence 31 in this file."),
        (
            "- {id: M1, competences: [1], routes: [VAE]",
            "«- {id: M1, competences: [1], routes: [CL]",
            "A modality of this opening is for another route.",
        ),
        ("routes: [VAE]", "routes: «[]", "This list has no entry; one is needed."),
    ],
)
def test_an_opening_at_fault_is_refused_at_its_line(old: str, new: str, sentence: str) -> None:
    text = changed(OPENING, old, new)
    if "CA" in new:
        text = changed(text, "routes: [VAE]", "routes: [CA]")
    assert_found(text, sentence, reader=against_rncp31936)


def test_a_route_is_opened_once_in_a_file() -> None:
    again = OPENING.split("openings:\n")[1].replace("route: VAE", "route: «VAE").replace("id: M1", "id: M2")
    assert_found(OPENING + again, "This route is already opened on line 3.", reader=against_rncp31936)


# --- nothing but FileFaults ever comes out

ODD_CHARACTERS = [*"abkeyformat0123-:{}[],&*!|>'\"%@#?<~\\U. ", "\n", "\t", "\0", "é", "\ud800", "\\UFFFFFFFF"]
yaml_like = st.lists(st.sampled_from(ODD_CHARACTERS), max_size=120).map("".join)
values: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 40) | st.text(max_size=8) | st.sampled_from(["FC", "J1", "panel"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@given(yaml_like)
@settings(max_examples=300)
def test_random_text_is_refused_with_faults_and_nothing_else(text: str) -> None:
    for reader in READERS:
        assert faults(text, reader)


@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 12), yaml_like)
@settings(max_examples=300)
def test_a_good_file_spoilt_anywhere_is_read_or_refused_with_faults(at: int, gone: int, put: str) -> None:
    faults(EXAMPLE[:at] + put + EXAMPLE[at + gone :])


@given(st.data())
@settings(max_examples=300)
def test_file_with_any_value_in_place_of_another_is_read_or_refused_with_faults(data: st.DataObject) -> None:
    root = yaml.safe_load(EXAMPLE)
    place = root
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(values)
    for fault in faults(yaml.safe_dump(root, allow_unicode=True)):
        assert fault.line >= 1
        assert fault.en
        assert fault.fr


# --- means

MEAN_RULE = "tree: {mean: 10, out_of: 20, weights: [{competence: 1, weight: 3}, {competence: 2, weight: 1}]}"


def with_rule(rule: str) -> str:
    """Return the README's example with this rule for its first block."""
    return EXAMPLE.replace("      required: 2\n      mandatory: [2]\n", f"      {rule}\n")


def test_mean_of_marks_is_read_with_its_mandatory_competences() -> None:
    (block, _) = read(with_rule(MEAN_RULE)).blocks
    assert block.rule.tree == mean_of(1000, 2000, {1: 3, 2: 1})
    (block, _) = read(with_rule(MEAN_RULE.replace("]}", "], mandatory: [3]}"))).blocks
    assert block.rule.tree == mean_of(1000, 2000, {1: 3, 2: 1}, mandatory=(3,))
    assert (block.rule.required, block.rule.mandatory) == (1, (3,))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mean: 10", "mean: «20.5"),
        ("mean: 10", "mean: «0"),
        ("mean: 10", "mean: «ten"),
        (", out_of: 20", ""),
        ("competence: 2", "competence: «4"),
        ("competence: 2", "competence: «1"),
        ("weight: 1", "weight: «0"),
        ("weights: [", "of: «[1], weights: ["),
        ("]}", "], mandatory: [«4]}"),
        ("tree: {", "tree: «{any: [1], "),
        ("tree: {", "tree: «{all: [{mean: 5, out_of: 20, weights: [{competence: 3, weight: 1}]}, {"),
    ],
)
def test_mean_that_is_unreachable_or_counts_unknown_competences_is_refused_at_its_place(old: str, new: str) -> None:
    text = with_rule(MEAN_RULE.replace(old, new) + ("]}" if "all: [" in new else ""))
    places = [(fault.line, fault.column) for fault in faults(text.replace("«", ""))]
    if "«" in new:
        assert places == marked(text)
    else:
        assert len(places) == 1


def test_a_title_has_no_mean() -> None:
    rule = "title_rule: {mean: 10, out_of: 20, weights: [{competence: 1, weight: 1}]}"
    (fault,) = faults(EXAMPLE.replace("required_blocks: [1, 2]", rule))
    assert fault.path == "title_rule"


TWICE = """  - id: M2
    competences: «[4]
    routes: [FC]
    kind: Oral
    text: Oral.
"""


def test_competence_assessed_twice_by_a_route_without_alongside_is_refused_at_its_line() -> None:
    again = TWICE.replace("    competences: «[4]", "    competences: [4]")
    text = changed(EXAMPLE, "routes:\n  - {route: FC", again + "routes:\n  - {route: FC")
    (fault,) = faults(text)
    assert (fault.path, fault.en) == (
        "modalities[1]",
        "Competence 4 is assessed by M1 too: say so by alongside: [M1].",
    )
    said = changed(text, "    kind: Oral\n", "    kind: Oral\n    alongside: [M1]\n")
    assert read(said).modalities[1].alongside == ("M1",)
    assert faults(changed(text, "    routes: [FC]\n    kind: Oral", "    routes: [VAE]\n    kind: Oral")) == (), (
        "the other route does not assess the competence twice"
    )


def test_block_whose_rule_no_modality_can_meet_is_refused() -> None:
    text = changed(EXAMPLE, "competences: [1, 2, 3, 4]\n    routes", "competences: [1, 3, 4]\n    routes")
    (fault,) = faults(text)
    assert fault.path == "modalities"
    assert fault.en == "By the route FC the rule of block 1 can never be met: no modality assesses 2."
    assert fault.fr == "Par la voie FC, la règle du bloc 1 ne peut jamais être remplie : aucune modalité n'évalue 2."


def test_openings_are_checked_against_the_sheet_that_they_open() -> None:
    definition = read(CERTIFICATION)
    alone = changed(OPENINGS, "        alongside: [VAE-DOSSIER]\n", "")
    (fault,) = faults(alone, lambda text: read_openings(text, definition))
    assert fault.path == "openings[0].modalities[1]"
    assert faults(alone, read_openings) == (), "without the sheet the openings are not checked against it"


def test_last_day_of_issuance_is_read_and_refused_before_the_publication() -> None:
    dated = changed(EXAMPLE, "  ends_on: 2026-03-08", "  ends_on: 2026-03-08\n  last_issuance_on: 2029-03-08")
    assert read(dated).registration.last_issuance_on == date(2029, 3, 8)
    assert read(EXAMPLE).registration.last_issuance_on is None
    (fault,) = faults(changed(dated, "2029-03-08", "2021-03-07"))
    assert fault.path == "registration.last_issuance_on"
