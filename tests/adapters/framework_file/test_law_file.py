"""Files of law: they are read as written, each fault at its line; the shipped files state the texts as read."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from adapters.framework_file import FileFaults, read_law, shipped
from domain.framework.definition import Route
from domain.framework.registration import LateCause
from domain.rulebook.law import Law
from domain.rulebook.rule_set import JuryChanges, LapseLaw, Provision, RulebookValues, RuleSet
from tests.given.domain import law

LAW = shipped("law-vae.yaml")
CPF = shipped("law-cpf.yaml")
KEPT = shipped("law-enregistrement.yaml")
WORDS = {"reference", "rule_fr", "rule_en", "source"}


def faults(text: str) -> list[tuple[int, str, str]]:
    try:
        read_law(text)
    except FileFaults as refused:
        return [(fault.line, fault.path, fault.en) for fault in refused.faults]
    return []


def line_of(text: str, beginning: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.strip().startswith(beginning))


def test_the_law_of_vae_that_ships_is_the_one_that_the_rules_are_tested_with() -> None:
    by_id = {each.id: each for each in read_law(LAW)}
    for expected in (law.R335, law.D6412, law.R335_7):
        found = by_id[expected.id]
        assert {name: getattr(found, name) for name in _compared()} == {
            name: getattr(expected, name) for name in _compared()
        }
    assert by_id["CT-R6412-5-2024"].jury_within_months == 3
    assert by_id["CT-R6412-5-2024"].jury_within_to_month_end
    assert by_id["CT-R6412-7-2024"].notice_within_days == 15
    assert by_id["CT-R6412-4-2024"].lapse == LapseLaw(months=6, lifts_yearly_limit=True)
    assert all(each.rule_fr and each.rule_en and each.source and each.reference for each in by_id.values())


@pytest.mark.parametrize("route", list(Route))
def test_an_award_is_declared_within_three_months_by_a_text_that_ships_with_its_day_and_reference(
    route: Route,
) -> None:
    """Code du travail R6113-17-2: of awards from 1 July 2021, whenever the candidate began."""
    found = Law(id=Law.the())
    for each in (*read_law(LAW), *read_law(CPF)):
        found = found.evolve(found.publish(each))
    began_on = date(2021, 2, 1)
    due = found.in_force(route, began_on=began_on, session_on=date(2021, 7, 1))
    source = due.source(Provision.DECLARATION_WITHIN)
    assert due.declaration_within_months == 3
    assert source is not None
    assert "R6113-17-2" in source.reference
    before = found.in_force(route, began_on=began_on, session_on=date(2021, 6, 30))
    assert before.declaration_within_months is None


@pytest.mark.parametrize(
    ("on", "causes", "texts"),
    [
        (date(2019, 8, 22), set(), []),
        (date(2020, 6, 1), {LateCause.END}, ["LEGIARTI000038951911"]),
        (date(2022, 12, 22), {LateCause.END, LateCause.SUSPENSION}, ["LEGIARTI000038951911", "LEGIARTI000039797127"]),
        (date(2022, 12, 23), {LateCause.END, LateCause.SUSPENSION}, ["LEGIARTI000046774788", "LEGIARTI000039797127"]),
    ],
)
def test_a_registration_is_kept_by_texts_that_ship_with_their_days_for_all_but_individual_candidatures(
    on: date, causes: set[LateCause], texts: list[str]
) -> None:
    """Code du travail L6113-9 al. 2 and R6113-17-3 II, on the day of the jury."""
    found = Law(id=Law.the())
    for each in read_law(KEPT):
        found = found.evolve(found.publish(each))
    for route in Route:
        binds = found.in_force(route, began_on=date(2019, 1, 7), session_on=on)
        kept = {cause: text for cause in LateCause if (text := binds.benefit(cause))}
        assert set(kept) == (set() if route is Route.CL else causes)
        if kept:
            assert all(text in " ".join(each.reference for each in kept.values()) for text in texts)


def test_no_text_keeps_the_last_day_of_issuance() -> None:
    (fault, *_) = faults(KEPT.replace("benefit: [end]", "benefit: [issuance]", 1))
    assert "end, suspension" in fault[2]


@pytest.mark.parametrize("route", list(Route))
@pytest.mark.parametrize(
    ("day", "correction", "nir"), [(date(2024, 12, 31), None, False), (date(2025, 1, 1), 3, True)]
)
def test_since_2025_a_correction_is_answered_within_three_months_and_the_national_number_declared(
    route: Route, day: date, correction: int | None, nir: bool
) -> None:
    """Code du travail R6113-17-1 and R6113-17-2, in the two versions that were read."""
    binds = published(CPF).in_force(route, began_on=date(2021, 2, 1), session_on=day)
    assert (binds.declaration_within_months, binds.correction_within_months) == (3, correction)
    assert binds.national_number is nir


@pytest.mark.parametrize(
    ("day", "months"),
    [(date(2021, 4, 4), None), (date(2021, 4, 5), 3), (date(2025, 6, 8), 3), (date(2025, 6, 9), 2)],
)
def test_a_change_of_a_habilitation_is_told_within_the_months_of_its_day(day: date, months: int | None) -> None:
    """Code du travail R6113-16 (2021), then R6113-16-5: two months from 9 June 2025, three before."""
    binds = published(shipped("law-habilitations.yaml")).in_force(Route.FI, began_on=day, session_on=day)
    assert binds.partner_change_within_months == months


def published(text: str) -> Law:
    found = Law(id=Law.the())
    for each in read_law(text):
        found = found.evolve(found.publish(each))
    return found


def _compared() -> list[str]:
    return [each.name for each in fields(RuleSet) if each.name not in WORDS]


def test_shipped_rule_sets_can_be_published_in_the_order_of_the_file() -> None:
    found = Law(id=Law.the())
    for each in read_law(LAW):
        found = found.evolve(found.publish(each))
    assert len(found.sets) == 10


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("share: 1/4", "share: 5/4", "- {quality: profession", "A share is a fraction of the whole"),
        ("count: 2, share: 1/4", "years: 2", "- {quality: profession", "A quota is a count or a share"),
        ("quality: qualified", "quality: wise", "- {quality: wise", "One of these is expected here: external"),
        ("routes: [VAE]", "routes: [VAE, VAE]", "routes:", "This is already named on line"),
        ("routes: [VAE]", "routes: []", "routes:", "This list has no entry"),
        ("last: 2023-12-31", "last: 2019-11-03", "last:", "This day comes before first (line 20)"),
        ("    keeps_begun: true\n", "    keeps_begun: true\n    derogation: true\n", "", ""),
        ("chosen_by: session", "chosen_by: parcours", "keeps_begun:", "Only a rule set that the session chooses"),
        ("last: 2023-12-31", "last: 2019-11-04", "", ""),
        ("known: read", "known: guessed", "known:", "One of these is expected here: read, summary, not_read."),
        ("id: CE-R335-7-2019", "id: CE-R335-8-2019-lu", "", "This rule set's id is already taken on line"),
        ("    notice_within_days: 15\n    notice_to_advisor: true\n", "", "", "A rule set provides for something"),
        ("{months: 2, from: receipt", "{months: 0, from: receipt", "admissibility:", "A whole number"),
        ("from: receipt", "from: tomorrow", "admissibility:", "One of these is expected here: receipt"),
        ("    jury_within_months: 3\n", "    notice_within_days: 9\n", "jury_within_to_month_end:", "Only a time"),
        ("    first: 2024-04-13\n", "    first: 2024-04-13\n    derogation: true\n", "", "A derogation is"),
    ],
)  # fmt: skip
def test_law_file_with_a_fault_is_refused_at_its_line(old: str, new: str, at: str, said: str) -> None:
    assert old in LAW
    text = LAW.replace(old, new, 1)
    found = faults(text)
    if not said:
        assert found == []
        return
    assert [each for each in found if each[2].startswith(said)], found
    if at:
        assert line_of(text, at) in {line for line, _, _ in found}


def test_a_share_is_also_written_in_percent() -> None:
    (quota,) = read_law(LAW.replace("share: 1/4", "share: 25%", 1))[0].jury.quotas  # type: ignore[union-attr]
    assert quota.share is not None
    assert (quota.share.parts, quota.share.of) == (25, 100)
    assert [quota.least(size) for size in (5, 9)] == [2, 3]


def test_a_file_without_rule_sets_says_so() -> None:
    assert faults("format: law/1\nrule_sets: []\n") == [(2, "rule_sets", "This list has no entry; one is needed.")]
    found: Any = faults("format: rulebook/1\n")
    assert found[0][2] == "This file must say: format: law/1."


def test_rule_set_leaves_open_the_values_that_the_law_file_omits() -> None:
    minimal = read_law(
        "format: law/1\nrule_sets:\n  - id: X\n    routes: [FI]\n    chosen_by: session\n    reference: r\n"
        "    rule: {fr: f, en: e}\n    known: not_read\n    source: s\n    jury: {quotas: []}\n"
    )[0]
    assert replace(minimal, jury=None) == RuleSet(
        id="X",
        routes=minimal.routes,
        first=None,
        last=None,
        chosen_by=minimal.chosen_by,
        reference="r",
        rule_fr="f",
        rule_en="e",
        known=minimal.known,
        source="s",
    )
    assert minimal.jury is not None
    assert minimal.jury.casting_vote is None


# A derogation to values of a rulebook

EMERGENCY = """format: law/1
rule_sets:
  - id: urgence-2020
    routes: [VAE]
    first: 2020-03-12
    last: 2020-12-31
    chosen_by: session
    derogation: true
    reference: Décision du certificateur prise selon l'ordonnance n° 2020-351 du 27 mars 2020
    rule: {fr: Deux membres délibèrent., en: Two members deliberate.}
    known: not_read
    source: connue sans avoir été lue
    rulebook: {quorum: 2, commission_quorum: 1, casting_vote: true, summons_days: 0}
"""


def test_a_temporary_text_that_changes_values_of_a_rulebook_is_read_as_written() -> None:
    (found,) = read_law(EMERGENCY)
    assert (found.derogation, found.reference[:12]) == (True, "Décision du ")
    assert found.rulebook == RulebookValues(quorum=2, commission_quorum=1, casting_vote=True, summons_days=0)
    assert Law(id=Law.the()).publish(found).rule_set == found
    assert all(each.rulebook is None for each in read_law(LAW)), "no text that ships changes a rulebook"


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("derogation: true", "derogation: false", "rulebook:", "Only a derogation, with its first and last day"),
        ("first: 2020-03-12", "first: null", "rulebook:", "Only a derogation, with its first and last day"),
        ("last: 2020-12-31", "last: null", "derogation:", "A derogation is temporary"),
        (
            "{quorum: 2, commission_quorum: 1, casting_vote: true, summons_days: 0}",
            "{quorum: null}",
            "rulebook:",
            "some",
        ),
        ("quorum: 2,", "quorum: 0,", "rulebook:", ""),
        ("summons_days: 0", "retention: 0", "rulebook:", ""),
    ],
)
def test_rulebook_derogation_without_its_days_or_of_a_fixed_value_is_refused(
    old: str, new: str, at: str, said: str
) -> None:
    text = EMERGENCY.replace(old, new, 1)
    assert any(line == line_of(text, at) and said in why for line, _, why in faults(text)), faults(text)


# A derogation to a text on juries

CHANGES = EMERGENCY.replace(
    "    rulebook: {quorum: 2, commission_quorum: 1, casting_vote: true, summons_days: 0}\n",
    "    jury_changes: {minimum: 2, quotas: [], casting_vote: true}\n",
)


def test_temporary_text_states_only_the_jury_values_that_it_changes() -> None:
    (found,) = read_law(CHANGES)
    assert found.jury_changes == JuryChanges(minimum=2, quotas=(), balances=None, casting_vote=True)
    assert found.jury is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("derogation: true", "derogation: false", "Only a derogation, with its first and last day, changes what"),
        ("first: 2020-03-12", "first: null", "Only a derogation, with its first and last day, changes what"),
        ("{minimum: 2, quotas: [], casting_vote: true}", "{}", "A derogation changes some value: give one of"),
        ("    jury_changes:", "    jury: {minimum: 2}\n    jury_changes:", "A text says all of a jury (jury)"),
        ("minimum: 2", "minimum: 0", ""),
    ],
)
def test_jury_derogation_that_is_undated_or_changes_nothing_is_refused_at_its_line(
    old: str, new: str, said: str
) -> None:
    assert old in CHANGES
    (fault,) = faults(CHANGES.replace(old, new))
    assert said in fault[2]
    assert "jury_changes" in fault[1]
