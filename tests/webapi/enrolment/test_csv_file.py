"""Which lines does a file of candidates hold, as spreadsheets write it, and what is wrong at which line?"""

from __future__ import annotations

import time
import tracemalloc

import pytest

from webapi.enrolment.csv_file import HEADERS, MOST_BYTES, MOST_LINES, Column, read

FRENCH = "Nom;Prénom;Né(e) le;Lieu de naissance;Adresse électronique;Certification;Voie;Blocs;Option"
ENGLISH = "last name,first name,born on,place of birth,e-mail address,certification,route,blocks,option"
LINE = ("Exemple", "Zoé", "01/03/1980", "Saint-Étienne", "zoe@exemple.example", "RNCP31936", "VAE", "1 2", "")


def test_a_file_reads_the_same_in_either_language_coding_and_with_any_separator() -> None:
    found = set()
    for header, separator, coding, end in (
        (FRENCH, ";", "utf-8", "\n"),
        (FRENCH, ";", "utf-8-sig", "\r\n"),
        (FRENCH, ";", "cp1252", "\r\n"),
        (FRENCH.upper().replace(";", "\t"), "\t", "utf-8", "\n"),
        (ENGLISH, ",", "utf-8", "\n"),
        (ENGLISH.title(), ",", "cp1252", "\r\n"),
    ):
        file = read(f"{header}{end}{separator.join(LINE)}{end}".encode(coding))
        assert file.faults == ()
        (row,) = file.rows
        found.add((row.line, *sorted(row.cells.items())))
    assert len(found) == 1
    assert read(f"{FRENCH}\n{';'.join(LINE)}".encode()).rows[0].said(Column.BORN_AT) == "Saint-Étienne"


def test_every_name_of_a_column_names_one() -> None:
    for column, names in HEADERS.items():
        for name in names:
            if column in {Column.NAME, Column.CERTIFICATION, Column.ROUTE}:
                continue
            assert read(f"nom;certification;voie;{name}\na;b;c;d".encode()).rows[0].cells[column] == "d", name


def test_a_line_is_known_by_where_it_begins_whatever_its_cells_hold() -> None:
    text = 'nom;certification;voie\n"Deux\nlignes";x;VAE\n\n ; ; \nTrois;x;VAE\n'
    assert [(row.line, row.cells[Column.NAME]) for row in read(text.encode()).rows] == [
        (2, "Deux\nlignes"),
        (6, "Trois"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "column", "french", "english"),
    [
        (b"", 1, None, "vide", "empty"),
        (b" \n", 1, None, "vide", "empty"),
        (b"nom;certification;voie\n", 1, None, "une ligne par candidat", "a line for each candidate"),
        (b"nom;voie\na;VAE", 1, "certification", "ajoutez-la", "add it"),
        ("nom;certification;voie;téléphone\na;b;c;d".encode(), 1, "téléphone", "renommez-la", "rename it"),
        (b"nom;certification;voie;voie\na;b;c;d", 1, "voie", "qu'une", "keep one"),
        (b'nom;certification;voie\n"a;b;c\n', 2, None, "guillemet", "quotation"),
        (b'nom;certification;voie\na;b;VAE\n"a"b;b;c\n', 3, None, "guillemet", "quotation"),
        (b"nom;certification;voie\na;b;c\x00", 1, None, "CSV UTF-8", "CSV UTF-8"),
        ("nom;certification;voie\na;b;c".encode("utf-16"), 1, None, "CSV UTF-8", "CSV UTF-8"),
        (b"nom;certification;voie\nExempl\xe9\x81;b;c", 2, None, "Windows-1252", "Windows-1252"),
        (b"PK\x03\x04\x00\x00", 1, None, "CSV UTF-8", "CSV UTF-8"),
        (b"n" * (MOST_BYTES + 1), 1, None, "partagez-le", "divide it"),
        (b"nom;certification;voie\n" + b"a;b;c\n" * (MOST_LINES + 1), MOST_LINES + 2, None, "lignes", "lines"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_its_line(
    content: bytes, line: int, column: str | None, french: str, english: str
) -> None:
    file = read(content)
    assert file.rows == ()
    (fault,) = file.faults
    assert (fault.line, fault.column) == (line, column)
    assert french in fault.fr
    assert english in fault.en


def test_a_line_that_is_too_wide_stops_none_of_the_others() -> None:
    file = read(b"nom,certification,voie\nDupont, Jean,x,VAE\nb,x,VAE\nc,x,VAE,,\n")
    assert [row.cells[Column.NAME] for row in file.rows] == ["b", "c"]
    assert [(fault.line, fault.column) for fault in file.faults] == [(2, None)]


def test_all_that_is_wrong_with_a_header_is_said_at_once() -> None:
    assert [fault.column for fault in read(b"nom;nom;age;voie\n").faults] == ["age", "nom", "certification"]


def test_a_header_of_half_a_megabyte_is_refused_at_once() -> None:
    for header in ("nom;" * 170_000, "é" * 340_000, '"' + "\n" * 600_000 + 'x"', "x;" * 1_000 + "\na;b"):
        begun = time.process_time()
        file = read(header.encode())
        assert time.process_time() - begun < 0.5
        assert file.rows == ()
        assert len(file.faults) == 1


def test_a_file_of_wrong_lines_takes_little_memory() -> None:
    """80,000 lines that are too wide took 40 MB: each had its own sentence."""
    content = b"nom;certification;voie\n" + b"a;b;c;d\n" * 80_000
    tracemalloc.start()
    try:
        file = read(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [fault.en for fault in file.faults] == [f"The file has more than {MOST_LINES} lines: divide it."]
    assert peak < 8 * 1024**2
