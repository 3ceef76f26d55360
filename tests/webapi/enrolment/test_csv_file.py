"""Tests of the CSV file of candidates: its lines, columns, encodings and faults."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from webapi.enrolment.csv_file import HEADERS, MOST_BYTES, MOST_LINES, CsvColumn, read

FRENCH = "Nom;Prénom;Né(e) le;Lieu de naissance;Adresse électronique;Certification;Voie;Blocs;Option"
ENGLISH = "last name,first name,born on,place of birth,e-mail address,certification,route,blocks,option"
LINE = ("Exemple", "Zoé", "01/03/1980", "Saint-Étienne", "zoe@exemple.example", "RNCP31936", "VAE", "1 2", "")


def test_enrolment_file_reads_the_same_in_each_language_encoding_and_separator() -> None:
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
    assert read(f"{FRENCH}\n{';'.join(LINE)}".encode()).rows[0].said(CsvColumn.BORN_AT) == "Saint-Étienne"


def test_every_column_name_is_recognised() -> None:
    for column, names in HEADERS.items():
        for name in names:
            if column in {CsvColumn.NAME, CsvColumn.CERTIFICATION, CsvColumn.ROUTE}:
                continue
            assert read(f"nom;certification;voie;{name}\na;b;c;d".encode()).rows[0].cells[column] == "d", name


def test_row_has_the_line_number_at_which_it_begins() -> None:
    text = 'nom;certification;voie\n"Deux\nlignes";x;VAE\n\n ; ; \nTrois;x;VAE\n'
    assert [(row.line, row.cells[CsvColumn.NAME]) for row in read(text.encode()).rows] == [
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
def test_fault_of_a_file_names_its_line_and_column_in_both_languages(
    content: bytes, line: int, column: str | None, french: str, english: str
) -> None:
    file = read(content)
    assert file.rows == ()
    (fault,) = file.faults
    assert (fault.line, fault.column) == (line, column)
    assert french in fault.fr
    assert english in fault.en


def test_row_with_too_many_cells_does_not_stop_the_others() -> None:
    file = read(b"nom,certification,voie\nDupont, Jean,x,VAE\nb,x,VAE\nc,x,VAE,,\n")
    assert [row.cells[CsvColumn.NAME] for row in file.rows] == ["b", "c"]
    assert [(fault.line, fault.column) for fault in file.faults] == [(2, None)]


def test_every_fault_of_a_header_is_reported_together() -> None:
    assert [fault.column for fault in read(b"nom;nom;age;voie\n").faults] == ["age", "nom", "certification"]


def test_header_of_half_a_megabyte_is_refused_within_half_a_second() -> None:
    for header in ("nom;" * 170_000, "é" * 340_000, '"' + "\n" * 600_000 + 'x"', "x;" * 1_000 + "\na;b"):
        begun = time.process_time()
        file = read(header.encode())
        assert time.process_time() - begun < 0.5
        assert file.rows == ()
        assert len(file.faults) == 1


def test_file_of_eighty_thousand_wrong_rows_takes_less_than_8_mib() -> None:
    """80,000 rows with too many cells took 40 MB once, as each had its own sentence."""
    content = b"nom;certification;voie\n" + b"a;b;c;d\n" * 80_000
    tracemalloc.start()
    try:
        file = read(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [fault.en for fault in file.faults] == [f"The file has more than {MOST_LINES} lines: divide it."]
    assert peak < 8 * 1024**2
