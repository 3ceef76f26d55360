"""State machine of a jury that sends commands in any order."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.commands.people.declare_tie import DeclareTie
from domain.framework.definition import Block
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CompetenceRuled,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationReopened,
    JurorRecused,
    TitlePronounced,
)
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.people.facts import Tie, TieDeclared
from domain.ports import Command, PersonId, Role
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_RENEE,
    BLOCKS,
    HOUSE,
    JUNE,
    JURY_DAY,
    KARIM,
    MARIE,
    MARIE_VAE,
    PANEL,
    PAUL,
    RNCP31936,
    RULES,
    actor,
    before_the_jury,
    heard,
    vae_filed,
)
from tests.given.domain.scenario import Scenario


class AnyJury(RuleBasedStateMachine):
    """A jury that sends anything in any order: the log holds only what the rules allow."""

    @initialize(taken_up=st.booleans())
    def a_session(self, taken_up: bool) -> None:
        self.scene = Scenario(today=JURY_DAY)
        self.scene.given(HOUSE, vae_filed(MARIE_VAE), before_the_jury(MARIE_VAE))
        self.start = len(self.scene.store.told)
        if taken_up:
            self.scene.given(heard(MARIE_VAE))

    def send(self, command: Command, juror: PersonId) -> None:
        self.scene.when(command, by=actor(juror, Role.JUROR))

    @rule(juror=st.sampled_from(PANEL))
    def opens(self, juror: PersonId) -> None:
        self.send(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), juror)

    @rule(juror=st.sampled_from(PANEL), block=st.sampled_from(BLOCKS), data=st.data())
    def rules_on(self, juror: PersonId, block: Block, data: st.DataObject) -> None:
        numbers = block.competences
        said = data.draw(st.sets(st.sampled_from(numbers), min_size=len(numbers) // 2))
        rulings = tuple(Ruling(competence=number, acquired=number in said, reason="x") for number in numbers)
        self.send(RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=rulings), juror)

    @rule(juror=st.sampled_from(PANEL), number=st.integers(1, 4), yes=st.booleans())
    def decides(self, juror: PersonId, number: int, yes: bool) -> None:
        decisions = (BlockDecision(block=number, granted=yes, reason="x"),)
        self.send(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=JUNE, candidacy=MARIE_VAE, decisions=decisions),
            juror,
        )

    @rule(juror=st.sampled_from(PANEL))
    def pronounces(self, juror: PersonId) -> None:
        self.send(RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=JUNE, candidacy=MARIE_VAE), juror)

    @rule(juror=st.sampled_from(PANEL), blocks=st.sets(st.integers(1, 4), max_size=2))
    def takes_back(self, juror: PersonId, blocks: set[int]) -> None:
        self.send(
            TakeBackDecision(session=JUNE, candidacy=MARIE_VAE, reason="x", blocks=tuple(sorted(blocks))), juror
        )

    @rule(juror=st.sampled_from(PANEL))
    def steps_out_or_declares_it(self, juror: PersonId) -> None:
        self.send(RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=juror, reason="x"), juror)

    @rule(juror=st.sampled_from((PAUL, KARIM)))
    def declares(self, juror: PersonId) -> None:
        self.send(DeclareTie(person=juror, candidate=MARIE, tie=Tie.FAMILY), juror)

    @rule(juror=st.sampled_from((PAUL, KARIM)))
    def steps_out(self, juror: PersonId) -> None:
        self.scene.when(RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=juror, reason="x"), by=AS_RENEE)

    @invariant()
    def every_decision_was_due(self) -> None:  # noqa: C901  (one case a fact)
        """Check each decision, recomputed from the facts without the domain's state."""
        panel, tied, acquired, won = set(PANEL), set(), dict[int, bool](), set()
        facts = self.scene.store.told[self.start :]
        for fact in facts:
            match fact.fact:
                case TieDeclared():
                    tied.add(fact.stamp.stream)
                case JurorRecused(juror=juror):
                    panel.discard(juror)
                    acquired.clear()
                case CompetenceRuled(competence=number, acquired=said):
                    acquired[number] = said
                case BlockGranted(block=number) | BlockNotGranted(block=number):
                    block = RNCP31936.by_number[number]
                    have = {one for one, said in acquired.items() if said and one in block.competences}
                    met = len(have) >= block.rule.required and set(block.rule.mandatory) <= have
                    assert met == isinstance(fact.fact, BlockGranted)
                    assert number not in won
                    won |= {number} if met else set()
                case DecisionTakenBack(blocks=blocks):
                    won -= set(blocks) or won
                case DeliberationReopened():
                    won.clear()
                case TitlePronounced():
                    assert won == {1, 2, 3, 4}
                case _:
                    continue
            if isinstance(fact.fact, DecisionVoted | DecisionTakenBack):
                assert fact.stamp.by == next(member for member in PANEL if member in panel)
            if isinstance(fact.fact, CompetenceRuled | BlockGranted | BlockNotGranted | TitlePronounced):
                assert fact.stamp.by in panel
                assert not tied & panel
                assert len(panel) >= RULES.quorum

    @invariant()
    def replaying_gives_the_standing_and_no_decision_is_lost(self) -> None:
        now = standing(RNCP31936, RULES, self.scene.store.told)
        subject = self.scene.store.facts(Deliberation.id_of(JUNE, MARIE_VAE))
        state = Deliberation(id=Deliberation.id_of(JUNE, MARIE_VAE))
        for fact in subject:
            state = state.evolve(fact)  # type: ignore[arg-type]  # (each stream gives its own)
        assert {line.number for line in now.blocks if line.state == "granted"} == state.granted
        assert {line.number for line in now.blocks if line.state == "not_granted"} == state.refused
        assert (now.outcome == "full") == state.title
        told_now = {line.number: line.acquired for line in now.competences if line.state == "ruled"}
        assert state.rulings.items() <= told_now.items()
