"""Drafts: unrecorded texts that a person writes, each for one part of a subject.

A draft is encrypted with the papers key of the person that it is about, and becomes unreadable when that key is
destroyed; only its writer reads it. A save names the revision that it continues, so that two tabs do not overwrite
each other unnoticed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from adapters.keys.vault import FieldOpener, FieldPlace
from adapters.operations.erasures import ERASED
from domain.fact import Retention
from domain.refusal import Refused

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from adapters.keys.vault import Vault
    from domain.ports import PersonId

MOST: Final = 2000
"""Drafts of one person; concurrent saves may exceed it by a few."""
LONGEST: Final = 40_000
"""Characters of one draft."""
BEGIN: Final = f"""
insert into desk.draft (person, about, part, subject, sealed)
select %(person)s, %(about)s, %(part)s, %(subject)s, %(sealed)s
 where not {ERASED} and (select count(*) from desk.draft where person = %(person)s) < {MOST}
    on conflict do nothing returning revision, saved_at
"""  # noqa: S608  (constants only)
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
    """A text as it was last saved; the next save names its `revision`.

    `text` is None if the papers of the person that it is about were erased.
    """

    about: UUID
    part: str
    subject: UUID
    text: str | None
    revision: int
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class Saving:
    """The result of a save: whether the text is stored, and the stored draft, or None if it was deleted.

    `anew`: this save stored it; False if the same text was stored already, for instance by a click sent twice.
    """

    saved: bool
    stands: Draft | None
    anew: bool = False


class Drafts:
    """The stored drafts."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use schema `desk`, and the keys of the people that drafts are about."""
        self._database = database
        self._vault = vault

    def of(self, person: PersonId, about: UUID) -> dict[str, Draft]:
        """Return all drafts of this person about one thing, by part, in one query."""
        return self.of_each(person, [about])[about]

    def of_each(self, person: PersonId, abouts: Collection[UUID]) -> dict[UUID, dict[str, Draft]]:
        """Return all drafts of this person about each of several things, by part, in one query."""
        found: dict[UUID, dict[str, Draft]] = {about: {} for about in abouts}
        for each in self._drafts(OF_EACH, {"person": person, "abouts": list(abouts)}):
            found[each.about][each.part] = each
        return found

    def held(self, person: PersonId) -> list[Draft]:
        """Return all drafts of this person."""
        return self._drafts(HELD, (person,))

    def save(
        self, person: PersonId, about: UUID, part: str, text: str, *, subject: PersonId, since: int | None
    ) -> Saving:
        """Store a text that continues revision `since`, or None for a new draft.

        If another revision is stored, nothing is changed and that draft is returned. The save counts as successful if
        its text is the same: a client whose answer was lost may repeat the request. Raises DraftTooLong,
        TooManyDrafts.
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
        """Delete the drafts that were recorded or discarded, if their revision is the given one; keep newer ones."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DONE, (list(became), list(became.values()), person, about))

    def forget(self, subject: UUID) -> None:
        """Delete the drafts about a person whose papers were erased: nobody can read them any more."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FORGET, (subject,))

    def purge(self) -> None:
        """Delete the drafts that were not saved for two years."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)

    def _drafts(self, question: str, given: Any) -> list[Draft]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(question, given)
            rows = cursor.fetchall()
        opening = self._vault.opening()
        opening.prepare((row[3], Retention.PAPERS) for row in rows)
        return [_draft(row, opening) for row in rows]


def _place(person: UUID, about: UUID, part: str) -> FieldPlace:
    """Return the place that a draft is sealed for: it can be decrypted for no other place."""
    return FieldPlace(append_id=about, n=0, stream=person, type="draft", version=1, field=part)


def _draft(row: tuple[Any, ...], opening: FieldOpener) -> Draft:
    person, about, part, subject, revision, sealed, saved_at = row
    raw = opening.open(sealed, subject, Retention.PAPERS, _place(person, about, part))
    text = None if raw is None else raw.decode()
    return Draft(about=about, part=part, subject=subject, text=text, revision=revision, saved_at=saved_at)
