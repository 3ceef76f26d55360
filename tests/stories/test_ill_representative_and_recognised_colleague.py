"""The employers' representative is ill; the employees' recognises a colleague: under R335-8, and under D6412-6.

The same jury, the same people, the same facts. Under former R335-8 of the education code the colleague leaves that
candidate's deliberation, and the others decide if they are still lawful. Under D6412-6 of the labour code such a
person is barred from the panel: no member of it decides, and another jury does.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.state_affiliation import StateAffiliation
from domain.framework.jury_rule import Quality
from domain.jury.facts import CandidateListed, CandidateReferred, TitlePronounced
from domain.jury.session import JuryComposition
from domain.organisation.facts import OrganisationRegistered
from domain.people.facts import OrganisationLink
from domain.ports import CandidacyId, OrganisationId, PersonId, SessionId
from tests.given.domain.law import D6412, R335
from tests.given.domain.people import (
    AS_MARC,
    AS_PAUL,
    ATELIER,
    ELSA,
    EMMA,
    KARIM,
    LUC,
    MARC,
    MARIE,
    NADIA,
    PAUL,
    RENEWED,
    RENEWED_SEATS,
    SEATS,
    known,
    recognised,
)
from tests.given.domain.scenario import NOON, At
from tests.given.stories.juries import UNDER_D6412, UNDER_R335, Jury

USINE = OrganisationId(known("usine"))
SITS = (PAUL, NADIA, LUC, ELSA, KARIM)


def before_the_jury(began: date, held_on: date, left: date | None) -> tuple[Jury, SessionId, CandidacyId]:
    """Replace Emma, who is ill, by Elsa; Karim and Marie work, or worked until `left`, at the same place."""
    jury = Jury(began)
    marie = jury.marie(began)
    session = jury.called(began, held_on)
    jury.on(began, SummonCandidate(session=session, candidacy=marie))
    jury.on(held_on, SeatSubstitute(session=session, substitute=ELSA, replaced=EMMA))
    jury.opens_with(held_on, session, SITS)
    jury.comes(held_on, session, marie)
    jury.scene.given(At(USINE, (OrganisationRegistered(legal_name="Usine Inventée", siret=None),)))
    for who, since, until in ((MARIE, date(2015, 1, 5), left), (KARIM, date(2018, 1, 8), None)):
        works = StateAffiliation(
            person=who, organisation=USINE, link=OrganisationLink.EMPLOYMENT, since=since, until=until
        )
        jury.on(held_on, works)
    return jury, session, marie


def the_same_facts(began: date, held_on: date) -> tuple[Jury, SessionId, CandidacyId]:
    """Record that Karim and Marie are colleagues, and that Karim steps out."""
    jury, session, marie = before_the_jury(began, held_on, None)
    assert jury.refused(ConflictOfInterest, held_on, OpenDeliberation(session=session, candidacy=marie), AS_PAUL) == (
        ["law-panel-ties"] if began == UNDER_D6412[0] else []
    )
    leaves = RecuseJuror(session=session, candidacy=marie, juror=KARIM, reason="Collègue, reconnue en session")
    jury.on(held_on, leaves)
    return jury, session, marie


def test_former_colleague_is_tied_under_d6412_6_and_not_under_r335_8() -> None:
    """R335-8 covers those who belong to the candidate's workplace; D6412-6 those who have, or have had, a
    relation.
    """
    left = date(2018, 6, 29)
    for (began, held_on), tied in ((UNDER_R335, False), (UNDER_D6412, True)):
        jury, session, marie = before_the_jury(began, held_on, left)
        take_up = OpenDeliberation(session=session, candidacy=marie)
        if tied:
            assert jury.refused(ConflictOfInterest, held_on, take_up, AS_PAUL) == ["law-panel-ties"]
        else:
            jury.on(held_on, take_up, AS_PAUL)
        assert jury.unlawful == []


def test_rest_of_the_panel_decides_under_r335_8_when_a_colleague_steps_out() -> None:
    """Four remain, two of whom practise the profession: two at least, and a quarter."""
    began, held_on = UNDER_R335
    jury, session, marie = the_same_facts(began, held_on)
    jury.takes_up(held_on, session, marie, AS_PAUL)
    jury.grants_everything(held_on, session, marie)
    jury.ends(held_on, session)
    assert jury.says(TitlePronounced) == [TitlePronounced(session=session, candidacy=marie)]
    assert jury.unlawful == []


def test_rest_of_the_panel_cannot_decide_under_r335_8_when_no_longer_lawful() -> None:
    """Had Luc not practised the profession, one professional of four would remain: R335-8 asks for a quarter, two
    at least.
    """
    began, held_on = UNDER_R335
    jury, session, marie = the_same_facts(began, held_on)
    gone = recognised(LUC, Quality.PROFESSION, until=held_on - timedelta(days=1))
    jury.scene.given(gone)
    broken = jury.refused(JuryComposition, held_on, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    assert broken == ["law-quota-profession"]
    jury.on(held_on, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    assert jury.says(CandidateReferred) == [
        CandidateReferred(session=session, candidacy=marie, rule="jury-composition", at=NOON)
    ]


def test_panel_with_a_colleague_cannot_decide_under_d6412_6_even_when_they_step_out() -> None:
    began, held_on = UNDER_D6412
    jury, session, marie = the_same_facts(began, held_on)
    broken = jury.refused(ConflictOfInterest, held_on, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    assert broken == ["law-panel-ties"]
    jury.on(held_on, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    jury.ends(held_on, session)
    assert jury.says(TitlePronounced) == []

    later = held_on + timedelta(days=30)
    other = jury.called(held_on, later, RENEWED_SEATS)
    jury.on(held_on, SummonCandidate(session=other, candidacy=marie))
    jury.opens_with(later, other, RENEWED)
    jury.takes_up(later, other, marie, AS_MARC)
    jury.grants_everything(later, other, marie, AS_MARC)
    jury.ends(later, other, MARC)
    assert jury.says(TitlePronounced) == [TitlePronounced(session=other, candidacy=marie)]
    assert jury.unlawful == []


@pytest.mark.parametrize(("began", "held_on"), [UNDER_R335, UNDER_D6412])
def test_summons_is_refused_for_a_known_tie_only_under_d6412_6(began: date, held_on: date) -> None:
    """D6412-6 bars the juror from the panel, so that the summons is refused; under R335-8 the juror may sit, and
    step out later.
    """
    jury = Jury(began)
    marie = jury.marie(began)
    session = jury.called(began, held_on)
    colleagues(jury, began, KARIM)
    call = SummonCandidate(session=session, candidacy=marie)
    if began == UNDER_D6412[0]:
        assert jury.refused(ConflictOfInterest, began, call) == ["law-panel-ties"]
    else:
        jury.on(began, call)


@pytest.mark.parametrize(("began", "held_on"), [UNDER_R335, UNDER_D6412])
def test_appointment_after_the_summons_is_refused_for_a_known_tie_only_under_d6412_6(
    began: date, held_on: date
) -> None:
    jury = Jury(began)
    marie = jury.marie(began)
    session = jury.called(began, held_on, [seat for seat in SEATS if seat.juror != KARIM])
    jury.on(began, SummonCandidate(session=session, candidacy=marie))
    text = D6412 if began == UNDER_D6412[0] else R335
    assert [fact.jury_law for fact in jury.says(CandidateListed)] == [text.id]
    colleagues(jury, began, KARIM)
    appoint = AppointJuror(session=session, juror=KARIM)
    if text is D6412:
        assert jury.refused(ConflictOfInterest, began, appoint) == ["law-panel-ties"]
    else:
        jury.on(began, appoint)


def colleagues(jury: Jury, day: date, juror: PersonId) -> None:
    """Record that Marie and the juror were employed at one place at the same time."""
    for who in (MARIE, juror):
        works = StateAffiliation(
            person=who,
            organisation=ATELIER,
            link=OrganisationLink.EMPLOYMENT,
            since=date(2015, 1, 5),
            until=date(2016, 1, 5),
        )
        jury.on(day, works)
