"""Tests of the content of audit bags."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import bagit
import psycopg2
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.bag.checkpoints import chosen
from adapters.bag.export import ErasedMeanwhile, NothingSealed
from adapters.bag.folder import BagFolder, FolderInTheWay
from adapters.bag.scope import Covered
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.merkle import leaf_hash, root
from adapters.log.note import Checkpoint, VerifierKey
from adapters.settings import Settings
from adapters.verify.proof import LogLine, included
from domain.fact import Retention
from domain.organisation.facts import ExportScope
from domain.people.facts import ErasureGround
from tests.given.log.notes import signed_by
from tests.given.log.played import Played, played
from tests.given.webapi.audit_bags import about, unchecked


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


def lines(bag: Path, name: str) -> list[Any]:
    return [json.loads(line) for line in (bag / "data" / name).read_bytes().splitlines()]


def scopes(play: Played) -> dict[str, Covered]:
    return {
        "candidacy": Covered(scope=ExportScope.CANDIDACY, subject=play.story.candidacies[0]),
        "session": Covered(scope=ExportScope.SESSION, subject=play.story.sessions[0]),
        "period": Covered(scope=ExportScope.PERIOD, first_day=date(2021, 6, 1), last_day=date(2021, 6, 30)),
    }


def test_bag_of_the_whole_log_has_every_fact_and_the_signed_root(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    assert bagit.Bag(str(bag)).is_valid()
    raw = (bag / "data/facts.ndjson").read_bytes().splitlines()
    newest = Checkpoint.parse(max((bag / "data/checkpoints").iterdir()).read_bytes())
    said = about(bag)
    assert (said["facts"], said["size"], said["format"]) == (len(raw), newest.size, "acquis-audit/1")
    assert root([leaf_hash(line) for line in raw]) == newest.root == base64.b64decode(said["root"])
    assert signed_by(newest.note, [VerifierKey.parse(said["key"])])
    assert [leaf["index"] for leaf in lines(bag, "leaves.ndjson")] == list(range(newest.size))
    assert newest.origin == f"acquis/{said['log']}"


@pytest.mark.parametrize("scope", ["candidacy", "session", "period"])
def test_bag_of_a_part_proves_the_inclusion_of_each_fact(play: Played, tmp_path: Path, scope: str) -> None:
    bag = play.export(tmp_path / "bag", scopes(play)[scope])
    assert bagit.Bag(str(bag)).is_valid()
    raw = (bag / "data/facts.ndjson").read_bytes().splitlines()
    said = about(bag)
    leaves = lines(bag, "leaves.ndjson")
    assert 0 < said["facts"] == len(raw) == len(leaves) < said["size"]
    for line, leaf in zip(raw, leaves, strict=True):
        proof = [base64.b64decode(step) for step in leaf["proof"]]
        assert included(leaf_hash(line), leaf["index"], said["size"], proof, base64.b64decode(said["root"]))


def test_bag_of_a_candidacy_contains_all_that_is_needed_to_check_its_decisions(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag", scopes(play)["candidacy"])
    # these rest on the other candidates' dossiers and on other lines of the register
    assert unchecked(bag) == [
        "CandidateListed",
        "MinutesSigned",
        "RegisterEntered",
        "ResultsReleased",
        "SessionClosed",
    ]
    decided = {LogLine.read(raw).type for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()}
    assert {"AdmissibilityDecided", "CompetenceRuled", "BlockGranted", "TitlePronounced"} <= decided


def test_bag_of_a_session_contains_all_that_is_needed_to_check_it(play: Played, tmp_path: Path) -> None:
    second = Covered(scope=ExportScope.SESSION, subject=play.story.sessions[1])
    bag = play.export(tmp_path / "bag", second)
    facts = [LogLine.read(raw) for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()]
    assert "SessionClosed" in {line.type for line in facts if line.stream == str(second.subject)}
    assert len([line for line in facts if line.type == "RegisterEntered"]) == 3
    resting = {"CandidateListed", "MinutesSigned", "RegisterEntered", "ResultsReleased", "SessionClosed"}
    assert set(unchecked(bag)) <= resting


def test_bag_of_a_candidacy_names_no_other_candidate(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag", scopes(play)["candidacy"])
    said = " ".join(path.read_text("utf-8", errors="replace") for path in (bag / "data").rglob("*") if path.is_file())
    assert "Alix Exemple" in said
    assert "Rose Gestionnaire" in said
    assert not [name for name in ("Basile Fictif", "Capucine Modèle", "Sacha Auditeur") if name in said]


def test_opened_value_of_a_bag_decrypts_with_its_key_from_the_sealed_fact(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    facts = {line.position: line for line in map(LogLine.read, (bag / "data/facts.ndjson").read_bytes().splitlines())}
    opened = lines(bag, "opened.ndjson")
    sealed = [len(json.loads(line.body).get("sealed", {})) for line in facts.values()]
    assert len(opened) == sum(sealed) > 0
    for each in opened:
        line = facts[each["position"]]
        raw = base64.b64decode(json.loads(line.body)["sealed"][each["field"]]["text"])
        bound = f"{line.append_id}/{line.n}/{line.stream}/{line.type}/{line.version}/{each['field']}".encode()
        assert json.loads(AESGCM(base64.b64decode(each["key"])).decrypt(raw[:12], raw[12:], bound)) == each["value"]


def test_evidence_in_a_bag_is_in_clear_and_matches_the_digest_of_its_fact(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    digests = {each["position"]: each["value"] for each in lines(bag, "opened.ndjson") if each["field"] == "digest"}
    pieces = about(bag)["evidence"]
    assert len(pieces) == len(digests) > 10
    for piece in pieces:
        content = (bag / "data" / piece["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digests[piece["position"]]
    kinds = {piece["media_type"] for piece in pieces}
    assert kinds == {"application/pdf", "text/plain", "text/uri-list"}, "files, a statement, a link"


def test_summary_page_of_a_bag_explains_each_standing_without_scripts(play: Played, tmp_path: Path) -> None:
    page = (play.export(tmp_path / "bag") / "data/summary.html").read_text("utf-8")
    for said in (
        "Basile Fictif",
        "certification entière",
        "full certification",
        "Le jury a prononcé le titre",
        "2021-06-15",
    ):
        assert said in page
    assert not any(word in page.lower() for word in ("<script", "src=", "http:", "https:", "onclick"))
    assert {path.name for path in (tmp_path / "bag/data/frameworks").iterdir()} == {
        f"{play.story.framework}.json",
        f"{play.story.rulebook}.json",
    }


def test_export_without_a_checkpoint_is_refused(play: Played, tmp_path: Path) -> None:
    play.folder, kept = CheckpointFolder(tmp_path / "none"), play.folder
    try:
        with pytest.raises(NothingSealed):
            play.export(tmp_path / "bag")
    finally:
        play.folder = kept
    assert not (tmp_path / "bag").exists()


def test_export_into_a_folder_that_is_not_empty_is_refused(play: Played, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FolderInTheWay):
        play.export(tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


IDENTITY = ("born", "email", "name", "sex")
"""The sealed identity fields of these two people."""


def test_bag_contains_the_newest_hundred_checkpoints_and_the_last_of_each_month(tmp_path: Path) -> None:
    for month, sizes in (("2026-01", range(1, 200)), ("2026-02", range(200, 500))):
        (tmp_path / month).mkdir()
        for size in sizes:
            (tmp_path / month / f"{size:012}.note").touch()
    assert [int(path.stem) for path in chosen(tmp_path, 450)] == [199, *range(351, 451)]


@pytest.mark.usefixtures("registers_at_their_word")
def test_erased_values_stay_sealed_in_a_bag_and_are_listed_as_erased(play: Played, tmp_path: Path) -> None:
    basile = play.story.cast["basile"].id
    play.acquis.vault.register.note(basile, Retention.IDENTITY, ErasureGround.REQUEST)
    play.acquis.vault.destroy(basile, Retention.IDENTITY)
    bag = play.export(tmp_path / "bag")
    withheld = lines(bag, "withheld.ndjson")
    assert {(each["field"], each["why"]) for each in withheld} == {(field, "erased") for field in IDENTITY}
    assert [each["person"] for each in lines(bag, "erasures.ndjson")] == [str(basile)]
    assert "Basile Fictif" not in (bag / "data/summary.html").read_text("utf-8")
    candidacy = play.export(tmp_path / "part", scopes(play)["candidacy"])
    assert lines(candidacy, "erasures.ndjson") == []  # the erasure concerns another person
    play.acquis.vault.sealing_key(basile, Retention.IDENTITY)  # a newer value was sealed
    assert lines(play.export(tmp_path / "again"), "withheld.ndjson") == withheld


def test_values_with_a_lost_key_are_listed_in_a_bag_as_lost(play: Played, tmp_path: Path) -> None:
    capucine = play.story.cast["capucine"].id
    with closing(psycopg2.connect(play.acquis.server.keys_dsn)) as keys, keys, keys.cursor() as cursor:
        cursor.execute("delete from vault.key where person = %s and class = 'identity'", [str(capucine)])
    bag = play.export(tmp_path / "bag")
    whys = [(each["field"], each["why"]) for each in lines(bag, "withheld.ndjson")]
    assert sorted(each for each in whys if each[1] != "erased") == [(field, "lost") for field in IDENTITY]


def test_damaged_ciphertext_is_exported_unchanged_and_listed_as_lost(play: Played, tmp_path: Path) -> None:
    """Found by the tampering campaign: a byte that is not base64 stopped the whole export."""
    with closing(psycopg2.connect(str(play.acquis.settings.database_url))) as log, log, log.cursor() as cursor:
        cursor.execute("alter table log.event disable trigger all")
        broken = """regexp_replace(body, '("text":"...)..', '\\1~~')"""
        cursor.execute(f"update log.event set body = {broken} where type = 'JurorRecused'")  # noqa: S608  (our own words)
        assert cursor.rowcount == 1
        cursor.execute("alter table log.event enable always trigger never_rewritten")
    bag = play.export(tmp_path / "bag")
    assert ("reason", "lost") in {(each["field"], each["why"]) for each in lines(bag, "withheld.ndjson")}
    assert "~~" in (bag / "data/facts.ndjson").read_text("utf-8")


@pytest.mark.usefixtures("registers_at_their_word")
@pytest.mark.parametrize(("name", "again"), [("dorian", False), ("alix", True)])
def test_export_is_aborted_when_an_erasure_happens_while_the_bag_is_written(
    play: Played, tmp_path: Path, name: str, *, again: bool
) -> None:
    """Also when a value of that class is sealed again meanwhile."""
    erased = play.story.cast[name].id
    exporter = play.exporter
    with exporter.planned(Covered(scope=ExportScope.ALL)) as planned:
        writing, erase = exporter.files.open, play.acquis.vault

        def open_and_erase(*about: Any) -> Any:
            erase.register.note(erased, Retention.IDENTITY, ErasureGround.REQUEST)
            erase.destroy(erased, Retention.IDENTITY)
            if again:
                erase.sealing_key(erased, Retention.IDENTITY)
            return writing(*about)

        object.__setattr__(exporter.files, "open", open_and_erase)
        try:
            with pytest.raises(ErasedMeanwhile):
                exporter.write(planned, BagFolder(tmp_path / "bag"))
        finally:
            object.__delattr__(exporter.files, "open")
    assert list(tmp_path.iterdir()) == []
