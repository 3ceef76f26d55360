"""The witness on another host: it reads the whole log again and compares it with its own older notes.

Somebody who administers the database and can write to the checkpoint folder may rewrite both, and have the result
signed. They cannot write to this host, so that the root noted here differs from that of the rewritten log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from adapters.database.pool import Database
from adapters.log.check import BATCH, check
from adapters.log.checkpoint import origin_of, place
from adapters.log.doubt import LogFinding, finding
from adapters.log.tree import Tree
from adapters.log.watch import Passage, read_on

WITNESSED: Final = "select log.witnessed(%s)"
SEEN: Final = "select extract(epoch from clock_timestamp() - seen_at)::float from log.witness"
NAME: Final = "{size:012}.json"
LISTED: Final = "[0-9]" * 12 + ".json"


@dataclass(frozen=True)
class Witnessed:
    """Result of a witness's reading: the number of facts, and the findings."""

    facts: int
    findings: tuple[LogFinding, ...]


def witness(database: Database, folder: Path) -> Witnessed:
    """Read the whole log as acquis_auditor; if it is sound, store a note of it in `folder`, next to the older ones.

    In either case it notes in the database that the witness has read the log.
    """
    noted = {int(path.stem): json.loads(path.read_bytes()) for path in sorted(folder.glob(LISTED))}
    origin = origin_of(Tree(database))
    verdict = check(database)
    found = [
        *verdict.findings,
        *(finding("fact-unlawful", f"position {each}") for each in verdict.unreadable),
        *(finding("fact-unlawful", f"position {each.position}") for each in verdict.unlawful),
    ]
    found += [finding("note-differs", f"note {size}", origin) for size in noted if noted[size]["origin"] != origin]
    passage = Passage()
    for size in [*noted, None]:
        passage = _read_to(database, passage, size)
        if size is None:
            break
        if passage.size < size:
            found.append(finding("log-shorter", f"note {size}", passage.size))
            break
        if passage.peaks.root().hex() != noted[size]["root"]:
            found.append(finding("note-differs", f"note {size}", passage.peaks.root()))
    if not found and passage.size and passage.size not in noted:
        said = {"origin": origin, "root": passage.peaks.root().hex(), "at": datetime.now(UTC).isoformat()}
        place(folder / NAME.format(size=passage.size), json.dumps(said).encode(), 0o600)
    with database.transaction() as cursor:
        cursor.execute("set transaction read write")  # this login's transactions are read-only by default
        cursor.execute(WITNESSED, (passage.size,))
    return Witnessed(passage.size, tuple(dict.fromkeys(found)))


def silent_for(database: Database) -> float | None:
    """Return the number of seconds since the witness last read the log; None if it never did."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SEEN)
        found = cursor.fetchall()
    return found[0][0] if found else None


def _read_to(database: Database, passage: Passage, size: int | None) -> Passage:
    """Read on to `size` leaves, or to the end; findings are ignored, since `check` reports them."""
    while size is None or passage.size < size:
        most = BATCH if size is None else min(BATCH, size - passage.size)
        after, _ = read_on(database, passage, most)
        if after.size == passage.size:
            break
        passage = after
    return passage
