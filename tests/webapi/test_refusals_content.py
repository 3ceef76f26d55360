"""Refusals of what a file holds (4 to 16, and 29): each is asked over HTTP, by the real child; the rest by kind."""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from adapters.files.inspection.found import DOCX, PDF
from tests import specimens as made
from tests.store.test_inspection import ACTING, ACTIVE_OFFICE, BOMBS, DOCTYPE, LAUGHS, OTHERS
from tests.webapi.test_whole_path import apply, done

if TYPE_CHECKING:
    from tests.webapi.conftest import World


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def refuses(world: World, candidacy: UUID):
    def refuses(status: int, slug: str, content: bytes, name: str = "preuve.pdf") -> None:
        world.refuses(status, slug, lambda: world.marie.upload(candidacy, content, name), inputs=[name])

    return refuses


def test_6_a_lying_name_and_content_type_change_nothing(world, candidacy):
    done(world.marie.upload(candidacy, made.office(), "photo.png", "image/png"))
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["media_type"] == DOCX


@pytest.mark.parametrize("name", [name for name in OTHERS if name.startswith("a PDF and")])
def test_7_a_pdf_that_is_a_page_or_an_archive_as_well_is_refused(refuses, name):
    refuses(415, "type-mismatch", OTHERS[name])


@pytest.mark.parametrize("content", [made.SVG, made.HTML, OTHERS["XML"]], ids=["svg", "html", "xhtml"])
def test_8_markup_is_refused_whatever_it_is_called(refuses, content):
    refuses(415, "type-mismatch", content, "note.txt")


def test_9_an_archive_that_becomes_4_gb_is_refused_within_2_seconds(refuses):
    begun = time.process_time()
    refuses(422, "archive-limits", BOMBS["said to be 4 GB"], "a.zip")
    refuses(422, "archive-limits", BOMBS["large once unpacked"], "a.zip")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("name", ["with shared bytes", "within an office file", "within an OpenDocument"])
def test_10_an_office_file_with_shared_bytes_or_an_archive_in_it_is_refused(refuses, name):
    refuses(422, "archive-limits", BOMBS[name], "a.docx")


def test_11_a_name_that_leads_out_and_a_link_are_refused(refuses):
    refuses(422, "unsafe-names", made.zipped(("../../etc/cron.d/x", b"x")), "a.zip")
    refuses(422, "unsafe-names", made.zipped((made.info("a.txt", 0o120777), b"/etc/passwd")), "a.zip")


def test_12_an_image_of_60_000_by_60_000_is_refused(refuses):
    refuses(422, "image-too-large", made.png_that_says(60_000, 60_000), "a.png")


def test_13_a_pdf_whose_streams_are_packed_over_and_over_is_refused(refuses):
    twice = made.pdf_stream(zlib.compress(made.flate_bomb(40)), b"[/FlateDecode/FlateDecode]")
    refuses(422, "inspection-limits", made.pdf_of(twice))


def test_14_a_pdf_that_runs_a_script_starts_a_program_or_carries_a_file_is_refused(refuses):
    for name in ("a script packed in a stream of objects", "a program to start", "an attached file"):
        refuses(422, "active-content", ACTING[name])


def test_15_an_office_file_with_macros_or_an_external_template_is_refused(refuses):
    for name in ("macros", "macros in a table", "an external template"):
        refuses(422, "active-content", ACTIVE_OFFICE[name], "a.docx")


def test_16_an_office_file_with_entities_is_refused(refuses):
    for prolog in (DOCTYPE, LAUGHS):
        refuses(422, "invalid-file", made.opendocument(prolog=prolog), "a.odt")


def test_29_what_is_encrypted_is_refused(refuses):
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)
    refuses(422, "unscannable", made.pdf_of(trailer=locked))


def test_pages_are_listed(world, candidacy):
    done(world.marie.upload(candidacy))
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["pages"] == 1


def test_a_sound_file_is_taken_in_with_its_type(world, candidacy):
    done(world.marie.upload(candidacy))
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["media_type"] == PDF
