"""Tests of audit bags of remote sessions, which need the record of who joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.bag.scope import Covered
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Route
from domain.jury.connection import Connections
from domain.jury.session import JurySession
from domain.organisation.facts import ExportScope
from domain.people.identity import IdentityDocument
from domain.ports import FrameworkId, RulebookId, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity
from tests.given.log.played import Played, played


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """Play the demonstration under a rulebook that allows remote sessions."""
    with played(settings_of_town) as made:
        yield made


def test_bag_of_a_remote_session_includes_its_connections_and_checks_them(play: Played, tmp_path: Path) -> None:
    rose = play.story.cast["rose"].actor
    with play.acquis.store.attempt(play.acquis.request_of(rose), frozenset()) as log:
        before = log.load(JurySession, play.story.sessions[0])
        rules = log.load(Rulebook, before.planned.rulebook).content
    remotely = replace(rules, version=rules.version + 1, remote=(RemoteActivity.SESSION,))
    play.acquis.do(PublishRulebook(rules=remotely), rose)
    plan = PlanSession(
        framework=FrameworkId(before.planned.framework),
        rulebook=RulebookId(Rulebook.id_of(remotely.certifier, remotely.version)),
        route=Route.VAE,
        held_on=play.acquis.clock.today(),
        place="à distance",
        places=1,
        remote=True,
    )
    session = SessionId(next(iter(play.acquis.do(plan, rose).versions)))
    seats = [seat for seat in before.seats.values() if seat.juror in before.present]
    for seat in seats:
        appointed = AppointJuror(session=session, juror=seat.juror, sex=seat.sex, chair=seat.chair)
        play.acquis.do(appointed, rose)
        joined = ConnectJuror(session=session, juror=seat.juror, document=IdentityDocument.PASSPORT)
        play.acquis.do(joined, rose)
        play.acquis.do(SignMemberIn(session=session, juror=seat.juror), rose)
    play.acquis.do(OpenSession(session=session), rose)
    play.checkpoint()
    bag = play.export(tmp_path / "bag", Covered(scope=ExportScope.SESSION, subject=session))
    report = verify(bag, str(play.signer.key))
    assert report.sound, report.findings
    assert str(Connections.id_of(session)) not in {each.stream for each in report.not_checked}
