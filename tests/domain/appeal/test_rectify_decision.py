"""What may be put right in a decision that was keyed wrongly, by whom, and what does it come to?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.appeal.facts import Ground, RectificationApproved, RectificationProposed, RectificationRejected
from domain.appeal.rectification import (
    Minuted,
    NoRectificationUnderWay,
    NothingToRectify,
    NotTheirsToRectify,
    Rectification,
    RectificationUnderWay,
    RectificationUnreasoned,
    SecondApprover,
)
from domain.appeal.review import NotAMaterialError
from domain.candidacy.candidacy import AlreadyDecided, OwnWork, UnknownCompetence
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.register.certify_block import CertifyBlock
from domain.fact import Personal
from domain.jury.annulled_decision import AlreadyAnnulled
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceRuled, DecisionRectified, TitleFell
from domain.jury.granting import BlockRuleMet, BlockRuleNotMet, BlocksMissing, UnknownBlock
from domain.jury.rectified_decision import Corrected, MinutedBlock
from domain.jury.ruling import NotReady, RuledTwice
from domain.jury.session import MinutesNotSigned
from domain.people.facts import RoleGranted
from domain.ports import Actor, Role
from domain.refusal import Forbidden, NotFound, Refused, StaleVersion
from domain.register.certificates import PaperAlreadyIssued
from domain.register.facts import BlockCertified, RegisterEntered
from domain.replay.judge import replay
from domain.standing.standing import Standing, standing
from domain.standing.what_if import Supposed, what_if
from tests.given.domain.keyed_wrongly import EVERYTHING, PROPOSE, SAYS, keyed
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARC,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PAUL,
    RENEE,
    RNCP31936,
    RULES,
    SAMIR_VAE,
    SIGNED,
    actor,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    person,
    pronounced,
    recused,
    registered,
    ruled,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

ZELDA = person("zelda")
APPROVE = ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x")
REJECT = RejectRectification(session=JUNE, candidacy=MARIE_VAE, reason="x")
TITLE = replace(PROPOSE, minuted=Minuted(rulings={27: True}, title=True))


def minuted(**said: object) -> ProposeRectification:
    return replace(PROPOSE, minuted=Minuted(**{"rulings": {}, **said}))  # type: ignore[arg-type]


def stands(scenario: Scenario, *, provisional: bool = False) -> Standing:
    return standing(RNCP31936, RULES, scenario.store.told, provisional=provisional)


def blocks(scenario: Scenario, *, provisional: bool = False) -> list[int]:
    lines = stands(scenario, provisional=provisional).blocks
    return [line.number for line in lines if line.state == "granted"]


def test_it_names_what_was_keyed_what_the_minutes_say_and_what_follows(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=AS_RENEE)
    corrected = (Corrected(competence=27, keyed=False, minuted=True),)
    why = Personal("x", MARIE)
    proposed = RectificationProposed(
        session=JUNE,
        candidacy=MARIE_VAE,
        rulings=corrected,
        blocks=(),
        title=None,
        proposed_by=RENEE,
        reason=why,
    )
    scenario.then(proposed)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then(
        RectificationApproved(session=JUNE, candidacy=MARIE_VAE),
        DecisionRectified(
            session=JUNE,
            candidacy=MARIE_VAE,
            rulings=corrected,
            granted=(4,),
            not_granted=(),
            title=None,
            proposed_by=RENEE,
            reason=why,
            rectified_on=scenario.today,
            made_known=True,
        ),
    )
    assert (stands(scenario).outcome, blocks(scenario)) == ("partial", [1, 2, 3, 4])


def test_winning_the_last_block_does_not_make_the_title_unless_the_minutes_say_that_it_was_pronounced(
    scenario: Scenario,
) -> None:
    scenario.given(*keyed())
    for command, by in ((PROPOSE, AS_RENEE), (APPROVE, AS_PAUL)):
        scenario.when(command, by=by)
    assert stands(scenario).title_on is None
    scenario.when(minuted(title=True), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified, RegisterEntered)
    assert stands(scenario).outcome == "full"


@pytest.mark.parametrize(("competence", "lost"), [(26, (4,)), (5, ())])
def test_a_block_that_a_rectification_granted_falls_in_supposition_with_a_ruling_that_it_rests_on(
    scenario: Scenario, competence: int, lost: tuple[int, ...]
) -> None:
    scenario.given(*keyed())
    for command, by in ((PROPOSE, AS_RENEE), (APPROVE, AS_PAUL)):
        scenario.when(command, by=by)
    facts = scenario.store.told
    (position,) = [
        told.stamp.position
        for told in facts
        if isinstance(told.fact, CompetenceRuled) and told.fact.competence == competence
    ]
    answer = what_if(RNCP31936, RULES, facts, Supposed(without=frozenset({position})))
    assert answer.lost == lost


def test_an_error_found_before_the_results_are_out_is_put_right_and_stays_hidden(scenario: Scenario) -> None:
    scenario.given(*keyed(released=False))
    scenario.when(TITLE, by=AS_PAUL)
    scenario.when(APPROVE, by=AS_RENEE)
    scenario.then_recorded(RectificationApproved, DecisionRectified)  # the register waits for the release
    assert blocks(scenario, provisional=True) == [1, 2, 3, 4]
    assert stands(scenario).outcome == "in_progress"
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    assert stands(scenario).outcome == "full"


def test_a_title_of_another_jury_falls_with_a_block_that_was_keyed_by_mistake(scenario: Scenario) -> None:
    acquired = (21, 22, 25)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, acquired, (23, 24)), granted(MARIE_VAE, 3), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 1, 2, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(minuted(rulings={21: False}), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified, TitleFell)
    assert (stands(scenario).outcome, blocks(scenario)) == ("partial", [1, 2, 4])


def test_what_an_older_jury_is_rectified_to_does_not_become_the_newest_word(scenario: Scenario) -> None:
    """Of a block that nobody granted, the line counts the rulings of the jury that ruled last on it."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (26,), (27, 28, 29, 30)), not_granted(MARIE_VAE, 4), ended())
    scenario.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, (27, 29), (26, 28, 30), session=MARCH))
    scenario.given(not_granted(MARIE_VAE, 4, session=MARCH), ended(MARCH))
    before = next(line for line in stands(scenario).blocks if line.number == 4)
    scenario.when(minuted(rulings={30: True}), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified)
    assert next(line for line in stands(scenario).blocks if line.number == 4) == before


def test_a_block_that_another_jury_has_granted_meanwhile_stays_that_one_s_for_everybody_and_on_paper(
    scenario: Scenario,
) -> None:
    certify = CertifyBlock(candidacy=MARIE_VAE, block=4)
    scenario.given(*keyed(), *before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(ruled(MARIE_VAE, (26, 27, 28), (29, 30), session=MARCH))
    scenario.given(granted(MARIE_VAE, 4, session=MARCH), ended(MARCH))
    scenario.when(certify, by=AS_RENEE, on=LATER_DAY)
    scenario.then_recorded(BlockCertified)
    told_on = LATER_DAY + timedelta(days=1)
    scenario.when(PROPOSE, by=AS_RENEE, on=told_on)
    scenario.when(APPROVE, by=AS_PAUL, on=told_on)
    scenario.then_recorded(RectificationApproved, DecisionRectified)
    for provisional in (True, False):
        line = next(each for each in stands(scenario, provisional=provisional).blocks if each.number == 4)
        assert (line.state, line.session, line.decided_on) == ("granted", MARCH, LATER_DAY)
    scenario.when(certify, by=AS_RENEE, on=told_on)
    scenario.then_refused(PaperAlreadyIssued)


@pytest.mark.parametrize(
    ("says", "refusal"),
    [
        ({}, NothingToRectify),
        ({"rulings": {27: False}}, NothingToRectify),
        ({"title": False}, NothingToRectify),
        ({"blocks": (MinutedBlock(block=1, granted=True),)}, NothingToRectify),
        ({"rulings": {31: True}}, UnknownCompetence),
        ({"blocks": (MinutedBlock(block=9, granted=True),)}, UnknownBlock),
        ({"blocks": (MinutedBlock(block=1, granted=True), MinutedBlock(block=1, granted=False))}, RuledTwice),
        ({"blocks": (MinutedBlock(block=4, granted=True),)}, BlockRuleNotMet),
        ({"blocks": (MinutedBlock(block=1, granted=False),)}, BlockRuleMet),
        ({"rulings": {29: True}, "title": True}, BlocksMissing),
    ],
)
def test_only_what_the_minutes_say_otherwise_and_never_against_a_rule(
    scenario: Scenario, says: dict[str, object], refusal: type[Refused]
) -> None:
    scenario.given(*keyed())
    scenario.when(minuted(**says), by=AS_RENEE)
    scenario.then_refused(refusal)


def test_what_the_minutes_say_too_is_no_error(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(minuted(rulings={26: True}), by=AS_RENEE)
    scenario.then_refused(NothingToRectify)


def test_a_block_of_which_the_minutes_say_nothing_whole_is_not_decided_by_a_key(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (21, 22, 25), (23, 24)), granted(MARIE_VAE, 3), ended())
    scenario.when(minuted(rulings={1: True}), by=AS_RENEE)
    scenario.then_refused(NotReady, 1)


def test_a_title_that_another_jury_pronounced_is_not_pronounced_again(scenario: Scenario) -> None:
    scenario.given(*keyed(), *before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    scenario.given(granted(MARIE_VAE, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    scenario.when(TITLE, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def test_there_is_nothing_to_rectify_by_before_the_minutes_are_signed(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, (), EVERYTHING), not_granted(MARIE_VAE, 1, 2, 3, 4), At(JUNE, (CLOSED,)))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned)
    scenario.given(At(JUNE, (SIGNED,)))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.then_recorded(RectificationProposed)


def test_nor_in_what_was_annulled_or_never_decided(scenario: Scenario) -> None:
    scenario.given(*keyed(), annulled(MARIE_VAE))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.then_refused(AlreadyAnnulled)
    scenario.given(*vae_filed(SAMIR_VAE), *before_the_jury(SAMIR_VAE, session=MARCH), ended(MARCH))
    scenario.when(replace(PROPOSE, session=MARCH, candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.then_refused(NotReady)
    scenario.when(replace(PROPOSE, session=MARCH), by=AS_RENEE)
    scenario.then_refused(NotFound)


def test_what_was_annulled_since_it_was_proposed_is_not_rectified(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.given(annulled(MARIE_VAE))
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_refused(AlreadyAnnulled)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(AS_MARIE, Forbidden), (AS_NADIA, NotTheirsToRectify), (AS_ELSA, NotTheirsToRectify), (AS_MARC, NotFound)],
    ids=["the candidate", "a member", "a substitute", "somebody on no jury of hers"],
)
@pytest.mark.parametrize("command", [PROPOSE, APPROVE, REJECT], ids=lambda command: type(command).__name__)
def test_the_chair_who_signed_or_the_registrar_and_nobody_else(
    scenario: Scenario, command: ProposeRectification, who: Actor, refusal: type[Refused]
) -> None:
    scenario.given(*keyed())
    if command is not PROPOSE:
        scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(command, by=who)
    scenario.then_refused(refusal)


def test_a_chair_who_stepped_out_for_this_candidate_stays_out(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), recused(MARIE_VAE, PAUL))
    scenario.given(heard(MARIE_VAE), ruled(MARIE_VAE, (), EVERYTHING), not_granted(MARIE_VAE, 1, 2, 3, 4), ended())
    scenario.when(PROPOSE, by=AS_PAUL)
    scenario.then_refused(NotTheirsToRectify)


def test_the_candidate_does_not_whatever_else_they_are(scenario: Scenario) -> None:
    scenario.given(*keyed(), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(PROPOSE, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


@pytest.mark.parametrize("who", [AS_RENEE, AS_PAUL], ids=["registrar", "chair"])
def test_nobody_approves_what_they_proposed(scenario: Scenario, who: Actor) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=who)
    scenario.when(APPROVE, by=who)
    scenario.then_refused(SecondApprover)


def test_nor_in_another_of_their_roles(scenario: Scenario) -> None:
    scenario.given(*keyed(), At(PAUL, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(PROPOSE, by=AS_PAUL)
    scenario.when(APPROVE, by=actor(PAUL, Role.REGISTRAR))
    scenario.then_refused(SecondApprover)


def test_nor_under_another_file_of_theirs(scenario: Scenario) -> None:
    scenario.given(*keyed(), registered(ZELDA, Role.REGISTRAR))
    linked = LinkDuplicate(person=ZELDA, other=PAUL, reason="x")
    scenario.when_both(linked, by=AS_RENEE)
    scenario.when(PROPOSE, by=AS_PAUL)
    scenario.when(APPROVE, by=actor(ZELDA, Role.REGISTRAR))
    scenario.then_refused(SecondApprover)
    scenario.when(APPROVE, by=AS_RENEE)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def test_one_at_a_time_and_only_what_is_proposed(scenario: Scenario) -> None:
    scenario.given(*keyed())
    for command in (APPROVE, REJECT):
        scenario.when(command, by=AS_PAUL)
        scenario.then_refused(NoRectificationUnderWay)
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(TITLE, by=AS_PAUL)
    scenario.then_refused(RectificationUnderWay)
    scenario.when(REJECT, by=AS_PAUL)
    scenario.then(RectificationRejected(session=JUNE, candidacy=MARIE_VAE, reason=Personal("x", MARIE)))
    assert blocks(scenario) == [1, 2, 3]
    scenario.when(TITLE, by=AS_PAUL)
    scenario.when(REJECT, by=AS_PAUL)  # one takes back what one proposed oneself
    scenario.then_recorded(RectificationRejected)


@pytest.mark.parametrize("command", [PROPOSE, APPROVE, REJECT], ids=lambda command: type(command).__name__)
def test_each_step_gives_its_reason(scenario: Scenario, command: ProposeRectification) -> None:
    scenario.given(*keyed())
    if command is not PROPOSE:
        scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(replace(command, reason=" "), by=AS_PAUL)
    scenario.then_refused(RectificationUnreasoned)


def test_it_is_proposed_on_the_decision_that_was_shown_and_approved_on_the_proposal_that_was_shown(
    scenario: Scenario,
) -> None:
    scenario.given(*keyed())
    shown = len(scenario.store.facts(Deliberation.id_of(JUNE, MARIE_VAE)))
    scenario.when(PROPOSE, by=AS_RENEE, shown=shown - 1)
    scenario.then_refused(StaleVersion)
    scenario.when(PROPOSE, by=AS_RENEE, shown=shown)
    for command, by in ((REJECT, AS_RENEE), (TITLE, AS_RENEE)):
        scenario.when(command, by=by)
    scenario.when(APPROVE, by=AS_PAUL, shown=1)
    scenario.then_refused(StaleVersion, Rectification.id_of(JUNE, MARIE_VAE))
    scenario.when(APPROVE, by=AS_PAUL, shown=3)
    scenario.then_recorded(RectificationApproved, DecisionRectified, RegisterEntered)


def test_a_fault_of_procedure_is_not_rectified(scenario: Scenario) -> None:
    scenario.given(*keyed())
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=Ground.PROCEDURAL, statement="x")
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x", minuted=SAYS)
    scenario.when(ask, by=AS_MARIE)
    scenario.when(answer, by=AS_RENEE)
    scenario.then_refused(NotAMaterialError)
    scenario.when(replace(answer, minuted=None, accepted=False), by=AS_RENEE)
    scenario.when(replace(ask, ground=Ground.MATERIAL), by=AS_MARIE)
    scenario.when(replace(answer, accepted=False), by=AS_RENEE)
    scenario.then_refused(NotAMaterialError)


def test_who_answers_a_review_does_not_approve_what_they_answered(scenario: Scenario) -> None:
    scenario.given(*keyed())
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=Ground.MATERIAL, statement="x")
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x", minuted=SAYS)
    scenario.when(ask, by=AS_MARIE)
    scenario.when(answer, by=AS_RENEE)
    scenario.when(APPROVE, by=AS_RENEE)
    scenario.then_refused(SecondApprover)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def test_what_changes_no_block_touches_neither_title_nor_register(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(minuted(rulings={3: True}), by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    scenario.then_recorded(RectificationApproved, DecisionRectified)


def test_the_replay_refuses_a_proposal_about_a_jury_they_did_not_come_before_or_by_the_candidate(
    scenario: Scenario,
) -> None:
    scenario.given(*keyed(), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(PROPOSE, by=AS_RENEE)
    (proposed,) = scenario.then_recorded(RectificationProposed)
    scenario.take_back()
    assert isinstance(proposed, RectificationProposed)
    stream = Rectification.id_of(JUNE, MARIE_VAE)
    assert scenario.forged(stream, proposed, by=AS_RENEE) == []
    own = replace(proposed, proposed_by=MARIE)
    assert scenario.forged(stream, own, by=actor(MARIE, Role.REGISTRAR)) == ["own-work"]
    elsewhere = replace(proposed, session=MARCH)
    assert scenario.forged(Rectification.id_of(MARCH, MARIE_VAE), elsewhere, by=AS_RENEE) == ["not-found"]


def test_the_replay_finds_a_forged_rectification(scenario: Scenario) -> None:
    scenario.given(*keyed())
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(APPROVE, by=AS_PAUL)
    *told, last = scenario.store.told
    start = last.stamp.position

    def verdict(**changes: object) -> list[str]:
        changed = replace(last, fact=replace(last.fact, **changes))
        return [each.rule for each in replay([*told, changed]) if each.position == start]

    assert verdict() == []
    assert verdict(granted=(4,), not_granted=(1,)) == ["decided-otherwise"]
    assert verdict(title=True) == ["decided-otherwise"]
    assert verdict(proposed_by=PAUL) == ["decided-otherwise"]
    assert verdict(rulings=()) == ["decided-otherwise"]
    by_proposer = replace(last, stamp=replace(last.stamp, by=RENEE, role=Role.REGISTRAR.value))
    assert [each.rule for each in replay([*told, by_proposer]) if each.position == start] == ["decided-otherwise"]
    twice = replace(last, stamp=replace(last.stamp, position=start + 1, version=last.stamp.version + 1))
    assert [each.rule for each in replay([*told, last, twice]) if each.position > start] == [
        "no-rectification-under-way"
    ]
