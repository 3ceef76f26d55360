"""Tests of receipts: who gets them, what they prove, and the public page that verifies them."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.bag.receipt import Receipts
from adapters.log.merkle import leaf_hash
from adapters.log.note import Checkpoint, Signer, VerifierKey
from adapters.settings import Settings
from adapters.verify.proof import included, node_hash
from adapters.verify.verifier import verify
from domain.ports import Actor
from tests.given.log.notes import signed_by
from tests.given.log.played import Played, played
from tests.given.log.random_logs import Signer as Endorser
from webapi.app import create_app
from webapi.explain.receipt_check import MOST_KEYS

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


@pytest.fixture(scope="module")
def app(play: Played) -> Flask:
    return create_app(play.acquis)


def get(play: Played, app: Flask, who: str, path: str) -> TestResponse:
    actor: Actor = play.story.cast[who].actor
    token = play.acquis.tokens.make(actor, "tests", datetime.now(UTC) + timedelta(hours=1), issued_by=None).secret
    return app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def receipts(play: Played, app: Flask, who: str, of: int = 0) -> list[dict[str, Any]]:
    answer = get(play, app, who, f"/candidacies/{play.story.candidacies[of]}/receipts")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def receipt(play: Played, app: Flask, number: int = 0) -> dict[str, Any]:
    position = receipts(play, app, "alix")[number]["position"]
    answer = get(play, app, "alix", f"/candidacies/{play.story.candidacies[0]}/receipts/{position}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_filing_and_each_release_of_results_give_a_receipt(play: Played, app: Flask) -> None:
    found = receipts(play, app, "alix")
    assert [each["fact"] for each in found] == [
        "ValidationFileSubmitted", "ResultsReleased", "ValidationFileSubmitted", "ResultsReleased"
    ]  # fmt: skip
    assert not any(each["pending"] for each in found)
    assert receipts(play, app, "rose") == receipts(play, app, "sacha") == found


def test_receipt_contains_the_fact_its_proof_and_the_signing_key(play: Played, app: Flask) -> None:
    said = receipt(play, app)
    checkpoint = Checkpoint.parse(said["checkpoint"])
    proof = [base64.b64decode(step) for step in said["proof"]]
    assert included(leaf_hash(said["line"].encode()), said["index"], said["size"], proof, checkpoint.root)
    assert signed_by(checkpoint.note, [VerifierKey.parse(said["key"])])
    assert said["format"] == "acquis-receipt/1"
    assert "person" not in said
    assert json.loads(said["line"])["type"] == "ValidationFileSubmitted"


def test_receipt_verifies_offline_and_any_change_is_found(play: Played, app: Flask, tmp_path: Path) -> None:
    said = receipt(play, app, 1)
    path, key = tmp_path / "receipt.json", str(play.signer.key)
    path.write_text(json.dumps(said), "utf-8")
    assert verify(path, key).sound
    other = Signer.generate("acquis/of somebody else".replace(" ", "-"))
    for changed in (
        {"line": said["line"].replace('"registrar', '"juror', 1).replace("ResultsReleased", "SessionClosed")},
        {"index": said["index"] + 1},
        {"size": said["size"] - 1},
        {"proof": said["proof"][1:]},
        {"checkpoint": said["checkpoint"].replace(str(said["size"]), str(said["size"] + 1), 1)},
        {"log": "00000000-0000-4000-8000-000000000000"},
    ):
        path.write_text(json.dumps(said | changed), "utf-8")
        assert not verify(path, key).sound, changed
    path.write_text(json.dumps(said), "utf-8")
    assert not verify(path, str(other.key)).sound


def test_receipts_of_another_candidate_and_of_other_facts_give_404(play: Played, app: Flask) -> None:
    alix = play.story.candidacies[0]
    assert get(play, app, "basile", f"/candidacies/{alix}/receipts").status_code == 404
    position = receipts(play, app, "alix")[0]["position"]
    assert get(play, app, "basile", f"/candidacies/{alix}/receipts/{position}").status_code == 404
    assert get(play, app, "alix", f"/candidacies/{alix}/receipts/{position - 1}").status_code == 404
    for who in ("jules", "tess", "ulysse"):
        assert get(play, app, who, f"/candidacies/{alix}/receipts").status_code == 403
    assert app.test_client().get(f"/api/v1/candidacies/{alix}/receipts").status_code == 401


def test_receipt_is_pending_until_a_checkpoint_covers_its_fact(play: Played, app: Flask) -> None:
    covering = sorted(play.folder.path.glob("*/*.note"))
    aside = [(path, path.read_bytes()) for path in covering]
    for path in covering:
        path.unlink()
    try:
        found = receipts(play, app, "alix")
        assert all(each["pending"] for each in found)
        one = f"/candidacies/{play.story.candidacies[0]}/receipts/{found[0]['position']}"
        answer = get(play, app, "alix", one)
        assert (answer.status_code, answer.get_json()["type"]) == (503, "/problems/not-yet-visible")
        assert answer.headers["Retry-After"]
    finally:
        for path, note in aside:
            path.write_bytes(note)
    assert not any(each["pending"] for each in receipts(play, app, "alix"))


def posted(app: Flask, language: str = "fr", **form: Any) -> TestResponse:
    return app.test_client().post(
        "/verifier-un-recu", data=form, headers={"Accept-Language": language}, content_type="multipart/form-data"
    )


def test_receipt_page_verifies_a_pasted_or_uploaded_receipt_without_sign_in(play: Played, app: Flask) -> None:
    text = json.dumps(receipt(play, app))
    for form in ({"text": text}, {"file": (io.BytesIO(text.encode()), "recu.json")}):
        answer = posted(app, **form)
        assert answer.status_code == 200
        assert "Ce reçu est valable." in answer.text
        assert "Ce qu&#39;il ne prouve pas" in answer.text
        assert "Set-Cookie" not in answer.headers
    english = posted(app, language="en", text=text)
    assert "This receipt is sound." in english.text
    assert 'lang="en"' in english.text


def test_receipt_page_explains_what_is_wrong_with_a_receipt(play: Played, app: Flask) -> None:
    said = receipt(play, app)
    changed = posted(app, text=json.dumps(said | {"index": said["index"] + 1}))
    assert (changed.status_code, "Ce reçu ne prouve rien" in changed.text) == (200, True)
    forger = Signer.generate(str(play.signer.key).split("+", 1)[0])
    forged = Checkpoint.parse(said["checkpoint"])
    resigned = str(Checkpoint(origin=forged.origin, size=forged.size, root=forged.root).signed(forger))
    by_another = posted(app, text=json.dumps(said | {"checkpoint": resigned, "key": str(forger.key)}))
    assert "Ce reçu ne prouve rien" in by_another.text


@pytest.mark.parametrize("size", [1, 16, 2**40])
def test_receipt_page_refuses_a_receipt_forged_with_a_stolen_key(play: Played, app: Flask, size: int) -> None:
    said = receipt(play, app, 1)
    line = said["line"].replace(str(json.loads(said["line"])["stream"]), str(uuid4()))
    steps = [bytes([step]) * 32 for step in range(size.bit_length() - 1)]
    root = reduce(node_hash, steps, leaf_hash(line.encode()))
    origin = Checkpoint.parse(said["checkpoint"]).origin
    forged = said | {
        "line": line,
        "index": 0,
        "size": size,
        "proof": [base64.b64encode(step).decode() for step in steps],
        "checkpoint": str(Checkpoint(origin=origin, size=size, root=root).signed(play.signer)),
    }
    answer = posted(app, text=json.dumps(forged))
    assert (answer.status_code, "Ce reçu ne prouve rien" in answer.text) == (200, True)
    assert "ne mène pas à ce point de contrôle" in answer.text
    assert "does not lead to this checkpoint" in posted(app, language="en", text=json.dumps(forged)).text


@pytest.mark.parametrize("given", ["", "{}", "[]", "null", "<script>alert(1)</script>", "[" * 5000, '{"line": 1}'])
def test_receipt_page_says_that_malformed_input_is_not_a_receipt(app: Flask, given: str) -> None:
    answer = posted(app, text=given)
    assert answer.status_code == 422
    assert "pas un reçu" in answer.text
    assert "<script>alert" not in answer.text
    typed = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert typed, "what was pasted stands there still"
    assert unescape(typed[1]) == given.strip()
    assert app.test_client().get("/verifier-un-recu").status_code == 200


def test_receipt_page_limits_the_endorsements_checked_while_the_offline_verifier_does_not(
    play: Played, app: Flask, tmp_path: Path
) -> None:
    said = receipt(play, app)
    origin = Checkpoint.parse(said["checkpoint"]).origin
    strangers = [Endorser(seed=bytes([n]) * 32, name=origin) for n in range(MOST_KEYS + 1)]
    vouched = [one.endorse(other.key).decode() for one, other in pairwise(strangers)]
    for number, read in ((MOST_KEYS, False), (MOST_KEYS - 1, True)):
        text = json.dumps(said | {"endorsed": [*vouched[:number], "no note"]})
        assert ("Ce reçu ne prouve rien" in posted(app, text=text).text) == read
        (tmp_path / "receipt.json").write_text(text, "utf-8")
        (found,) = verify(tmp_path / "receipt.json").findings
        assert (found.kind, found.detail) == ("unknown-format", "not a signed note")


def test_receipt_page_refuses_a_file_larger_than_any_receipt(app: Flask) -> None:
    assert posted(app, file=(io.BytesIO(b"x" * 300_000), "film.mp4")).status_code == 413


def test_receipt_of_a_missing_fact_is_none(play: Played) -> None:
    made = Receipts(database=play.acquis.database, checkpoints=play.folder)
    assert made.of(10**9) is None
    assert made.covered([]) == {}
