"""Tests that assessors are served only decodable pictures, text and re-encoded media for any upload."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.given.files import crafted
from tests.given.webapi.reading_browser import browser
from tests.given.webapi.town import LIMIT
from tests.given.webapi.whole_path import apply
from webapi.evidence.worker import work_off

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

ADDRESS = re.compile(r'(?:src|href|poster|data|action)="([^"]*)"')
OURS = re.compile(r'<script src="/static/[^"]+" defer></script>')
WEBM = b"\x1aE\xdf\xa3"


@pytest.fixture
def candidacy(world: World) -> UUID:
    """Return a candidacy that Hugo assesses."""
    found = apply(world, world.marie)
    given = world.rose.post(
        f"/api/v1/candidacies/{found}/assessors", {"assessor": str(world.hugo.id), "competences": [1]}
    )
    assert given.status_code == 201, given.text
    return found


@pytest.mark.slow
def test_assessor_is_served_only_pictures_text_or_re_encoded_media_of_every_crafted_file(
    world, candidacy, monkeypatch
):
    monkeypatch.setenv("PATH", "")  # office files are read as their words: LibreOffice takes seconds for each
    base, judge = f"/candidacies/{candidacy}", browser(world, world.hugo)
    let_in = {}
    for name, content in crafted.each().items():
        if len(content) > LIMIT:  # refused because of its length
            continue
        answer = world.marie.upload(candidacy, content, name, "application/octet-stream", checked=False)
        assert answer.status_code in {201, 413, 415, 422}, (name, answer.text)
        if answer.status_code == 201:
            let_in[answer.json["id"]] = name
    assert len(let_in) > 20
    unchecked = next(iter(let_in))
    for path in ("", "/original", "/pages/1", "/media"):
        assert fetch(judge, f"{base}/evidence/{unchecked}{path}").status_code in {404, 409}, "nobody checked it yet"
    work_off(world.acquis)
    world.projector.catch_up()
    read = {name: list(served(world, judge, base, piece, name)) for piece, name in let_in.items()}
    kinds = {kind for found in read.values() for kind in found}
    assert {"page", "picture", "text"} <= kinds, "some are read"


def fetch(judge: FlaskClient, path: str) -> TestResponse:
    return judge.get(path, buffered=True)


def served(world: World, judge: FlaskClient, base: str, piece: str, name: str) -> Iterator[str]:
    """Return the kinds of content that an assessor is served of a piece; fail at any other kind."""
    said = world.hugo.get(f"/api/v1{base}/evidence/{piece}/copy")
    shown = fetch(judge, f"{base}/evidence/{piece}")
    if shown.status_code == 409:  # refused at its check, or in quarantine
        assert said.status_code == 409, name
        assert fetch(judge, f"{base}/evidence/{piece}/original").status_code == 409, name
        return
    assert (shown.status_code, said.status_code) == (200, 200), name
    yield from page(shown, f"{base}/evidence/{piece}", name)
    copy: Any = said.json
    for part in parts(copy):
        one = fetch(judge, f"{base}/evidence/{piece}{part}")
        other = world.hugo.get(f"/api/v1{base}/evidence/{piece}/copy{part}")
        assert (one.status_code, one.data, one.mimetype) == (200, other.data, other.mimetype), name
        yield from media(one, part, name)
    if copy["text"] or any(each["text"] for each in copy["pages"]):
        yield "text"
    for path in (f"{base}/evidence/{piece}/original", f"/api/v1{base}/evidence/{piece}/content"):
        original = world.hugo.get(path) if path.startswith("/api") else fetch(judge, path)
        assert original.headers["Content-Disposition"].startswith("attachment"), name
        assert original.headers["X-Content-Type-Options"] == "nosniff", name
        assert original.headers["Content-Security-Policy"].startswith("sandbox"), name


def page(shown: TestResponse, own: str, name: str) -> Iterator[str]:
    """Check that a page has only the site's scripts and links to copies and the download."""
    text = shown.text
    assert "<script" not in OURS.sub("", text), name
    for address in ADDRESS.findall(text):
        leads = address.startswith(("/", "#", "?"))
        assert leads, (name, address)
        if address.startswith(own):
            assert re.fullmatch(r"(/pages/[0-9]+|/media|/original)?", address.removeprefix(own)), (name, address)
    yield "page"


def parts(said: dict[str, Any]) -> list[str]:
    """Return the paths of a copy's parts."""
    pictures = [f"/pages/{each['number']}" for each in said["pages"] if each["picture"]]
    return [*pictures, *(["/media"] if said["kind"] == "media" else [])]


def media(shown: TestResponse, part: str, name: str) -> Iterator[str]:
    """Check that the content is a decodable picture, or film or sound as the re-encoder writes them."""
    if part == "/media":
        assert shown.data.startswith(WEBM), name
        assert shown.mimetype in {"video/webm", "audio/webm"}, name
        yield "media"
    else:
        assert shown.mimetype == "image/webp", name
        with Image.open(io.BytesIO(shown.data)) as drawn:
            assert drawn.format == "WEBP", name
            drawn.load()
        yield "picture"
