"""Dossiers and standings of candidacies, now or as of an earlier moment, read from the log.

A process caches the decoded facts of a dossier, and queries only newer ones the next time. The cache is never stale,
since facts are never rewritten. It reveals nothing more than the log: personal fields stay sealed in it, and cannot
be decrypted once their key is destroyed.
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
from adapters.keys.vault import FieldPlace
from adapters.log.codec import decode, envelope
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
"""Estimated bytes that the cached facts of a process may take: some 50 dossiers of 200 facts."""
EACH, FOLD = 700, 2
"""Estimated size of a decoded fact: `EACH` bytes, plus `FOLD` times the length of its body."""
MOST_ASKED: Final = 4
"""The number of answers cached with a dossier's facts: for a few readers, for a few days."""
T = TypeVar("T")
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierFact(RecordedFact):
    """A fact of a dossier, with its personal fields sealed."""

    @classmethod
    def of(cls, row: Row) -> DossierFact:
        """Return the fact of a row: position, stream, version, type, body, append_id, n, recorded_at."""
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
    def place(self) -> FieldPlace:
        """The place of its personal fields, which the vault needs to decrypt them."""
        stamp = self.stamp
        return FieldPlace(stamp.append_id, stamp.n, stamp.stream, type(self.fact).__name__, stamp.version, "")


@dataclass(frozen=True, kw_only=True)
class When:
    """The moment that a query is about; now by default.

    `as_of` is a day in the facts' `on`, `as_position` a log position, `as_recorded` an instant of recording.
    """

    as_of: date | None = None
    as_position: int | None = None
    as_recorded: datetime | None = None

    def knew(self, stamp: Stamp) -> bool:
        """Return whether the fact with this stamp was recorded by that moment."""
        return (
            (self.as_position is None or stamp.position <= self.as_position)
            and (self.as_of is None or stamp.on <= self.as_of)
            and (self.as_recorded is None or stamp.at <= self.as_recorded)
        )


NOW = When()


@dataclass(frozen=True, eq=False)
class Dossier:
    """The facts of a candidacy's dossier in order of position; immutable: a new fact makes a new `Dossier`.

    `links`: for each fact, the position of the fact that made it part of the dossier, itself or a later listing.
    `last`: the facts that the newest link added; `before`: the number of older rows. Both serve to detect a log that
    was restored to an earlier state and then continued differently.
    """

    facts: Sequence[DossierFact] = ()
    links: dict[int, int] = field(default_factory=dict)
    newest: int = 0
    last: frozenset[tuple[int, str, datetime]] = frozenset()
    before: int = 0
    weight: int = 0
    _answers: dict[Hashable, Any] = field(default_factory=dict)

    def followed_by(self, rows: Sequence[Row]) -> Dossier | None:
        """Return this dossier with the log's facts since its newest link; None if the log differs up to that link.

        A row holds the link, the number of rows older than the newest link, then the row of `DossierFact.of`.
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
        """Return the facts as of a day, a position or an instant.

        As of a day: the facts dated by that day whose link is dated by that day. As of an instant: the facts before
        the first one with a later `recorded_at` (which the hash leaves cover), even if the clock went back and a
        following fact has an earlier time.
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
        """Return the cached answer for the key `asked`, computed by `answer` at first use.

        The answer must depend only on these facts and the key, and hold no personal data in clear.
        """
        found = self._answers.get(asked, self)
        if found is self:
            found = answer()
            if len(self._answers) >= MOST_ASKED:
                self._answers.clear()
            self._answers[asked] = found
        return cast("T", found)


class _Ids(dict[str, UUID]):
    """UUIDs by their text, each parsed once: a stream's id is repeated in each of its facts."""

    def __missing__(self, text: str) -> UUID:
        self[text] = as_uuid(text)
        return self[text]


def _recorded(rows: Iterable[Row], link: int) -> frozenset[tuple[int, str, datetime]]:
    """Return the facts that a link added: position, append and instant; a restored log may reuse a position."""
    return frozenset((row[2], row[7], row[9]) for row in rows if row[0] == link)


def _later(stamp: Stamp, instant: datetime | None) -> bool:
    return instant is not None and stamp.at > instant


def _position(told: DossierFact) -> int:
    return told.stamp.position


NOTHING: Final = Dossier()


class Dossiers:
    """The dossiers of a log, as committed at each request; those requested last are cached (ADR 61)."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        """Read through this database; keep facts of so many bytes."""
        self._database = database
        self._most = most
        self._kept: dict[UUID, Dossier] = {}
        self._weight = 0
        self._keeping = Lock()

    def kept(self, candidacy: UUID) -> Dossier:
        """Return the cached dossier, as of its last request; a dossier without facts if it is not cached."""
        return self._kept.get(candidacy, NOTHING)

    def of(self, candidacy: UUID) -> Dossier:
        """Return the dossier of a candidacy; a dossier without facts if the candidacy does not exist."""
        kept = self.kept(candidacy)
        found = kept.followed_by(self._asked(candidacy, kept.newest))
        if found is None:  # the log was restored to an earlier state
            found = NOTHING.followed_by(self._asked(candidacy, NOTHING.newest)) or NOTHING
        self._keep(candidacy, found)
        return found

    def _asked(self, candidacy: UUID, newest: int) -> list[Row]:
        """Return the rows from `newest` on, by a statement that each connection prepares at its first use.

        It is not prepared earlier: a connection may be older than the tables.
        """
        with self._database.connection() as connection, connection.cursor() as cursor:
            try:
                cursor.execute(ASK, (candidacy, newest))
            except InvalidSqlStatementName:
                cursor.execute(PREPARE)
                cursor.execute(ASK, (candidacy, newest))
            return cursor.fetchall()

    def _keep(self, candidacy: UUID, dossier: Dossier) -> None:
        """Cache a dossier as the most recently used one; the least recently used ones are evicted."""
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
    """Return the facts of a candidacy's dossier by position, all of them or as of a day, position or instant.

    Raises NoSuchPosition. Raises NotYetVisible if the projections have not reached the position: a later answer to
    the same query would differ.
    """
    when = when or When(as_of=as_of, as_position=as_position, as_recorded=as_recorded)
    if when.as_position is not None:
        until_visible(database, when.as_position)
    return Dossiers(database).of(candidacy).then(when)


class Standings:
    """Standings folded from the log at each request; published frameworks and rulebooks are read once."""

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
        """Return the standing of the candidacy; without `provisional`, only from released results.

        Raises NotFound if the candidacy was not open by then.
        """
        when = When(as_of=as_of, as_position=as_position, as_recorded=as_recorded)
        return self.fold(candidacy, when).standing(provisional=provisional)

    def fold(self, candidacy: UUID, when: When) -> Fold:
        """Return the fold itself: for explanations (why, why not) and what-if questions; raises NotFound."""
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
