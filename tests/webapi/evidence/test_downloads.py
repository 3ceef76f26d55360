"""A piece is read from any place in it, always as an attachment, and is what was recorded or is not given."""

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
def test_30_any_range_is_exactly_those_bytes_as_an_attachment(world, piece, asked, first, end):
    answer = world.marie.get(piece, Range=f"bytes={asked}")
    assert (answer.status_code, answer.data) == (206, LINES[first:end])
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(LINES)}"
    assert answer.headers["Content-Length"] == str(end - first)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_30_a_range_far_in_is_found_without_decrypting_what_stands_before_it(world, piece, monkeypatch):
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
def test_a_range_that_is_none_is_refused_or_overlooked_and_never_empty(world, piece, asked):
    answer = world.marie.get(piece, Range=asked)
    if answer.status_code == 416:
        assert answer.mimetype == "application/problem+json"
    else:
        assert (answer.status_code, answer.data) == (200, LINES)


def test_several_ranges_are_answered_with_the_whole(world, piece):
    answer = world.marie.get(piece, Range="bytes=0-1,5-6")
    assert (answer.status_code, answer.data) == (200, LINES)


def test_30_a_head_says_all_that_a_get_does_and_reads_nothing_out(world, piece):
    whole, head = world.marie.get(piece), world.app.test_client().head(piece, headers=world.marie.bearer)
    assert head.data == b""
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Content-Security-Policy"):
        assert head.headers[name] == whole.headers[name]
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert world.marie.get(piece, If_None_Match=whole.headers["ETag"]).status_code == 304
    part = world.marie.get(piece, Range="bytes=0-3", If_Range='"another"')
    assert (part.status_code, part.data) == (200, LINES)


def test_who_holds_another_piece_is_told_so_in_our_words(world, piece):
    answer = world.marie.get(piece, If_Match='"another"')
    assert (answer.status_code, answer.mimetype) == (412, "application/problem+json")
    assert LINES[:20] not in answer.data
    held = world.marie.get(piece).headers["ETag"]
    assert world.marie.get(piece, If_Match=held).data == LINES


def changed(world: World, piece: str, place: int) -> None:
    """One byte of its file is another one from now on."""
    name = str(evidence_of(piece))
    kept = world.acquis.settings.data / "evidence" / "kept" / name[:2] / f"{name}.age"
    content = bytearray(kept.read_bytes())
    content[place] ^= 1
    kept.write_bytes(content)


@pytest.mark.parametrize("place", [5, 1000, -1])
def test_82_what_is_damaged_in_its_header_its_beginning_or_its_end_is_an_alarm_before_the_first_byte(
    world, piece, place
):
    changed(world, piece, place)
    with overheard() as said:
        world.refuses(500, "evidence-missing", lambda: world.marie.get(piece))
    assert "evidence missing" in said.getvalue()


def test_82_a_range_that_begins_in_what_is_damaged_is_an_alarm_before_the_first_byte(world, piece):
    changed(world, piece, 100_000)
    world.refuses(500, "evidence-missing", lambda: world.marie.get(piece, Range="bytes=80000-80010"))
    assert world.marie.get(piece, Range="bytes=0-10").data == LINES[:11]


def test_82_a_head_of_what_is_gone_is_an_alarm_as_well(world, piece):
    assert world.marie.get(piece).status_code == 200
    world.acquis.files.remove(evidence_of(piece))
    assert world.app.test_client().head(piece, headers=world.marie.bearer).status_code == 500


def swapped(world: World, candidacy: UUID, piece: str, other: bytes) -> None:
    """Another file of the same person lies under its name."""
    second = EvidenceId(UUID(done(world.marie.upload(candidacy, other, "autre.txt", "text/plain"))["id"]))
    first, root = evidence_of(piece), world.acquis.settings.data / "evidence" / "kept"
    (root / str(second)[:2] / f"{second}.age").replace(root / str(first)[:2] / f"{first}.age")


def test_82_another_file_of_the_same_person_under_its_name_is_not_given_for_it(world, candidacy, piece):
    swapped(world, candidacy, piece, b"Une autre preuve.\n" * 100)
    world.refuses(500, "evidence-missing", lambda: world.marie.get(piece))


def test_another_file_of_the_same_size_under_its_name_never_comes_to_its_end(world, candidacy, piece):
    swapped(world, candidacy, piece, LINES.replace(b"ligne", b"lines"))
    with pytest.raises(Damaged), overheard() as said:  # which cuts the answer off, as its length shows
        world.marie.get(piece)
    assert "evidence damaged" in said.getvalue()
