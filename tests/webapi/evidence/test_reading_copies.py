"""Tests of reading copies: page pictures, text and re-encoded media, for the readers of the piece."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, EvidenceId
from tests.given.files import reading_copies as copies
from tests.given.webapi.reading_browser import browser
from tests.given.webapi.whole_path import apply, done
from webapi.privacy.erasure import erase
from webapi.upkeep.scrubbing import reap, scrub

if TYPE_CHECKING:
    from tests.given.webapi.town import World

NOTES = b"Notes prises en stage.\n"


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def piece(world: World, candidacy: UUID) -> EvidenceId:
    return EvidenceId(UUID(done(world.marie.upload(candidacy))["id"]))


def keep(world: World, candidacy: UUID, piece: EvidenceId, content: bytes, **said: Any) -> None:
    copies.put(world.acquis, piece, candidacy, world.marie.id, content, **said)


def base(candidacy: UUID, piece: UUID) -> str:
    return f"/api/v1/candidacies/{candidacy}/evidence/{piece}/copy"


def told(world: World, candidacy: UUID, piece: UUID, **headers: str) -> Any:
    answer = world.marie.get(base(candidacy, piece), **headers)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_copy_is_pending_until_it_is_made_and_then_shown_by_pages(world, candidacy, piece):
    before = told(world, candidacy, piece)
    assert (before["state"], before["reason"], before["pages"]) == ("pending", "being-made", [])
    keep(world, candidacy, piece, copies.pages("Première page", ""), pages=2)
    after = told(world, candidacy, piece)
    assert (after["state"], after["kind"]) == ("ready", "pages")
    assert [(each["number"], each["text"]) for each in after["pages"]] == [(1, "Première page"), (2, "")]
    for number in (1, 2):
        shown = world.marie.get(f"{base(candidacy, piece)}/pages/{number}")
        with Image.open(io.BytesIO(shown.data)) as drawn:
            assert drawn.size == (after["pages"][0]["width"], after["pages"][0]["height"]) == (60, 80)
    for number in (0, 3, 10**9):
        world.refuses(
            404, "not-found", lambda number=number: world.marie.get(f"{base(candidacy, piece)}/pages/{number}")
        )


def test_copy_is_served_inline_with_its_media_type_and_revalidated(world, candidacy, piece):
    keep(world, candidacy, piece, copies.pages("Une page"), pages=1)
    film = EvidenceId(UUID(done(world.marie.upload(candidacy, NOTES, "film.txt"))["id"]))
    keep(world, candidacy, film, copies.film(), kind="media")
    for path, media_type in (
        (f"{base(candidacy, piece)}/pages/1", "image/webp"),
        (f"{base(candidacy, film)}/media", "video/webm"),
    ):
        shown = world.marie.get(path)
        assert (shown.status_code, shown.mimetype) == (200, media_type)
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert shown.headers["Content-Disposition"] == "inline"
        assert shown.headers["Cache-Control"] == "private, no-cache"
        again = world.marie.get(path, If_None_Match=shown.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
    original = world.marie.get(f"{base(candidacy, piece).removesuffix('copy')}content")
    assert original.headers["Content-Disposition"].startswith("attachment")


def test_copy_of_film_or_sound_supports_ranges(world, candidacy, piece):
    keep(world, candidacy, piece, copies.film("audio/webm"), kind="media")
    assert told(world, candidacy, piece)["media_type"] == "audio/webm"
    path = f"{base(candidacy, piece)}/media"
    assert world.marie.get(path).data == copies.MEDIA
    for first, last in ((0, 9), (70_000, 200_000), (len(copies.MEDIA) - 3, len(copies.MEDIA) - 1)):
        part = world.marie.get(path, Range=f"bytes={first}-{last}")
        assert (part.status_code, part.data) == (206, copies.MEDIA[first : last + 1])
    world.refuses(404, "not-found", lambda: world.marie.get(f"{base(candidacy, piece)}/pages/1"))


def test_copy_is_shown_only_to_readers_of_the_piece(world, candidacy, piece):
    keep(world, candidacy, piece, copies.pages("Une page"), pages=1)
    for path in (base(candidacy, piece), f"{base(candidacy, piece)}/pages/1"):
        assert world.sacha.get(path).status_code == 200
        for who in (world.nadia, world.jules, world.hugo):
            world.refuses(404, "not-found", lambda path=path, who=who: who.get(path), [str(piece)])
        world.refuses(403, "forbidden", lambda path=path: world.tess.get(path))
    other = apply(world, world.nadia)
    world.refuses(404, "not-found", lambda: world.nadia.get(base(other, piece)))


def test_missing_copy_is_explained_in_the_reader_s_language(world, candidacy, piece):
    keep(world, candidacy, piece, b"", kind="none", reason="copy-unreadable")
    said = told(world, candidacy, piece)
    assert (said["state"], said["reason"]) == ("unavailable", "copy-unreadable")
    assert "Enregistré de nouveau, en PDF" in said["sentence"]
    page = browser(world, world.marie).get(f"/candidacies/{candidacy}/evidence/{piece}").text
    assert "Copie indisponible" in page
    assert "Télécharger l'original" in page.replace("&#39;", "'")
    assert "ce que la copie ne montre pas" not in page, "there is none"
    assert "Rien n'en a été retiré" in page.replace("&#39;", "'")


def test_link_and_statement_are_shown_in_full(world, candidacy):
    path = f"/api/v1/candidacies/{candidacy}/evidence"
    text = done(world.marie.post(path, {"statement": "J'ai animé.\nDeux ans.", "title": "Texte", "competences": [1]}))
    link = done(world.marie.post(path, {"link": "https://exemple.fr/été", "title": "Lien", "competences": [1]}))
    assert told(world, candidacy, text["id"])["text"] == "J'ai animé.\nDeux ans.\n"
    assert told(world, candidacy, link["id"])["link"]["ascii"] == "https://exemple.fr/%C3%A9t%C3%A9"
    client = browser(world, world.marie)
    assert "Deux ans." in client.get(f"/candidacies/{candidacy}/evidence/{text['id']}").text
    assert 'rel="noopener noreferrer nofollow"' in client.get(f"/candidacies/{candidacy}/evidence/{link['id']}").text


def scrubbed(world: World) -> tuple[bool, int]:
    """Scrub; return whether the evidence is sound and how many copies are rebuilt."""
    found = scrub(world.acquis)
    return found.sound, found.anew


WEBP = copies.picture()
BROKEN = {
    "no archive": b"x" * 5000,
    "empty": b"",
    "no listing": copies.archive({}, {}),
    "another kind": copies.archive({"kind": "html"}, {}),
    "a page that is not there": copies.archive({"kind": "pages", "pages": [copies.PAGE]}, {}),
    "a page that is no picture": copies.archive(
        {"kind": "pages", "pages": [copies.PAGE]}, {"page-0001.webp": b"<script>alert(1)</script>"}
    ),
    "a page of no size": copies.archive(
        {"kind": "pages", "pages": [copies.PAGE | {"width": 0}]}, {"page-0001.webp": WEBP}
    ),
    "a picture of another kind": copies.archive(
        {"kind": "pages", "pages": [copies.PAGE]}, {"page-0001.webp": WEBP[:8] + b"WAVE"}
    ),
    "media of another type": copies.film("text/html"),
    "media that are none": copies.archive({"kind": "media", "media": "media.webm"}, {"media.webm": b"<p>"}),
    "packed": copies.archive(
        {"kind": "text", "text": "text.txt"}, {"text.txt": bytes(9999)}, packed=zipfile.ZIP_DEFLATED
    ),
    "text in another alphabet": copies.archive({"kind": "text", "text": "text.txt"}, {"text.txt": b"\xff\xfe"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_malformed_copy_is_not_shown_and_not_rebuilt_endlessly(world, candidacy, piece, name):
    keep(world, candidacy, piece, BROKEN[name])
    said = told(world, candidacy, piece)
    assert (said["state"], said["reason"]) == ("unavailable", "copy-unreadable")
    world.refuses(404, "not-found", lambda: world.marie.get(f"{base(candidacy, piece)}/pages/1"))
    world.refuses(404, "not-found", lambda: world.marie.get(f"{base(candidacy, piece)}/media"))


def test_lost_or_altered_copy_is_rebuilt_without_alarm(world, candidacy, piece):
    folder = world.acquis.settings.data / "evidence" / "copies" / str(piece)[:2]
    for spoil in (lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-40] + bytes(40))):
        for notice in (
            lambda: scrubbed(world) == (True, 1),
            lambda: told(world, candidacy, piece)["state"] == "pending",
            lambda: world.marie.get(f"{base(candidacy, piece)}/pages/1").status_code == 404,
        ):
            keep(world, candidacy, piece, copies.pages("Une page"), pages=1)
            assert scrubbed(world) == (True, 0)
            spoil(folder / f"{piece}.age")
            assert notice()
            assert world.acquis.copies.find(piece) is None
            assert str(piece) not in copies.there(world.acquis.files)
            assert told(world, candidacy, piece)["state"] == "pending"


def test_erasure_removes_the_copy_and_one_made_meanwhile_is_not_stored(world, candidacy, piece):
    secret = world.acquis.vault.file_key(world.marie.id)
    keep(world, candidacy, piece, copies.pages("Une page"), pages=1)
    done(world.marie.post(f"/api/v1/candidacies/{candidacy}/withdrawal", {}, If_Match='"2"'))
    erase(world.acquis, world.marie.id, [Retention.PAPERS], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR))
    assert str(piece) not in copies.there(world.acquis.files)
    assert world.acquis.copies.find(piece) is None
    for path in (base(candidacy, piece), f"{base(candidacy, piece)}/pages/1", f"{base(candidacy, piece)}/media"):
        world.refuses(410, "erased", lambda path=path: world.marie.get(path))
    with pytest.MonkeyPatch.context() as meanwhile:  # the file key that the copy's maker got before the erasure
        meanwhile.setattr(type(world.acquis.vault), "file_key", lambda *_: secret)
        copies.put(world.acquis, piece, candidacy, world.marie.id, copies.pages("Une page"), pages=1)
    assert str(piece) not in copies.there(world.acquis.files)
    assert world.acquis.copies.find(piece) is None


def test_reaper_removes_a_copy_whose_piece_no_fact_names(world, candidacy, piece):
    orphan = EvidenceId(uuid4())
    for each in (piece, orphan):
        keep(world, candidacy, each, copies.pages("Une page"), pages=1)
    reap(world.acquis, datetime.now(UTC) + timedelta(days=2))
    assert str(piece) in copies.there(world.acquis.files)
    assert str(orphan) not in copies.there(world.acquis.files)
