"""How far has each file on its way in come, and which request receives it at this moment?

An upload is received under a lease: one request holds it, says so again while bytes come, and moves its offset only
as long as nobody else holds it. A holder that died or hears nothing any more is one whose lease runs out; so it is
with who checks a file. What moves the offset is one statement each, so that no transaction waits for a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from adapters.database.pool import Database
from adapters.desk.due import is_over
from domain.fact import Retention

Opened = Literal["opened", "same", "reused", "many", "much", "over"]
State = Literal["receiving", "checking", "ready", "refused", "quarantined", "ended"]

COLUMNS: Final = (
    "id, candidacy, candidate, sender, length, taken, about, state, reason, evidence, created_at, expires_at,"
    " expires_at <= now()"
)
LEASE: Final = 5
"""Seconds after which a request that received nothing meanwhile holds an upload no more."""
CHECKING: Final = 20
"""Seconds after which who checks an upload and does not say that it goes on is taken to have died."""
HOLD_OVER: Final = is_over("held_until", timedelta(seconds=max(LEASE, CHECKING)))
CHECKS: Final = 480
"""Seconds that this is said for at most: turns, inspection and scan may take 385, and the file is read twice."""
MOST_OVER: Final = 100
"""Uploads of one sender of which it is still known that they were ended or refused: the newest."""
OPEN: Final = "select desk.open_upload(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
FIND: Final = f"select {COLUMNS} from desk.upload where id = %s and sender = %s"  # noqa: S608  (our own words)
UNFINISHED: Final = f"""
select {COLUMNS} from desk.upload
 where candidacy is not distinct from %s and sender = %s and state in ('receiving', 'checking') and expires_at > now()
 order by created_at, id
"""  # noqa: S608  (our own words)
HELD: Final = f"""
select {COLUMNS} from desk.upload where candidate = %(person)s or sender = %(person)s order by created_at, id
"""  # noqa: S608  (our own words)
TAKE: Final = f"""
with held as (
  update desk.upload set holder = %(stretch)s, held_until = now() + make_interval(secs => %(lease)s)
   where id = %(upload)s and sender = %(sender)s and state = 'receiving' and taken = %(offset)s
     and expires_at > now() and (holder is null or {HOLD_OVER})
  returning id, taken
)
insert into desk.stretch (id, upload, start) select %(stretch)s, id, taken from held returning start
"""  # noqa: S608  (our own words)
ADVANCE: Final = """
with moved as (
  update desk.upload set taken = taken + %(size)s, expires_at = now() + interval '24 hours',
         held_until = now() + make_interval(secs => %(lease)s)
   where id = %(upload)s and holder = %(stretch)s and state = 'receiving' and taken = %(offset)s
  returning id
)
update desk.stretch s set size = size + %(size)s from moved where s.id = %(stretch)s returning s.size
"""
HOLD_ON: Final = """
update desk.upload set held_until = now() + make_interval(secs => %(lease)s)
 where id = %(upload)s and holder = %(holder)s returning id
"""
LET_GO: Final = """
with gone as (delete from desk.stretch where id = %(stretch)s and size = 0),
     free as (update desk.upload set holder = null, held_until = null where id = %(upload)s and holder = %(stretch)s)
select 1 where not exists (select from desk.stretch where id = %(stretch)s and size > 0)
"""
STRETCHES: Final = "select id, size from desk.stretch where upload = %s order by start, size desc"
CHECK: Final = f"""
update desk.upload set state = 'checking', holder = %(claim)s, held_until = now() + make_interval(secs => %(lease)s)
 where id = %(upload)s and sender = %(sender)s and taken = length and expires_at > now()
   and state in ('receiving', 'checking') and (holder is null or {HOLD_OVER})
returning id
"""  # noqa: S608  (our own words)
CHECKED: Final = """
update desk.upload
   set state = %(state)s, reason = %(reason)s, holder = null, held_until = null,
       expires_at = now() + interval '24 hours'
 where id = %(upload)s and holder = %(claim)s
"""
READY: Final = """
update desk.upload
   set state = 'ready', evidence = %s, about = null, holder = null, held_until = null,
       expires_at = now() + interval '24 hours'
 where id = %s and sender = %s and state <> 'ready' returning id
"""
END: Final = f"""
update desk.upload set state = 'ended', about = null, holder = null, held_until = null
 where id = %s and sender = %s
   and (state in ('receiving', 'refused', 'quarantined') or state = 'checking' and {HOLD_OVER})
returning id
"""  # noqa: S608  (our own words)
EXPIRED: Final = f"""
update desk.upload u set state = 'ended', about = null, holder = null, held_until = null
 where state in ('receiving', 'checking') and expires_at <= now() and (held_until is null or {HOLD_OVER})
returning id
"""  # noqa: S608  (our own words)
ALL_END: Final = """
update desk.upload set state = 'ended', about = null, holder = null, held_until = null
 where state in ('receiving', 'checking')
"""
FORGET: Final = "delete from desk.upload where expires_at < now() - interval '7 days'"
CROWD_OUT: Final = """
delete from desk.upload where id in (
  select id from desk.upload where sender = %s and state in ('ended', 'refused', 'quarantined')
   order by created_at desc, id offset %s
)
"""
FORGOTTEN: Final = "delete from desk.stretch where upload = %s"
ENDED: Final = """
select s.id from desk.stretch s join desk.upload u on u.id = s.upload where u.state not in ('receiving', 'checking')
"""
LIVE: Final = "select id from desk.stretch"
PURGE: Final = "delete from desk.upload where candidate = %s and (candidacy is null) = %s"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file on its way in: bytes it will have and bytes that are durable, and what became of it.

    It is for a candidacy, or, where that is None, for its sender's own portfolio.
    `about` is encrypted for the candidate: the file's name, and when it was modified, as its sender stated them.
    """

    id: UUID
    candidacy: UUID | None
    candidate: UUID
    sender: UUID
    length: int
    taken: int
    about: bytes | None
    state: State
    reason: str | None
    evidence: UUID | None
    created_at: datetime
    expires_at: datetime
    expired: bool

    @property
    def retention(self) -> Retention:
        """For which of the candidate's keys its bytes, and `about`, are encrypted: the class that it will be of."""
        return Retention.PORTFOLIO if self.candidacy is None else Retention.PAPERS

    @property
    def open(self) -> bool:
        """Whether it is still to be received, or put in."""
        return self.state in {"receiving", "checking"} and not self.expired

    @property
    def whole(self) -> bool:
        """Whether all its bytes are there."""
        return self.taken == self.length


@dataclass(frozen=True, kw_only=True)
class Room:
    """What may still be opened: by one sender at once, and for one candidacy or portfolio; None: no limit.

    Of what a sender has under way together `most_bytes`, a file alone apart.
    """

    most_open: int
    most_bytes: int
    bytes_left: int | None
    pieces_left: int | None


class Uploads:
    """The uploads on the desk."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def open(
        self,
        upload: UUID,
        *,
        candidacy: UUID | None,
        candidate: UUID,
        sender: UUID,
        length: int,
        about: bytes,
        asked: str | None,
        room: Room,
    ) -> Opened:
        """Open an upload where there is room. `same`: this request opened it before; `reused`: another one did.

        It crowds out the oldest of the sender's that are over: who begins and ends them without end leaves no more.
        """
        limits = (room.most_open, room.most_bytes, room.bytes_left, room.pieces_left)
        rows = self._rows(OPEN, (upload, candidacy, candidate, sender, length, about, asked, *limits))
        answer: Opened = rows[0][0]
        if answer == "opened":
            self._run(CROWD_OUT, (sender, MOST_OVER))
        return answer

    def find(self, upload: UUID, sender: UUID) -> Upload | None:
        """The upload, if it is this sender's."""
        rows = self._rows(FIND, (upload, sender))
        return _upload(rows[0]) if rows else None

    def unfinished(self, candidacy: UUID | None, sender: UUID) -> list[Upload]:
        """What this sender has begun for a candidacy, or their portfolio, and not put in, oldest first."""
        return [_upload(row) for row in self._rows(UNFINISHED, (candidacy, sender))]

    def held(self, person: UUID) -> list[Upload]:
        """What is kept of the uploads about a person, or that they sent, for themselves."""
        return [_upload(row) for row in self._rows(HELD, {"person": person})]

    def take(self, upload: UUID, sender: UUID, offset: int, stretch: UUID) -> bool:
        """Hold the upload at this offset, as the request `stretch`; False when it is not there, or held."""
        given = {"upload": upload, "sender": sender, "offset": offset, "stretch": stretch, "lease": LEASE}
        return bool(self._rows(TAKE, given))

    def hold_on(self, upload: UUID, stretch: UUID) -> bool:
        """Say that bytes are coming; False when another has taken the upload meanwhile, or it has ended."""
        return bool(self._rows(HOLD_ON, {"upload": upload, "holder": stretch, "lease": LEASE}))

    def advance(self, upload: UUID, stretch: UUID, offset: int, size: int) -> bool:
        """Move the offset over bytes that are durable now; False, and nothing moves, when the lease is lost."""
        given = {"upload": upload, "stretch": stretch, "offset": offset, "size": size, "lease": LEASE}
        return bool(self._rows(ADVANCE, given))

    def let_go(self, upload: UUID, stretch: UUID) -> bool:
        """Hold it no more; whether nothing of the stretch counts, or no more, so that its segments may go."""
        return bool(self._rows(LET_GO, {"upload": upload, "stretch": stretch}))

    def stretches(self, upload: UUID) -> list[tuple[UUID, int]]:
        """What the upload consists of, in order: where each stretch's bytes are, and how many of them count."""
        return [(stretch, size) for stretch, size in self._rows(STRETCHES, (upload,))]

    def check(self, upload: UUID, sender: UUID, claim: UUID) -> bool:
        """Begin to check what is all there; False when it is not, or somebody else checks it at this moment."""
        return bool(self._rows(CHECK, {"upload": upload, "sender": sender, "claim": claim, "lease": CHECKING}))

    def check_on(self, upload: UUID, claim: UUID) -> bool:
        """Say that the check goes on; False when another has begun one meanwhile, or it is over."""
        return bool(self._rows(HOLD_ON, {"upload": upload, "holder": claim, "lease": CHECKING}))

    def checked(self, upload: UUID, claim: UUID, state: State, *, reason: str | None = None) -> None:
        """Note what checking came to; `receiving`: to nothing, so that it may be tried again."""
        self._run(CHECKED, {"upload": upload, "claim": claim, "state": state, "reason": reason})

    def ready(self, upload: UUID, sender: UUID, evidence: UUID) -> bool:
        """Note which piece it became; whether that was not noted yet."""
        return bool(self._rows(READY, (evidence, upload, sender)))

    def end(self, upload: UUID, sender: UUID) -> bool:
        """End an upload that nobody checks at this moment; whether it was there to be ended."""
        return bool(self._rows(END, (upload, sender)))

    def expire(self) -> int:
        """End what has expired, and forget what ended long ago; gives how many expired."""
        ended = self._rows(EXPIRED, ())
        self._run(FORGET, ())
        return len(ended)

    def end_all(self) -> None:
        """End all that are under way: after a restore, which brings their rows back and not their bytes."""
        self._run(ALL_END, ())

    def ended_stretches(self) -> list[UUID]:
        """The stretches of uploads that have ended, whose segments may go."""
        return [stretch for (stretch,) in self._rows(ENDED, ())]

    def live_stretches(self) -> frozenset[UUID]:
        """All stretches that an upload knows: segments under any other id are nobody's."""
        return frozenset(stretch for (stretch,) in self._rows(LIVE, ()))

    def forget_stretches(self, upload: UUID) -> None:
        """Forget where the bytes of an upload were."""
        self._run(FORGOTTEN, (upload,))

    def purge(self, person: UUID, *, kept: bool = False) -> None:
        """Forget the uploads of evidence about a person, or into their portfolio; their bytes are then nobody's."""
        self._run(PURGE, (person, kept))

    def _rows(self, statement: str, values: Any) -> list[tuple[Any, ...]]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _run(self, statement: str, values: Any) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)


def _upload(row: tuple[Any, ...]) -> Upload:
    names = Upload.__dataclass_fields__
    found = dict(zip(names, row, strict=True))
    return Upload(**found | {"about": None if found["about"] is None else bytes(found["about"])})
