"""Optional statement of sex and birth by the person or for them; a birth on file is changed only on a document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.state_birth_and_sex import StateBirthAndSex
from domain.fact import Personal
from domain.framework.jury_rule import Sex
from domain.people.facts import BirthAndSexStated, IdentityCorrected, Registered, RoleGranted
from domain.people.naming import NameUnfit
from domain.people.person import BirthOnFile, NothingStated, Person
from domain.ports import Actor, Role
from domain.refusal import Forbidden, NotFound, Refused
from tests.given.domain.people import AS_ADA, AS_MARIE, AS_RENEE, AS_SAMIR, MARIE
from tests.given.domain.scenario import Scenario

BIRTH = "12 mars 1990 à Lyon"
BOTH = StateBirthAndSex(person=MARIE, sex=Sex.F, born=BIRTH)
STATED = BirthAndSexStated(sex=Personal(Sex.F, MARIE), born=Personal(BIRTH, MARIE))


@pytest.mark.parametrize("by", [AS_MARIE, AS_RENEE], ids=["herself", "the registrar"])
def test_birth_and_sex_are_stated_by_the_candidate_or_the_registrar(scenario: Scenario, by: Actor) -> None:
    scenario.when(BOTH, by=by)
    scenario.then(STATED)
    assert scenario.wrong() == []
    assert scenario.store.rebuilt(Person, MARIE).born == Personal(BIRTH, MARIE), "a certificate will say it"


@pytest.mark.parametrize("sex", [*Sex])
def test_sex_can_be_stated_again_including_as_unstated_and_the_birth_is_kept(scenario: Scenario, sex: Sex) -> None:
    scenario.when(BOTH, by=AS_MARIE)
    scenario.when(StateBirthAndSex(person=MARIE, sex=sex), by=AS_MARIE)
    scenario.then(BirthAndSexStated(sex=Personal(sex, MARIE)))
    assert scenario.wrong() == []
    assert scenario.store.rebuilt(Person, MARIE).born == Personal(BIRTH, MARIE), "what was said of birth stays"


def test_birth_on_file_can_be_corrected_only_on_a_document(scenario: Scenario) -> None:
    scenario.when(BOTH, by=AS_MARIE)
    for again in (BOTH, replace(BOTH, born="13 mars 1990")):
        scenario.when(again, by=AS_RENEE)
        scenario.then_refused(BirthOnFile, MARIE)
    assert scenario.forged(MARIE, STATED, by=AS_RENEE) == ["birth-on-file"]
    scenario.when(
        CorrectIdentity(person=MARIE, name="Marie", document="Passeport", born="13 mars 1990", sex=Sex.M), by=AS_RENEE
    )
    (corrected,) = scenario.then_recorded(IdentityCorrected)
    assert isinstance(corrected, IdentityCorrected)
    assert corrected.sex == Personal(Sex.M, MARIE)


@pytest.mark.parametrize(
    ("command", "by", "refusal"),
    [
        (replace(BOTH, born="12 mars\u0000"), AS_MARIE, NameUnfit),
        (BOTH, AS_SAMIR, NotFound),
        (BOTH, AS_ADA, Forbidden),
    ],
    ids=["an unfit birth", "somebody else's", "not for an administrator to say"],
)
def test_birth_and_sex_are_refused_when_unfit_or_stated_by_another(
    scenario: Scenario, command: StateBirthAndSex, by: Actor, refusal: type[Refused]
) -> None:
    scenario.when(command, by=by)
    scenario.then_refused(refusal)


def test_sex_is_optional_at_registration(scenario: Scenario) -> None:
    for sex in (None, Sex.F):
        scenario.when(RegisterPerson(name="Zoé", given=(Role.CANDIDATE,), sex=sex), by=AS_RENEE)
        said, _ = scenario.then_recorded(Registered, RoleGranted)
        assert isinstance(said, Registered)
        assert (said.sex is None) == (sex is None)
        assert scenario.wrong() == []


def test_statement_without_sex_or_birth_is_refused(scenario: Scenario) -> None:
    for nothing in (None, " "):
        scenario.when(StateBirthAndSex(person=MARIE, born=nothing), by=AS_MARIE)
        scenario.then_refused(NothingStated, MARIE)
    assert scenario.forged(MARIE, BirthAndSexStated(), by=AS_MARIE) == ["nothing-stated"]
