"""An end keyed with the wrong month, and corrected before it came.

In March Renée ends the registration on 31 March instead of 31 May, and retires the version too early as well. She
notices it on the 15th, while both days are still in the future, and corrects each. What was decided meanwhile was
lawful by what was known then. Once the day has passed it cannot be changed; a day that is already past when it is
keyed is accepted only if she confirms that it is intended.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.calendar import PastUnconfirmed
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.retire_framework import RetireFramework
from domain.framework.definition import Route
from domain.framework.framework import OutsideRegistration
from domain.framework.registration import Registration, RegistrationMisdated
from domain.framework.succession import AlreadyRetired, VersionRetired
from tests.given.domain.people import AS_MARIE, AS_RENEE, AS_SAMIR, FRAMEWORK, MARIE, RNCP31936, RULEBOOK, SAMIR
from tests.given.stories.acts import Stage

FIRST, SEEN, WRONG, APRIL, MAY = (
    date(2021, 3, 1),
    date(2021, 3, 15),
    date(2021, 3, 31),
    date(2021, 4, 20),
    date(2021, 5, 31),
)
ENDS = EndRegistration(framework=FRAMEWORK, ends_on=WRONG, ground="arrêté du 1er mars 2021")
RETIRES = RetireFramework(framework=FRAMEWORK, retired_on=WRONG, ground="remplacé par la version 2")
APPLY = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)


def test_end_applies_from_the_day_set_last_and_cannot_change_once_past() -> None:
    stage = Stage(FIRST)
    stage.on(FIRST, ENDS)
    stage.on(FIRST, RETIRES)
    again = replace(ENDS, ends_on=MAY, ground="arrêté du 1er mars 2021, relu le 15")
    stage.on(SEEN, again)
    stage.on(SEEN, replace(RETIRES, retired_on=MAY))
    registration = stage.scene.log.load(Registration, Registration.id_of(FRAMEWORK))
    assert registration.ended is not None
    assert (registration.last_day(RNCP31936), registration.ended.ground) == (MAY, again.ground)

    stage.on(APRIL, APPLY, AS_MARIE)  # after the day keyed first, before the one that applies
    late = replace(APPLY, candidate=SAMIR)
    stage.scene.when(late, by=AS_SAMIR, on=MAY)
    stage.scene.then_refused(VersionRetired)
    june = date(2021, 6, 1)
    for command, refusal in (
        (replace(ENDS, ends_on=date(2021, 8, 31)), RegistrationMisdated),
        (replace(RETIRES, retired_on=date(2021, 8, 31)), AlreadyRetired),
    ):
        stage.scene.when(command, by=AS_RENEE, on=june)
        stage.scene.then_refused(refusal)
    assert stage.unlawful == [], "each was decided by what was known then"


def test_end_in_the_past_is_refused_unless_confirmed() -> None:
    stage = Stage(APRIL)
    stage.scene.when(ENDS, by=AS_RENEE, on=APRIL)
    stage.scene.then_refused(PastUnconfirmed, WRONG.isoformat())
    stage.on(APRIL, replace(ENDS, confirms_past=True))
    stage.scene.when(APPLY, by=AS_MARIE, on=APRIL)
    stage.scene.then_refused(OutsideRegistration)
    assert stage.unlawful == []
