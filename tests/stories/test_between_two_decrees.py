"""A parcours begun between 1 January and 12 April 2024: no decree composes its jury (Code du travail L6412-3).

R335-8 still applies to a parcours begun until 31 December 2023, D6412-6 to one begun from 13 April 2024. Between them
only the certification's own rules and impartiality apply, and the explanation of a decision says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.framework_file import read_law, shipped
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.declare_tie import DeclareTie
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.jury.facts import TitlePronounced
from domain.people.facts import Tie
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision
from domain.standing.law_cited import LawOverTime, cited
from tests.given.domain.people import AS_PAUL, KARIM, LUC, MARIE, PAUL, RULES, seat
from tests.given.domain.scenario import At, rebuilt
from tests.given.stories.juries import CERTIFICATION, Jury

BEGAN, HELD_ON = date(2024, 2, 1), date(2024, 9, 17)
SHIPPED = tuple(RuleSetPublished(rule_set=each) for each in read_law(shipped("law-vae.yaml")))
OF_ANY = replace(CERTIFICATION.juries[0], size=None, externals=0, employers=0, employees=0, balances=())
MEN = (PAUL, LUC, KARIM)


@pytest.mark.parametrize(
    ("began", "article"),
    [
        (date(2023, 12, 31), "R335-8"),
        (date(2024, 1, 1), "L6412-3"),
        (date(2024, 4, 12), "L6412-3"),
        (date(2024, 4, 13), "D6412-6"),
    ],
)
def test_law_of_the_jury_follows_the_day_of_beginning_and_covers_the_gap(began: date, article: str) -> None:
    law = rebuilt(Law(id=Law.the()), SHIPPED)
    for portal in (False, True):
        found = law.in_force(Route.VAE, began_on=began, session_on=HELD_ON, portal=portal).source(Provision.JURY)
        assert found is not None
        assert article in found.reference


def test_jury_between_two_decrees_follows_the_certification_and_cites_l6412_3() -> None:
    """Three men decide without a stated reason, as the sheet allows; Karim, a relative, steps out."""
    jury = Jury(BEGAN, replace(RULES, quorum=2), replace(CERTIFICATION, juries=(OF_ANY,)))
    jury.scene.given(At(Law.the(), SHIPPED))
    marie = jury.marie(BEGAN)
    session = jury.called(BEGAN, HELD_ON, tuple(seat(who, Sex.M, chair=who == PAUL) for who in MEN))
    jury.on(BEGAN, SummonCandidate(session=session, candidacy=marie))
    jury.on(HELD_ON, DeclareTie(person=KARIM, candidate=MARIE, tie=Tie.FAMILY))
    jury.opens_with(HELD_ON, session, MEN)
    jury.comes(HELD_ON, session, marie)
    take_up = OpenDeliberation(session=session, candidacy=marie)
    jury.refused(ConflictOfInterest, HELD_ON, take_up, AS_PAUL)
    jury.on(HELD_ON, RecuseJuror(session=session, candidacy=marie, juror=KARIM, reason="Famille"))
    jury.on(HELD_ON, take_up, AS_PAUL)
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []
    law = LawOverTime.of(told for told in jury.facts if told.stamp.stream == Law.the())
    (said,) = (each for each in cited(law, jury.facts) if each.provides is Provision.JURY)
    assert "L6412-3" in said.reference
    assert "règles de la certification et impartialité seules" in said.reference
