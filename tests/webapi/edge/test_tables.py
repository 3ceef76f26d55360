"""Tests of CSV output: cells read back unchanged, and no cell is a spreadsheet formula."""

from __future__ import annotations

import csv
import io

from webapi.edge.tables import in_csv

WORDS = ("Salle B\u2028= 2 + 2", "a\x0bb", "a\x85b", "a\nb", "a\r\nb", 'a "b", c', "")


def test_csv_cell_reads_back_unchanged_whatever_it_contains() -> None:
    rows = [{"place": word, "many": str(at)} for at, word in enumerate(WORDS)]
    whole = "".join(f"{line}\n" for line in in_csv(rows))
    assert list(csv.DictReader(io.StringIO(whole, newline=""))) == rows
    assert list(in_csv([])) == []


def test_csv_cell_that_begins_like_a_formula_gets_an_apostrophe() -> None:
    rows = [{"place": word} for word in ("=1+1", "+1", "-1", "@A1", "\tA", "\rA")]
    whole = "\n".join(in_csv(rows))
    assert [each["place"] for each in csv.DictReader(io.StringIO(whole, newline=""))] == [
        f"'{row['place']}" for row in rows
    ]


def test_csv_has_no_formula_cell_under_any_separator() -> None:
    names = (";=cmd|' /C calc'!A0", "a,+1", "a\t@x", 'a;"=1', "a; =1", "a\n=1", ",-1", "Jean-Paul; Anne")
    whole = "\n".join(in_csv([{"line": "1", "candidate": name, "done": "oui"} for name in names]))
    for separator in ";,\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for row in csv.reader(whole.splitlines(), delimiter=separator, quoting=quoting):
                assert not [cell for cell in row if cell.strip('"').lstrip().startswith(("=", "+", "-", "@"))], row
    assert "Jean-Paul; Anne" in whole
