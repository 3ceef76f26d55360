"""What has a person written that is not recorded yet? Drafts, each a text for one part of what it is about.

A draft is encrypted for the key to papers of the person of whom it speaks, and goes with it; it is read by its writer
only. Who saves says which revision they go on from: two tabs do not overwrite each other unnoticed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from adapters.desk.erasures import ERASED
from adapters.vault import Opening, Place
from domain.fact import Retention
from domain.refusal import Refused

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from adapters.vault import Vault
    from domain.ports import PersonId

MOST: Final = 2000
"""Drafts of one person; several begun at the same moment may be some more."""
LONGEST: Final = 40_000
"""Characters of one draft."""
BEGIN: Final = f"""
insert into desk.draft (person, about, part, subject, sealed)
select %(person)s, %(about)s, %(part)s, %(subject)s, %(sealed)s
 where not {ERASED} and (select count(*) from desk.draft where person = %(person)s) < {MOST}
    on conflict do nothing returning revision, saved_at
"""  # noqa: S608  (our own words)
GO_ON: Final = """
update desk.draft set revision = default, sealed = %(sealed)s, subject = %(subject)s, saved_at = now()
 where person = %(person)s and about = %(about)s and part = %(part)s and revision = %(since)s
returning revision, saved_at
"""
OF_EACH: Final = """
select person, about, part, subject, revision, sealed, saved_at from desk.draft
 where person = %(person)s and about = any(%(abouts)s::uuid[])
"""
STANDS: Final = """
select person, about, part, subject, revision, sealed, saved_at from desk.draft
 where person = %(person)s and about = %(about)s and part = %(part)s
"""
HELD: Final = """
select person, about, part, subject, revision, sealed, saved_at from desk.draft where person = %s order by about, part
"""
DONE: Final = """
delete from desk.draft d using unnest(%s::text[], %s::bigint[]) as became (part, revision)
 where d.person = %s and d.about = %s and d.part = became.part and d.revision = became.revision
"""
FORGET: Final = "delete from desk.draft where subject = %s"
PURGE: Final = "delete from desk.draft where saved_at < now() - interval '24 months'"


class DraftTooLong(Refused):
    """A draft holds forty thousand characters at most."""

    fr = "Un brouillon compte quarante mille caractères au plus."
    kind = "too_large"


class TooManyDrafts(Refused):
    """A person keeps two thousand drafts at most: record or delete some before you begin others."""

    fr = "Une personne garde deux mille brouillons au plus : enregistrez-en ou supprimez-en avant d'en commencer."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text as it was saved last; `revision` is what its next saving goes on from.

    `text` is None where the papers of whom it speaks were erased.
    """

    about: UUID
    part: str
    subject: UUID
    text: str | None
    revision: int
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What came of saving: whether the text stands, and the draft that stands now; None: there is none any more.

    `anew`: this saving made it so; the same text may have stood already, saved by the same click sent twice.
    """

    saved: bool
    stands: Draft | None
    anew: bool = False


class Drafts:
    """The drafts on the desk."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use schema `desk`, and the keys of those of whom drafts speak."""
        self._database = database
        self._vault = vault

    def of(self, person: PersonId, about: UUID) -> dict[str, Draft]:
        """All that this person drafted about one thing, by part, in one question."""
        return self.of_each(person, [about])[about]

    def of_each(self, person: PersonId, abouts: Collection[UUID]) -> dict[UUID, dict[str, Draft]]:
        """The same about several things, in one question."""
        found: dict[UUID, dict[str, Draft]] = {about: {} for about in abouts}
        for each in self._drafts(OF_EACH, {"person": person, "abouts": list(abouts)}):
            found[each.about][each.part] = each
        return found

    def held(self, person: PersonId) -> list[Draft]:
        """All that this person drafted."""
        return self._drafts(HELD, (person,))

    def save(
        self, person: PersonId, about: UUID, part: str, text: str, *, subject: PersonId, since: int | None
    ) -> Saving:
        """Keep a text that goes on from revision `since`; None: where nothing stood.

        Nothing is kept where another revision stands, which is given, unless it says the same: an answer that was
        lost may be asked for again. Raises DraftTooLong, TooManyDrafts.
        """
        if len(text) > LONGEST:
            raise DraftTooLong
        place = _place(person, about, part)
        given = {"person": person, "about": about, "part": part, "subject": subject, "since": since}
        given["sealed"] = self._vault.seal(text.encode(), subject, Retention.PAPERS, place)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(BEGIN if since is None else GO_ON, given)
            kept = cursor.fetchone()
        if kept:
            draft = Draft(about=about, part=part, subject=subject, text=text, revision=kept[0], saved_at=kept[1])
            return Saving(saved=True, stands=draft, anew=True)
        stands = next(iter(self._drafts(STANDS, given)), None)
        if stands is None and since is None:
            raise TooManyDrafts(person)
        return Saving(saved=stands is not None and stands.text == text, stands=stands)

    def done(self, person: PersonId, about: UUID, became: Mapping[str, int]) -> None:
        """Delete what was recorded or given up: of each part the revision that it was; one saved since stays."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DONE, (list(became), list(became.values()), person, about))

    def forget(self, subject: UUID) -> None:
        """Delete what speaks of a person whose papers were erased: nobody reads it any more."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FORGET, (subject,))

    def purge(self) -> None:
        """Delete what nobody has saved for two years."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)

    def _drafts(self, question: str, given: Any) -> list[Draft]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(question, given)
            rows = cursor.fetchall()
        opening = self._vault.opening()
        opening.prepare((row[3], Retention.PAPERS) for row in rows)
        return [_draft(row, opening) for row in rows]


def _place(person: UUID, about: UUID, part: str) -> Place:
    """Where a draft stands: it opens nowhere else."""
    return Place(append_id=about, n=0, stream=person, type="draft", version=1, field=part)


def _draft(row: tuple[Any, ...], opening: Opening) -> Draft:
    person, about, part, subject, revision, sealed, saved_at = row
    raw = opening.open(sealed, subject, Retention.PAPERS, _place(person, about, part))
    text = None if raw is None else raw.decode()
    return Draft(about=about, part=part, subject=subject, text=text, revision=revision, saved_at=saved_at)
