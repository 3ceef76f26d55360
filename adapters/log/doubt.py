"""Doubts about the log's integrity, and the acceptances that close them.

A doubt is a row of `log.doubt`; while a doubt is open, the database refuses every append except acceptances
(migration 0018). An acceptance is a fact (DoubtAccepted) that takes effect once it is confirmed under the projector's
login: by a second person, or by the projector once two administrators have each recorded one. The web's login alone
cannot close a doubt about facts that it recorded: only a second person confirms those. The table caches the state,
and `settle` updates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from typing import Any, Final, cast

import msgspec

from adapters.database.pool import Database
from adapters.log.codec import UNREADABLE, decode, envelope
from domain.organisation.facts import DoubtAccepted
from domain.organisation.organisation import Organisation
from domain.people.facts import PersonFact
from domain.people.person import Person
from domain.ports import PersonId, Role
from domain.refusal import Refused, Violation

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "line-changed": ("Le fait n'est plus celui qui a été scellé", "The fact is not the one that was sealed"),
    "fact-missing": ("Un fait scellé manque", "A sealed fact is missing"),
    "fact-twice": ("Deux faits se tiennent à la même position", "Two facts stand at one position"),
    "fact-unlawful": (
        "Les règles refusent un fait qui fut consigné sans qu'on les interroge",
        "The rules refuse a fact that was recorded without asking them",
    ),
    "fact-without-leaf": ("Un fait n'a pas de feuille", "A fact has no leaf"),
    "leaf-missing": ("Une feuille manque", "A leaf is missing"),
    "leaf-moved": ("Une feuille n'est pas à sa place", "A leaf is not in its place"),
    "leaf-time": ("L'heure d'une feuille n'est pas celle du fait", "The time of a leaf is not its fact's"),
    "node-changed": (
        "Un nœud n'est pas celui de ses feuilles",
        "A node is not that of its leaves",
    ),
    "log-shorter": ("Le journal est plus court qu'il ne l'était", "The log is shorter than it was"),
    "note-differs": ("Une note signée ne couvre pas ce journal", "A signed note does not cover this log"),
    "note-unsigned": ("Une note ne porte pas de signature valable", "A note bears no valid signature"),
    "note-unreadable": ("Une note est illisible", "A note cannot be read"),
    "note-changed": ("Une note n'est plus celle qui a été signée", "A note is not the one that was signed"),
    "note-missing": ("Une note signée a disparu de son dossier", "A signed note is gone from its folder"),
    "ghost-fact": (
        "Un fait se tient à une position que rien n'a donnée",
        "A fact stands at a position that nothing has given",
    ),
    "guard-missing": (
        "Une protection de la base manque ou a changé",
        "A guard of the database is missing or changed",
    ),
    "grant-added": ("Un droit a été ajouté dans la base", "A right was added in the database"),
    "object-added": (
        "La base contient ce qu'aucune migration n'y a mis, ou un réglage de trop",
        "The database holds what no migration made, or a setting too many",
    ),
}
"""The sentence of each finding, in French and in English."""


MOST: Final = 1000
"""The greatest number of findings open at once: once they are accepted, the next round finds the others."""
ADD: Final = """
insert into log.doubt (slug, place, digest) select %(slug)s, %(place)s, %(digest)s
 where (select count(*) from log.doubt where accepted is null) < %(most)s on conflict do nothing
"""
OPEN: Final = "select slug, place, digest from log.doubt where accepted is null order by found_at, slug, place"
ANY: Final = "select exists (select from log.doubt)"
ACCEPTED: Final = """
select position, type, body from log.fact
 where stream = %s and type = 'DoubtAccepted' order by position
"""
CONFIRMED: Final = "select position, slug, place, digest from log.confirmation"
OPEN_BEFORE: Final = """
select d.slug, d.place, d.digest from log.doubt d join log.fact f on f.position = %s
 where d.accepted is null and d.found_at < f.recorded_at
"""
CONFIRM: Final = (
    "insert into log.confirmation (position, slug, place, digest) values (%s, %s, %s, %s) on conflict do nothing"
)
FACTS_OF_PERSON: Final = "select type, body from log.fact where stream = %s and position < %s order by version"
BY_THE_WEB: Final = frozenset({"fact-unlawful"})
"""Findings that the web's login can cause. It could forge acceptances too, so two of them do not confirm these."""
INDEXES: Final = "select position, index from log.leaf where position = any(%s)"
SETTLE: Final = """
update log.doubt d set accepted = a.position
  from unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) a(slug, place, digest, position)
 where (d.slug, d.place, d.digest) = (a.slug, a.place, a.digest) and d.accepted is distinct from a.position
"""
REOPEN: Final = """
update log.doubt d set accepted = null where accepted is not null and not exists (
 select from unnest(%s::text[], %s::text[], %s::text[]) a(slug, place, digest)
  where (d.slug, d.place, d.digest) = (a.slug, a.place, a.digest))
"""


class LogDoubted(Refused):
    """The log is in doubt: one may read, but nothing is recorded until the operator has looked into it."""

    fr = "Le journal est mis en doute : on peut lire, mais rien n'est enregistré avant examen par l'exploitant."
    kind = "busy"


@dataclass(frozen=True, order=True)
class LogFinding:
    """A difference from the recorded log: its kind (a slug), its place, and a digest of the value found there.

    Places: `position 12`, `leaf 3`, `node 4/0` (level/index), `note 17` (size), or the name of an object.
    """

    slug: str
    place: str
    digest: str

    def sentence(self, language: str) -> str:
        """Return the finding's sentence with its place, in "fr" or "en"."""
        french, english = SENTENCES[self.slug]
        return f"{french if language == 'fr' else english} ({self.place})"


def finding(slug: str, place: str, *stands: object) -> LogFinding:
    """Return a finding with a digest of the values found there."""
    return LogFinding(slug, place, sha256(repr(stands).encode()).hexdigest())


def add(database: Database, findings: Iterable[LogFinding]) -> list[LogFinding]:
    """Insert the findings that nobody accepted as doubts, and return them; needs role acquis_projector."""
    found = list(dict.fromkeys(findings))
    if not found:
        return []
    doubted = unaccepted(database, found)
    with database.connection() as connection, connection.cursor() as cursor:
        for each in doubted[:MOST]:
            cursor.execute(ADD, {**vars(each), "most": MOST})
    return doubted


def refuse(database: Database, findings: Iterable[LogFinding]) -> None:
    """Insert the findings that nobody accepted as doubts; raises LogDoubted if any doubt is open then."""
    add(database, findings)
    if doubted := settle(database):
        raise LogDoubted(len(doubted), violations=tuple(map(violation, doubted)))


def settle(database: Database) -> list[LogFinding]:
    """Update the table from the confirmed acceptances, and return the open doubts; needs role acquis_projector.

    Confirms before what two administrators have accepted.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ANY)
        if cursor.fetchall() == [(False,)]:
            return []
    _confirm_by_two(database)
    known = accepted(database)
    columns = [[getattr(each, name) for each in known] for name in ("slug", "place", "digest")]
    with database.transaction() as cursor:
        cursor.execute(SETTLE, (*columns, list(known.values())))
        cursor.execute(REOPEN, tuple(columns))
    return doubts(database)


def doubts(database: Database) -> list[LogFinding]:
    """Return the open doubts, in the order in which they were found."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(OPEN)
        return [LogFinding(*row) for row in cursor.fetchall()]


def confirm(database: Database, position: int) -> list[LogFinding]:
    """Confirm the acceptance recorded at a position, and return the findings that it accepts.

    These are the findings that the fact names, that were open before it, and that are open now. Needs the login
    acquis_projector. The operator names the position, so as not to confirm an acceptance that they have not seen.
    """
    named = {each for at, each in proposed(database) if at == position}
    with database.transaction() as cursor:
        cursor.execute(OPEN_BEFORE, (position,))
        confirmed = [each for row in cursor.fetchall() if (each := LogFinding(*row)) in named]
        for each in confirmed:
            cursor.execute(CONFIRM, (position, each.slug, each.place, each.digest))
    settle(database)
    return confirmed


def acceptances(database: Database) -> dict[LogFinding, dict[PersonId, int]]:
    """Return each open doubt with the administrators who accepted it while it was open, and the fact's position.

    Each had the role of administrator before that fact. Of several acceptances by one person the first counts.
    """
    found: dict[LogFinding, dict[PersonId, int]] = {each: {} for each in doubts(database)}
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ACCEPTED, (Organisation.keeper(),))
        for position, name, body in cursor.fetchall():
            with suppress(*UNREADABLE):  # an unreadable fact accepts nothing
                head, fact = envelope(body), decode(name, body)
                if head.by is None or head.role != Role.ADMIN or not isinstance(fact, DoubtAccepted):
                    continue
                by = PersonId(head.by)
                if Role.ADMIN not in _person(cursor, by, position).roles:
                    continue
                named = {LogFinding(each.slug, each.place, each.digest) for each in fact.findings}
                cursor.execute(OPEN_BEFORE, (position,))
                for each in named & {LogFinding(*row) for row in cursor.fetchall()} & found.keys():
                    found[each].setdefault(by, position)
    return found


def _confirm_by_two(database: Database) -> None:
    """Confirm each open doubt that two administrators accepted; none while a doubt is open that the web can cause."""
    accepted_by = acceptances(database)
    if any(each.slug in BY_THE_WEB for each in accepted_by):
        return
    with database.transaction() as cursor:
        for found, by in accepted_by.items():
            for (one, _), (other, position) in combinations(sorted(by.items(), key=lambda each: each[1]), 2):
                if other not in _files(cursor, one, position):
                    cursor.execute(CONFIRM, (position, found.slug, found.place, found.digest))
                    break


def _person(cursor: Any, person: PersonId, before: int) -> Person:
    """Return a person as the facts before a position leave them; raises one of UNREADABLE."""
    cursor.execute(FACTS_OF_PERSON, (person, before))
    found = Person(id=person)
    for name, body in cursor.fetchall():
        found = found.evolve(cast("PersonFact", decode(name, body)))
    return found


def _files(cursor: Any, person: PersonId, before: int) -> set[PersonId]:
    """Return the files linked to a person's as the same person's, their own included."""
    found, ahead = {person}, [person]
    while ahead:
        with suppress(*UNREADABLE):
            linked = _person(cursor, ahead.pop(), before).same_as - found
            found |= linked
            ahead += linked
    return found


def accepted(database: Database) -> dict[LogFinding, int]:
    """Return the findings that confirmed facts accept, each with the position of its newest fact."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(CONFIRMED)
        rows = cursor.fetchall()
    confirmed = {(position, LogFinding(*named)) for position, *named in rows}
    if not confirmed:
        return {}
    return {each: position for position, each in proposed(database) if (position, each) in confirmed}


def proposed(database: Database) -> list[tuple[int, LogFinding]]:
    """Return the findings that facts propose to accept, each with the position of its fact, in order."""
    found: list[tuple[int, LogFinding]] = []
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ACCEPTED, (Organisation.keeper(),))
        for position, name, body in cursor.fetchall():
            with suppress(msgspec.MsgspecError, ValueError):  # an unreadable fact accepts nothing
                fact = decode(name, body)
                if isinstance(fact, DoubtAccepted):
                    found += [(position, LogFinding(each.slug, each.place, each.digest)) for each in fact.findings]
    return found


def unaccepted(database: Database, findings: Iterable[LogFinding]) -> list[LogFinding]:
    """Return the findings among these that no confirmed fact accepts.

    The acceptance of a differing note also covers each later note signed before the acceptance. An acceptance also
    covers unlawful decisions recorded before it, which may depend on the changed facts.
    """
    known = accepted(database)
    if known:
        newest = max(known.values())
        findings = [each for each in findings if not _refused_before(each, newest)]
    differing = {size: at for each, at in known.items() if (size := _differs(each)) is not None}
    if not differing:
        return [each for each in findings if each not in known]
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(INDEXES, (list(differing.values()),))
        indexes = dict(cursor.fetchall())
    spans = [(size, indexes.get(at, at)) for size, at in differing.items()]

    def covered(found: LogFinding) -> bool:
        size = _differs(found)
        return size is not None and any(first <= size <= last for first, last in spans)

    return [each for each in findings if each not in known and not covered(each)]


def _refused_before(found: LogFinding, position: int) -> bool:
    return found.slug == "fact-unlawful" and int(found.place.partition(" ")[2]) < position


def _differs(found: LogFinding) -> int | None:
    """Return the size of the note, if the finding is a differing note."""
    kind, _, size = found.place.partition(" ")
    return int(size) if found.slug == "note-differs" and kind == "note" and size.isdecimal() else None


def violation(found: LogFinding) -> Violation:
    """Return a finding as a violation inside a refusal."""
    return Violation(found.slug, found.sentence("en"), found.sentence("fr"), found.place)
