"""Property test of panels: whatever the members, ties and law, no unlawful panel decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.explain_panel_of_one_sex import ExplainPanelOfOneSex
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.declare_tie import DeclareTie
from domain.framework.facts import FrameworkPublished
from domain.framework.jury_rule import JuryRule, PanelShare, Quality, Quota, Sex
from domain.jury.facts import (
    BlockGranted,
    CandidateReferred,
    CompetenceRuled,
    DeliberationOpened,
    PanelOfOneSexExplained,
)
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.people.facts import OrganisationLink, Tie
from domain.ports import PersonId, Role
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished, RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import RuleSet
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import CompositionBasis
from tests.given.domain.law import D6412, R335, R335_7
from tests.given.domain.people import (
    AS_RENEE,
    ATELIER,
    FRAMEWORK,
    HOUSE,
    HOUSE_OF_JURIES,
    JUNE,
    JURY_DAY,
    MARIE,
    ORGANISATIONS,
    PANEL,
    RNCP31936,
    RULES,
    SAMIR,
    SAMIR_VAE,
    SYNDICAT,
    VAE_OPENED,
    actor,
    plan,
    recognised,
    tied,
    vae_filed,
    works,
)
from tests.given.domain.scenario import At, Scenario

WORK = st.sampled_from((HOUSE_OF_JURIES, ATELIER, SYNDICAT, None))
MEMBERS = st.fixed_dictionaries(
    {
        "works": WORK,
        "profession": st.booleans(),
        "qualified": st.booleans(),
        "side": st.sampled_from((None, Quality.EMPLOYERS, Quality.EMPLOYEES)),
        "sex": st.sampled_from(Sex),
        "tie": st.sampled_from((*[None] * 20, *Tie)),
        "known_late": st.booleans(),
        "leaves": st.booleans(),
    }
)
ANY_JURY = JuryRule(id="J1", size=None, externals=0, employers=0, employees=0, balances=(), text="x")
SHEETS = st.sampled_from(
    (
        ANY_JURY,
        replace(ANY_JURY, minimum=2, quorum=PanelShare(parts=1, of=2)),
        replace(ANY_JURY, quotas=(Quota(quality=Quality.EXTERNAL, share=PanelShare(parts=1, of=4)),)),
    )
)
TEXTS = st.sampled_from((None, R335, replace(D6412, first=date(2019, 1, 1))))
FIXED = settings(max_examples=60, deadline=None)


@FIXED
@given(
    members=st.lists(MEMBERS, min_size=1, max_size=5),
    text=TEXTS,
    sheet=SHEETS,
    quorum=st.integers(1, 3),
    composition=st.sampled_from(CompositionBasis),
    works_at=WORK,
    late=st.booleans(),
    explained=st.booleans(),
)
def test_no_unlawful_panel_decides_and_the_replay_agrees(  # noqa: PLR0917
    members: list[dict[str, Any]],
    text: RuleSet | None,
    sheet: JuryRule,
    quorum: int,
    composition: CompositionBasis,
    works_at: Any,
    late: bool,
    explained: bool,
) -> None:
    scene, jurors = Scenario(today=JURY_DAY), PANEL[: len(members)]
    _set_the_scene(scene, text, sheet, replace(RULES, version=1, quorum=quorum, composition=composition))
    _who_they_are(scene, jurors, members, works_at)
    start = len(scene.store.told)
    chair = actor(jurors[0], Role.JUROR)
    for n, (juror, member) in enumerate(zip(jurors, members, strict=True)):
        scene.when(AppointJuror(session=JUNE, juror=juror, sex=member["sex"], chair=n == 0), by=AS_RENEE)
        if n == 0 and late:
            scene.when(SummonCandidate(session=JUNE, candidacy=SAMIR_VAE), by=AS_RENEE)
    scene.when(SummonCandidate(session=JUNE, candidacy=SAMIR_VAE), by=AS_RENEE)
    _sign_in(scene, jurors)
    scene.when(OpenSession(session=JUNE), by=AS_RENEE)
    if explained:
        scene.when(ExplainPanelOfOneSex(session=JUNE, reason="x"), by=AS_RENEE)
    for juror, member in zip(jurors, members, strict=True):
        if member["tie"] and member["known_late"]:
            scene.when(DeclareTie(person=juror, candidate=SAMIR, tie=member["tie"]), by=AS_RENEE)
    scene.when(OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE), by=chair)
    for juror, member in zip(jurors, members, strict=True):
        if member["leaves"]:
            leaves = RecuseJuror(session=JUNE, candidacy=SAMIR_VAE, juror=juror, reason="x")
            scene.when(leaves, by=AS_RENEE)
    for juror in jurors:
        _decides(scene, juror)
    scene.when(OpenDeliberation(session=JUNE, candidacy=SAMIR_VAE), by=actor(jurors[-1], Role.JUROR))
    for juror in jurors:
        _decides(scene, juror)
    scene.when(ReferCandidate(session=JUNE, candidacy=SAMIR_VAE), by=chair)
    _lawful(scene, dict(zip(jurors, members, strict=True)), text, quorum, works_at)
    assert [found for found in replay(scene.store.told) if found.position > start] == []


def _set_the_scene(scene: Scenario, text: RuleSet | None, sheet: JuryRule, rules: Any) -> None:
    framework = replace(RNCP31936, juries=(sheet,))
    rulebook: Any = Rulebook.id_of("IMCI", 1)
    law = [each for each in (R335_7, text) if each is not None]
    skipped = {FRAMEWORK, rulebook, Rulebook.id_of("IMCI", 2)}
    scene.given([step for step in HOUSE if isinstance(step, At) and step.stream not in skipped])
    scene.given(At(FRAMEWORK, (FrameworkPublished(definition=framework), VAE_OPENED)))
    scene.given(At(rulebook, (RulebookPublished(rules=rules),)), ORGANISATIONS)
    scene.given(At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in law)))
    scene.given(vae_filed(SAMIR_VAE, rulebook), At(JUNE, (plan(rulebook=rulebook),)))


def _who_they_are(
    scene: Scenario, jurors: tuple[PersonId, ...], members: list[dict[str, Any]], works_at: Any
) -> None:
    if works_at:
        scene.given(works(SAMIR, works_at, since=date(2015, 1, 1), until=date(2016, 1, 1)))
    for juror, member in zip(jurors, members, strict=True):
        if member["works"]:
            scene.given(works(juror, member["works"], OrganisationLink.EMPLOYMENT))
        for quality, certification in (("profession", None), ("qualified", "RNCP31936")):
            if member[quality]:
                scene.given(recognised(juror, Quality(quality), certification))
        if member["side"]:
            scene.given(recognised(juror, member["side"]))
        if member["tie"] and not member["known_late"]:
            scene.given(tied(juror, SAMIR, member["tie"]))
        scene.given(tied(juror, MARIE))  # of somebody else: of no matter


def _sign_in(scene: Scenario, jurors: Iterable[PersonId]) -> None:
    for juror in jurors:
        scene.when(SignMemberIn(session=JUNE, juror=juror), by=AS_RENEE)


def _decides(scene: Scenario, juror: PersonId) -> None:
    by = actor(juror, Role.JUROR)
    rulings = tuple(Ruling(competence=number, acquired=True) for number in range(21, 26))
    scene.when(RuleCompetences(session=JUNE, candidacy=SAMIR_VAE, rulings=rulings), by=by)
    scene.when(RecordDecision(session=JUNE, candidacy=SAMIR_VAE, outcome=VoteOutcome.CASTING_VOTE), by=by)
    decision = BlockDecision(block=3, granted=True)
    scene.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=JUNE, candidacy=SAMIR_VAE, decisions=(decision,)), by=by
    )


def _lawful(
    scene: Scenario, members: dict[PersonId, dict[str, Any]], text: RuleSet | None, quorum: int, works_at: Any
) -> None:
    """Check each ruling and decision by counting the members present, independently of the rules."""
    panel: set[PersonId] = set()
    referred, explained = False, False
    for told in scene.store.told:
        fact = told.fact
        referred |= isinstance(fact, CandidateReferred)
        explained |= isinstance(fact, PanelOfOneSexExplained)
        match fact:
            case DeliberationOpened():
                panel = set(fact.panel)
            case _ if type(fact).__name__ == "JurorRecused":
                panel.discard(fact.juror)  # type: ignore[attr-defined]
            case _:
                pass
        if not isinstance(fact, DeliberationOpened | CompetenceRuled | BlockGranted):
            continue
        assert not referred
        met = {juror for juror, each in members.items() if each["works"] and each["works"] == works_at}
        if text is not None and text.id == R335.id:
            met = set()  # the candidate has left
        bound = {juror for juror, each in members.items() if each["tie"]} | met
        assert not panel & bound
        assert len(panel) >= quorum
        if text is not None and text.id == R335.id:
            professionals = sum(members[juror]["profession"] for juror in panel)
            assert professionals >= 2
            assert professionals * 4 >= len(panel)
        if text is not None and text.id == D6412.id:
            assert len(panel) >= 2
            assert any(members[juror]["qualified"] for juror in panel)
            assert not bound, "nobody of the whole panel is tied"
        if text is not None:
            assert explained or {each["sex"] for each in members.values()} not in ({Sex.F}, {Sex.M})
