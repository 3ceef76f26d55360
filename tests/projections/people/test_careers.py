"""The careers of jury members in the tables, compared with their streams, for duplicate files and organisations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from domain.fact import Personal
from domain.jury.panel import panel
from domain.jury.session import JurySession
from domain.organisation.facts import HabilitationGranted, Purpose
from domain.people.facts import DuplicateLinked, OrganisationLink
from domain.ports import PersonId, Request
from projections.people.careers import KnownCareers
from tests.given.domain.people import (
    AS_RENEE,
    ATELIER,
    EMMA,
    HOUSE_OF_JURIES,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    PROFESSIONALS,
    SEATS,
    planned,
    works,
)
from tests.given.domain.scenario import NOON, At, rebuilt
from tests.given.log.scene import Scene

if TYPE_CHECKING:
    from adapters.database.pool import Database


def test_a_seat_counts_the_same_by_the_tables_as_by_the_log(scene: Scene, web: Database) -> None:
    other_file = PersonId(uuid4())
    linked = DuplicateLinked(other=other_file, reason=Personal("x", LUC))
    habilitated = HabilitationGranted(
        habilitation=UUID(int=7),
        certification="RNCP31936",
        granted_by=HOUSE_OF_JURIES,
        purpose=Purpose.TRAIN,
        sites=(),
        first_day=date(2021, 1, 1),
        last_day=date(2021, 6, 30),
    )
    scene.given(
        planned(JUNE),
        *PROFESSIONALS,
        At(LUC, (linked,)),
        works(other_file, ATELIER, OrganisationLink.MANDATE),
        works(KARIM, ATELIER, since=JURY_DAY),
        At(ATELIER, (habilitated,)),
    )
    scene.projector().catch_up()
    session = rebuilt(JurySession(id=JUNE), list(planned(JUNE).facts))
    members = tuple(seat.juror for seat in SEATS)
    with scene.store.attempt(
        Request(actor=AS_RENEE, append_id=uuid4(), today=JURY_DAY, hour=NOON), frozenset()
    ) as log:
        known = KnownCareers(web, members, log.find)
        inside = {True: [EMMA, KARIM], False: []}
        for day, within in ((JURY_DAY, True), (date(2021, 7, 1), False)):
            counted = panel(known.find, session, members, day)
            assert counted == panel(log.find, session, members, day)
            assert [each.juror for each in counted if each.juror in {EMMA, KARIM} and not each.external] == inside[
                within
            ]
