"""Is this text that a person wrote, and is it a table?

UTF-8, UTF-16 with its mark, or Windows-1252: in that last one French spreadsheets still save their tables.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import BinaryIO, Final

from adapters.files.inspection import formulas
from adapters.files.inspection.found import CSV, TEXT, Found
from adapters.files.inspection.polyglot import MARKUP
from adapters.files.inspection.refusals import TypeMismatch

CHUNK: Final = 64 * 1024
MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NOT_WRITTEN: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Control characters that stand in no text: all but tab, the ends of lines and of pages."""
BEGINS_NO_TEXT: Final = (*MARKUP, b"<?xml", b"<!--", b"#!", b"{\\rtf", b"%!ps", b"@echo", b"mime-version:")
ASCII_SHARE: Final = 0.7
"""How much of a text in Windows-1252 is ASCII, at least: French has an accent in about twenty letters."""
DELIMITERS: Final = ";\t,"
FEWEST_ROWS: Final = 2
MOST_ROWS: Final = 100
LONGEST_CELL: Final = 500
LONGEST_FORMULA: Final = 8192
"""That a spreadsheet computes."""


def check(file: BinaryIO) -> Found:
    """Refuse what is not text; tells a table (CSV) from any other by its rows."""
    file.seek(0)
    start = file.read(CHUNK)
    encoding, mark = _encoding(file, start)
    file.seek(mark)
    sample = _all_written(file, encoding)
    head = sample.lstrip().lower().encode("utf-8")[:64]
    if head.startswith(BEGINS_NO_TEXT) or b"%pdf-" in sample[:1024].lower().encode("utf-8"):
        raise TypeMismatch
    _inert(file, encoding, mark)
    return Found(media_type=CSV if _is_table(sample) else TEXT)


def _inert(file: BinaryIO, encoding: str, mark: int) -> None:
    """Refuse what acts in a spreadsheet, in any row: a text, too, is handed out as a table if it is called one."""
    file.seek(mark)
    decoder, before = codecs.getincrementaldecoder(encoding)(), ""
    while chunk := file.read(CHUNK):
        text = before + decoder.decode(chunk)
        formulas.inert_cells(text)
        before = text[-LONGEST_FORMULA:]


def _encoding(file: BinaryIO, start: bytes) -> tuple[str, int]:
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding, len(mark)
    if any(start.count(byte) for byte in (b"\0", b"\x1b")):
        raise TypeMismatch
    return ("utf-8", 0) if _decodes(file, "utf-8") else ("cp1252", 0)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _all_written(file: BinaryIO, encoding: str) -> str:
    """Read it all, character by character a text's; gives its beginning."""
    decoder = codecs.getincrementaldecoder(encoding)()
    sample, ascii_, total = "", 0, 0
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if NOT_WRITTEN.search(text):
                raise TypeMismatch
            sample = sample or text
            if encoding == "cp1252":
                ascii_ += len(text.encode("ascii", "ignore"))
                total += len(text)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise TypeMismatch from error
    if encoding == "cp1252" and ascii_ < ASCII_SHARE * total:
        raise TypeMismatch
    return sample


def _is_table(sample: str) -> bool:
    """Whether it has rows of as many cells each, at least two of both."""
    lines = sample[: sample.rfind("\n") + 1] or sample
    return any(_has_columns(lines, delimiter) for delimiter in DELIMITERS)


def _has_columns(lines: str, delimiter: str) -> bool:
    try:
        rows = []
        for row in csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter):
            rows += [row] if row else []
            if len(rows) == MOST_ROWS:
                break
    except csv.Error:
        return False
    widths = {len(row) for row in rows}
    if len(rows) < FEWEST_ROWS or len(widths) != 1 or widths == {1}:
        return False
    cells = [cell for row in rows for cell in row]
    prose = sum(cell.startswith(" ") for cell in cells)  # what follows a comma in a sentence
    return max(map(len, cells)) <= LONGEST_CELL and prose < len(rows)
