"""Tests of audit bags with the signed minutes of a session held on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.evidence.evidence import ReceivedFile
from domain.framework.definition import Route
from domain.jury.facts import SessionPlanned
from domain.jury.session import JurySession
from domain.ports import EvidenceId, FrameworkId, RulebookId, SessionId
from tests.given.files.specimens import PDF
from tests.given.log.played import Played, played
from tests.given.webapi.town import PLACE

SCAN = EvidenceId(UUID("00000000-0000-4000-8000-00000000005c"))


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """Play the demonstration, then a session held on paper with its signed minutes uploaded."""
    with played(settings_of_town) as made:
        rose = made.story.cast["rose"].actor
        with made.acquis.store.attempt(made.acquis.request_of(rose), frozenset()) as log:
            before = log.load(JurySession, made.story.sessions[0]).planned
        plan = PlanSession(
            framework=FrameworkId(before.framework),
            rulebook=RulebookId(before.rulebook),
            route=Route.VAE,
            held_on=made.acquis.clock.today(),
            place=PLACE,
            places=1,
            on_paper=True,
        )
        recorded = made.acquis.do(plan, rose)
        assert isinstance(recorded.facts[0], SessionPlanned)
        session = SessionId(next(iter(recorded.versions)))
        with made.acquis.files.receive(io.BytesIO(PDF), session) as incoming:
            made.acquis.files.keep(incoming, SCAN)
            file = ReceivedFile(
                media_type=incoming.media_type, size=incoming.size, digest=incoming.digest, name="pv.pdf"
            )
        made.acquis.do(TranscribeMinutes(session=session, scan=SCAN, file=file), rose)
        made.checkpoint()
        yield made


def test_bag_contains_the_scan_of_paper_minutes_and_verification_finds_a_changed_one(
    play: Played, tmp_path: Path
) -> None:
    bag = play.export(tmp_path / "bag")
    scan = bag / "data/evidence" / str(SCAN)
    assert scan.read_bytes() == PDF
    report = verify(bag, str(play.signer.key))
    assert report.sound, report.findings
    scan.write_bytes(PDF + b" ")
    found = verify(bag, str(play.signer.key)).findings
    assert "changed-evidence" in {each.kind for each in found}
