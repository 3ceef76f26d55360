"""All projections, in the order of computation, and how their tables are created, tracked and digested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from projections.appeal.annulments import ANNULMENTS
from projections.appeal.rectifications import RECTIFICATIONS
from projections.appeal.reviews import REVIEWS
from projections.assessment.assessor_assignments import ASSESSOR_ASSIGNMENTS
from projections.assessment.papers_to_mark import PAPERS_TO_MARK
from projections.assessment.ready_for_jury import READY_FOR_JURY
from projections.candidacy.candidacy_overview import CANDIDACY_OVERVIEW
from projections.candidacy.dossier import DOSSIER
from projections.deadlines.deadlines import DEADLINES
from projections.deadlines.notices import NOTICES
from projections.engine.projection import Added, Projection, shape, table
from projections.evidence.portfolio import PORTFOLIO
from projections.evidence.private_links import PRIVATE_LINKS
from projections.exam.accommodations import ACCOMMODATIONS
from projections.exam.sitting_agenda import SITTING_AGENDA
from projections.exam.sitting_markers import SITTING_MARKERS
from projections.exam.sittings import SITTINGS
from projections.framework.certification_catalogue import CERTIFICATION_CATALOGUE
from projections.jury.jury_agenda import JURY_AGENDA
from projections.jury.jury_panel import JURY_PANEL
from projections.jury.jury_sessions import JURY_SESSIONS
from projections.organisation.certifiers import CERTIFIERS
from projections.organisation.habilitations import HABILITATIONS
from projections.organisation.organisations import ORGANISATIONS
from projections.people.careers import CAREERS
from projections.people.person_directory import PERSON_DIRECTORY
from projections.people.person_proposals import PERSON_PROPOSALS
from projections.register.cohorts import COHORTS
from projections.register.papers import PAPERS
from projections.reporting.reported_appeals import REPORTED_APPEALS
from projections.reporting.reported_blocks import REPORTED_BLOCKS
from projections.reporting.reported_candidacies import REPORTED_CANDIDACIES
from projections.reporting.reported_competences import REPORTED_COMPETENCES
from projections.reporting.reported_counts import REPORTED_COUNTS
from projections.reporting.reported_deadlines import REPORTED_DEADLINES
from projections.reporting.reported_evidence import REPORTED_EVIDENCE
from projections.reporting.reported_fraud import REPORTED_FRAUD
from projections.reporting.reported_hearings import REPORTED_HEARINGS
from projections.reporting.reported_juries import REPORTED_JURIES
from projections.reporting.reported_jury_checks import REPORTED_JURY_CHECKS
from projections.reporting.reported_people import REPORTED_PEOPLE
from projections.reporting.reported_register import REPORTED_REGISTER
from projections.reporting.reported_sessions import REPORTED_SESSIONS
from projections.reporting.reported_stages import REPORTED_STAGES
from projections.standing.block_status import BLOCK_STATUS
from projections.standing.competence_status import COMPETENCE_STATUS
from projections.standing.decision_history import DECISION_HISTORY
from projections.standing.feed import FEED
from projections.standing.results_known import RESULTS_KNOWN

PROJECTIONS: tuple[Projection, ...] = (
    DOSSIER,  # first: the others are computed from it
    DECISION_HISTORY,
    COMPETENCE_STATUS,
    BLOCK_STATUS,
    CANDIDACY_OVERVIEW,
    ASSESSOR_ASSIGNMENTS,
    PAPERS_TO_MARK,
    READY_FOR_JURY,
    DEADLINES,
    JURY_SESSIONS,
    JURY_PANEL,
    JURY_AGENDA,
    REVIEWS,
    RECTIFICATIONS,
    ANNULMENTS,
    PAPERS,
    COHORTS,
    NOTICES,
    PERSON_DIRECTORY,
    PERSON_PROPOSALS,
    CAREERS,
    CERTIFICATION_CATALOGUE,
    ORGANISATIONS,
    CERTIFIERS,
    HABILITATIONS,
    SITTINGS,
    SITTING_AGENDA,
    SITTING_MARKERS,
    ACCOMMODATIONS,
    PORTFOLIO,
    PRIVATE_LINKS,
    REPORTED_PEOPLE,
    REPORTED_CANDIDACIES,
    REPORTED_COUNTS,
    REPORTED_BLOCKS,
    REPORTED_COMPETENCES,
    REPORTED_STAGES,
    REPORTED_HEARINGS,
    REPORTED_SESSIONS,
    REPORTED_JURIES,
    REPORTED_JURY_CHECKS,
    REPORTED_EVIDENCE,
    REPORTED_DEADLINES,
    REPORTED_APPEALS,
    REPORTED_FRAUD,
    REPORTED_REGISTER,
    RESULTS_KNOWN,
    FEED,
)
NAMES = tuple(projection.name for projection in PROJECTIONS)

LIVE, FRESH = "projection", "projection_fresh"
READERS = "acquis_web, acquis_worker, acquis_auditor, acquis_backup"
NAME = "projections"
"""The name under which the position of all live tables is tracked."""

WRITING = "select pg_advisory_xact_lock(4714, 1)"
"""The lock on writing the live tables, held by each batch and by each replacement of tables."""
FILLING = """
set local lock_timeout = 0;
set local work_mem = '8MB';
set local client_connection_check_interval = '1s';
set local synchronous_commit = off
"""
"""Settings of a transaction that fills fresh tables: it waits for a backup that has locked them; it sorts dossiers in
8 MB, which is faster than in 64 MB; its statements end soon after their client was killed; and its commits do not
wait for the disk, which only the commit that replaces the live tables has to."""
AT = "select position from projection.tracking where name = %s"


class UnknownProjection(LookupError):  # noqa: N818  (it names what was asked for)
    """There is no projection of that name."""


def chosen(names: Iterable[str] | None) -> list[Projection]:
    """Return the projections of these names, or all, and those made from them, in the order of computation."""
    wanted = set(NAMES if names is None else names)
    if strangers := sorted(wanted - set(NAMES)):
        raise UnknownProjection(", ".join(strangers))
    wanted |= {each.name for each in PROJECTIONS if isinstance(each, Added) and wanted.intersection(each.of)}
    return [projection for projection in PROJECTIONS if projection.name in wanted]


def into(sql: Cursor, schema: str) -> None:
    """Use the tables of a schema in this transaction; tables missing there are read from the live schema."""
    sql.execute(f"set local search_path = {schema}, {LIVE}, pg_temp")


@contextmanager
def filling(database: Database) -> Iterator[Cursor]:
    """Open a transaction in which fresh tables are created and filled."""
    with database.transaction() as sql:
        into(sql, FRESH)
        sql.execute(FILLING)
        yield sql


def tracked(sql: Cursor) -> int:
    """Return the position of the live tables; 0 before the first batch."""
    sql.execute(AT, (NAME,))
    row = sql.fetchone()
    return row[0] if row else 0


def make(sql: Cursor, schema: str, projections: Sequence[Projection]) -> None:
    """Create empty tables in a schema; existing tables with these names are dropped."""
    into(sql, schema)
    for projection in projections:
        sql.execute(f"drop table if exists {schema}.{projection.name}")
        sql.execute(table(projection))
        sql.execute(f"grant select on {schema}.{projection.name} to {READERS}")


def make_fresh(sql: Cursor, projections: Sequence[Projection]) -> None:
    """Create empty tables in the fresh schema; tables left there by an interrupted rebuild are dropped."""
    sql.execute("select tablename from pg_tables where schemaname = %s", (FRESH,))
    for (name,) in sql.fetchall():
        sql.execute(f"drop table {FRESH}.{name}")
    make(sql, FRESH, projections)


def note_shapes(sql: Cursor, projections: Sequence[Projection]) -> None:
    """Store the digest of the files that made each live table."""
    for projection in projections:
        sql.execute(
            "insert into projection.shape values (%s, %s) on conflict (name) do update set sha256 = excluded.sha256",
            (projection.name, shape(projection)),
        )


def outdated(sql: Cursor) -> list[str]:
    """Return the projections whose live table is missing, or was made by another version of Acquis."""
    sql.execute("select name, sha256 from projection.shape where to_regclass('projection.' || name) is not null")
    made = dict(sql.fetchall())
    return [projection.name for projection in PROJECTIONS if made.get(projection.name) != shape(projection)]


def digest(database: Database, names: Iterable[str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of each live table's rows as text, in order, from one snapshot, in constant memory."""
    found = {}
    with database.transaction() as sql:
        sql.execute("set transaction isolation level repeatable read, read only")
        sql.execute("set local timezone = 'UTC'")
        for projection in chosen(names):
            sql.execute(
                "declare digested no scroll cursor for select t::text"  # noqa: S608  (our own names)
                f' from {LIVE}.{projection.name} t order by t::text collate "C"'
            )
            summed = hashlib.sha256()
            while True:
                sql.execute("fetch 2000 from digested")
                if not (rows := sql.fetchall()):
                    break
                summed.update("".join(f"{row}\n" for (row,) in rows).encode())
            sql.execute("close digested")
            found[projection.name] = summed.hexdigest()
    return found
