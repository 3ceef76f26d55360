"""Where did a candidacy stand then, and by which facts?

A fact is decoded once: what a process has read of a dossier it keeps, and asks next time only for what came after.
Nothing that is kept can have changed, since facts are never rewritten; and nothing of it can be read that the log
does not hold: personal fields stay sealed, and open no more once their key is destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from psycopg2.errors import InvalidSqlStatementName

from adapters.database.pool import Database
from adapters.log.codec import decode, envelope
from adapters.vault import Place
from domain.candidacy.facts import CandidacyOpened
from domain.fact import RecordedFact, Stamp
from domain.refusal import NotFound
from domain.standing.standing import Fold, Standing
from projections.engine.case import as_uuid
from projections.engine.published import Publications
from projections.engine.statements import statements
from projections.visible import until_visible

PREPARE: Final = "prepare acquis_dossier(uuid, bigint) as " + statements("reading")["dossier"].replace(
    "%(candidacy)s", "$1"
).replace("%(since)s", "$2")
ASK: Final = "execute acquis_dossier(%s, %s)"
MOST_KEPT: Final = 16_000_000
"""Bytes that decoded facts may take in a process, as reckoned: some 50 dossiers of 200 facts."""
EACH, FOLD = 700, 2
"""What a decoded fact takes: so many bytes, and so many times its body."""
MOST_ASKED: Final = 4
"""How many answers are kept with a dossier's facts: of a few readers, of a few days."""
T = TypeVar("T")
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierFact(RecordedFact):
    """A fact of a dossier, its personal fields as they are sealed."""

    @classmethod
    def of(cls, row: Row) -> DossierFact:
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
        )

    @property
    def place(self) -> Place:
        """Where the vault opens its personal fields."""
        stamp = self.stamp
        return Place(stamp.append_id, stamp.n, stamp.stream, type(self.fact).__name__, stamp.version, "")


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


NOW = When()


@dataclass(frozen=True, eq=False)
class Dossier:
    """The facts of a candidacy's dossier in order of position; one fact more makes another dossier.

    `links`: for each fact, the one that made it belong here, itself or a later listing. `last`: what the newest link
    brought, as it was recorded, and `before` how many links were older: by both a log put back to an earlier state,
    which went on otherwise, is told from this one.
    """

    facts: Sequence[DossierFact] = ()
    links: dict[int, int] = field(default_factory=dict)
    newest: int = 0
    last: frozenset[tuple[int, str, datetime]] = frozenset()
    before: int = 0
    weight: int = 0
    _answers: dict[Hashable, Any] = field(default_factory=dict)

    def followed_by(self, rows: Sequence[Row]) -> Dossier | None:
        """This dossier with what the log says since its newest link; None where the log says otherwise up to there.

        A row: the link, how many are older than the newest, then the fact as `DossierFact.of` reads it.
        """
        if self.last != _recorded(rows, self.newest) or any(before != self.before for _, before, *_ in rows[:1]):
            return None
        added = [row for row in rows if row[0] > self.newest]
        if not added:
            return self
        links, ids = dict(self.links), _Ids()
        found: list[DossierFact] = []
        weight = self.weight
        for link, _, position, stream, version, type_name, body, append_id, n, at in added:
            if position not in links:
                links[position] = link
                row = (position, ids[stream], version, type_name, body, ids[append_id], n, at)
                found.append(DossierFact.of(row))
                weight += EACH + FOLD * len(body)
        newest = added[-1][0]
        facts = [*self.facts, *found]
        facts.sort(key=_position)
        older = sum(row[0] < newest for row in added)
        before = self.before + len(self.last) + older
        return Dossier(facts, links, newest, _recorded(added, newest), before, weight)

    def then(self, when: When) -> Sequence[DossierFact]:
        """Its facts as of a day, a position or an instant.

        Of a day: told by then, and linked by what was told by then. By `recorded_at`, which the leaves cover, made
        monotonic here: the dossier ends before its first fact that was recorded later, though one after it was dated
        earlier by a clock that went back.
        """
        if when == NOW:
            return self.facts
        ends = min((told.stamp.position for told in self.facts if _later(told.stamp, when.as_recorded)), default=None)
        later = set(self.links.values()) if when.as_of else ()
        days = {told.stamp.position: told.stamp.on for told in self.facts if told.stamp.position in later}
        return [told for told in self.facts if self._knew(told.stamp, when, ends, days)]

    def _knew(self, stamp: Stamp, when: When, ends: int | None, days: dict[int, date]) -> bool:
        link = self.links[stamp.position]
        return (
            (ends is None or link < ends)
            and (when.as_position is None or link <= when.as_position)
            and (when.as_of is None or (stamp.on <= when.as_of and days[link] <= when.as_of))
        )

    def once(self, asked: Hashable, answer: Callable[[], T]) -> T:
        """What follows from these facts and from what was `asked`, answered once; nothing of anybody in clear."""
        found = self._answers.get(asked, self)
        if found is self:
            found = answer()
            if len(self._answers) >= MOST_ASKED:
                self._answers.clear()
            self._answers[asked] = found
        return cast("T", found)


class _Ids(dict[str, UUID]):
    """Each id made once of its text: a stream's comes back with each of its facts."""

    def __missing__(self, text: str) -> UUID:
        self[text] = as_uuid(text)
        return self[text]


def _recorded(rows: Iterable[Row], link: int) -> frozenset[tuple[int, str, datetime]]:
    """What a link brought: which facts, and of which append and instant, since a position may be given again."""
    return frozenset((row[2], row[7], row[9]) for row in rows if row[0] == link)


def _later(stamp: Stamp, instant: datetime | None) -> bool:
    return instant is not None and stamp.at > instant


def _position(told: DossierFact) -> int:
    return told.stamp.position


NOTHING: Final = Dossier()


class Dossiers:
    """The dossiers of a log, as committed each time they are asked for; those asked for last are kept (ADR 61)."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        """Read through this database; keep facts of so many bytes."""
        self._database = database
        self._most = most
        self._kept: dict[UUID, Dossier] = {}
        self._weight = 0
        self._keeping = Lock()

    def kept(self, candidacy: UUID) -> Dossier:
        """The dossier as it was when it was last asked for, where it is kept; else without facts."""
        return self._kept.get(candidacy, NOTHING)

    def of(self, candidacy: UUID) -> Dossier:
        """The dossier of a candidacy, without facts where there is none."""
        kept = self.kept(candidacy)
        found = kept.followed_by(self._asked(candidacy, kept.newest))
        if found is None:  # the log was put back to an earlier state
            found = NOTHING.followed_by(self._asked(candidacy, NOTHING.newest)) or NOTHING
        self._keep(candidacy, found)
        return found

    def _asked(self, candidacy: UUID, newest: int) -> list[Row]:
        """By a statement that each connection prepares when it is first asked: it may be older than the tables."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            try:
                cursor.execute(ASK, (candidacy, newest))
            except InvalidSqlStatementName:
                cursor.execute(PREPARE)
                cursor.execute(ASK, (candidacy, newest))
            return cursor.fetchall()

    def _keep(self, candidacy: UUID, dossier: Dossier) -> None:
        """Keep it as the one asked for last; those asked for longest ago give way."""
        with self._keeping:
            self._weight -= self._kept.pop(candidacy, NOTHING).weight
            if not dossier.facts or dossier.weight > self._most:
                return
            self._kept[candidacy] = dossier
            self._weight += dossier.weight
            while self._weight > self._most:
                self._weight -= self._kept.pop(next(iter(self._kept))).weight


def dossier_facts(
    database: Database,
    candidacy: UUID,
    *,
    as_of: date | None = None,
    as_position: int | None = None,
    as_recorded: datetime | None = None,
    when: When | None = None,
) -> Sequence[DossierFact]:
    """The facts of a candidacy's dossier in order of position, all of them or as of a day, position or instant.

    Raises NoSuchPosition, and NotYetVisible where projections have not come to the position: told too early, the same
    question would have another answer later.
    """
    when = when or When(as_of=as_of, as_position=as_position, as_recorded=as_recorded)
    if when.as_position is not None:
        until_visible(database, when.as_position)
    return Dossiers(database).of(candidacy).then(when)


class Standings:
    """Standings folded from the log when asked for; published frameworks and rulebooks are read once."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        """Read through this database; keep facts of so many bytes."""
        self._database = database
        self._dossiers = Dossiers(database, most)
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
        facts = self._dossiers.of(candidacy).then(when)
        opened = next((told.fact for told in facts if isinstance(told.fact, CandidacyOpened)), None)
        if opened is None:
            raise NotFound(candidacy)
        folded = self._begun(opened)
        read = folded.read
        for told in facts:
            read(told.fact, told.stamp.stream, told.stamp.position)
        return folded

    def _begun(self, opened: CandidacyOpened) -> Fold:
        with self._database.connection() as connection, connection.cursor() as cursor:
            self._published.cursor = cursor
            return Fold(self._published.definition(opened.framework), self._published.rules(opened.rulebook))
