"""The witness on another host: it reads the whole log again, and holds it against an older note of its own.

Who administers the database and writes the checkpoint folder may rewrite both, and have the result signed. They do
not write this host: the root that was noted here is not that of the log which they made.
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
from adapters.log.doubt import Finding, finding
from adapters.log.tree import Tree
from adapters.log.watch import Passage, read_on

WITNESSED: Final = "select log.witnessed(%s)"
SEEN: Final = "select extract(epoch from clock_timestamp() - seen_at)::float from log.witness"
NAME: Final = "{size:012}.json"
LISTED: Final = "[0-9]" * 12 + ".json"


@dataclass(frozen=True)
class Witnessed:
    """How many facts were read, and what is not as it was, or is not what the rules give."""

    facts: int
    findings: tuple[Finding, ...]


def witness(database: Database, folder: Path) -> Witnessed:
    """Read the log whole as acquis_auditor, and keep a note of it in `folder`, beside the older ones, if it is sound.

    Tells the database that the witness was there, also where something was found.
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
        cursor.execute("set transaction read write")  # its login reads, and says this
        cursor.execute(WITNESSED, (passage.size,))
    return Witnessed(passage.size, tuple(dict.fromkeys(found)))


def silent_for(database: Database) -> float | None:
    """Return since how many seconds the witness has not been there; None where none ever was."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(SEEN)
        found = cursor.fetchall()
    return found[0][0] if found else None


def _read_to(database: Database, passage: Passage, size: int | None) -> Passage:
    """Read on to so many leaves, or to the end; `check` says what is wrong with the lines."""
    while size is None or passage.size < size:
        most = BATCH if size is None else min(BATCH, size - passage.size)
        after, _ = read_on(database, passage, most)
        if after.size == passage.size:
            break
        passage = after
    return passage
