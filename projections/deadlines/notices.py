"""Table of notices of juries' decisions to candidates: when and how they were given, and whether in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.deadlines.facts import ResultNotified
from domain.deadlines.notice import Notice
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Notified:
    """The last notice of one jury's decision on one candidacy; `notified_at` is the key for paging.

    `due_on` is the last day that the law allows, None if no text sets one. `late`: the notice was given after it.
    """

    notice: UUID
    notified_at: int
    session: UUID
    candidacy: UUID
    notified_on: date
    channel: str
    due_on: date | None
    late: bool
    rectification: int
    positions: tuple[int, ...]


def rows(notice: Notice, facts: Facts) -> Iterator[Row]:
    """Yield one row if the decision was notified."""
    told = notice.told
    if isinstance(told, ResultNotified):
        yield (
            notice.id,
            facts[0][1],
            told.session,
            told.candidacy,
            told.notified_on,
            told.channel,
            told.due_on,
            told.due_on is not None and told.notified_on > told.due_on,
            told.rectification,
            tuple(position for _, position in facts),
        )


NOTICES = PerStream("notices", Notice, rows)


def notices(database: Database, session: UUID, *, after: int = 0, limit: int = 50) -> list[Notified]:
    """Return a page of the notices of one session, in the order in which they were recorded."""
    return ask(database, "notices", {"session": session, "after": after, "limit": limit}, Notified)
