"""Letters waiting to be sent, encrypted until they are sent, and emptied afterwards.

A letter stores the values for its text, not the text: the link in it is generated at sending, and not stored here.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.operations.due import is_over
from adapters.operations.erasures import ERASED
from adapters.operations.hints import put_with_hint
from adapters.process.request_id import current

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from adapters.database.pool import Database
    from domain.ports import PersonId

PUT: Final = f"""
insert into desk.letter (id, person, kind, language, sealed, request, fact, candidacy, session)
select %(id)s, %(person)s, %(kind)s, %(language)s, %(sealed)s, %(request)s, %(fact)s, %(candidacy)s, %(session)s
 where not {ERASED}
    on conflict (id) do nothing
"""
LONGEST: Final = timedelta(hours=1)
"""The longest pause between two tries."""
CLAIM: Final = f"""
update desk.letter set tries = tries + 1, due_at = now() + interval '5 minutes'
 where id = (select id from desk.letter where sealed is not null and {is_over("due_at", LONGEST)}
              order by due_at limit 1 for update skip locked)
returning id, person, kind, language, sealed, tries, made_at, now(), request, fact
"""  # noqa: S608  (constants only)
"""A sender has five minutes; if it is killed meanwhile, another one takes the letter, even if it was sent."""
SENT: Final = "update desk.letter set sealed = null, sent_at = now(), failed = null where id = %s"
AGAIN: Final = "update desk.letter set due_at = now() + %s, failed = %s where id = %s"
GIVEN_UP: Final = "update desk.letter set sealed = null, failed = %s where id = %s"
WAITING: Final = """
select count(*), min(made_at) < now() - interval '1 hour' from desk.letter where sealed is not null
"""
KEPT_HERE: Final = "update desk.letter set sealed = null, failed = 'NoServer' where id = %s"
"""Marks a letter that is in the folder, from where only the machine's operator can forward it."""
LAST_INVITATION: Final = """
select max(made_at), bool_or(sealed is not null) from desk.letter where person = %s and kind = 'invitation'
"""
TAKEN: Final = "LoginTaken"
"""The reason why a letter to a new address failed: the address is another account's login."""
ADDRESS_ASKED: Final = """
select l.sealed is not null, l.failed,
       exists (select from desk.ticket t where t.person = l.person and t.kind = 'address' and t.expires_at > now())
  from desk.letter l where l.person = %s and l.kind = 'address_confirm' order by l.made_at desc limit 1
"""
ADDRESS_TAKEN: Final = """
update desk.letter set failed = %s where id = (
    select id from desk.letter where person = %s and kind = 'address_confirm' order by made_at desc limit 1)
"""
PUT_AGAIN: Final = """
update desk.letter set sealed = %(sealed)s, tries = 0, due_at = now(), failed = null
 where id = %(id)s and sealed is null and sent_at is null and told_on is null
"""
CLOSE_TOLD: Final = """
update desk.letter set sealed = null, told_on = %(on)s, told_how = %(how)s, told_by = %(by)s
 where kind = any (%(kinds)s) and candidacy = %(candidacy)s and fact < %(before)s
   and (%(session)s::uuid is null or session = %(session)s) and sent_at is null and told_on is null
"""
TAKE_BACK: Final = """
delete from desk.letter
 where kind = any (%(kinds)s) and candidacy = %(candidacy)s and fact < %(before)s
   and (%(session)s::uuid is null or session = %(session)s) and sent_at is null and told_on is null
"""
SENT_UNNOTED: Final = """
select id, kind, candidacy, session from desk.letter
 where fact is not null and sent_at is not null and not noted order by fact limit 100
"""
NOTE_RECORDED: Final = "update desk.letter set noted = true where id = %s"
READ_TO: Final = "select position from desk.letters_from_log"
SKIP_PAST: Final = "update desk.letters_from_log set position = (select sealed from log.head)"
NOTE_READ: Final = "update desk.letters_from_log set position = greatest(position, %s)"
PURGE: Final = """
delete from desk.letter
 where sealed is null
   and (fact is null and made_at < now() - interval '30 days'
        or fact is not null and coalesce(sent_at, told_on) < now() - interval '1 year')
"""
"""Deletes old letters; a letter about a fact is also its recipient's notice, and stays until they are notified."""
GIVES_UP: Final = timedelta(days=1)
"""The time after which a letter is given up: its link would have expired."""


def waiting(database: Database) -> tuple[int, bool]:
    """Return how many letters wait, and whether one has for over an hour."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(WAITING)
        count, late = cursor.fetchall()[0]
    return count, bool(late)


@dataclass(frozen=True)
class FactOfLetter:
    """The fact that a letter is about: its position, and its candidacy and jury session, if any."""

    fact: int | None = None
    candidacy: UUID | None = None
    session: UUID | None = None


class Closing(NamedTuple):
    """Letters of some kinds about a candidacy, and a session if given, whose facts come before a position."""

    kinds: Collection[str]
    candidacy: UUID
    session: UUID | None
    before: int


@dataclass(frozen=True)
class SentLetter:
    """A letter about a fact that a mail server accepted, and whose sending is not in the log yet."""

    id: UUID
    kind: str
    candidacy: UUID | None
    session: UUID | None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter to send: its recipient, kind and language; `about` holds the values for its text.

    `request` is the id of the request that queued it, if any; `fact` is the position of the fact that it is about.
    """

    id: UUID
    person: PersonId | None
    kind: str
    language: str
    to: str
    about: Mapping[str, str]
    tries: int
    made_at: datetime
    taken_at: datetime
    request: str | None
    fact: int | None = None


class Letters:
    """The queue of letters."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` seals waiting letters."""
        self._database = database
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"acquis/letters").derive(secret.encode())
        self._cipher = AESGCM(derived)

    def put(
        self,
        kind: str,
        to: str,
        language: str,
        *,
        person: PersonId | None = None,
        about: Mapping[str, str] | None = None,
        once: UUID | None = None,
        fact: FactOfLetter | None = None,
    ) -> None:
        """Queue a letter, except for a person whose identity was erased, or if the same `once` was queued before.

        `fact`: the fact that it is about; the recipient's address is then looked up when it is sent.
        """
        letter = once or uuid4()
        sealed = self._seal(letter, to, about or {})
        put = {"id": letter, "person": person, "kind": kind, "language": language, "sealed": sealed}
        put_with_hint(self._database, PUT, put | {"request": current()} | vars(fact or FactOfLetter()))

    def last_invitation(self, person: UUID) -> tuple[datetime | None, bool]:
        """Return when a person was last invited, and whether an invitation waits to be sent."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LAST_INVITATION, (person,))
            last, waits = cursor.fetchall()[0]
        return last, bool(waits)

    def address_asked(self, person: UUID) -> str:
        """Return the state of the newest request to confirm an address; empty if none is pending.

        The states: `waiting` to be sent, `refused` by the new address, `kept` here since no mail server is
        configured, `asked`, or `taken` by another account when its owner wanted to confirm it.
        """
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ADDRESS_ASKED, (person,))
            row = cursor.fetchone()
        waits, failed, valid = row or (False, None, False)
        if waits:
            return "waiting"
        if not valid:
            return ""
        return {None: "asked", "NoServer": "kept", TAKEN: "taken"}.get(failed, "refused")

    def note_address_taken(self, person: UUID) -> None:
        """Note that the address that a person was to confirm is another account's login."""
        self._run(ADDRESS_TAKEN, (TAKEN, person))

    def put_again(self, letter: UUID, about: Mapping[str, str]) -> None:
        """Queue a letter about a fact again, to the recipient's current address; do nothing if it was sent."""
        put_with_hint(self._database, PUT_AGAIN, {"id": letter, "sealed": self._seal(letter, "", about)})

    def _seal(self, letter: UUID, to: str, about: Mapping[str, str]) -> bytes:
        nonce, said = os.urandom(12), json.dumps({"to": to, "about": dict(about)}).encode()
        return nonce + self._cipher.encrypt(nonce, said, letter.bytes)

    def claim(self) -> Letter | None:
        """Take the letter that has been due longest, or return None; only one sender has a letter at a time."""
        while True:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(CLAIM)
                row = cursor.fetchone()
            if row is None:
                return None
            id_, person, kind, language, sealed, tries, made_at, now, request, fact = row
            try:
                said = json.loads(self._cipher.decrypt(bytes(sealed)[:12], bytes(sealed)[12:], id_.bytes))
            except InvalidTag:  # encrypted with another secret key, and unreadable
                self._run(GIVEN_UP, ("unreadable", id_))
                continue
            return Letter(
                id=id_,
                person=person,
                kind=kind,
                language=language,
                tries=tries,
                made_at=made_at,
                taken_at=now,
                request=request,
                fact=fact,
                **said,
            )

    def sent(self, letter: Letter) -> None:
        """Note that a letter was sent, and delete its content."""
        self._run(SENT, (letter.id,))

    def kept_here(self, letter: Letter) -> None:
        """Note that no server took it: a copy is in the folder, and the recipient must be notified by other means."""
        self._run(KEPT_HERE, (letter.id,))

    def close_told(self, letters: Closing, on: date, how: str, by: UUID | None) -> None:
        """Note that a candidate was notified by other means of the facts in these unsent letters."""
        self._run(CLOSE_TOLD, letters._asdict() | {"kinds": list(letters.kinds), "on": on, "how": how, "by": by})

    def take_back(self, letters: Closing) -> None:
        """Delete these unsent letters, because the decision in them was taken back."""
        self._run(TAKE_BACK, letters._asdict() | {"kinds": list(letters.kinds)})

    def sent_unnoted(self) -> list[SentLetter]:
        """Return the sent letters about facts whose sending is not in the log yet."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(SENT_UNNOTED)
            return [SentLetter(*row) for row in cursor.fetchall()]

    def note_recorded(self, letter: UUID) -> None:
        """Note that the log holds the sending of a letter, or does not need to."""
        self._run(NOTE_RECORDED, (letter,))

    def read_to(self) -> int:
        """Return the position up to which the log was searched for letters to queue."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(READ_TO)
            return int(cursor.fetchall()[0][0])

    def skip_past(self) -> None:
        """Skip the facts recorded up to now, about which no letters are queued."""
        self._run(SKIP_PAST, ())

    def note_read(self, position: int) -> None:
        """Note that the log was searched up to a position."""
        self._run(NOTE_READ, (position,))

    def failed(self, letter: Letter, why: str, *, for_good: bool) -> bool:
        """Note that sending a letter failed; return whether it is given up."""
        if for_good or letter.taken_at - letter.made_at > GIVES_UP:
            self._run(GIVEN_UP, (why, letter.id))
            return True
        pause = min(timedelta(minutes=2 ** min(letter.tries - 1, 10)), LONGEST)
        self._run(AGAIN, (pause, why, letter.id))
        return False

    def purge(self) -> None:
        """Delete the letters that were sent or given up over a month ago."""
        self._run(PURGE, ())

    def _run(self, statement: str, values: tuple[object, ...] | Mapping[str, object]) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
