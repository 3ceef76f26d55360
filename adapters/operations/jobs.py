"""Queue of work on files, served fairly: the least recently served person first, one file of each at a time.

The conversion of a film takes minutes and has a separate turn, so that the person's other files do not wait for it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from adapters.alarm import Alarm
from adapters.database.pool import Database
from adapters.operations.due import is_over
from adapters.operations.hints import put_lightly
from adapters.process.request_id import current
from domain.ports import CandidacyId, EvidenceId

Kind = Literal["check", "copy", "film"]
KINDS: Final[tuple[Kind, ...]] = ("check", "copy", "film")
"""The order in which the jobs of one person are done."""
TRIES: Final = 3
"""Tries after which a file that kills its workers is tried no more."""
HELD: Final = timedelta(seconds=20)
"""Time that a turn is held after the worker last prolonged it."""
PAUSE: Final = timedelta(seconds=30)
"""The wait before the next try after a failure of the installation, such as a scanner that is down."""
LATE: Final = timedelta(minutes=10)
"""The time after which a waiting check raises an alarm, unless the same person's other files are served."""
AT_ONCE: Final = 500
PUT: Final = """
with turn as (insert into desk.turn (person, film) values (%(person)s, %(kind)s = 'film') on conflict do nothing)
insert into desk.job (kind, evidence, candidacy, person, request)
values (%(kind)s, %(evidence)s, %(candidacy)s, %(person)s, %(request)s)
on conflict do nothing
"""
CLAIM: Final = f"""
with turn as (
  select t.person, t.film from desk.turn t
   where (t.held_until is null or {is_over("t.held_until", HELD)})
     and exists (select from desk.job j where j.person = t.person and (j.kind = 'film') = t.film
                    and {is_over("j.due_at", PAUSE)} and j.kind = any(%(kinds)s))
   order by t.served_at, t.person limit 1 for update skip locked
), held as (
  update desk.turn t set served_at = clock_timestamp(), holder = %(holder)s, held_until = now() + %(held)s
    from turn where t.person = turn.person and t.film = turn.film
), next as (
  select j.id from desk.job j join turn on j.person = turn.person and (j.kind = 'film') = turn.film
   where {is_over("j.due_at", PAUSE)} and j.kind = any(%(kinds)s)
   order by array_position(%(kinds)s, j.kind), j.made_at, j.id limit 1
)
update desk.job j set tries = tries + 1 from next where j.id = next.id
returning j.id, j.kind, j.evidence, j.candidacy, j.person, j.tries, j.request
"""  # noqa: S608  (constants only)
"""Takes one turn in one statement, so that two concurrent workers get files of different persons."""
ON: Final = "update desk.turn set held_until = now() + %s where person = %s and holder = %s returning person"
END: Final = "update desk.turn set holder = null, held_until = null where person = %s and holder = %s"
DONE: Final = "delete from desk.job where id = %s"
AGAIN: Final = """
update desk.job set due_at = now() + %(pause)s, waits_for = %(why)s, tries = tries - %(uncounted)s where id = %(id)s
"""
PURGE: Final = """
with jobs as (delete from desk.job where person = %(person)s and (candidacy is null) = %(kept)s)
delete from desk.turn t where person = %(person)s
   and not exists (select from desk.job j where j.person = t.person and (j.candidacy is null) <> %(kept)s)
"""
TIDY: Final = f"""
delete from desk.turn t
 where served_at < now() - interval '1 day' and (held_until is null or {is_over("held_until", HELD)})
   and not exists (select from desk.job j where j.person = t.person and (j.kind = 'film') = t.film)
"""  # noqa: S608  (constants only)
HEAD: Final = "select coalesce(max(position), 0) from log.leaf"
LOST: Final = """
select e.position, e.stream, piece.evidence, piece.person
  from log.fact e
  cross join lateral (
    select (e.body::jsonb ->> 'evidence')::uuid as evidence, coalesce(e.body::jsonb ->> 'form', 'file') as form,
           (e.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid as person
  ) piece
 where e.type = 'EvidenceSubmitted' and e.position > %(after)s and e.position <= %(head)s
   and piece.form = 'file'
   and not exists (
     select from log.fact v where v.stream = piece.evidence
        and (v.type = 'EvidenceRejected' or v.type = 'EvidenceCleared' and v.body ~ '"media_type":"'))
   and coalesce((select v.type from log.fact v where v.stream = piece.evidence
                    and v.type in ('EvidenceCleared', 'EvidenceQuarantined')
                  order by v.version desc limit 1), '') <> 'EvidenceQuarantined'
   and not exists (
     select from log.fact p where p.stream = piece.person and p.type = 'PersonErased' and p.position > e.position
        and p.body::jsonb ->> 'retention' = 'papers')
   and not exists (select from desk.job j where j.evidence = piece.evidence and j.kind = 'check')
 order by e.position limit %(most)s
"""
"""Finds pieces without a verdict or a check job: their process died before it inserted the job."""
LOST_KEPT: Final = """
select e.position, null, e.stream, piece.person
  from log.fact e
  cross join lateral (select (e.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid as person) piece
 where e.type = 'PieceKept' and e.position > %(after)s and e.position <= %(head)s
   and e.body::jsonb ->> 'form' = 'file'
   and not exists (
     select from log.fact v where v.stream = e.stream
        and (v.type in ('PieceRejected', 'PieceDiscarded') or v.type = 'PieceCleared' and v.body ~ '"media_type":"'))
   and coalesce((select v.type from log.fact v where v.stream = e.stream
                    and v.type in ('PieceCleared', 'PieceQuarantined')
                  order by v.version desc limit 1), '') <> 'PieceQuarantined'
   and not exists (
     select from log.fact p where p.stream = piece.person and p.type = 'PersonErased' and p.position > e.position
        and p.body::jsonb ->> 'retention' = 'portfolio')
   and not exists (select from desk.job j where j.evidence = e.stream and j.kind = 'check')
 order by e.position limit %(most)s
"""
"""The same for pieces in portfolios."""
UNCOPIED: Final = """
select e.position, (e.body::jsonb ->> 'candidacy')::uuid, e.stream, e.body::jsonb ->> 'media_type',
       (p.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid
  from log.fact e
  join log.fact p on p.stream = (e.body::jsonb ->> 'candidacy')::uuid and p.type = 'EvidenceSubmitted'
   and p.body ~ ('"evidence":"' || e.stream || '"')
 where e.type = 'EvidenceCleared' and e.body ~ '"media_type":"' and e.position > %(after)s and e.position <= %(head)s
   and not exists (select from desk.reading_copy c where c.evidence = e.stream)
   and not exists (select from desk.job j where j.evidence = e.stream)
   and coalesce((select v.type from log.fact v where v.stream = e.stream
                    and v.type in ('EvidenceCleared', 'EvidenceQuarantined')
                  order by v.version desc limit 1), '') <> 'EvidenceQuarantined'
   and not exists (select from log.fact w where w.stream = e.stream and w.type = 'EvidenceWithdrawn')
   and not exists (
     select from log.fact d where d.stream = (p.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid
        and d.type = 'PersonErased' and d.position > p.position and d.body::jsonb ->> 'retention' = 'papers')
 order by e.position limit %(most)s
"""
"""Finds cleared pieces with neither a reading copy nor a job that makes one."""
UNCOPIED_KEPT: Final = """
select e.position, null, e.stream, e.body::jsonb ->> 'media_type',
       (p.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid
  from log.fact e
  join log.fact p on p.stream = e.stream and p.type = 'PieceKept'
 where e.type = 'PieceCleared' and e.body ~ '"media_type":"' and e.position > %(after)s and e.position <= %(head)s
   and not exists (select from desk.reading_copy c where c.evidence = e.stream)
   and not exists (select from desk.job j where j.evidence = e.stream)
   and coalesce((select v.type from log.fact v where v.stream = e.stream
                    and v.type in ('PieceCleared', 'PieceQuarantined', 'PieceDiscarded')
                  order by v.version desc limit 1), '') not in ('PieceQuarantined', 'PieceDiscarded')
   and not exists (
     select from log.fact d where d.stream = (p.body::jsonb -> 'sealed' -> 'digest' ->> 'of')::uuid
        and d.type = 'PersonErased' and d.position > p.position and d.body::jsonb ->> 'retention' = 'portfolio')
 order by e.position limit %(most)s
"""
"""The same for pieces in portfolios."""
WAITING: Final = """
select count(*), bool_or(late), max(waits_for) filter (where late)
  from (select j.waits_for, j.made_at < now() - %(late)s
               and (j.waits_for is not null or coalesce(t.served_at < now() - %(late)s, true)) as late
          from desk.job j left join desk.turn t on t.person = j.person and not t.film
         where j.kind = 'check') waiting
"""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One file to work on, taken by `holder`; `tries` counts this one. Without a candidacy it is a portfolio piece.

    `request` is the id of the request that inserted it, if any.
    """

    id: UUID
    kind: Kind
    evidence: EvidenceId
    candidacy: CandidacyId | None
    person: UUID
    tries: int
    request: str | None
    holder: UUID


@dataclass(frozen=True, kw_only=True)
class WaitingChecks:
    """The number of waiting checks, whether one is late, and the failure that delays it, if known."""

    count: int
    late: bool
    waits_for: str | None


class Jobs:
    """Waiting work on files, and the turns of the workers."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`, in the log's database."""
        self._database = database

    def put(self, kind: Kind, evidence: EvidenceId, candidacy: CandidacyId | None, person: UUID) -> None:
        """Insert a job, once while an equal one waits; without a candidacy for a portfolio piece."""
        said = {"kind": kind, "evidence": evidence, "candidacy": candidacy, "person": person}
        put_lightly(self._database, PUT, said | {"request": current()})

    def claim(self, kinds: Sequence[Kind] = KINDS) -> Job | None:
        """Take a job of these kinds, for the least recently served person without a current turn; or return None."""
        holder = uuid4()
        found = self._run(CLAIM, {"kinds": list(kinds), "holder": holder, "held": HELD})
        if not found:
            return None
        id_, kind, evidence, candidacy, person, tries, request = found[0]
        return Job(
            id=id_,
            kind=kind,
            evidence=EvidenceId(evidence),
            candidacy=candidacy and CandidacyId(candidacy),
            person=person,
            tries=tries,
            request=request,
            holder=holder,
        )

    def goes_on(self, job: Job) -> bool:
        """Prolong the turn of a job under way; return False if another worker has taken the turn."""
        return bool(self._run(ON, (HELD, job.person, job.holder)))

    def done(self, job: Job) -> None:
        """Delete a finished job, with any result, and end the turn."""
        self._run(DONE, (job.id,))
        self._run(END, (job.person, job.holder))

    def again(self, job: Job, why: str, *, counts: bool) -> None:
        """Retry a job later; `counts` as a try if the file caused the failure, and not the installation."""
        given = {"pause": PAUSE, "why": None if counts else why[:60], "uncounted": 0 if counts else 1, "id": job.id}
        self._run(AGAIN, given)
        self._run(END, (job.person, job.holder))

    def find_lost(self, after: int = 0) -> int:
        """Insert a check for each sealed piece after a position that has neither verdict nor job.

        Returns the position up to which no check is missing.
        """
        [(head,)] = self._run(HEAD, ())
        for lost in (LOST, LOST_KEPT):
            for candidacy, evidence, person in self._each(lost, after, head):
                self.put("check", EvidenceId(evidence), candidacy, person)
        return max(after, int(head))

    def find_uncopied(self, media: Container[str], after: int = 0) -> int:
        """Insert a copy job for each piece cleared after a position that lacks a copy; a film job for `media` types.

        Returns the position up to which no copy job is missing.
        """
        [(head,)] = self._run(HEAD, ())
        for uncopied in (UNCOPIED, UNCOPIED_KEPT):
            for candidacy, evidence, media_type, person in self._each(uncopied, after, head):
                kind: Kind = "film" if media_type in media else "copy"
                self.put(kind, EvidenceId(evidence), candidacy, person)
        return max(after, int(head))

    def waiting(self) -> WaitingChecks:
        """Return how many checks wait."""
        count, late, waits_for = self._run(WAITING, {"late": LATE})[0]
        return WaitingChecks(count=count, late=bool(late), waits_for=waits_for)

    def purge(self, person: UUID, *, kept: bool = False) -> None:
        """Delete the jobs for a person whose evidence was erased, or (`kept`) whose portfolio was erased."""
        self._run(PURGE, {"person": person, "kept": kept})

    def tidy(self) -> None:
        """Delete the turns of people without work for a day and without waiting jobs."""
        self._run(TIDY, ())

    def _each(self, statement: str, after: int, head: int) -> Iterator[Any]:
        """Yield the rows found after a position up to the head, without their positions."""
        while found := self._run(statement, {"after": after, "head": head, "most": AT_ONCE}):
            yield from (each[1:] for each in found)
            after = found[-1][0]

    def _run(self, statement: str, values: Any) -> list[Any]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def alarms(waiting: WaitingChecks) -> Iterator[Alarm]:
    """Yield the operator's alarm if checks wait too long, with the failure that delays them, if known."""
    if not waiting.late:
        return
    minutes = int(LATE.total_seconds() // 60)
    yield Alarm(
        slug="jobs-waiting",
        fr=f"Des preuves attendent leur vérification ({waiting.count}), l'une depuis plus de {minutes} minutes : "
        + (f"{waiting.waits_for}." if waiting.waits_for else "voyez si `acquis work` tourne."),
        en=f"Pieces of evidence wait for their check ({waiting.count}), one for over {minutes} minutes: "
        + (f"{waiting.waits_for}." if waiting.waits_for else "see whether `acquis work` runs."),
    )
