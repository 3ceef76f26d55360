"""The registration ends during Marie's candidacy: between admissibility and jury, and between jury and issuance.

New admissions stop; earlier candidates may still be decided, by a recorded decision of the certifier that cites its
ground (ambiguity A18, L6113-9: for a lawyer); the last day of issuance is a separate date.
"""

from __future__ import annotations

from datetime import date

import pytest

from domain.candidacy.candidacy_life import Expired
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.end_registration import EndRegistration
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.framework.definition import Route
from domain.framework.framework import OutsideRegistration
from domain.framework.registration import IssuanceOver, LateCause
from domain.jury.facts import SessionOpened
from domain.ports import CandidacyId, SessionId
from domain.register.facts import CertificateIssued
from domain.standing.standing import Outcome, standing
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    ENOUGH,
    FRAMEWORK,
    PANEL,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR,
)
from tests.given.stories.acts import Stage

JANUARY, MARCH, END, JUNE = date(2021, 1, 4), date(2021, 3, 1), date(2021, 5, 31), date(2021, 6, 15)
ISSUANCE_ENDS = date(2021, 12, 31)
EARLY_JURY = date(2021, 5, 20)
ENDS = EndRegistration(
    framework=FRAMEWORK, ends_on=END, ground="arrêté du 1er mars 2021", issuance_ends_on=ISSUANCE_ENDS
)


def admitted() -> tuple[Stage, CandidacyId]:
    """Find Marie admissible and file; in March an order ends the registration on 31 May."""
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    stage.on(MARCH, ENDS)
    return stage, candidacy


def test_application_is_refused_after_the_last_day_of_the_registration() -> None:
    stage, _ = admitted()
    apply = OpenCandidacy(candidate=SAMIR, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
    stage.scene.when(apply, by=AS_SAMIR, on=date(2021, 6, 1))
    stage.scene.then_refused(OutsideRegistration)
    stage.on(END, apply, AS_SAMIR)
    assert stage.unlawful == []


def test_deliberation_after_the_end_is_refused_until_the_certifier_authorises_it() -> None:
    stage, candidacy = admitted()
    session = stage.jury(MARCH, JUNE)
    stage.on(JUNE, SummonCandidate(session=session, candidacy=candidacy))
    stage.opens_with(JUNE, session, PANEL)
    stage.scene.when(OpenDeliberation(session=session, candidacy=candidacy), by=AS_PAUL, on=JUNE)
    assert stage.scene.then_refused(Expired).slug() == "expired"
    stage.on(
        JUNE,
        AuthoriseLateDecision(candidacy=candidacy, cause=LateCause.END, ground="L6113-9 ; décision du 14 juin 2021"),
    )
    stage.takes_up(JUNE, session, candidacy, AS_PAUL)
    assert stage.unlawful == []


def authorised_and_titled() -> tuple[Stage, CandidacyId]:
    stage, candidacy = admitted()
    session = stage.jury(MARCH, JUNE)
    stage.on(JUNE, AuthoriseLateDecision(candidacy=candidacy, cause=LateCause.END, ground="L6113-9"))
    stage.decides(JUNE, session, candidacy, RNCP31936, ENOUGH, title=True)
    return stage, candidacy


def test_title_of_an_authorised_late_decision_has_the_day_of_the_jury() -> None:
    stage, candidacy = authorised_and_titled()
    found = standing(RNCP31936, RULES, stage.dossier(candidacy, *_sessions(stage)))
    assert (found.outcome, found.title_on) == (Outcome.FULL, JUNE)
    assert stage.unlawful == []


def test_certificate_can_be_issued_after_the_end_until_the_last_day_of_issuance() -> None:
    """The jury sat before the end; the certificate is issued after it and by the last day of issuance."""
    stage, candidacy = admitted()
    session = stage.jury(MARCH, EARLY_JURY)
    stage.decides(EARLY_JURY, session, candidacy, RNCP31936, ENOUGH, title=True)
    stage.on(JUNE, EnterRegister(candidacy=candidacy))
    stage.on(ISSUANCE_ENDS, IssueCertificate(candidacy=candidacy))
    (issued,) = [told.fact for told in stage.facts if isinstance(told.fact, CertificateIssued)]
    assert (issued.obtained_on, issued.issued_on) == (EARLY_JURY, ISSUANCE_ENDS), "never one from the other"
    assert stage.unlawful == []


def test_certificate_is_refused_after_the_last_day_of_issuance() -> None:
    stage, candidacy = admitted()
    session = stage.jury(MARCH, EARLY_JURY)
    stage.decides(EARLY_JURY, session, candidacy, RNCP31936, ENOUGH, title=True)
    stage.on(JUNE, EnterRegister(candidacy=candidacy))
    stage.scene.when(IssueCertificate(candidacy=candidacy), by=AS_RENEE, on=date(2022, 1, 1))
    stage.scene.then_refused(IssuanceOver, ISSUANCE_ENDS.isoformat())
    found = standing(RNCP31936, RULES, stage.dossier(candidacy, *_sessions(stage)))
    assert found.outcome is Outcome.FULL


@pytest.mark.parametrize("day", [END, date(2021, 6, 1)])
def test_granted_blocks_never_expire(day: date) -> None:
    """The sheet: "validité des composantes acquises : illimitée"."""
    stage, candidacy = admitted()
    session = stage.jury(MARCH, EARLY_JURY)
    stage.decides(EARLY_JURY, session, candidacy, RNCP31936, range(21, 26))
    found = standing(RNCP31936, RULES, [told for told in stage.facts if told.stamp.on <= day])
    assert [line.number for line in found.blocks if line.state == "granted"] == [3]


def _sessions(stage: Stage) -> list[SessionId]:
    return [SessionId(told.stamp.stream) for told in stage.facts if isinstance(told.fact, SessionOpened)]
