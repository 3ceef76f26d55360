"""Resumable uploads: the state of each, and the lease of the request that receives it.

An upload is received under a lease: one request holds it, renews it while bytes arrive, and moves the offset only
while it holds it. The lease of a request that died or receives nothing expires; so does the claim of a process that
checks a file. Each move of the offset is one statement, so that no transaction waits for the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from adapters.database.pool import Database
from adapters.operations.due import is_over
from domain.fact import Retention

Opened = Literal["opened", "same", "reused", "many", "much", "over"]
State = Literal["receiving", "checking", "ready", "refused", "quarantined", "ended"]

COLUMNS: Final = (
    "id, candidacy, candidate, sender, length, taken, about, state, reason, evidence, created_at, expires_at,"
    " expires_at <= now()"
)
LEASE: Final = 5
"""Seconds after which a request that received nothing loses an upload."""
CHECKING: Final = 20
"""Seconds without renewal after which the claim of a process that checks an upload expires."""
HOLD_OVER: Final = is_over("held_until", timedelta(seconds=max(LEASE, CHECKING)))
CHECKS: Final = 480
"""Seconds during which a claim may be renewed: turns, inspection and scan may take 385, and the file is read
twice."""
MOST_OVER: Final = 100
"""The number of ended or refused uploads stored for one sender; the newest are kept."""
OPEN: Final = "select desk.open_upload(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
FIND: Final = f"select {COLUMNS} from desk.upload where id = %s and sender = %s"  # noqa: S608  (constants only)
UNFINISHED: Final = f"""
select {COLUMNS} from desk.upload
 where candidacy is not distinct from %s and sender = %s and state in ('receiving', 'checking') and expires_at > now()
 order by created_at, id
"""  # noqa: S608  (constants only)
HELD: Final = f"""
select {COLUMNS} from desk.upload where candidate = %(person)s or sender = %(person)s order by created_at, id
"""  # noqa: S608  (constants only)
TAKE: Final = f"""
with held as (
  update desk.upload set holder = %(stretch)s, held_until = now() + make_interval(secs => %(lease)s)
   where id = %(upload)s and sender = %(sender)s and state = 'receiving' and taken = %(offset)s
     and expires_at > now() and (holder is null or {HOLD_OVER})
  returning id, taken
)
insert into desk.stretch (id, upload, start) select %(stretch)s, id, taken from held returning start
"""  # noqa: S608  (constants only)
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
"""  # noqa: S608  (constants only)
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
"""  # noqa: S608  (constants only)
EXPIRED: Final = f"""
update desk.upload u set state = 'ended', about = null, holder = null, held_until = null
 where state in ('receiving', 'checking') and expires_at <= now() and (held_until is null or {HOLD_OVER})
returning id
"""  # noqa: S608  (constants only)
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
    """A file being received: its length, the bytes stored durably, and its state.

    It is for a candidacy, or for its sender's own portfolio if that is None. `about` is encrypted for the candidate:
    the file's name and modification time, as its sender stated them.
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
        """The retention class of the future piece; the candidate's key for it encrypts its bytes and `about`."""
        return Retention.PORTFOLIO if self.candidacy is None else Retention.PAPERS

    @property
    def open(self) -> bool:
        """True while it is being received or checked."""
        return self.state in {"receiving", "checking"} and not self.expired

    @property
    def whole(self) -> bool:
        """True if all its bytes are stored."""
        return self.taken == self.length


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """Limits for opening an upload: for one sender's open uploads, and one candidacy or portfolio; None: no limit.

    `most_bytes` limits the total size of a sender's open uploads, unless there is only one.
    """

    most_open: int
    most_bytes: int
    bytes_left: int | None
    pieces_left: int | None


class Uploads:
    """The stored uploads."""

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
        room: UploadLimits,
    ) -> Opened:
        """Open an upload if the limits allow it. `same`: this request opened it before; `reused`: another one did.

        The oldest ended uploads of the sender are deleted, so that repeatedly opening and ending uploads does not
        accumulate rows.
        """
        limits = (room.most_open, room.most_bytes, room.bytes_left, room.pieces_left)
        rows = self._rows(OPEN, (upload, candidacy, candidate, sender, length, about, asked, *limits))
        answer: Opened = rows[0][0]
        if answer == "opened":
            self._run(CROWD_OUT, (sender, MOST_OVER))
        return answer

    def find(self, upload: UUID, sender: UUID) -> Upload | None:
        """Return the upload, if it is this sender's."""
        rows = self._rows(FIND, (upload, sender))
        return _upload(rows[0]) if rows else None

    def unfinished(self, candidacy: UUID | None, sender: UUID) -> list[Upload]:
        """Return this sender's unfinished uploads for a candidacy, or for their portfolio, oldest first."""
        return [_upload(row) for row in self._rows(UNFINISHED, (candidacy, sender))]

    def held(self, person: UUID) -> list[Upload]:
        """Return the uploads about a person, or sent by them, for their own export."""
        return [_upload(row) for row in self._rows(HELD, {"person": person})]

    def take(self, upload: UUID, sender: UUID, offset: int, stretch: UUID) -> bool:
        """Lease the upload at this offset to the request `stretch`; return False if it is at another, or leased."""
        given = {"upload": upload, "sender": sender, "offset": offset, "stretch": stretch, "lease": LEASE}
        return bool(self._rows(TAKE, given))

    def hold_on(self, upload: UUID, stretch: UUID) -> bool:
        """Renew the lease while bytes come; return False if another has the upload, or it has ended."""
        return bool(self._rows(HOLD_ON, {"upload": upload, "holder": stretch, "lease": LEASE}))

    def advance(self, upload: UUID, stretch: UUID, offset: int, size: int) -> bool:
        """Move the offset past bytes that are durable now; return False, without a move, if the lease is lost."""
        given = {"upload": upload, "stretch": stretch, "offset": offset, "size": size, "lease": LEASE}
        return bool(self._rows(ADVANCE, given))

    def let_go(self, upload: UUID, stretch: UUID) -> bool:
        """Release the lease; return True if no byte of the stretch counts, so that its segments may be deleted."""
        return bool(self._rows(LET_GO, {"upload": upload, "stretch": stretch}))

    def stretches(self, upload: UUID) -> list[tuple[UUID, int]]:
        """Return the parts of the upload in order: each stretch, and how many of its bytes count."""
        return [(stretch, size) for stretch, size in self._rows(STRETCHES, (upload,))]

    def check(self, upload: UUID, sender: UUID, claim: UUID) -> bool:
        """Claim a complete upload for its check; return False if it is not complete, or is being checked."""
        return bool(self._rows(CHECK, {"upload": upload, "sender": sender, "claim": claim, "lease": CHECKING}))

    def check_on(self, upload: UUID, claim: UUID) -> bool:
        """Renew the claim of a check; return False if another check has begun, or it is over."""
        return bool(self._rows(HOLD_ON, {"upload": upload, "holder": claim, "lease": CHECKING}))

    def checked(self, upload: UUID, claim: UUID, state: State, *, reason: str | None = None) -> None:
        """Note the result of a check; `receiving` means no result, and allows another check."""
        self._run(CHECKED, {"upload": upload, "claim": claim, "state": state, "reason": reason})

    def ready(self, upload: UUID, sender: UUID, evidence: UUID) -> bool:
        """Note the piece that the upload became; return False if that was noted before."""
        return bool(self._rows(READY, (evidence, upload, sender)))

    def end(self, upload: UUID, sender: UUID) -> bool:
        """End an upload that is not being checked; return whether there was one."""
        return bool(self._rows(END, (upload, sender)))

    def expire(self) -> int:
        """End expired uploads, and delete those that ended long ago; return how many expired."""
        ended = self._rows(EXPIRED, ())
        self._run(FORGET, ())
        return len(ended)

    def end_all(self) -> None:
        """End all uploads under way: a restore brings back their rows and not their bytes."""
        self._run(ALL_END, ())

    def ended_stretches(self) -> list[UUID]:
        """Return the stretches of uploads that have ended, whose segments may be deleted."""
        return [stretch for (stretch,) in self._rows(ENDED, ())]

    def live_stretches(self) -> frozenset[UUID]:
        """Return all stretches that belong to an upload; segments with any other id belong to no upload."""
        return frozenset(stretch for (stretch,) in self._rows(LIVE, ()))

    def forget_stretches(self, upload: UUID) -> None:
        """Delete the stretches of an upload."""
        self._run(FORGOTTEN, (upload,))

    def purge(self, person: UUID, *, kept: bool = False) -> None:
        """Delete the rows of a person's uploads, of evidence or (`kept`) into their portfolio."""
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
