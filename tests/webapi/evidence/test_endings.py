"""A file is handed out under an ending of what it is: a text that is named as a program is none to who opens it."""

from __future__ import annotations

import pytest

from adapters.files.inspection.found import ACCEPTED
from adapters.files.stated import LONGEST_NAME
from webapi.evidence.file_extension import ENDINGS, ended


@pytest.mark.parametrize(
    ("name", "media_type", "handed_out"),
    [
        ("Lettre.pdf.vbs", "text/plain", "Lettre.pdf.vbs.txt"),
        ("a.bat.", "text/plain", "a.bat..txt"),
        ("NOTES.TXT", "text/plain", "NOTES.TXT"),
        ("photo.png", "application/pdf", "photo.png.pdf"),
        ("Photo.JPEG", "image/jpeg", "Photo.JPEG"),
        ("a.vbs", "application/octet-stream", "a.vbs"),
    ],
)
def test_a_name_ends_as_its_type_does(name, media_type, handed_out):
    assert ended(name, media_type) == handed_out


def test_the_longest_name_keeps_the_ending_that_is_added():
    long = "a" * (LONGEST_NAME - 4) + ".vbs"
    assert len(ended(long, "text/plain")) == LONGEST_NAME
    assert ended(long, "text/plain").endswith(".txt")


def test_every_type_that_is_accepted_has_its_ending():
    assert ENDINGS.keys() == ACCEPTED
