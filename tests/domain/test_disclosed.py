"""What does each reader see of a dossier, and when?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.assessment import Assessment, CompetenceAssessed
from domain.deliberation import CompetenceRuled, DecisionAnnulled, JurorRecused
from domain.disclosure import disclosed, standing_for
from domain.fact import Personal, Told
from domain.jury import SubstituteSeated
from domain.ports import Actor, PersonId, Role
from domain.refusal import NotFound
from domain.register import Register, TitleWithdrawn
from domain.review import CourtRuled, Ground, Review, ReviewAnswered, ReviewRequested
from tests.domain.harness import At, Scenario
from tests.domain.people import (
    AS_MARIE,
    ASTRID,
    ELSA,
    EMMA,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LUC,
    MARCH,
    MARIE,
    MARIE_FI,
    NADIA,
    PAUL,
    RENEE,
    RNCP31936,
    RULES,
    SAMIR,
    actor,
    annulled,
    applied,
    assigned,
    ended,
    granted,
    heard,
    known,
    marked,
    not_granted,
    opened,
    planned,
    recused,
    ruled,
    summoned,
)

FI = (applied(MARIE_FI), assigned(MARIE_FI, ASTRID, range(1, 31)))
MARKS = marked(MARIE_FI, ASTRID, *((number, "acquired") for number in range(1, 31)))
AUDITOR = actor(PersonId(known("auditor")), Role.AUDITOR)
BEFORE = (planned(JUNE), *summoned(JUNE, MARIE_FI))


def told(*steps: At) -> list[Told]:
    scene = Scenario(today=JURY_DAY)
    scene.given(*steps)
    return scene.store.told


def juror(who: PersonId) -> Actor:
    return actor(who, Role.JUROR)


def kinds(who: Actor, facts: list[Told]) -> set[type]:
    return {type(each.fact) for each in disclosed(who, facts)}


def test_only_the_panel_and_the_registrar_see_a_ruling_before_release() -> None:
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]))
    for sees in (juror(PAUL), actor(RENEE, Role.REGISTRAR)):
        assert CompetenceRuled in kinds(sees, facts)
    for blind in (AS_MARIE, AUDITOR, actor(ASTRID, Role.ASSESSOR)):
        assert CompetenceRuled not in kinds(blind, facts)


def test_a_member_who_stepped_out_and_a_replaced_one_are_strangers_to_the_dossier() -> None:
    facts = told(
        *FI,
        MARKS,
        *BEFORE,
        At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA),)),
        opened(JUNE, (PAUL, NADIA, LUC, ELSA)),
        recused(MARIE_FI, LUC),
        heard(MARIE_FI, panel=(PAUL, NADIA, ELSA)),
        ruled(MARIE_FI, [1]),
    )
    assert CompetenceRuled in kinds(juror(ELSA), facts)
    for stranger in (LUC, EMMA, SAMIR):
        with pytest.raises(NotFound):
            disclosed(juror(stranger), facts)


def test_an_earlier_jury_does_not_see_what_a_later_one_rules() -> None:
    later = (planned(MARCH, seats=()), *summoned(MARCH, MARIE_FI), opened(MARCH, (NADIA,)))
    first = (*BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]), granted(MARIE_FI, 1), ended())
    facts = told(*FI, MARKS, *first, *later, heard(MARIE_FI, MARCH, (NADIA,)), ruled(MARIE_FI, [10], session=MARCH))
    seen = {each.fact.session for each in disclosed(juror(PAUL), facts) if isinstance(each.fact, CompetenceRuled)}
    assert seen == {JUNE}
    assert standing_for(juror(PAUL), RNCP31936, RULES, facts).competences[9].state != "ruled"
    assert standing_for(juror(NADIA), RNCP31936, RULES, facts).competences[9].state == "ruled"


def test_marks_are_hidden_until_handed_in_and_then_the_panel_s_to_read() -> None:
    drafts = marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False)
    draft = told(*FI, *BEFORE, opened(JUNE), drafts)
    assert CompetenceAssessed not in kinds(juror(PAUL), draft)
    assert CompetenceAssessed in kinds(actor(ASTRID, Role.ASSESSOR), draft)
    late = told(*FI, *BEFORE, opened(JUNE), MARKS)
    assert CompetenceAssessed in kinds(juror(PAUL), late)
    assert standing_for(juror(PAUL), RNCP31936, RULES, late).competences[0].state == "assessed"
    assert CompetenceAssessed not in kinds(AS_MARIE, late)
    assert standing_for(AS_MARIE, RNCP31936, RULES, late).competences[0].state == "no_evidence"


def test_a_recusal_is_not_told_to_the_candidate_and_still_voids_what_was_ruled_before() -> None:
    voided = (heard(MARIE_FI), ruled(MARIE_FI, [], [6]), recused(MARIE_FI, LUC), ruled(MARIE_FI, ENOUGH))
    done = (granted(MARIE_FI, 1, 2, 3, 4), ended())
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), *voided, *done)
    assert JurorRecused not in kinds(AS_MARIE, facts)
    assert JurorRecused in kinds(juror(PAUL), facts)
    mine, theirs = (standing_for(who, RNCP31936, RULES, facts) for who in (AS_MARIE, actor(RENEE, Role.REGISTRAR)))
    assert mine.competences[5].state != "ruled"
    assert [line.state for line in mine.blocks] == [line.state for line in theirs.blocks]


def test_a_registrar_who_is_the_candidate_sees_their_own_dossier_as_a_candidate_does() -> None:
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]))
    own = replace(AS_MARIE, role=Role.REGISTRAR)
    assert CompetenceRuled not in kinds(own, facts)


def test_a_complaint_is_for_who_made_it_who_answers_and_who_audits_and_its_outcome_for_all_readers() -> None:
    review = Review.id_of(JUNE, MARIE_FI)
    asked = ReviewRequested(
        session=JUNE,
        candidacy=MARIE_FI,
        ground=Ground.PROCEDURAL,
        asked_on=JURY_DAY,
        statement=Personal("x", MARIE),
    )
    answered = ReviewAnswered(session=JUNE, candidacy=MARIE_FI, accepted=True, reasons=Personal("x", MARIE))
    ruled_on = CourtRuled(
        session=JUNE, candidacy=MARIE_FI, court="x", ruled_on=JURY_DAY, annuls=False, reference=Personal("x", MARIE)
    )
    first = (*BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]), granted(MARIE_FI, 1), ended())
    withdrawn = TitleWithdrawn(number=1, candidacy=MARIE_FI, reason=Personal("x", MARIE))
    register = At(Register.id_of(FRAMEWORK), (withdrawn,))
    facts = told(*FI, MARKS, *first, At(review, (ruled_on, asked, answered)), annulled(MARIE_FI), register)
    complaint = {ReviewRequested, ReviewAnswered, CourtRuled, TitleWithdrawn}
    for reads in (AS_MARIE, actor(RENEE, Role.REGISTRAR), AUDITOR):
        assert complaint | {DecisionAnnulled} <= kinds(reads, facts)
    for outside in (juror(PAUL), actor(ASTRID, Role.ASSESSOR)):
        assert kinds(outside, facts) & (complaint | {DecisionAnnulled}) == {DecisionAnnulled}
    for reader in (AS_MARIE, actor(RENEE, Role.REGISTRAR), juror(PAUL)):
        stands = standing_for(reader, RNCP31936, RULES, facts)
        assert {line.state for line in stands.blocks} == {"not_decided"}


@pytest.mark.parametrize("role", [Role.REPORTER, Role.ADMIN])
def test_those_who_have_no_business_with_dossiers_find_none(role: Role) -> None:
    with pytest.raises(NotFound):
        disclosed(actor(RENEE, role), told(*FI))


def test_a_mark_for_a_second_attempt_is_hidden_though_those_of_the_first_are_known() -> None:
    said = (heard(MARIE_FI), ruled(MARIE_FI, [1], [2]), not_granted(MARIE_FI, 1))
    first = (*FI, MARKS, *BEFORE, opened(JUNE), *said, ended())
    anew = CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=2, mark="acquired", attempt=2)
    again, handed = At(Assessment.id_of(MARIE_FI, ASTRID), (anew,)), marked(MARIE_FI, ASTRID)
    second = (planned(MARCH), *summoned(MARCH, MARIE_FI), opened(MARCH, (NADIA,)))
    for facts in (told(*first, again), told(*first, *second, again, handed)):
        seen = [each.fact for each in disclosed(AS_MARIE, facts)]
        assert sum(isinstance(fact, CompetenceAssessed) for fact in seen) == 30, "what June read is known"
        assert anew not in seen
    assert anew in [each.fact for each in disclosed(juror(NADIA), facts)]
