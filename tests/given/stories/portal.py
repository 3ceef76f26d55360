"""The included law, and certifications on the national portal, where Marie signs up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from adapters.framework_file import read_law, shipped
from domain.candidacy.candidacy import Candidacy
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.deadlines.deadline import Deadline, Duty
from domain.deadlines.due import deadlines
from domain.framework.definition import Definition, Route
from domain.framework.facts import FrameworkPublished, PortalEntered
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import CandidacyId, FrameworkId, PersonId, Role
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import Law
from tests.given.domain.people import MARIE, RNCP31936, RULEBOOK, VAE_OPENED, actor
from tests.given.domain.scenario import At
from tests.given.stories.acts import Stage

THE_LAW = At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in read_law(shipped("law-vae.yaml"))))
ENTERED = date(2024, 5, 2)


def sheet(number: int) -> Definition:
    """Return a certification like RNCP 31936, registered until 2030."""
    registration = replace(RNCP31936.registration, ends_on=date(2030, 12, 18))
    return replace(RNCP31936, code=f"RNCP{number}", registration=registration)


def framework(number: int) -> FrameworkId:
    return FrameworkId(Framework.id_of(f"RNCP{number}", 1))


def on_the_portal(today: date, *numbers: int, portal: bool = True) -> Stage:
    """Return a certifier with these certifications, under the included law."""
    stage = Stage(today)
    stage.scene.given(THE_LAW)
    for number in numbers:
        of, ground = framework(number), "arrêté du calendrier d'intégration"
        stage.scene.given(At(of, (FrameworkPublished(definition=sheet(number)), VAE_OPENED)))
        entered = PortalEntered(framework=of, entered_on=ENTERED, ground=ground)
        stage.scene.given(*([At(Registration.id_of(of), (entered,))] if portal else []))
    return stage


def signs_up(
    stage: Stage, day: date, number: int, who: PersonId = MARIE, blocks: tuple[int, ...] = ()
) -> CandidacyId:
    """Let somebody apply by VAE on the day on which they sign up on the portal."""
    apply = OpenCandidacy(
        candidate=who, framework=framework(number), rulebook=RULEBOOK, route=Route.VAE, began_on=day, blocks=blocks
    )
    stage.on(day, apply, actor(who, Role.CANDIDATE))
    return Candidacy.id_of(who, framework(number), Route.VAE)


def due(stage: Stage, candidacy: CandidacyId, duty: Duty) -> Deadline | None:
    """Return the last day of this duty, if its time limit runs."""
    log = stage.scene.log
    found = deadlines(log.find(Candidacy, candidacy), log.find)
    return next((each for each in found if each.clock.duty is duty), None)
