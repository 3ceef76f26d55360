"""A habilitation that ended on the day before the sitting.

A centre in Lyon is habilitated to organise until the end of the registration. An épreuve and a jury are planned there
for 15 June, lawfully. The convention ends on the 14th: on the 15th neither can open. Both are cancelled and held in
the place of the sheet; what was held at Lyon before stays lawful.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.exam.facts import SittingOpened
from domain.framework.definition import Route
from domain.organisation.facts import HabilitationGranted, Purpose
from domain.organisation.institution import Institution
from domain.organisation.venue import SiteNotAuthorised
from domain.ports import OrganisationId, SessionId, SittingId
from tests.given.domain.centres import IMCI_SIRET, LYON_SIRET, SHEETS, SITE
from tests.given.domain.epreuves import AS_OLIVE, BASILE, BASILE_FI, CASES, OF_EPREUVES, OLIVE, SET_UP, applied
from tests.given.domain.people import AS_RENEE, PANEL, SEATS
from tests.given.stories.acts import Stage, appointing

IMCI, LYON = Institution.id_of(IMCI_SIRET), Institution.id_of(LYON_SIRET)
APRIL, DAY, EVE = date(2021, 4, 1), date(2021, 6, 15), date(2021, 6, 14)


class Lyon(Stage):
    """The certifier and its centre, recorded by their own commands; Basile is to sit an épreuve."""

    def __init__(self) -> None:
        super().__init__(APRIL)
        self.scene.given(*SET_UP, applied(BASILE_FI, BASILE, Route.FI))
        self._start = len(self.facts)
        self.on(APRIL, RegisterOrganisation(legal_name="IMCI", siret=IMCI_SIRET))
        self.on(APRIL, RegisterOrganisation(legal_name="Centre de Lyon", siret=LYON_SIRET))
        self.on(APRIL, NameCertifier(certification="RNCP31936", organisation=IMCI, keeps_register=False))
        grant = GrantHabilitation(
            organisation=LYON,
            certification="RNCP31936",
            granted_by=IMCI,
            purpose=Purpose.ORGANISE,
            sites=(SITE,),
            first_day=APRIL,
            last_day=date(2023, 12, 18),
        )
        self.on(APRIL, grant)
        granted = self.facts[-1].fact
        assert isinstance(granted, HabilitationGranted)
        self.habilitation = granted.habilitation

    def epreuve(self, held_on: date, place: str = SITE, centre: OrganisationId | None = LYON) -> SittingId:
        plan = PlanSitting(
            framework=OF_EPREUVES,
            rulebook=CASES,
            modality="B1-M1",
            subject="2021-A",
            held_on=held_on,
            starts_at=time(14),
            place=place,
            places=10,
            invigilator=OLIVE,
            centre=centre,
        )
        self.on(APRIL, plan)
        return SittingId(self.facts[-1].stamp.stream)

    def called_jury(self, held_on: date) -> SessionId:
        plan = PlanSession(
            framework=OF_EPREUVES,
            rulebook=CASES,
            route=Route.FI,
            held_on=held_on,
            place=SITE,
            places=10,
            centre=LYON,
        )
        self.on(APRIL, plan)
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in SEATS:
            self.on(APRIL, appointing(session, seat))
        return session

    def ends(self, last_day: date, recorded: date | None = None) -> None:
        end = EndHabilitation(
            organisation=LYON,
            habilitation=self.habilitation,
            last_day=last_day,
            ground="fin",
            confirms_past=recorded is not None and last_day < recorded,
        )
        self.on(recorded or last_day, end)


def test_sitting_and_session_cannot_open_when_the_habilitation_of_the_centre_has_ended() -> None:
    story = Lyon()
    sitting, session = story.epreuve(DAY), story.called_jury(DAY)
    story.on(APRIL, CallToSitting(sitting=sitting, candidacy=BASILE_FI))
    story.ends(EVE)
    story.sign_in(DAY, session, PANEL)
    for command, by in (
        (OpenSitting(sitting=sitting), AS_OLIVE),
        (OpenSession(session=session), AS_RENEE),
    ):
        story.scene.when(command, by=by, on=DAY)
        refusal = story.scene.then_refused(SiteNotAuthorised, "2021-06-15")
        assert [each.rule for each in refusal.violations] == ["site-of-a-centre"]

    story.on(DAY, CancelSitting(sitting=sitting, reason="Le centre n'est plus habilité."))
    elsewhere = story.epreuve(DAY, SHEETS, None)
    story.on(DAY, CallToSitting(sitting=elsewhere, candidacy=BASILE_FI))
    story.on(DAY, OpenSitting(sitting=elsewhere), AS_OLIVE)
    assert story.unlawful == []


def test_sitting_opened_before_a_late_record_of_the_end_stays_lawful() -> None:
    story = Lyon()
    sitting = story.epreuve(EVE)
    story.on(EVE, OpenSitting(sitting=sitting), AS_OLIVE)
    story.ends(date(2021, 6, 1), recorded=date(2021, 6, 20))
    assert isinstance(story.facts[-2].fact, SittingOpened)
    assert story.unlawful == [], "it was lawful by what was known on that day"


@pytest.mark.parametrize("resumed", [True, False])
def test_sitting_is_refused_only_on_the_days_of_a_suspension(resumed: bool) -> None:
    story = Lyon()
    sitting = story.epreuve(DAY)
    suspend = SuspendHabilitation(
        organisation=LYON, habilitation=story.habilitation, first_day=date(2021, 6, 1), ground="audit"
    )
    story.on(date(2021, 6, 1), suspend)
    if resumed:
        resume = ResumeHabilitation(organisation=LYON, habilitation=story.habilitation, resumed_on=DAY)
        story.on(EVE, resume)
        story.on(DAY, OpenSitting(sitting=sitting), AS_OLIVE)
    else:
        story.scene.when(OpenSitting(sitting=sitting), by=AS_OLIVE, on=DAY)
        story.scene.then_refused(SiteNotAuthorised)
    assert story.unlawful == []


def test_session_cannot_be_planned_after_the_last_day_of_a_habilitation() -> None:
    story = Lyon()
    story.ends(EVE, recorded=APRIL)
    story.epreuve(EVE)
    plan = PlanSession(
        framework=OF_EPREUVES,
        rulebook=CASES,
        route=Route.FI,
        held_on=EVE + timedelta(days=1),
        place=SITE,
        places=10,
        centre=LYON,
    )
    story.scene.when(plan, by=AS_RENEE, on=APRIL)
    story.scene.then_refused(SiteNotAuthorised, "2021-06-15")
