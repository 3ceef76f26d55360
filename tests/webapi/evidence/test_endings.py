"""Tests of file name endings, which follow the detected type: a text named as a program gets `.txt`."""

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
def test_downloaded_name_gets_the_ending_of_its_type(name, media_type, handed_out):
    assert ended(name, media_type) == handed_out


def test_longest_name_is_shortened_to_keep_the_added_ending():
    long = "a" * (LONGEST_NAME - 4) + ".vbs"
    assert len(ended(long, "text/plain")) == LONGEST_NAME
    assert ended(long, "text/plain").endswith(".txt")


def test_every_accepted_type_has_an_ending():
    assert ENDINGS.keys() == ACCEPTED
