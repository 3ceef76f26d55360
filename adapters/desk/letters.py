"""Which letters wait to be sent, to whom, and about what? Sealed while they wait, and empty afterwards.

A letter says what is to be written, not yet how: the link in it is made when it is sent, and stands nowhere here.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.desk.erasures import ERASED
from adapters.desk.hints import put_with_hint
from adapters.request_id import current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.database.pool import Database
    from domain.ports import PersonId

PUT: Final = f"""
insert into desk.letter (id, person, kind, language, sealed, request)
select %(id)s, %(person)s, %(kind)s, %(language)s, %(sealed)s, %(request)s where not {ERASED}
    on conflict (id) do nothing
"""
CLAIM: Final = """
update desk.letter set tries = tries + 1, due_at = now() + interval '5 minutes'
 where id = (select id from desk.letter where sealed is not null and due_at <= now()
              order by due_at limit 1 for update skip locked)
returning id, person, kind, language, sealed, tries, made_at, now(), request
"""
"""Whoever takes it has five minutes; one that was killed meanwhile has it taken by another, and may have sent it."""
SENT: Final = "update desk.letter set sealed = null, sent_at = now(), failed = null where id = %s"
AGAIN: Final = "update desk.letter set due_at = now() + %s, failed = %s where id = %s"
GIVEN_UP: Final = "update desk.letter set sealed = null, failed = %s where id = %s"
WAITING: Final = """
select count(*), min(made_at) < now() - interval '1 hour' from desk.letter where sealed is not null
"""
PURGE: Final = "delete from desk.letter where sealed is null and made_at < now() - interval '30 days'"
LONGEST: Final = timedelta(hours=1)
"""Between two tries at most."""
GIVES_UP: Final = timedelta(days=1)
"""What was asked for so long ago is not waited for any more, and its link would have run out."""


def waiting(database: Database) -> tuple[int, bool]:
    """How many letters wait, and whether one has for over an hour."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(WAITING)
        count, late = cursor.fetchall()[0]
    return count, bool(late)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter to be sent: to whom, about what, in which language; `about` is what has to be said in it.

    `request` is the one that asked for it, if one did.
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


class Letters:
    """Letters that wait."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` seals what waits."""
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
    ) -> None:
        """Have a letter sent, soon; none to whose identity was erased, nor a second one of the same `once`."""
        letter, nonce = once or uuid4(), os.urandom(12)
        said = json.dumps({"to": to, "about": dict(about or {})}).encode()
        sealed = nonce + self._cipher.encrypt(nonce, said, letter.bytes)
        put = {"id": letter, "person": person, "kind": kind, "language": language, "sealed": sealed}
        put_with_hint(self._database, PUT, put | {"request": current()})

    def claim(self) -> Letter | None:
        """Take the one that has been due longest, if there is one; each is taken by one sender at a time."""
        while True:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(CLAIM)
                row = cursor.fetchone()
            if row is None:
                return None
            id_, person, kind, language, sealed, tries, made_at, now, request = row
            try:
                said = json.loads(self._cipher.decrypt(bytes(sealed)[:12], bytes(sealed)[12:], id_.bytes))
            except InvalidTag:  # another secret key than the one that sealed it: nobody can read it any more
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
                **said,
            )

    def sent(self, letter: Letter) -> None:
        """Note that it was handed on, and forget what it said."""
        self._run(SENT, (letter.id,))

    def failed(self, letter: Letter, why: str, *, for_good: bool) -> bool:
        """Note that it could not be handed on; gives whether that is the end of it."""
        if for_good or letter.taken_at - letter.made_at > GIVES_UP:
            self._run(GIVEN_UP, (why, letter.id))
            return True
        pause = min(timedelta(minutes=2 ** min(letter.tries - 1, 10)), LONGEST)
        self._run(AGAIN, (pause, why, letter.id))
        return False

    def purge(self) -> None:
        """Take those that were sent or given up over a month ago."""
        self._run(PURGE, ())

    def _run(self, statement: str, values: tuple[object, ...] | Mapping[str, object]) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
