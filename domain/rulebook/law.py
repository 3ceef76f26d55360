"""The law as dated rule sets, published as data with their text, and the choice of those that apply.

Nothing here is a rule of Acquis: each set names the article that states it, how that article was known, and the date
that selects it. For a date that no published set covers, no law is known, and none is invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.framework.definition import Route
from domain.framework.jury_rule import Seat, imbalances
from domain.framework.registration import LateCause
from domain.refusal import Refused, Violation
from domain.rulebook.facts import LawFact, RuleSetPublished, RuleSetRepealed
from domain.rulebook.rule_set import (
    BENEFIT,
    UNCHANGED,
    AdmissibilityLaw,
    JuryChanges,
    JuryLaw,
    LapseLaw,
    Provision,
    RulebookValues,
    RuleSet,
    RuleSetDate,
    YearlyFiles,
)
from domain.rulebook.rules import Rules


@dataclass(frozen=True, kw_only=True)
class Provisions:
    """The law's provisions for one parcours; a part is None if no published set provides for it."""

    sets: Mapping[Provision, RuleSet] = field(default_factory=dict)

    def source(self, of: Provision) -> RuleSet | None:
        """Return the rule set of a provision."""
        return self.sets.get(of)

    @property
    def jury(self) -> JuryLaw | None:
        """The law's requirements on the jury."""
        found = self.source(Provision.JURY)
        return found.jury if found else None

    @property
    def admissibility(self) -> AdmissibilityLaw | None:
        """The law's time limit for the decision on admissibility."""
        found = self.source(Provision.ADMISSIBILITY)
        return found.admissibility if found else None

    @property
    def jury_within_months(self) -> int | None:
        """The number of months after the validation file within which the jury meets."""
        found = self.source(Provision.JURY_WITHIN)
        return found.jury_within_months if found else None

    @property
    def notice_within_days(self) -> int | None:
        """The number of days after the jury within which its result is notified."""
        found = self.source(Provision.NOTICE_WITHIN)
        return found.notice_within_days if found else None

    @property
    def jury_within_to_month_end(self) -> bool:
        """True if the time limit for the jury runs to the end of its month."""
        found = self.source(Provision.JURY_WITHIN)
        return found is not None and found.jury_within_to_month_end

    @property
    def lapse(self) -> LapseLaw | None:
        """The law's rule on the lapse of admissibility."""
        found = self.source(Provision.LAPSE)
        return found.lapse if found else None

    @property
    def yearly_files(self) -> YearlyFiles | None:
        """The limit of files that a person may submit in a year."""
        found = self.source(Provision.YEARLY_FILES)
        return found.yearly_files if found else None

    @property
    def declaration_within_months(self) -> int | None:
        """The number of months after the jury within which an award is declared."""
        found = self.source(Provision.DECLARATION_WITHIN)
        return found.declaration_within_months if found else None

    @property
    def correction_within_months(self) -> int | None:
        """The number of months within which a request for correction is answered."""
        found = self.source(Provision.CORRECTION_WITHIN)
        return found.correction_within_months if found else None

    @property
    def partner_change_within_months(self) -> int | None:
        """The number of months within which a change of a habilitation is reported to France compétences."""
        found = self.source(Provision.PARTNER_CHANGE_WITHIN)
        return found.partner_change_within_months if found else None

    @property
    def national_number(self) -> bool:
        """True if the declaration includes the national number (NIR); False if no text says so."""
        found = self.source(Provision.NATIONAL_NUMBER)
        return bool(found and found.national_number)

    def benefit(self, cause: LateCause | None) -> RuleSet | None:
        """Return the text that lets a candidate who began in time go on despite this cause, if there is one."""
        return self.source(BENEFIT[cause]) if cause in BENEFIT else None

    def over(self, rules: Rules) -> Rules:
        """Return the rulebook's rules with the values that a derogation replaces, if one applies."""
        found = self.source(Provision.RULEBOOK)
        return found.rulebook.over(rules) if found and found.rulebook else rules


class RuleSetAlreadyPublished(Refused):
    """A published rule set never changes: what corrects or follows it is published under another name."""

    fr = "Un ensemble de règles publié ne change jamais : ce qui le corrige ou le suit se publie sous un autre nom."


class RuleSetUnsound(Refused):
    """A rule set binds a route, provides for something, ends no sooner than it begins; a derogation ends."""

    fr = (
        "Un ensemble de règles vise une voie, prévoit quelque chose et ne finit pas avant de commencer ; "
        "une dérogation a une fin."
    )
    kind = "invalid"


class DerogationUnsound(Refused):
    """Only a derogation with its days, its text cited, changes values of a rulebook or of a text, and some value."""

    fr = (
        "Seule une dérogation datée, qui cite son texte, change des valeurs du règlement ou d'un texte, "
        "et elle en change une."
    )
    kind = "invalid"


class NoSuchRuleSet(Refused):
    """Only a published rule set without a last day is said to end, and that day set anew until it has passed."""

    fr = "Seul un ensemble publié sans dernier jour est dit abrogé ; ce jour se modifie tant qu'il n'est pas passé."


@dataclass(frozen=True, kw_only=True)
class Law:
    """All published rule sets of law, by name, in the order of publication."""

    id: UUID
    version: int = 0
    sets: Mapping[str, RuleSet] = field(default_factory=dict)
    repealed: frozenset[str] = frozenset()
    """The sets whose last day was set after their publication."""

    @staticmethod
    def the() -> UUID:
        """Return the id of the law's only stream."""
        return stream_of("law")

    def publish(self, rule_set: RuleSet) -> RuleSetPublished:
        """Publish a rule set, once under its name."""
        if rule_set.id in self.sets:
            raise RuleSetAlreadyPublished(rule_set.id)
        reversed_days = (rule_set.first or date.min) > (rule_set.last or date.max)
        endless = rule_set.derogation and rule_set.last is None
        if not rule_set.routes or not any(rule_set.provides()) or reversed_days or endless:
            raise RuleSetUnsound(rule_set.id)
        if rule_set.rulebook is not None:
            _check_derogates(rule_set, rule_set.rulebook)
        if rule_set.jury_changes is not None:
            _check_changes(rule_set, rule_set.jury_changes)
        return RuleSetPublished(rule_set=rule_set)

    def repeal(self, name: str, last: date, ground: str, today: date) -> RuleSetRepealed:
        """Set the last day of a text that has none, once it is repealed; it can be changed until it has passed."""
        found = self.sets.get(name)
        if found is None or (found.last is not None and (name not in self.repealed or found.last < today)):
            raise NoSuchRuleSet(name)
        if last < (found.first or date.min):
            raise RuleSetUnsound(name)
        return RuleSetRepealed(rule_set=name, last=last, ground=ground)

    def imbalances(self, panel: tuple[Seat, ...]) -> tuple[Violation, ...]:
        """Return the balances of any published text that a panel does not meet; a derogation may answer each."""
        return tuple(
            shortfall
            for each in self.sets.values()
            for said in (each.jury, each.jury_changes)
            if said is not None
            for shortfall in imbalances(panel, said.balances or (), each.reference)
        )

    def in_force(
        self, route: Route, *, began_on: date, session_on: date | None = None, portal: bool = False
    ) -> Provisions:
        """Return the law of a parcours begun on that day, on the portal or not, before a jury of that day.

        Of several sets that provide for the same thing, a derogation comes first, then the one that began last, then
        the one published last. However, a text that keeps the parcours begun under it excludes later texts that the
        day of the session would select. For a jury, the changes of a derogation replace parts of the ordinary text;
        for a rulebook, each derogation replaces the values that it gives.
        """
        binding = [each for each in self.sets.values() if each.binds(route, began_on, session_on, portal=portal)]
        ranked = sorted(binding, key=lambda each: (each.derogation, each.first or date.min))
        keeping = [each for each in ranked if each.keeps(began_on, session_on) and not each.derogation]
        sets = {provision: each for each in ranked for provision in each.provides()}
        for provision in sets:
            kept = [each for each in keeping if provision in each.provides()]
            if kept:
                sets[provision] = _not_after(_begun_under(kept, began_on), ranked, provision)
        if derogations := [each for each in ranked if each.rulebook is not None]:
            sets[Provision.RULEBOOK] = _derogated(derogations)
        changed = _changed(sets.get(Provision.JURY), [each for each in ranked if each.jury_changes is not None])
        return Provisions(sets=sets if changed is None else {**sets, Provision.JURY: changed})

    def names_nir(self, day: date) -> bool:
        """Return whether a text requires the national number of anybody who begins and is judged on that day."""
        ways = product(Route, (False, True))
        return any(
            self.in_force(r, began_on=day, session_on=day, portal=portal).national_number for r, portal in ways
        )

    def evolve(self, fact: LawFact) -> Self:
        match fact:
            case RuleSetPublished(rule_set=rule_set):
                return replace(self, sets={**self.sets, rule_set.id: rule_set})
            case RuleSetRepealed(rule_set=name, last=last):
                ended = replace(self.sets[name], last=last)
                return replace(self, sets={**self.sets, name: ended}, repealed=self.repealed | {name})
            case _:
                assert_never(fact)


def _changed(ordinary: RuleSet | None, derogations: Sequence[RuleSet]) -> RuleSet | None:
    """Return the text on juries as changed by derogations, all cited; None if nothing is changed.

    If two change the same thing, the highest-ranked applies; otherwise each change applies. They apply over the text
    that states the whole jury, even if it is a derogation itself.
    """
    if not derogations:
        return None
    law = JuryLaw() if ordinary is None or ordinary.jury is None else ordinary.jury
    for each in derogations:
        law = law if each.jury_changes is None else each.jury_changes.over(law)
    texts = [*([] if ordinary is None else [ordinary]), *derogations]
    return replace(ordinary or derogations[-1], jury=law, reference=_references(texts))


def _derogated(derogations: Sequence[RuleSet]) -> RuleSet:
    """Return the derogations from a rulebook merged, all cited; for the same value, the highest-ranked applies."""
    values = UNCHANGED
    for each in derogations:
        values = values if each.rulebook is None else values.under(each.rulebook)
    return replace(derogations[-1], rulebook=values, reference=_references(derogations))


def _references(texts: Sequence[RuleSet]) -> str:
    return " ; ".join(dict.fromkeys(each.reference for each in texts))


def _check_changes(rule_set: RuleSet, changes: JuryChanges) -> None:
    """Refuse changes to a text on juries unless a temporary text with its reference makes them; refuse empty ones."""
    cited = rule_set.derogation and rule_set.reference.strip() and rule_set.first is not None
    nobody = changes.minimum is not None and changes.minimum < 1
    if not cited or changes == JuryChanges() or rule_set.jury is not None or nobody:
        raise DerogationUnsound(rule_set.id)


def _check_derogates(rule_set: RuleSet, values: RulebookValues) -> None:
    """Refuse values of a rulebook unless a temporary text with its reference gives them; refuse impossible ones."""
    cited = rule_set.derogation and rule_set.reference.strip() and rule_set.first is not None
    least = (values.quorum, values.commission_quorum)
    sound = all(value is None or value >= 1 for value in least) and (values.summons_days or 0) >= 0
    if not cited or values == UNCHANGED or not sound:
        raise DerogationUnsound(rule_set.id)


def _begun_under(keeping: Sequence[RuleSet], began_on: date) -> RuleSet:
    """Return the text that keeps a parcours: the one it began under, else the earliest; as last published.

    A text is thus corrected by another one with the same days, published later.
    """
    firsts = [each.first or date.min for each in keeping]
    began_under = max((first for first in firsts if first <= began_on), default=min(firsts))
    *_, found = (each for each, first in zip(keeping, firsts, strict=True) if first == began_under)
    return found


def _not_after(kept: RuleSet, ranked: list[RuleSet], provision: Provision) -> RuleSet:
    """Return the highest-ranked text, except those that only the session's day would select instead of `kept`."""
    *_, found = (
        each
        for each in ranked
        if provision in each.provides()
        and (each is kept or each.derogation or each.chosen_by is not RuleSetDate.SESSION)
    )
    return found
