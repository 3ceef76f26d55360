"""Tests of downloads of evidence: ranges, attachment headers, and detection of damaged files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from adapters.files.age import CHUNK, Damaged
from domain.ports import EvidenceId
from tests.given.servers.server_log import overheard
from tests.given.webapi.whole_path import apply, done

if TYPE_CHECKING:
    from tests.given.webapi.town import World

LINES = "".join(f"ligne {number:06}\n" for number in range(19_000)).encode()


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def piece(world: World, candidacy: UUID) -> str:
    sent = world.marie.upload(candidacy, LINES, "notes.txt", "text/plain")
    return f"/api/v1/candidacies/{candidacy}/evidence/{done(sent)['id']}/content"


def evidence_of(piece: str) -> EvidenceId:
    return EvidenceId(UUID(piece.split("/")[-2]))


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("0-0", 0, 1),
        ("0-", 0, len(LINES)),
        ("5-70000", 5, 70_001),
        (f"{CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1),
        (f"{2 * CHUNK}-", 2 * CHUNK, len(LINES)),
        ("-10", len(LINES) - 10, len(LINES)),
        (f"{len(LINES) - 1}-9999999", len(LINES) - 1, len(LINES)),
    ],
)
def test_30_range_request_returns_exactly_those_bytes_as_an_attachment(world, piece, asked, first, end):
    answer = world.marie.get(piece, Range=f"bytes={asked}")
    assert (answer.status_code, answer.data) == (206, LINES[first:end])
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(LINES)}"
    assert answer.headers["Content-Length"] == str(end - first)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_30_range_request_decrypts_only_the_chunks_that_it_needs(world, piece, monkeypatch):
    opened: list[int] = []
    before: Any = world.acquis.files.open

    def watched(*given: Any) -> Any:
        content = before(*given)
        open_chunk = content._open_chunk  # noqa: SLF001  (each chunk that is decrypted is counted)

        def noted(number: int) -> None:
            opened.append(number)
            open_chunk(number)

        content._open_chunk = noted  # noqa: SLF001
        return content

    monkeypatch.setattr(world.acquis.files, "open", watched)
    assert world.marie.get(piece, Range=f"bytes={2 * CHUNK + 9}-{2 * CHUNK + 11}").status_code == 206
    assert set(opened) == {2, 3}


@pytest.mark.parametrize("asked", ["bytes=300000-", "bytes=5-2", "bytes=x-y", "bytes=-0", "bytes=-9999999"])
def test_invalid_range_is_refused_or_ignored_and_never_gives_an_empty_body(world, piece, asked):
    answer = world.marie.get(piece, Range=asked)
    if answer.status_code == 416:
        assert answer.mimetype == "application/problem+json"
    else:
        assert (answer.status_code, answer.data) == (200, LINES)


def test_request_of_several_ranges_returns_the_whole_file(world, piece):
    answer = world.marie.get(piece, Range="bytes=0-1,5-6")
    assert (answer.status_code, answer.data) == (200, LINES)


def test_30_head_request_has_the_headers_of_a_get_and_no_body(world, piece):
    whole, head = world.marie.get(piece), world.app.test_client().head(piece, headers=world.marie.bearer)
    assert head.data == b""
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Content-Security-Policy"):
        assert head.headers[name] == whole.headers[name]
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert world.marie.get(piece, If_None_Match=whole.headers["ETag"]).status_code == 304
    part = world.marie.get(piece, Range="bytes=0-3", If_Range='"another"')
    assert (part.status_code, part.data) == (200, LINES)


def test_stale_if_match_gives_412_as_a_problem(world, piece):
    answer = world.marie.get(piece, If_Match='"another"')
    assert (answer.status_code, answer.mimetype) == (412, "application/problem+json")
    assert LINES[:20] not in answer.data
    held = world.marie.get(piece).headers["ETag"]
    assert world.marie.get(piece, If_Match=held).data == LINES


def changed(world: World, piece: str, place: int) -> None:
    """Change one byte of the piece's file."""
    name = str(evidence_of(piece))
    kept = world.acquis.settings.data / "evidence" / "kept" / name[:2] / f"{name}.age"
    content = bytearray(kept.read_bytes())
    content[place] ^= 1
    kept.write_bytes(content)


@pytest.mark.parametrize("place", [5, 1000, -1])
def test_82_damage_in_header_beginning_or_end_gives_500_before_the_first_byte(world, piece, place):
    changed(world, piece, place)
    with overheard() as said:
        world.refuses(500, "evidence-missing", lambda: world.marie.get(piece))
    assert "evidence missing" in said.getvalue()


def test_82_range_that_begins_in_a_damaged_chunk_gives_500_before_the_first_byte(world, piece):
    changed(world, piece, 100_000)
    world.refuses(500, "evidence-missing", lambda: world.marie.get(piece, Range="bytes=80000-80010"))
    assert world.marie.get(piece, Range="bytes=0-10").data == LINES[:11]


def test_82_head_request_of_a_missing_file_gives_500(world, piece):
    assert world.marie.get(piece).status_code == 200
    world.acquis.files.remove(evidence_of(piece))
    assert world.app.test_client().head(piece, headers=world.marie.bearer).status_code == 500


def swapped(world: World, candidacy: UUID, piece: str, other: bytes) -> None:
    """Replace the piece's file by another one of the same person."""
    second = EvidenceId(UUID(done(world.marie.upload(candidacy, other, "autre.txt", "text/plain"))["id"]))
    first, root = evidence_of(piece), world.acquis.settings.data / "evidence" / "kept"
    (root / str(second)[:2] / f"{second}.age").replace(root / str(first)[:2] / f"{first}.age")


def test_82_file_replaced_by_another_of_the_same_person_gives_500(world, candidacy, piece):
    swapped(world, candidacy, piece, b"Une autre preuve.\n" * 100)
    world.refuses(500, "evidence-missing", lambda: world.marie.get(piece))


def test_file_replaced_by_another_of_the_same_size_is_cut_off_before_its_end(world, candidacy, piece):
    swapped(world, candidacy, piece, LINES.replace(b"ligne", b"lines"))
    with pytest.raises(Damaged), overheard() as said:  # the answer is cut off, which its length shows
        world.marie.get(piece)
    assert "evidence damaged" in said.getvalue()
