"""Does a table that leaves as CSV read back as it was, whatever somebody wrote in a cell?"""

from __future__ import annotations

import csv
import io

from webapi.edge.tables import in_csv

WORDS = ("Salle B\u2028= 2 + 2", "a\x0bb", "a\x85b", "a\nb", "a\r\nb", 'a "b", c', "")


def test_a_cell_is_one_cell_whatever_it_holds() -> None:
    rows = [{"place": word, "many": str(at)} for at, word in enumerate(WORDS)]
    whole = "".join(f"{line}\n" for line in in_csv(rows))
    assert list(csv.DictReader(io.StringIO(whole, newline=""))) == rows
    assert list(in_csv([])) == []


def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe() -> None:
    rows = [{"place": word} for word in ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1")]
    whole = "\n".join(in_csv(rows))
    assert [each["place"] for each in csv.DictReader(io.StringIO(whole, newline=""))] == [
        f"'{row['place']}" for row in rows
    ]
