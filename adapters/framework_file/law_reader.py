"""Reader of a law file: texts of law as rule sets (fichier de droit → RuleSet)."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from adapters.framework_file.compositions import balances, quotas
from adapters.framework_file.document import Spot, distinct, document
from adapters.framework_file.faults import Faults
from domain.framework.definition import Route
from domain.framework.registration import LateCause
from domain.people.facts import Tie
from domain.rulebook.rule_set import (
    BENEFIT,
    UNCHANGED,
    AdmissibilityLaw,
    CountedFrom,
    HowKnown,
    JuryChanges,
    JuryLaw,
    LapseLaw,
    RulebookValues,
    RuleSet,
    RuleSetDate,
    YearlyFiles,
)

FORMAT = "law/1"

_REQUIRED = "id routes chosen_by reference rule known source"
_OPTIONAL = (
    "first last keeps_begun derogation jury admissibility jury_within_months notice_within_days"
    " declaration_within_months rulebook jury_changes portal jury_within_to_month_end lapse yearly_files"
    " correction_within_months partner_change_within_months benefit notice_to_advisor national_number"
)
_PROVISIONS = [
    "jury",
    "admissibility",
    "jury_within_months",
    "notice_within_days",
    "declaration_within_months",
    "rulebook",
    "jury_changes",
    "lapse",
    "yearly_files",
    "correction_within_months",
    "partner_change_within_months",
    "benefit",
    "notice_to_advisor",
    "national_number",
]

E = TypeVar("E", bound=Enum)


def read_law(text: str) -> tuple[RuleSet, ...]:
    """Return the rule sets of this file, in its order; raises FileFaults with all of its faults."""
    faults = Faults()
    at = document(text, FORMAT, faults).fields("format rule_sets")
    items = at["rule_sets"].items(least=1)
    rows = [item.fields(_REQUIRED, _OPTIONAL) for item in items]
    found = tuple(_rule_set(item, row) for item, row in zip(items, rows, strict=True))
    distinct(
        [(row["id"], rule_set.id) for row, rule_set in zip(rows, found, strict=True)],
        "This rule set's id is already taken",
        "Cet identifiant est déjà pris",
    )
    faults.raise_if_any()
    return found


def _rule_set(spot: Spot, at: dict[str, Spot]) -> RuleSet:
    rule = at["rule"].fields("fr en")
    rule_set = RuleSet(
        id=at["id"].text(),
        routes=_choices(at["routes"], Route, least=1),
        first=at["first"].day_or_none(),
        last=at["last"].day_or_none(),
        chosen_by=at["chosen_by"].choice(RuleSetDate),
        reference=at["reference"].text(),
        rule_fr=rule["fr"].text(),
        rule_en=rule["en"].text(),
        known=at["known"].choice(HowKnown),
        source=at["source"].text(),
        keeps_begun=bool(at["keeps_begun"].flag_or_none()),
        derogation=bool(at["derogation"].flag_or_none()),
        jury=None if at["jury"].empty else _jury(at["jury"]),
        admissibility=None if at["admissibility"].empty else _admissibility(at["admissibility"]),
        jury_within_months=at["jury_within_months"].whole_or_none(1),
        notice_within_days=at["notice_within_days"].whole_or_none(1),
        declaration_within_months=at["declaration_within_months"].whole_or_none(1),
        rulebook=None if at["rulebook"].empty else _rulebook(at["rulebook"]),
        jury_changes=None if at["jury_changes"].empty else _changes(at["jury_changes"]),
        portal=at["portal"].flag_or_none(),
        jury_within_to_month_end=bool(at["jury_within_to_month_end"].flag_or_none()),
        lapse=None if at["lapse"].empty else _lapse(at["lapse"]),
        yearly_files=None if at["yearly_files"].empty else _yearly_files(at["yearly_files"]),
        correction_within_months=at["correction_within_months"].whole_or_none(1),
        partner_change_within_months=at["partner_change_within_months"].whole_or_none(1),
        benefit=_benefit(at["benefit"]),
        notice_to_advisor=bool(at["notice_to_advisor"].flag_or_none()),
        national_number=at["national_number"].flag_or_none(),
    )
    _hold(spot, at, rule_set)
    return rule_set


def _hold(spot: Spot, at: dict[str, Spot], rule_set: RuleSet) -> None:
    """Report contradictory combinations in a rule set: see `RuleSetUnsound`."""
    if all(at[key].node is None for key in _PROVISIONS) and rule_set.id:
        provisions = ", ".join(_PROVISIONS)
        en = f"A rule set provides for something: give one of {provisions}."
        spot.wrong(en, f"Un texte prévoit quelque chose : donnez l'une de ces clés : {provisions}.")
    if rule_set.derogation and at["last"].empty:
        en = "A derogation is temporary: give its last day."
        at["derogation"].wrong(en, "Une dérogation est temporaire : donnez son dernier jour.")
    if rule_set.rulebook and (not rule_set.derogation or at["first"].empty):
        en = "Only a derogation, with its first and last day, changes values of a rulebook."
        at["rulebook"].wrong(en, "Seule une dérogation, avec son premier et son dernier jour, change un règlement.")
    if rule_set.jury_changes and (not rule_set.derogation or at["first"].empty):
        en = "Only a derogation, with its first and last day, changes what a text says of juries."
        at["jury_changes"].wrong(
            en, "Seule une dérogation, avec ses deux jours, change ce qu'un texte dit des jurys."
        )
    if rule_set.jury_changes and rule_set.jury:
        en = "A text says all of a jury (jury), or what it changes (jury_changes): one of them."
        at["jury_changes"].wrong(en, "Un texte dit tout du jury (jury), ou ce qu'il en change : l'un des deux.")
    if rule_set.first and rule_set.last and at["last"].sound and rule_set.last < rule_set.first:
        en = f"This day comes before first (line {at['first'].line}), which it must not."
        at["last"].wrong(en, f"Ce jour précède first (ligne {at['first'].line}), ce qui ne se peut pas.")
    if rule_set.jury_within_to_month_end and at["jury_within_months"].empty:
        en = "Only a time within which the jury meets (jury_within_months) runs to the end of its month."
        at["jury_within_to_month_end"].wrong(
            en, "Seul le délai de réunion du jury (jury_within_months) court jusqu'à la fin de son mois."
        )
    if rule_set.keeps_begun and at["chosen_by"].sound and rule_set.chosen_by is not RuleSetDate.SESSION:
        en = "Only a rule set that the session chooses keeps those whose parcours had begun."
        at["keeps_begun"].wrong(en, "Seul un texte choisi par la session garde ceux dont le parcours avait commencé.")


def _jury(spot: Spot) -> JuryLaw:
    keys = "minimum quotas balances from_panel from_deliberation casting_vote past both_sexes former_colleagues"
    at = spot.fields("", keys)
    return JuryLaw(
        minimum=at["minimum"].whole_or_none(1) or 1,
        quotas=quotas(at["quotas"]),
        balances=balances(at["balances"]),
        from_panel=_choices(at["from_panel"], Tie),
        from_deliberation=_choices(at["from_deliberation"], Tie),
        casting_vote=at["casting_vote"].flag_or_none(),
        past=bool(at["past"].flag_or_none()),
        both_sexes=bool(at["both_sexes"].flag_or_none()),
        former_colleagues=at["former_colleagues"].flag_or_none() is not False,
    )


def _changes(spot: Spot) -> JuryChanges:
    """Read a derogation's changes: for a missing value the ordinary text applies; an empty list removes the rule."""
    at = spot.fields("", "minimum quotas balances casting_vote")
    changes = JuryChanges(
        minimum=at["minimum"].whole_or_none(1),
        quotas=None if at["quotas"].empty else quotas(at["quotas"]),
        balances=None if at["balances"].empty else balances(at["balances"]),
        casting_vote=at["casting_vote"].flag_or_none(),
    )
    if changes == JuryChanges() and spot.sound:
        names = "minimum, quotas, balances, casting_vote"
        en = f"A derogation changes some value: give one of {names}."
        spot.wrong(en, f"Une dérogation change une valeur : donnez l'une de ces clés : {names}.")
    return changes


def _rulebook(spot: Spot) -> RulebookValues:
    at = spot.fields("", "quorum commission_quorum casting_vote summons_days")
    values = RulebookValues(
        quorum=at["quorum"].whole_or_none(1),
        commission_quorum=at["commission_quorum"].whole_or_none(1),
        casting_vote=at["casting_vote"].flag_or_none(),
        summons_days=at["summons_days"].whole_or_none(0),
    )
    if values == UNCHANGED and spot.sound:
        names = "quorum, commission_quorum, casting_vote, summons_days"
        en = f"A derogation changes some value: give one of {names}."
        spot.wrong(en, f"Une dérogation change une valeur : donnez l'une de ces clés : {names}.")
    return values


def _admissibility(spot: Spot) -> AdmissibilityLaw:
    at = spot.fields("months from silence_admits")
    return AdmissibilityLaw(
        months=at["months"].whole(1),
        silence_admits=at["silence_admits"].flag(),
        counted_from=at["from"].choice(CountedFrom),
    )


def _lapse(spot: Spot) -> LapseLaw:
    at = spot.fields("months lifts_yearly_limit")
    return LapseLaw(months=at["months"].whole(1), lifts_yearly_limit=at["lifts_yearly_limit"].flag())


def _yearly_files(spot: Spot) -> YearlyFiles:
    at = spot.fields("same all blocks_exempt")
    return YearlyFiles(same=at["same"].whole(1), all=at["all"].whole(1), blocks_exempt=at["blocks_exempt"].flag())


def _benefit(spot: Spot) -> tuple[LateCause, ...]:
    causes = _choices(spot, LateCause)
    if unkept := [cause for cause in causes if cause not in BENEFIT]:
        names = ", ".join(BENEFIT)
        spot.wrong(f"{unkept[0]}: one of {names}.", f"{unkept[0]} : l'une de ces causes : {names}.")
    return causes


def _choices(spot: Spot, of: type[E], least: int = 0) -> tuple[E, ...]:
    named = distinct(
        [(item, item.choice(of)) for item in spot.items(least)],
        "This is already named",
        "Ceci est déjà nommé",
    )
    return tuple(named.at)
