"""Where did a candidacy stand then, and by which facts?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg2.errors import InvalidSqlStatementName
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Database
from adapters.log.codec import decode, envelope, told_on
from adapters.vault import Place
from domain.candidacy.facts import CandidacyOpened
from domain.fact import RecordedFact, Stamp
from domain.refusal import NotFound
from domain.standing.standing import Fold, Standing
from projections.engine.case import OPENED, STANDING, as_uuid
from projections.engine.lean import lean
from projections.engine.published import Publications
from projections.engine.statements import statements
from projections.visible import until_visible

STANDING_READS = frozenset(fact.__name__ for fact in STANDING)


PREPARE = "prepare acquis_standing(uuid) as " + statements("reading")["standing"].replace("%(candidacy)s", "$1")
ASK = "execute acquis_standing(%s)"


@dataclass(frozen=True, kw_only=True)
class DossierFact(RecordedFact):
    """A fact of a dossier, with the place at which the vault opens its personal fields."""

    place: Place

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> DossierFact:
        """Make it of a row: position, stream, version, type, body, append_id, n, recorded_at."""
        position, stream, version, type_name, body, append_id, n, at = row
        head = envelope(body)
        return cls(
            fact=decode(type_name, body),
            stamp=Stamp(
                stream=stream,
                version=version,
                position=position,
                by=head.by,
                role=head.role,
                on=head.on,
                at=at,
                append_id=append_id,
                n=n,
            ),
            place=Place(append_id, n, stream, type_name, version, ""),
        )


@dataclass(frozen=True, kw_only=True)
class When:
    """Of when one asks: the day commands ran (`on`), a position, an instant of recording; now by default."""

    as_of: date | None = None
    as_position: int | None = None
    as_recorded: datetime | None = None

    def knew(self, stamp: Stamp) -> bool:
        """Whether what bears this stamp was there by then."""
        return (
            (self.as_position is None or stamp.position <= self.as_position)
            and (self.as_of is None or stamp.on <= self.as_of)
            and (self.as_recorded is None or stamp.at <= self.as_recorded)
        )

    def statement(self, name: str) -> str:
        """The statement with the conditions on what was linked by then; on which day each was told, its body says."""
        linked = ""
        if self.as_position is not None:
            linked += " and d.since <= %(as_position)s"
        if self.as_of is not None:
            linked += f" {statements('reading')['linked_as_of']}"
        if self.as_recorded is not None:
            linked += f" {statements('reading')['as_recorded']}"
        return statements("reading")[name].replace("/* linked */", linked)

    def given(self, candidacy: UUID) -> dict[str, object]:
        """The statement's parameters."""
        return {
            "candidacy": candidacy,
            "as_of": self.as_of,
            "as_position": self.as_position,
            "as_recorded": self.as_recorded,
        }


NOW = When()


def dossier_facts(
    database: Database,
    candidacy: UUID,
    *,
    as_of: date | None = None,
    as_position: int | None = None,
    as_recorded: datetime | None = None,
    when: When | None = None,
) -> list[DossierFact]:
    """The facts of a candidacy's dossier in order of position, all of them or as of a day, position or instant.

    Raises NoSuchPosition, and NotYetVisible where projections have not come to the position: told too early, the same
    question would have another answer later.
    """
    when = when or When(as_of=as_of, as_position=as_position, as_recorded=as_recorded)
    if when.as_position is not None:
        until_visible(database, when.as_position)
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(when.statement("facts"), when.given(candidacy))
        facts = [DossierFact.of(row) for row in cursor.fetchall()]
    return facts if when.as_of is None else [told for told in facts if told.stamp.on <= when.as_of]


class Standings:
    """Standings folded from the log when asked for; published frameworks and rulebooks are read once."""

    def __init__(self, database: Database) -> None:
        """Read through this database."""
        self._database = database
        self._published = Publications()

    def of(
        self,
        candidacy: UUID,
        *,
        provisional: bool,
        as_of: date | None = None,
        as_position: int | None = None,
        as_recorded: datetime | None = None,
    ) -> Standing:
        """Where the candidacy stood; without `provisional`, as those see it to whom nothing is shown before release.

        Raises NotFound when it was not opened then.
        """
        when = When(as_of=as_of, as_position=as_position, as_recorded=as_recorded)
        return self.fold(candidacy, when).standing(provisional=provisional)

    def fold(self, candidacy: UUID, when: When) -> Fold:
        """The fold itself: for the questions why, why not and what if."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            rows = _rows(cursor, candidacy, when)
            opened = next((lean(type_name, body) for *_, type_name, body in rows if type_name == OPENED), None)
            if not isinstance(opened, CandidacyOpened):
                raise NotFound(candidacy)
            self._published.cursor = cursor
            folded = Fold(self._published.definition(opened.framework), self._published.rules(opened.rulebook))
        read, reads = folded.read, STANDING_READS
        for position, stream, type_name, body in rows:
            if type_name in reads:
                read(lean(type_name, body), as_uuid(stream), position)
        return folded


def _rows(cursor: Cursor, candidacy: UUID, when: When) -> list[tuple[Any, ...]]:
    """The facts of a dossier; as they are now, by a statement that each connection prepares when it is first asked.

    Not sooner: connections may be older than the tables.
    """
    if when != NOW:
        cursor.execute(when.statement("standing"), when.given(candidacy))
        rows = cursor.fetchall()
        return rows if when.as_of is None else [row for row in rows if told_on(row[3]) <= when.as_of]
    try:
        cursor.execute(ASK, (candidacy,))
    except InvalidSqlStatementName:
        cursor.execute(PREPARE)
        cursor.execute(ASK, (candidacy,))
    return cursor.fetchall()
