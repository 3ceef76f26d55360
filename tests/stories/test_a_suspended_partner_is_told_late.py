"""A centre in Lyon is habilitated from 1 October 2025, suspended in January, and France compétences is informed late.

Any change of a habilitation must be reported within two months (R6113-16-5). The grant is reported in time. The
report of the suspension of 5 January is due by 5 March. The convention ends before anybody reported it, and both
changes are reported together on 20 March, late because of the older one. The hearing before an end is the duty of the
certifier (R6113-16-6) and is not recorded here; the report is.
"""

from __future__ import annotations

from datetime import date

from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.report_habilitation import ReportHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.organisation.facts import HabilitationGranted, HabilitationReported, Purpose
from domain.organisation.institution import Institution, NothingToReport, report_due
from domain.rulebook.law import Law
from tests.given.domain.centres import IMCI_SIRET, LYON_SIRET, SITE
from tests.given.domain.law import HABILITATIONS
from tests.given.domain.people import AS_RENEE
from tests.given.stories.acts import Stage

IMCI, LYON = Institution.id_of(IMCI_SIRET), Institution.id_of(LYON_SIRET)
OCTOBER, JANUARY, MARCH = date(2025, 10, 1), date(2026, 1, 5), date(2026, 3, 20)


def test_report_of_a_habilitation_is_late_when_its_oldest_change_is_overdue() -> None:
    stage = Stage(OCTOBER)
    stage.scene.given(HABILITATIONS)
    start = len(stage.facts)
    stage.on(OCTOBER, RegisterOrganisation(legal_name="IMCI", siret=IMCI_SIRET))
    stage.on(OCTOBER, RegisterOrganisation(legal_name="Centre de Lyon", siret=LYON_SIRET))
    stage.on(OCTOBER, NameCertifier(certification="RNCP31936", organisation=IMCI, keeps_register=False))
    grant = GrantHabilitation(
        organisation=LYON,
        certification="RNCP31936",
        granted_by=IMCI,
        purpose=Purpose.BOTH,
        sites=(SITE,),
        first_day=OCTOBER,
    )
    stage.on(OCTOBER, grant)
    granted = stage.facts[-1].fact
    assert isinstance(granted, HabilitationGranted)
    habilitation = granted.habilitation

    def due() -> date | None:
        centre = stage.scene.log.find(Institution, LYON).habilitations[habilitation]
        found = report_due(centre.unreported, stage.scene.log.find(Law, Law.the()))
        return found[0] if found else None

    def told(day: date, reference: str) -> HabilitationReported:
        stage.on(day, ReportHabilitation(organisation=LYON, habilitation=habilitation, reference=reference))
        fact = stage.facts[-1].fact
        assert isinstance(fact, HabilitationReported)
        return fact

    assert due() == date(2025, 12, 1)
    assert not told(date(2025, 11, 12), "message du 12 novembre").late
    assert due() is None

    suspend = SuspendHabilitation(organisation=LYON, habilitation=habilitation, first_day=JANUARY, ground="audit")
    stage.on(JANUARY, suspend)
    assert due() == date(2026, 3, 5)
    end = EndHabilitation(organisation=LYON, habilitation=habilitation, last_day=date(2026, 3, 15), ground="résiliée")
    stage.on(date(2026, 3, 15), end)
    late = told(MARCH, "message du 20 mars")
    assert (late.due_on, late.rule_set, late.late) == (date(2026, 3, 5), "CT-R6113-16-2025", True)

    again = ReportHabilitation(organisation=LYON, habilitation=habilitation, reference="x")
    stage.scene.when(again, by=AS_RENEE, on=MARCH)
    stage.scene.then_refused(NothingToReport)
    assert [each for each in stage.unlawful if each.position > start] == []
