"""Subscriptions to the feed: their receivers, cursors and dead letters.

A subscription continues after the last event that its receiver acknowledged. A failed event is retried, at growing
intervals, for three days; then it is stored as a dead letter, and the next one is sent.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID, uuid4, uuid5

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.operations.due import is_over
from domain.refusal import NotFound, Refused
from domain.standing.feed import GENERATION

if TYPE_CHECKING:
    from adapters.database.pool import Database

Kind = Literal["webhook", "nats"]
MOST: Final = 50
"""The greatest number of subscriptions of one installation."""
SHOWN: Final = 100
"""The greatest number of dead letters listed."""
FIRST: Final = timedelta(seconds=1)
"""The wait before the first retry; it doubles each time."""
LONGEST: Final = timedelta(hours=1)
GIVES_UP: Final = timedelta(days=3)
"""The time after which an event is given up."""
PATIENCE: Final = timedelta(minutes=10)
"""The longest that a due event should wait for a try."""
ADD: Final = """
insert into desk.subscription (id, kind, label, target, secret, personal, source, cursor)
select %(id)s, %(kind)s, %(label)s, %(target)s, %(secret)s, %(personal)s, %(source)s, %(cursor)s
 where (select count(*) from desk.subscription) < %(most)s
    on conflict do nothing returning id
"""
ALL: Final = f"""
select s.id, s.kind, s.label, s.target, s.personal, s.cursor, s.tries, s.failing_since, s.due_at, s.trouble,
       s.told_at, (select count(*) from desk.dead_letter d where d.subscription = s.id),
       {is_over("s.due_at", LONGEST)},
       (select min(d.cursor) from desk.dead_letter d where d.subscription = s.id and d.again)
  from desk.subscription s where %(id)s::uuid is null or s.id = %(id)s order by s.made_at, s.id
"""  # noqa: S608  (constants only)
SECRET: Final = "select secret from desk.subscription where id = %s"  # noqa: S105  (a statement)
ANEW: Final = """
with begun as (
  update desk.subscription
     set cursor = 0, source = %(source)s, tries = 0, failing_since = null, due_at = now()
   where source is distinct from %(source)s returning id
)
delete from desk.dead_letter d using begun where d.subscription = begun.id
"""
ON: Final = """
update desk.subscription set cursor = %(to)s, tries = 0, failing_since = null, due_at = now(), trouble = null,
       told_at = now()
 where id = %(id)s and cursor = %(since)s
"""
"""Moves the cursor only from the expected position, so that only one of two concurrent senders moves it."""
FAILED: Final = """
update desk.subscription set tries = tries + 1, trouble = %(trouble)s, failing_since = coalesce(failing_since, now()),
       due_at = now() + least(%(longest)s, %(first)s * power(2, least(tries, 20)))
 where id = %(id)s and cursor = %(since)s
returning failing_since < now() - %(gives_up)s
"""
BURY: Final = """
with gone as (
  update desk.subscription set cursor = cursor + 1, tries = 0, failing_since = null, due_at = now()
   where id = %(id)s and cursor = %(since)s
  returning id, cursor
)
insert into desk.dead_letter (subscription, cursor, tries, trouble)
select gone.id, gone.cursor, %(tries)s, %(trouble)s from gone on conflict do nothing
"""
DEAD: Final = """
select cursor, tries, trouble, died_at, again from desk.dead_letter where subscription = %s order by cursor limit %s
"""
AGAIN: Final = """
update desk.dead_letter set again = true
 where subscription = %(id)s and (%(cursor)s::bigint is null or cursor = %(cursor)s)
"""
SENT_AGAIN: Final = "delete from desk.dead_letter where subscription = %s and cursor = %s"
DEAD_STILL: Final = """
update desk.dead_letter set again = false, tries = tries + 1, trouble = %s, died_at = now()
 where subscription = %s and cursor = %s
"""
REMOVE: Final = "delete from desk.subscription where id = %s"
UNSENT: Final = """
select exists (
  select from desk.subscription s
    join projection.feed f on f.cursor = s.cursor + 1
    join log.fact e on e.position = f.told_at
   where s.due_at < now() - %(patience)s and e.recorded_at < now() - %(patience)s)
"""
"""Finds an event that is overdue and was published long ago, so that it could have been sent all that time."""
ORIGIN: Final = "select origin from desk.feed"
ANOTHER: Final = "update desk.feed set origin = gen_random_uuid()"
ANY: Final = "select exists (select from desk.subscription)"


class AlreadySubscribed(Refused):
    """This address or these subjects have a subscription already, or there are fifty: remove one first."""

    fr = "Cette adresse ou ces sujets ont déjà un abonnement, ou il y en a cinquante : supprimez-en un d'abord."


@dataclass(frozen=True)
class Subscription:
    """A receiver of the feed: its cursor, and the error that stops it, if any.

    `due`: the next event may be tried now; `again`: the first dead letter to send again.
    """

    id: UUID
    kind: Kind
    label: str
    target: str
    personal: bool
    cursor: int
    tries: int
    failing_since: datetime | None
    due_at: datetime
    trouble: str | None
    told_at: datetime | None
    dead: int
    due: bool
    again: int | None


@dataclass(frozen=True)
class DeadLetter:
    """An event that was given up: its cursor, the number of tries, and the last error."""

    cursor: int
    tries: int
    trouble: str
    died_at: datetime
    again: bool


class Subscriptions:
    """All subscriptions of an installation, and their dead letters."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` seals the secrets that sign messages."""
        self._database = database
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"acquis/subscriptions").derive(secret.encode())
        self._cipher = AESGCM(derived)

    def add(
        self, kind: Kind, label: str, target: str, *, personal: bool = False, cursor: int = 0
    ) -> tuple[UUID, str | None]:
        """Subscribe a receiver to the events after a cursor; return its id and a webhook's secret, shown only now.

        Raises AlreadySubscribed.
        """
        one, nonce = uuid4(), os.urandom(12)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() if kind == "webhook" else None
        sealed = secret and nonce + self._cipher.encrypt(nonce, secret.encode(), one.bytes)
        given = {"id": one, "kind": kind, "label": label, "target": target, "secret": sealed}
        if not self._run(
            ADD, given | {"personal": personal, "source": source(self._database), "cursor": cursor, "most": MOST}
        ):
            raise AlreadySubscribed(target)
        return one, secret

    def begin_anew(self) -> None:
        """Restart the subscriptions that were made for another feed, since its cursors mean nothing here."""
        self._run(ANEW, {"source": source(self._database)})

    def all(self) -> list[Subscription]:
        """Return every subscription, the oldest first."""
        return [Subscription(*row) for row in self._rows(ALL, {"id": None})]

    def find(self, one: UUID) -> Subscription:
        """Return one subscription; raises NotFound."""
        for row in self._rows(ALL, {"id": one}):
            return Subscription(*row)
        raise NotFound(one)

    def secret(self, one: UUID) -> str | None:
        """Return the secret that signs its messages; None if it cannot be decrypted, e.g. with another secret key."""
        for (sealed,) in self._rows(SECRET, (one,)):
            try:
                return self._cipher.decrypt(bytes(sealed)[:12], bytes(sealed)[12:], one.bytes).decode()
            except InvalidTag:
                return None
        return None

    def acknowledged(self, of: Subscription, cursor: int) -> None:
        """Note that the receiver has everything up to a cursor."""
        self._run(ON, {"id": of.id, "since": of.cursor, "to": cursor})

    def failed(self, of: Subscription, trouble: str) -> None:
        """Note the error of the next event, which is retried later, or given up after three days."""
        given = {"id": of.id, "since": of.cursor, "trouble": trouble, "tries": of.tries + 1}
        times = {"first": FIRST, "longest": LONGEST, "gives_up": GIVES_UP}
        if self._rows(FAILED, given | times) == [(True,)]:
            self._run(BURY, given)

    def dead(self, one: UUID) -> list[DeadLetter]:
        """Return the dead letters of a subscription, in order, a hundred at most."""
        return [DeadLetter(*row) for row in self._rows(DEAD, (one, SHOWN))]

    def send_again(self, one: UUID, cursor: int | None = None) -> int:
        """Mark a dead letter, or all of them, to be sent again; return how many. Raises NotFound for an unknown."""
        found = self._run(AGAIN, {"id": one, "cursor": cursor})
        if cursor is not None and not found:
            raise NotFound(one)
        return found

    def sent_again(self, one: UUID, cursor: int) -> None:
        """Delete a dead letter that was sent."""
        self._run(SENT_AGAIN, (one, cursor))

    def dead_still(self, one: UUID, cursor: int, trouble: str) -> None:
        """Note that a dead letter could not be sent this time either."""
        self._run(DEAD_STILL, (trouble, one, cursor))

    def wait_unsent(self) -> bool:
        """Return whether an event has waited for ten minutes without any attempt to send it."""
        return self._rows(UNSENT, {"patience": PATIENCE}) == [(True,)]

    def remove(self, one: UUID) -> None:
        """Delete a subscription and its dead letters; does nothing if it is gone."""
        self._run(REMOVE, (one,))

    def _run(self, statement: str, given: Any) -> int:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, given)
            return int(cursor.rowcount)

    def _rows(self, statement: str, given: Any) -> list[tuple[Any, ...]]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, given)
            return cursor.fetchall()


def source(database: Database) -> UUID:
    """Return the feed's id, which changes after a restore of the log, or when other kinds of facts are published."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ORIGIN)
        return uuid5(cursor.fetchall()[0][0], f"feed {GENERATION}")


def begin_another_feed(database: Database) -> None:
    """Give the feed a new id, so that followers restart: a restored log assigns positions a second time."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ANOTHER)


def any_subscribed(database: Database) -> bool:
    """Return whether the feed has any subscription."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ANY)
        return cursor.fetchone() == (True,)
