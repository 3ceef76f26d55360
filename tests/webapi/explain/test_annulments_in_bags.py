"""Tests of audit bags with annulled decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from adapters.bag.scope import Covered
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.request_review import RequestReview
from domain.organisation.facts import ExportScope
from tests.given.log.played import Played, played
from tests.given.webapi.audit_bags import types, unchecked

QUESTIONS = {"ReviewRequested", "ReviewAnswered", "CourtRuled", "DecisionAnnulled", "TitleFell", "TitleWithdrawn"}


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """Play the demonstration and two annulments: Dorian's after a review, Alix's first one by a court."""
    with played(settings_of_town) as made:
        story = made.story
        alix, dorian = story.candidacies[0], story.candidacies[3]
        first, second = story.sessions
        who = {name: story.cast[name].actor for name in ("dorian", "rose", "romane")}
        ask = RequestReview(
            session=second, candidacy=dorian, ground=ComplaintGround.PROCEDURAL, statement="Juré formateur."
        )
        made.acquis.do(ask, who["dorian"])
        made.acquis.do(
            AnswerReview(session=second, candidacy=dorian, accepted=True, reason="C'est exact."), who["rose"]
        )
        made.acquis.do(ConfirmAnnulment(candidacy=dorian, about=second), who["romane"])
        ruling = NoteCourtRuling(
            session=first,
            candidacy=alix,
            court="Tribunal judiciaire de Paris",
            ruled_on=made.acquis.clock.today(),
            reference="RG 22/01234",
            annuls=True,
        )
        made.acquis.do(ruling, who["rose"])
        recorded = made.acquis.do(ConfirmAnnulment(candidacy=alix, about=first), who["romane"])
        assert [type(fact).__name__ for fact in recorded.facts] == [
            "AnnulmentConfirmed",
            "CourtRuled",
            "DecisionAnnulled",
            "TitleFell",
            "TitleWithdrawn",
        ]
        made.checkpoint()
        yield made


def opened(bag: Path) -> list[Any]:
    return [json.loads(line)["value"] for line in (bag / "data/opened.ndjson").read_bytes().splitlines()]


def test_bag_of_the_whole_log_with_annulments_verifies_and_contains_their_reasons(
    play: Played, tmp_path: Path
) -> None:
    bag = play.export(tmp_path / "bag")
    report = verify(bag, str(play.signer.key))
    assert report.sound, report.findings
    assert types(bag) >= QUESTIONS
    assert {"Juré formateur.", "C'est exact.", "RG 22/01234"} <= set(opened(bag))


def test_bag_of_a_candidacy_contains_the_facts_that_questioned_its_decisions(play: Played, tmp_path: Path) -> None:
    alix = play.story.candidacies[0]
    bag = play.export(tmp_path / "bag", Covered(scope=ExportScope.CANDIDACY, subject=alix))
    assert verify(bag, str(play.signer.key)).sound
    assert types(bag) & QUESTIONS == QUESTIONS - {"ReviewRequested", "ReviewAnswered"}, "Dorian's are not hers"
    assert unchecked(bag) == [
        "AnnulmentProposed",  # its consequences need the whole register
        "CandidateListed",
        "MinutesSigned",
        "RegisterEntered",
        "ResultsReleased",
        "SessionClosed",
        "TitleWithdrawn",
    ]


def test_summary_page_of_a_bag_describes_the_review_and_the_annulment(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    (page,) = [path for path in (bag / "data").rglob("*.html") if "Décisions" in path.read_text("utf-8")]
    text = unescape(page.read_text("utf-8"))
    for said in (
        "Un réexamen de la décision du jury a été demandé (motif : procédure).",
        "The request for review was accepted.",
        "a annulé la décision du jury.",
        "Tout ce que ce jury avait décidé est annulé",
        "Le titre prononcé par ce jury est tombé, avec un bloc ou devant celui d'un autre jury.",
        "a été retiré du registre",
    ):
        assert said in text


def test_verification_finds_an_annulment_without_an_accepted_review(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    facts = bag / "data/facts.ndjson"
    changed = facts.read_bytes().replace(b'\\"accepted\\":true', b'\\"accepted\\":false')
    assert changed != facts.read_bytes()
    facts.write_bytes(changed)
    found = {finding.detail for finding in verify(bag, str(play.signer.key)).findings}
    assert "decided-otherwise" in found
