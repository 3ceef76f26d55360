"""Tests of the marks of annulled decisions in a history."""

from __future__ import annotations

from datetime import date

from domain.fact import Personal, RecordedFact
from domain.jury.facts import BlockGranted, DecisionRectified, DecisionRestored
from domain.jury.rectified_decision import Corrected
from domain.ports import OPERATOR
from domain.standing.disclosure import Reader
from domain.standing.standing import standing
from projections.reading import DossierFact
from tests.given.domain.people import (
    JUNE,
    LATER_DAY,
    MARIE,
    MARIE_VAE,
    PAUL,
    RNCP31936,
    RULES,
    annulled,
    granted,
    won,
)
from tests.given.domain.scenario import At, Scenario
from webapi.privacy.disclosure import DisclosedDossier

HOUSE = Reader(actor=OPERATOR, files=frozenset())
SAID = granted(MARIE_VAE).stream
RESTORED = At(SAID, (DecisionRestored(session=JUNE, candidacy=MARIE_VAE, restored_on=date(2021, 6, 15)),))
RECTIFIED = At(
    SAID,
    (
        DecisionRectified(
            session=JUNE,
            candidacy=MARIE_VAE,
            rulings=(Corrected(competence=27, keyed=True, minuted=False),),
            granted=(),
            not_granted=(4,),
            title=False,
            proposed_by=PAUL,
            reason=Personal("x", MARIE),
            rectified_on=date(2021, 6, 15),
            made_known=True,
        ),
    ),
)


def read(told: RecordedFact) -> DossierFact:
    """Return the fact as a dossier reads it, without personal values."""
    return DossierFact(fact=told.fact, stamp=told.stamp)


def test_history_keeps_a_rectified_block_voided_after_a_second_restoration() -> None:
    scenario = Scenario(today=LATER_DAY)
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), RESTORED, RECTIFIED, annulled(MARIE_VAE), RESTORED)
    facts = scenario.store.told
    gone = DisclosedDossier(reader=HOUSE, known=[read(told) for told in facts], seen=[], version=0).annulled
    marked = {
        told.fact.block for told in facts if isinstance(told.fact, BlockGranted) and told.stamp.position in gone
    }
    lines = standing(RNCP31936, RULES, facts).blocks
    assert marked == {line.number for line in lines if line.state != "granted"} == {4}
