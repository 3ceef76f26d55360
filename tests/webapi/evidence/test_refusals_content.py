"""Tests of refusals of file contents (4 to 16, and 29), by the request or by the worker's child process."""

from __future__ import annotations

import time
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from adapters.files.inspection.found import DOCX, PDF
from adapters.operations.jobs import TRIES
from tests.given.files import specimens as made
from tests.given.files.crafted import ACTING, ACTIVE_OFFICE, BOMBS, DOCTYPE, LAUGHS, TWO_AT_ONCE
from tests.given.webapi.whole_path import apply, done

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def refuses(world: World, candidacy: UUID):
    """Check that an upload is accepted, that its check refuses it for this rule, and that no one else opens it."""

    def refuses(slug: str, content: bytes, name: str = "preuve.pdf") -> None:
        piece = done(world.marie.upload(candidacy, content, name))["id"]
        answer: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json
        items = answer["items"]
        assert (items[-1]["check"], items[-1]["reason"]) == ("refused", slug), name
        assert items[-1]["reason_in_words"]
        there = f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content"
        world.refuses(409, "refused-at-check", lambda: world.rose.get(there))
        assert world.marie.get(there).data == content

    return refuses


def test_6_wrong_name_and_content_type_do_not_change_the_detected_type(world, candidacy):
    done(world.marie.upload(candidacy, made.office(), "photo.png", "image/png"))
    answer: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json
    assert [piece["media_type"] for piece in answer["items"]] == [DOCX]


def test_7_polyglot_pdf_is_served_as_a_sandboxed_attachment(world, candidacy):
    for name in ("a PDF and a page.pdf", "a PDF and a ZIP.pdf"):
        piece = done(world.marie.upload(candidacy, TWO_AT_ONCE[name], name))["id"]
        sent = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content")
        assert sent.headers["Content-Type"] == PDF
        assert sent.headers["Content-Disposition"].startswith("attachment")
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        assert sent.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "content",
    [made.SVG, made.HTML, b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"],
    ids=["svg", "html", "xhtml"],
)
def test_8_markup_is_refused_in_the_request_under_any_name(world, candidacy, content):
    sent = partial(world.marie.upload, candidacy, content, "note.txt")
    world.refuses(415, "type-mismatch", sent, inputs=["note.txt"])


def test_9_archive_of_4_gb_unpacked_is_refused_within_2_seconds(refuses):
    begun = time.process_time()
    refuses("archive-limits", BOMBS["said to be 4 GB"], "a.zip")
    refuses("archive-limits", BOMBS["large once unpacked"], "a.zip")
    assert time.process_time() - begun < 2


def test_10_archive_with_overlapping_or_nested_members_is_refused(refuses):
    for name, called in (("with shared bytes", "a.zip"), ("within an office file", "a.docx")):
        refuses("archive-limits", BOMBS[name], called)
    refuses("archive-limits", BOMBS["within an OpenDocument"], "a.odt")


def test_11_archive_with_path_traversal_or_symbolic_link_is_refused(refuses):
    refuses("unsafe-names", made.zipped(("../../etc/cron.d/x", b"x")), "a.zip")
    refuses("unsafe-names", made.zipped((made.info("a.txt", 0o120777), b"/etc/passwd")), "a.zip")


def test_12_image_of_60_000_by_60_000_pixels_is_refused(refuses):
    refuses("image-too-large", made.png_that_says(60_000, 60_000), "a.png")


def test_13_pdf_with_nested_compressed_streams_is_refused_after_three_tries(world, candidacy):
    """The child's timeout may be due to a busy machine, so the check is repeated before the verdict."""
    twice = made.pdf_stream(zlib.compress(made.flate_bomb(40)), b"[/FlateDecode/FlateDecode]")
    done(world.marie.upload(candidacy, made.pdf_of(twice)))
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    for _ in range(TRIES - 1):
        assert [each["check"] for each in world.marie.get(way).json["items"]] == ["pending"]
        world.jobs_wait(minutes=1)
        world.worked_off()
    (piece,) = world.marie.get(way).json["items"]
    assert (piece["check"], piece["reason"]) == ("refused", "inspection-limits")


def test_14_pdf_with_a_script_launch_action_or_attached_program_is_refused(refuses):
    for name in ("a script packed in a stream of objects", "a program to start", "an attached program"):
        refuses("active-content", ACTING[name])


def test_14_pdf_invoice_with_embedded_data_is_accepted(world, candidacy):
    """Factur-X, a PDF/A-3."""
    done(world.marie.upload(candidacy, made.with_attached("factur-x.xml", b"<Invoice/>")))


def test_15_office_file_with_macros_or_external_template_is_refused(refuses):
    for name in ("macros.docx", "macros in a table.xlsx", "an external template.docx"):
        refuses("active-content", ACTIVE_OFFICE[name], name)


def test_16_office_file_with_xml_entities_is_refused(refuses):
    for prolog in (DOCTYPE, LAUGHS):
        refuses("invalid-file", made.opendocument(prolog=prolog), "a.odt")


def test_29_encrypted_file_is_refused(refuses):
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)
    refuses("unscannable", made.pdf_of(trailer=locked))


def test_evidence_list_shows_the_number_of_pages(world, candidacy):
    done(world.marie.upload(candidacy))
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["pages"] == 1
