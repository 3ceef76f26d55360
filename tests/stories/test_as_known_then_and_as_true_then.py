"""A block granted by a jury of March and annulled by a court in June: April as known then, and as true then."""

from __future__ import annotations

from datetime import date

from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.fact import RecordedFact
from domain.ports import CandidacyId
from domain.standing.effective_date import counted_on, true_on
from domain.standing.standing import BlockState, Standing, standing
from tests.given.domain.people import RNCP31936, RULES
from tests.given.stories.acts import Stage

JANUARY, MARCH, RELEASE = date(2021, 1, 4), date(2021, 3, 15), date(2021, 4, 20)
APRIL, MAY, JUNE, JULY = date(2021, 4, 1), date(2021, 5, 3), date(2021, 6, 10), date(2021, 7, 1)
BLOCK_3 = range(21, 26)


def played() -> tuple[Stage, CandidacyId, list[RecordedFact]]:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, MARCH)
    stage.decides(MARCH, session, candidacy, RNCP31936, BLOCK_3, released=RELEASE)
    annulled = NoteCourtRuling(
        session=session, candidacy=candidacy, court="TA Paris", ruled_on=JUNE, reference="x", annuls=True
    )
    stage.on(JUNE, annulled)
    return stage, candidacy, stage.dossier(candidacy, session)


def block_3(answer: Standing) -> BlockState:
    return next(line.state for line in answer.blocks if line.number == 3)


def known_then(day: date, facts: list[RecordedFact], *, provisional: bool = True) -> Standing:
    known = [told for told in facts if told.stamp.on <= day]
    return standing(RNCP31936, RULES, known, provisional=provisional)


def true_then(day: date, facts: list[RecordedFact], *, provisional: bool = True) -> Standing:
    return standing(RNCP31936, RULES, counted_on(day, facts), provisional=provisional)


def test_annulled_block_was_granted_as_known_in_april_and_not_as_true_in_april() -> None:
    """An annulled decision is deemed never to have existed (CE, 11 May 2004, AC!: cited without having been read)."""
    stage, _, facts = played()
    assert stage.unlawful == []
    assert block_3(known_then(APRIL, facts)) == "granted"
    assert block_3(true_then(APRIL, facts)) == "not_decided"
    assert block_3(known_then(JULY, facts)) == block_3(true_then(JULY, facts)) == "not_decided"


def test_block_is_true_from_the_day_of_the_jury_and_known_from_its_release() -> None:
    """`obtained_on` is the day of the jury: a release changes who may know, not what is true."""
    _, _, facts = played()
    facts = [told for told in facts if told.stamp.on < JUNE]
    assert block_3(known_then(APRIL, facts, provisional=False)) == "not_decided", "not released in April"
    assert block_3(true_then(APRIL, facts, provisional=False)) == "granted"
    assert block_3(true_then(date(2021, 3, 14), facts, provisional=False)) == "not_decided"
    assert block_3(known_then(MAY, facts, provisional=False)) == "granted"


def test_history_as_true_on_a_day_lists_the_facts_about_that_day() -> None:
    _, _, facts = played()
    april = {type(told.fact).__name__ for told in true_on(APRIL, facts)}
    assert {"BlockGranted", "DecisionAnnulled"} <= april, "both speak of the jury's day"
    assert not {"ResultsReleased", "CourtRuled"} & april
    assert true_on(date(2021, 1, 3), facts) == counted_on(date(2021, 1, 3), facts) == []
