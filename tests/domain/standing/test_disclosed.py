"""Disclosure: the facts of a dossier that each reader sees, and when."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.appeal.facts import ComplaintGround, CourtRuled, RectificationProposed, ReviewAnswered, ReviewRequested
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.facts import AdvisorNamed
from domain.deadlines.deadline import Duty
from domain.deadlines.facts import ReminderGiven
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationRefused, AccommodationRequested, IncidentReported
from domain.fact import Personal, RecordedFact
from domain.fraud.facts import FraudReported, FraudToldToCandidate
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    CompetenceRuled,
    DecisionAnnulled,
    JurorRecused,
    MemberLeft,
    MemberLeftDeliberation,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    ReleaseResumed,
    ReleaseWithheld,
    SubstituteSeated,
)
from domain.ports import Actor, PersonId, Role
from domain.refusal import NotFound
from domain.register.certificates import Papers
from domain.register.facts import CertificateIssued, TitleWithdrawn
from domain.register.register import Register
from domain.standing.disclosure import Reader, disclosed
from tests.given.domain.people import (
    ADELE,
    AS_MARIE,
    ASTRID,
    ELSA,
    EMMA,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    KARIM,
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
    as_reader,
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
    standing_for,
    summoned,
)
from tests.given.domain.scenario import At, Scenario

FI = (applied(MARIE_FI), assigned(MARIE_FI, ASTRID, range(1, 31)))
MARKS = marked(MARIE_FI, ASTRID, *((number, "acquired") for number in range(1, 31)))
AUDITOR = actor(PersonId(known("auditor")), Role.AUDITOR)
BEFORE = (planned(JUNE), *summoned(JUNE, MARIE_FI))


def told(*steps: At) -> list[RecordedFact]:
    scene = Scenario(today=JURY_DAY)
    scene.given(*steps)
    return scene.store.told


def juror(who: PersonId) -> Actor:
    return actor(who, Role.JUROR)


def kinds(who: Actor, facts: list[RecordedFact]) -> set[type]:
    return {type(each.fact) for each in disclosed(as_reader(who), facts)}


def test_ruling_before_the_release_is_shown_only_to_the_panel_and_the_registrar() -> None:
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]))
    for sees in (juror(PAUL), actor(RENEE, Role.REGISTRAR)):
        assert CompetenceRuled in kinds(sees, facts)
    for blind in (AS_MARIE, AUDITOR, actor(ASTRID, Role.ASSESSOR)):
        assert CompetenceRuled not in kinds(blind, facts)


def test_recused_or_replaced_member_cannot_read_the_dossier() -> None:
    facts = told(
        *FI,
        MARKS,
        *BEFORE,
        At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY),)),
        opened(JUNE, (PAUL, NADIA, LUC, ELSA)),
        recused(MARIE_FI, LUC),
        heard(MARIE_FI, panel=(PAUL, NADIA, ELSA)),
        ruled(MARIE_FI, [1]),
    )
    assert CompetenceRuled in kinds(juror(ELSA), facts)
    for stranger in (LUC, EMMA, SAMIR):
        with pytest.raises(NotFound):
            disclosed(as_reader(juror(stranger)), facts)


def test_member_who_signed_in_after_the_opening_reads_the_dossier() -> None:
    late = At(JUNE, (MemberSignedIn(juror=KARIM, signed_on=JURY_DAY, on_paper=False),))
    before = (*FI, MARKS, *BEFORE, opened(JUNE, (PAUL, NADIA, LUC, EMMA)))
    with pytest.raises(NotFound):
        disclosed(as_reader(juror(KARIM)), told(*before))
    facts = told(*before, late, heard(MARIE_FI), ruled(MARIE_FI, [1]))
    assert CompetenceRuled in kinds(juror(KARIM), facts)


def test_attendance_of_jury_members_is_hidden_from_the_candidate() -> None:
    noted = At(
        JUNE,
        (
            MemberSignedIn(juror=KARIM, signed_on=JURY_DAY, on_paper=False),
            MemberNotedAbsent(juror=EMMA, excused=True),
            MemberLeft(juror=NADIA),
            MemberReturned(juror=NADIA),
        ),
    )
    left = At(
        Deliberation.id_of(JUNE, MARIE_FI),
        (MemberLeftDeliberation(session=JUNE, candidacy=MARIE_FI, juror=NADIA),),
    )
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), heard(MARIE_FI), noted, left, ended())
    of_members = {MemberSignedIn, MemberNotedAbsent, MemberLeft, MemberReturned, MemberLeftDeliberation}
    assert not of_members & kinds(AS_MARIE, facts)
    for sees in (juror(PAUL), AUDITOR):
        assert of_members <= kinds(sees, facts)


def test_rulings_of_a_later_jury_are_hidden_from_an_earlier_one() -> None:
    later = (planned(MARCH, seats=()), *summoned(MARCH, MARIE_FI), opened(MARCH, (NADIA,)))
    first = (*BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]), granted(MARIE_FI, 1), ended())
    facts = told(*FI, MARKS, *first, *later, heard(MARIE_FI, MARCH, (NADIA,)), ruled(MARIE_FI, [10], session=MARCH))
    seen = {
        each.fact.session
        for each in disclosed(as_reader(juror(PAUL)), facts)
        if isinstance(each.fact, CompetenceRuled)
    }
    assert seen == {JUNE}
    assert standing_for(as_reader(juror(PAUL)), RNCP31936, RULES, facts).competences[9].state != "ruled"
    assert standing_for(as_reader(juror(NADIA)), RNCP31936, RULES, facts).competences[9].state == "ruled"


def test_marks_are_hidden_until_filed_and_then_shown_to_the_panel_but_not_to_the_candidate() -> None:
    drafts = marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False)
    draft = told(*FI, *BEFORE, opened(JUNE), drafts)
    assert CompetenceAssessed not in kinds(juror(PAUL), draft)
    assert CompetenceAssessed in kinds(actor(ASTRID, Role.ASSESSOR), draft)
    late = told(*FI, *BEFORE, opened(JUNE), MARKS)
    assert CompetenceAssessed in kinds(juror(PAUL), late)
    assert standing_for(as_reader(juror(PAUL)), RNCP31936, RULES, late).competences[0].state == "assessed"
    assert CompetenceAssessed not in kinds(AS_MARIE, late)
    assert standing_for(as_reader(AS_MARIE), RNCP31936, RULES, late).competences[0].state == "no_evidence"


def test_marks_of_a_reopened_assessment_are_hidden_until_filed_again() -> None:
    back = AssessmentReopened(candidacy=MARIE_FI, assessor=ASTRID, reason=Personal("x", ASTRID))
    stream = Assessment.id_of(MARIE_FI, ASTRID)
    again = AssessmentFiled(candidacy=MARIE_FI, assessor=ASTRID)
    facts = (*FI, *BEFORE, opened(JUNE), MARKS, At(stream, (back,)))
    assert CompetenceAssessed not in kinds(juror(PAUL), told(*facts))
    assert CompetenceAssessed in kinds(juror(PAUL), told(*facts, At(stream, (again,))))


def test_recusal_is_hidden_from_the_candidate_but_still_voids_earlier_rulings_in_their_standing() -> None:
    voided = (heard(MARIE_FI), ruled(MARIE_FI, [], [6]), recused(MARIE_FI, LUC), ruled(MARIE_FI, ENOUGH))
    done = (granted(MARIE_FI, 1, 2, 3, 4), ended())
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), *voided, *done)
    assert JurorRecused not in kinds(AS_MARIE, facts)
    assert JurorRecused in kinds(juror(PAUL), facts)
    mine, theirs = (
        standing_for(as_reader(who), RNCP31936, RULES, facts) for who in (AS_MARIE, actor(RENEE, Role.REGISTRAR))
    )
    assert mine.competences[5].state != "ruled"
    assert [line.state for line in mine.blocks] == [line.state for line in theirs.blocks]


def test_registrar_who_is_the_candidate_reads_their_own_dossier_as_a_candidate() -> None:
    facts = told(*FI, MARKS, *BEFORE, opened(JUNE), heard(MARIE_FI), ruled(MARIE_FI, [1]))
    own = replace(AS_MARIE, role=Role.REGISTRAR)
    assert CompetenceRuled not in kinds(own, facts)


def test_complaint_is_shown_to_candidate_registrar_and_auditor_and_its_outcome_to_all_readers() -> None:
    review = Review.id_of(JUNE, MARIE_FI)
    asked = ReviewRequested(
        session=JUNE,
        candidacy=MARIE_FI,
        ground=ComplaintGround.PROCEDURAL,
        asked_on=JURY_DAY,
        statement=Personal("x", MARIE),
    )
    answered = ReviewAnswered(session=JUNE, candidacy=MARIE_FI, accepted=True, reason=Personal("x", MARIE))
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
        stands = standing_for(as_reader(reader), RNCP31936, RULES, facts)
        assert {line.state for line in stands.blocks} == {"not_decided"}


@pytest.mark.parametrize("role", [Role.REPORTER, Role.ADMIN])
def test_dossier_is_not_found_by_a_reporter_or_an_administrator(role: Role) -> None:
    with pytest.raises(NotFound):
        disclosed(as_reader(actor(RENEE, role)), told(*FI))


def test_mark_for_a_second_attempt_is_hidden_while_those_of_the_first_are_shown() -> None:
    said = (heard(MARIE_FI), ruled(MARIE_FI, [1], [2]), not_granted(MARIE_FI, 1))
    first = (*FI, MARKS, *BEFORE, opened(JUNE), *said, ended())
    anew = CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=2, mark="acquired", attempt=2)
    again, handed = At(Assessment.id_of(MARIE_FI, ASTRID), (anew,)), marked(MARIE_FI, ASTRID)
    second = (planned(MARCH), *summoned(MARCH, MARIE_FI), opened(MARCH, (NADIA,)))
    for facts in (told(*first, again), told(*first, *second, again, handed)):
        seen = [each.fact for each in disclosed(as_reader(AS_MARIE), facts)]
        assert sum(isinstance(fact, CompetenceAssessed) for fact in seen) == 30, "what June read is known"
        assert anew not in seen
    assert anew in [each.fact for each in disclosed(as_reader(juror(NADIA)), facts)]


# A reader linked with the candidate reads less than before, and never more than the candidate

CASE, REVIEWED = UUID(int=1), Review.id_of(JUNE, MARIE_FI)
REPORT = FraudReported(
    case=CASE,
    candidacy=MARIE_FI,
    reported_by=RENEE,
    session=JUNE,
    sitting=None,
    evidence=(),
    competences=(),
    statement=Personal("x", MARIE),
)
PROPOSED = RectificationProposed(
    session=JUNE,
    candidacy=MARIE_FI,
    rulings=(),
    blocks=(),
    title=True,
    proposed_by=RENEE,
    reason=Personal("x", MARIE),
)
CERTIFICATE = CertificateIssued(
    candidacy=MARIE_FI,
    number=1,
    obtained_on=JURY_DAY,
    issued_on=JURY_DAY,
    corrections=0,
    holder=Personal("x", MARIE),
)
COURSE = (
    *FI,
    At(MARIE_FI, (AdvisorNamed(advisor=ADELE, named_on=JURY_DAY),)),
    At(
        Accommodation.id_of(MARIE_FI),
        (
            AccommodationRequested(candidacy=MARIE_FI, reason=Personal("x", MARIE)),
            AccommodationRefused(candidacy=MARIE_FI, reason=Personal("x", MARIE)),
        ),
    ),
    MARKS,
    At(UUID(int=2), (IncidentReported(candidacy=MARIE_FI, account=Personal("x", MARIE)),)),
    At(
        UUID(int=3),
        (ReminderGiven(candidacy=MARIE_FI, duty=Duty.JURY, session=None, ends_on=JURY_DAY, rule_set=None),),
    ),
    *BEFORE,
    opened(JUNE),
    recused(MARIE_FI, KARIM),
    heard(MARIE_FI, panel=(PAUL, NADIA, LUC, EMMA)),
    At(Fraud.id_of(MARIE), (REPORT,)),
    At(JUNE, (ReleaseWithheld(candidacy=MARIE_FI),)),
    ruled(MARIE_FI, [1]),
    granted(MARIE_FI, 1),
    ended(),
    At(Fraud.id_of(MARIE), (FraudToldToCandidate(case=CASE, candidacy=MARIE_FI, hearing_on=JURY_DAY),)),
    At(JUNE, (ReleaseResumed(candidacy=MARIE_FI, released_on=JURY_DAY),)),
    At(Rectification.id_of(JUNE, MARIE_FI), (PROPOSED,)),
    At(
        REVIEWED,
        (
            ReviewRequested(
                session=JUNE,
                candidacy=MARIE_FI,
                ground=ComplaintGround.PROCEDURAL,
                asked_on=JURY_DAY,
                statement=Personal("x", MARIE),
            ),
        ),
    ),
    At(Papers.id_of(MARIE_FI), (CERTIFICATE,)),
    annulled(MARIE_FI),
)
"""A candidacy in which every kind of fact stands that some readers see and others do not."""
OWN = as_reader(AS_MARIE)
REVIEWERS = (
    actor(RENEE, Role.REGISTRAR),
    AUDITOR,
    juror(PAUL),
    juror(KARIM),
    actor(ASTRID, Role.ASSESSOR),
    actor(ADELE, Role.ADVISOR),
)


def seen(who: Reader, facts: list[RecordedFact]) -> set[int] | None:
    """Return the positions of the facts shown, or None when the dossier is not found."""
    try:
        return {each.stamp.position for each in disclosed(who, facts)}
    except NotFound:
        return None


@pytest.mark.parametrize("who", REVIEWERS, ids=lambda who: who.role.value)
def test_link_with_the_candidate_removes_rights_and_gives_none(who: Actor) -> None:
    """At every moment of a candidacy: facts shown with the link were shown without it, and are shown to the
    candidate."""
    whole = told(*COURSE)
    less = False
    for end in range(1, len(whole) + 1):
        facts = whole[:end]
        linked, alone, theirs = (seen(each, facts) for each in (as_reader(who, MARIE), as_reader(who), OWN))
        assert (linked or set()) <= (alone or set())
        assert (linked or set()) <= (theirs or set())
        less |= linked != alone
        if linked is not None:
            mine = standing_for(as_reader(who, MARIE), RNCP31936, RULES, facts)
            assert mine == standing_for(OWN, RNCP31936, RULES, facts)
        assert seen(as_reader(who, SAMIR), facts) == alone, "a link with somebody else changes nothing"
    assert less or who.person == KARIM, "who stepped out saw nothing before"


def test_link_does_not_open_the_other_file_to_a_candidate() -> None:
    """Each file's login shows the candidacies of that file only."""
    facts = told(*COURSE)
    assert seen(as_reader(actor(SAMIR, Role.CANDIDATE), MARIE), facts) is None
    assert seen(as_reader(AS_MARIE, SAMIR), facts) == seen(OWN, facts)


def test_request_for_accommodation_is_hidden_from_a_linked_registrar_or_auditor() -> None:
    facts = told(*COURSE)
    confided = {AccommodationRequested, AccommodationRefused}
    for role in (Role.REGISTRAR, Role.AUDITOR):
        shown = {type(each.fact) for each in disclosed(as_reader(actor(RENEE, role), MARIE), facts)}
        assert not shown & confided
    assert confided <= kinds(AS_MARIE, facts)


def test_juror_linked_to_a_recused_juror_cannot_read_the_dossier() -> None:
    facts = told(*COURSE)
    assert seen(as_reader(juror(PAUL)), facts)
    assert seen(as_reader(juror(PAUL), KARIM), facts) is None
