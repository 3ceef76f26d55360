"""Lines of a CSV file of candidates, and errors by line and column.

As spreadsheets write it: UTF-8 or Windows-1252, separated by semicolons, commas or tabs, headed in French or English.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_LINES: Final = 500
"""Lines that one file may hold: what it would do is shown on one page, and read by somebody."""
MOST_BYTES: Final = 700_000
LONGEST_HEADER: Final = 4_000
"""Characters of the first line; all names of columns together are a few hundred."""
MOST_COLUMNS: Final = 50
SEPARATORS: Final = ";,\t"


class CsvColumn(StrEnum):
    """What a column says of a candidate."""

    NAME = "name"
    FIRST_NAME = "first_name"
    BORN_ON = "born_on"
    BORN_AT = "born_at"
    SEX = "sex"
    EMAIL = "email"
    CERTIFICATION = "certification"
    VERSION = "version"
    ROUTE = "route"
    BLOCKS = "blocks"
    OPTION = "option"
    BEGAN_ON = "began_on"


HEADERS: Final[dict[CsvColumn, tuple[str, str, *tuple[str, ...]]]] = {
    CsvColumn.NAME: ("nom", "last name", "nom de famille", "nom complet", "surname", "family name", "name"),
    CsvColumn.FIRST_NAME: ("prénom", "first name", "prénoms", "given name"),
    CsvColumn.BORN_ON: ("né(e) le", "born on", "né le", "née le", "date de naissance", "date of birth"),
    CsvColumn.BORN_AT: (
        "lieu de naissance",
        "place of birth",
        "lieu",
        "né(e) à",
        "né à",
        "née à",
        "place",
        "born at",
    ),
    CsvColumn.SEX: ("sexe", "sex"),
    CsvColumn.EMAIL: ("adresse électronique", "e-mail address", "courriel", "e-mail", "email", "mail", "address"),
    CsvColumn.CERTIFICATION: ("certification", "certification", "fiche", "code", "code rncp", "rncp", "sheet"),
    CsvColumn.VERSION: ("version", "version", "version de la fiche"),
    CsvColumn.ROUTE: ("voie", "route", "voie d'accès"),
    CsvColumn.BLOCKS: ("blocs", "blocks", "blocs visés"),
    CsvColumn.OPTION: ("option", "option"),
    CsvColumn.BEGAN_ON: ("parcours débuté le", "parcours begun on", "débuté le", "began on", "begun on"),
}
"""How each column may be headed, first in French, then in English; accents, capitals and signs apart."""
NEEDED: Final = (CsvColumn.NAME, CsvColumn.CERTIFICATION, CsvColumn.ROUTE)
CALLED: Final = {column: names[:2] for column, names in HEADERS.items()}
"""How each column is called, in French and in English."""


@dataclass(frozen=True, kw_only=True)
class LineFault:
    """What is wrong at a line, in a column if it is one's, and what to do, in both languages."""

    line: int
    column: str | None
    fr: str
    en: str

    def said(self, language: str) -> str:
        """Return the sentence in a language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, kw_only=True)
class CsvRow:
    """One line of the file: its number, and what its cells say; an empty one says nothing."""

    line: int
    cells: dict[CsvColumn, str]

    def said(self, column: CsvColumn) -> str | None:
        """Return the value of a column, or None."""
        return self.cells.get(column) or None


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """A file as it was read: by its digest it is known again; with a fault of its own it has no lines."""

    digest: str
    rows: tuple[CsvRow, ...] = ()
    faults: tuple[LineFault, ...] = ()
    columns: dict[CsvColumn, str] | None = None
    """How it heads each column."""


def read(content: bytes) -> CsvFile:
    """Read a file whole: its lines, or what is wrong with it."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        columns, rows, faults = _lines(_text(content))
    except _Unreadable as unreadable:
        return CsvFile(digest=digest, faults=unreadable.faults)
    return CsvFile(digest=digest, rows=rows, faults=faults, columns=columns)


class _Unreadable(Exception):  # noqa: N818  (it carries what is said)
    """The file as a whole cannot be used."""

    def __init__(self, *faults: LineFault) -> None:
        super().__init__(*faults)
        self.faults = faults


def _whole(fr: str, en: str, line: int = 1, column: str | None = None) -> LineFault:
    return LineFault(line=line, column=column, fr=fr, en=en)


def _text(content: bytes) -> str:
    if not content.strip():
        raise _Unreadable(
            _whole("Le fichier est vide : choisissez-en un autre.", "The file is empty: choose another.")
        )
    if len(content) > MOST_BYTES:
        raise _Unreadable(
            _whole(
                f"Le fichier dépasse {MOST_BYTES // 1000} ko : partagez-le en plusieurs.",
                f"The file is larger than {MOST_BYTES // 1000} kB: divide it.",
            )
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _in_windows_1252(content)
    if "\0" in text:
        raise _Unreadable(_not_csv())
    return text


def _in_windows_1252(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable(_not_csv())
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as undecodable:
        line = content.count(b"\n", 0, undecodable.start) + 1
        raise _Unreadable(
            _whole(
                "Un caractère n'est lisible ni en UTF-8 ni en Windows-1252 : enregistrez-le en « CSV UTF-8 ».",
                "A character can be read neither as UTF-8 nor as Windows-1252: save the file as “CSV UTF-8”.",
                line,
            )
        ) from undecodable


def _not_csv() -> LineFault:
    return _whole(
        "Ce n'est pas un fichier CSV : dans le tableur, enregistrez-le au format « CSV UTF-8 ».",
        "This is no CSV file: in the spreadsheet, save it as “CSV UTF-8”.",
    )


def _header_too_long() -> LineFault:
    return _whole(
        f"La première ligne est trop longue : elle nomme au plus {MOST_COLUMNS} colonnes. Vérifiez-en la fin.",
        f"The first line is too long: it names {MOST_COLUMNS} columns at most. Check where it ends.",
    )


def _lines(text: str) -> tuple[dict[CsvColumn, str], tuple[CsvRow, ...], tuple[LineFault, ...]]:
    records = _records(text)
    _, head = next(records, (1, []))
    if sum(map(len, head)) > LONGEST_HEADER:  # a quoted cell may hold many lines
        raise _Unreadable(_header_too_long())
    columns = _columns([cell.strip() for cell in head])
    rows: list[CsvRow] = []
    faults: list[LineFault] = []
    for line, cells in records:
        if len(cells) > len(head) and any(cell.strip() for cell in cells[len(head) :]):
            faults.append(_too_wide(line, len(cells), len(head)))
        elif any(cell.strip() for cell in cells):
            said = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
            rows.append(CsvRow(line=line, cells=said))
        if len(rows) + len(faults) > MOST_LINES:
            raise _Unreadable(
                _whole(
                    f"Le fichier compte plus de {MOST_LINES} lignes : partagez-le en plusieurs.",
                    f"The file has more than {MOST_LINES} lines: divide it.",
                    line,
                )
            )
    if not (rows or faults):
        fr = "Le fichier n'a que son en-tête : ajoutez une ligne par candidat."
        raise _Unreadable(_whole(fr, "The file has a header only: add a line for each candidate."))
    headed = {column: called.strip() for column, called in zip(columns, head, strict=True) if column}
    return headed, tuple(rows), tuple(faults)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a CSV text, each with the number of its first line."""
    end = re.search(r"[\r\n]", text[: LONGEST_HEADER + 1])
    if not end and len(text) > LONGEST_HEADER:
        raise _Unreadable(_header_too_long())
    first = text[: end.start()] if end else text
    if max(map(first.count, SEPARATORS)) >= MOST_COLUMNS:
        raise _Unreadable(_header_too_long())
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Unreadable(
                _whole(
                    "Un guillemet n'est pas fermé, ou suivi d'autre chose qu'un séparateur : corrigez cette ligne.",
                    "A quotation mark is not closed, or followed by something else than a separator: mend this line.",
                    line,
                )
            ) from error
        yield line, record
        line = reader.line_num + 1


def plain(text: str) -> str:
    """Without accents, capitals or signs, as people head columns."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(each if each.isalnum() else " " for each in decomposed if not unicodedata.combining(each))
    return " ".join(kept.split())


KNOWN: Final = {plain(name): column for column, names in HEADERS.items() for name in names}


def _columns(head: list[str]) -> list[CsvColumn | None]:
    """Return the meaning of each column of the header, without empty ones; raises with all errors of the header."""
    found = [KNOWN.get(plain(called)) for called in head]
    faults = [_unknown(called) for called, column in zip(head, found, strict=True) if called and not column]
    twice = {column for column in found if column and found.count(column) > 1}
    faults += [
        _whole(
            f"Deux colonnes disent la même chose ({CALLED[column][0]}) : n'en gardez qu'une.",
            f"Two columns say the same ({CALLED[column][1]}): keep one.",
            column=CALLED[column][0],
        )
        for column in sorted(twice)
    ]
    faults += [
        _whole(
            f"Il manque la colonne « {CALLED[column][0]} » : ajoutez-la à la première ligne.",
            f"The column “{CALLED[column][1]}” is missing: add it to the first line.",
            column=CALLED[column][0],
        )
        for column in NEEDED
        if column not in found
    ]
    if faults:
        raise _Unreadable(*faults)
    return found


def _unknown(called: str) -> LineFault:
    french, english = (", ".join(names[place] for names in CALLED.values()) for place in (0, 1))
    return _whole(
        f"Colonne inconnue : renommez-la ou retirez-la. Colonnes lues : {french}.",
        f"Unknown column: rename it or take it out. Columns that are read: {english}.",
        column=called,
    )


def _too_wide(line: int, cells: int, head: int) -> LineFault:
    return _whole(
        f"La ligne a {cells} cellules pour {head} colonnes : mettez entre guillemets ce qui contient un séparateur.",
        f"The line has {cells} cells for {head} columns: put what holds a separator between quotation marks.",
        line,
    )
