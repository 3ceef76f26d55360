"""The law in the tests: the two texts on juries and the one on admissibility, as in the included file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

from adapters.framework_file import read_law, shipped
from domain.fact import RecordedFact, Stamp
from domain.framework.definition import Route
from domain.framework.jury_rule import Balance, BalanceScope, PanelShare, Quality, Quota
from domain.people.facts import Tie
from domain.rulebook.facts import LawFact, RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import (
    AdmissibilityLaw,
    CountedFrom,
    HowKnown,
    JuryLaw,
    RuleSet,
    RuleSetDate,
    YearlyFiles,
)
from domain.standing.law_cited import LawOverTime
from tests.given.domain.scenario import At

EQUAL = (Balance(scope=BalanceScope.PANEL, difference=1),)
R335 = RuleSet(
    id="CE-R335-8-2019-lu",
    routes=(Route.VAE,),
    first=date(2019, 11, 4),
    last=date(2023, 12, 31),
    chosen_by=RuleSetDate.SESSION,
    keeps_begun=True,
    reference="Code de l'éducation R335-8",
    rule_fr="…",
    rule_en="…",
    known=HowKnown.READ,
    source="doctrine.fr",
    jury=JuryLaw(
        minimum=2,
        quotas=(Quota(quality=Quality.PROFESSION, count=2, share=PanelShare(parts=1, of=4)),),
        both_sexes=True,
        from_deliberation=(Tie.ADVISED, Tie.EMPLOYER, Tie.COLLEAGUE),
        casting_vote=False,
        former_colleagues=False,
    ),
)
D6412 = RuleSet(
    id="CT-D6412-6-2024-lu",
    routes=(Route.VAE,),
    first=date(2024, 4, 13),
    last=None,
    chosen_by=RuleSetDate.PARCOURS,
    reference="Code du travail D6412-6",
    rule_fr="…",
    rule_en="…",
    known=HowKnown.READ,
    source="npm @socialgouv/legi-data",
    jury=JuryLaw(
        minimum=2,
        quotas=(Quota(quality=Quality.QUALIFIED, count=1),),
        both_sexes=True,
        from_panel=(Tie.ADVISED, Tie.TRAINED, Tie.EMPLOYER, Tie.COLLEAGUE, Tie.FAMILY, Tie.OTHER),
        casting_vote=True,
        past=True,
    ),
)
R335_7 = RuleSet(
    id="CE-R335-7-2019",
    routes=(Route.VAE,),
    first=date(2019, 11, 4),
    last=date(2023, 12, 31),
    chosen_by=RuleSetDate.PARCOURS,
    reference="Code de l'éducation R335-7",
    rule_fr="…",
    rule_en="…",
    known=HowKnown.SUMMARY,
    source="doctrine.fr",
    admissibility=AdmissibilityLaw(months=2, silence_admits=True, counted_from=CountedFrom.COMPLETE_FILE),
    yearly_files=YearlyFiles(same=1, all=3, blocks_exempt=True),
)
FORMER = tuple(
    replace(each, id=each.id.removesuffix("-lu"), jury=replace(each.jury, balances=EQUAL, both_sexes=False))
    for each in (R335, D6412)
    if each.jury
)
"""The texts on juries as first published, before their articles were read."""
L6412 = replace(
    R335_7,
    id="CT-L6412-2",
    first=None,
    last=None,
    yearly_files=None,
    admissibility=AdmissibilityLaw(months=2, silence_admits=True),
)
"""The text on admissibility as first published: its time limit stops while pieces are missing."""
THE_LAW = At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in (R335, D6412, R335_7)))


def since(position: int, *facts: LawFact) -> LawOverTime:
    """Return the law with these texts published at a position of the log; 0: always in force."""
    now = datetime(2021, 1, 1, tzinfo=UTC)
    stamp = Stamp(
        stream=Law.the(),
        version=1,
        position=position,
        by=None,
        role="operator",
        on=date(2021, 1, 1),
        at=now,
        append_id=uuid4(),
        n=0,
    )
    return LawOverTime.of(RecordedFact(fact=fact, stamp=stamp) for fact in facts)


ALWAYS = since(0, *(fact for fact in THE_LAW.facts if isinstance(fact, LawFact)))


def shipping(file: str) -> At:
    """Return the published texts of an included file."""
    return At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in read_law(shipped(file))))


CPF, HABILITATIONS = shipping("law-cpf.yaml"), shipping("law-habilitations.yaml")
