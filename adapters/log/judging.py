"""Judge of new facts: runs the rules again over each sealed fact, as `check-log` does.

Somebody who appends with the web's login can record facts that bypass the rules. A fact that the rules refuse becomes
a finding at most one step of the watch later, once all earlier facts were read. This process keeps the state in
memory.
"""

from __future__ import annotations

from typing import Final

from adapters.database.pool import Database
from adapters.log.check import FactReader, earlier_rules
from adapters.log.doubt import LogFinding, finding
from adapters.log.line import COLUMNS
from domain.replay.judge import Replay, Unlawful

BATCH: Final = 1000
"""The greatest number of facts per step."""
UPTO: Final = """
select coalesce(
 (select min(e.position) - 1 from log.fact e
   where e.position > %(after)s and e.position <= h.sealed
     and e.append_id in (select append_id from log.fact where position > h.sealed)), h.sealed) from log.head h
"""
"""The position up to which every append is sealed completely."""
FACTS: Final = f"""
select {COLUMNS} from log.fact e where e.position > %(after)s and e.position <= %(upto)s
 order by e.position limit %(most)s
"""  # noqa: S608  (constants only)
LASTS: Final = """
select append_id, max(n) from log.fact where n > 0 and append_id = any (%s::uuid[]) group by append_id
"""


class Judging:
    """Judge of a log from its first fact on, a batch at a time."""

    def __init__(self, database: Database) -> None:
        """Read as acquis_projector; start with the first fact."""
        self._database = database
        self._replay: Replay | None = None
        self._position = 0
        self.behind = True
        """True if some sealed facts are not judged yet."""

    def step(self) -> list[LogFinding]:
        """Judge the next batch, and return a finding for each fact that the rules refuse."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            if self._replay is None:
                self._replay = Replay(earlier_rules=earlier_rules(connection))
            cursor.execute(UPTO, {"after": self._position})
            ((upto,),) = cursor.fetchall()
            cursor.execute(FACTS, {"after": self._position, "upto": upto, "most": BATCH})
            rows = cursor.fetchall()
            cursor.execute(LASTS, ([str(row[5]) for row in rows],))
            lasts = dict(cursor.fetchall())
        judged = list(self._replay.judge(FactReader().read(rows), lasts))
        self._position = rows[-1][0] if rows else self._position
        self.behind = len(rows) == BATCH
        return [
            finding("fact-unlawful", f"position {each.position}", each.rule)
            for each in judged
            if isinstance(each, Unlawful)
        ]
