"""To whom is the feed sent, how far has each got, and what was given up?

A subscription goes on from the last event that its receiver acknowledged. What fails is tried again, ever more
seldom, for three days; then it is kept as a dead letter, and the next one is sent.
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

from adapters.desk.due import is_over
from domain.refusal import NotFound, Refused
from domain.standing.feed import GENERATION

if TYPE_CHECKING:
    from adapters.database.pool import Database

Kind = Literal["webhook", "nats"]
MOST: Final = 50
"""Subscriptions of one house."""
SHOWN: Final = 100
"""Dead letters that are listed."""
FIRST: Final = timedelta(seconds=1)
"""After which what failed is tried again; twice as long each time."""
LONGEST: Final = timedelta(hours=1)
GIVES_UP: Final = timedelta(days=3)
"""After which an event is given up."""
PATIENCE: Final = timedelta(minutes=10)
"""For which the next event waits at most for its first try, or for another once that is due."""
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
"""  # noqa: S608  (our own words)
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
"""Only from where it stood: of two that send at once, one moves it."""
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
"""Due before, and told before: it was there all that time."""
ORIGIN: Final = "select origin from desk.feed"
ANOTHER: Final = "update desk.feed set origin = gen_random_uuid()"
ANY: Final = "select exists (select from desk.subscription)"


class AlreadySubscribed(Refused):
    """This address or these subjects have a subscription already, or there are fifty: remove one first."""

    fr = "Cette adresse ou ces sujets ont déjà un abonnement, ou il y en a cinquante : supprimez-en un d'abord."


@dataclass(frozen=True)
class Subscription:
    """A receiver of the feed: how far it has got, and what keeps it from going on.

    `due`: its next event may be tried now; `again`: the first dead letter that is to be sent again.
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
    """An event that was given up: which one, after how many tries, and what the last one met."""

    cursor: int
    tries: int
    trouble: str
    died_at: datetime
    again: bool


class Subscriptions:
    """All subscriptions of a house, and their dead letters."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` seals those by which messages are signed."""
        self._database = database
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"acquis/subscriptions").derive(secret.encode())
        self._cipher = AESGCM(derived)

    def add(
        self, kind: Kind, label: str, target: str, *, personal: bool = False, cursor: int = 0
    ) -> tuple[UUID, str | None]:
        """Send the feed there, from after a cursor on; its id and, of a webhook, the secret, shown this once.

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
        """Let those begin again that had got somewhere in another feed: its cursors are others."""
        self._run(ANEW, {"source": source(self._database)})

    def all(self) -> list[Subscription]:
        """Every subscription, the first made first."""
        return [Subscription(*row) for row in self._rows(ALL, {"id": None})]

    def find(self, one: UUID) -> Subscription:
        """One of them; raises NotFound."""
        for row in self._rows(ALL, {"id": one}):
            return Subscription(*row)
        raise NotFound(one)

    def secret(self, one: UUID) -> str | None:
        """By which its messages are signed; None where it does not open, under another secret key say."""
        for (sealed,) in self._rows(SECRET, (one,)):
            try:
                return self._cipher.decrypt(bytes(sealed)[:12], bytes(sealed)[12:], one.bytes).decode()
            except InvalidTag:
                return None
        return None

    def acknowledged(self, of: Subscription, cursor: int) -> None:
        """Note that it has all up to a cursor."""
        self._run(ON, {"id": of.id, "since": of.cursor, "to": cursor})

    def failed(self, of: Subscription, trouble: str) -> None:
        """Note what the next event met: it is tried again later, or given up after three days."""
        given = {"id": of.id, "since": of.cursor, "trouble": trouble, "tries": of.tries + 1}
        times = {"first": FIRST, "longest": LONGEST, "gives_up": GIVES_UP}
        if self._rows(FAILED, given | times) == [(True,)]:
            self._run(BURY, given)

    def dead(self, one: UUID) -> list[DeadLetter]:
        """What was given up of it, in order, a hundred at most."""
        return [DeadLetter(*row) for row in self._rows(DEAD, (one, SHOWN))]

    def send_again(self, one: UUID, cursor: int | None = None) -> int:
        """Have a dead letter sent again, or all of them; gives how many. Raises NotFound for one not there."""
        found = self._run(AGAIN, {"id": one, "cursor": cursor})
        if cursor is not None and not found:
            raise NotFound(one)
        return found

    def sent_again(self, one: UUID, cursor: int) -> None:
        """It came: the dead letter is none any more."""
        self._run(SENT_AGAIN, (one, cursor))

    def dead_still(self, one: UUID, cursor: int, trouble: str) -> None:
        """It did not come this time either."""
        self._run(DEAD_STILL, (trouble, one, cursor))

    def wait_unsent(self) -> bool:
        """Whether an event of somebody's has waited for ten minutes, and nobody tried to send it."""
        return self._rows(UNSENT, {"patience": PATIENCE}) == [(True,)]

    def remove(self, one: UUID) -> None:
        """Send it nothing any more, and forget it with its dead letters; once it is gone, nothing."""
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
    """Which feed this is: another where the log was restored, or where other kinds of facts are told."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ORIGIN)
        return uuid5(cursor.fetchall()[0][0], f"feed {GENERATION}")


def begin_another_feed(database: Database) -> None:
    """Whoever follows begins again: the log was restored, and gives positions anew that others had had."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ANOTHER)


def any_subscribed(database: Database) -> bool:
    """Whether the feed is sent to anybody."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ANY)
        return cursor.fetchone() == (True,)
