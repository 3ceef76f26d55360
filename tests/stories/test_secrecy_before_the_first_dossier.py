"""Two jurors come to their first session: a juror who is given a dossier is bound to professional secrecy (L6421-4).

Nadia accepts it here, once; Luc signed the paper in the certifier's office, and the registrar keys its day. Paul has
accepted nothing: no dossier is opened to him. Luc's acceptance also holds under his other file, and for later
sessions.
"""

from __future__ import annotations

from datetime import date

import pytest

from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.people.facts import SecrecyAccepted
from domain.people.one_person import one_person
from domain.people.secrecy import TEXT, SecrecyNotAccepted, check_accepted
from domain.ports import PersonId, Role
from tests.given.domain.people import AS_NADIA, ELSA, LUC, NADIA, PAUL
from tests.given.stories.acts import Stage

SIGNED, TODAY = date(2021, 5, 28), date(2021, 6, 1)


def test_juror_reads_no_dossier_before_they_accept_secrecy_l6421_4() -> None:
    story = Stage(TODAY)

    def opens(juror: PersonId) -> None:
        check_accepted(Role.JUROR, one_person(story.scene.log.find, juror).secrecy)

    for juror in (NADIA, LUC, PAUL):
        with pytest.raises(SecrecyNotAccepted):
            opens(juror)
    story.on(TODAY, AcceptSecrecy(person=NADIA, secrecy_text=TEXT), AS_NADIA)
    story.on(TODAY, AcceptSecrecy(person=LUC, secrecy_text=TEXT, signed_on=SIGNED))
    story.on_both(TODAY, LinkDuplicate(person=LUC, other=ELSA, reason="Même date de naissance"))
    for juror in (NADIA, LUC, ELSA):
        opens(juror)
    with pytest.raises(SecrecyNotAccepted):
        opens(PAUL)
    said = [told.fact for told in story.facts if isinstance(told.fact, SecrecyAccepted)]
    assert [(fact.accepted_on, fact.on_paper) for fact in said] == [(TODAY, False), (SIGNED, True)]
    assert story.unlawful == []
