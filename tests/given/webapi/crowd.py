"""Many candidacies in the reporting tables, written without a log."""

from __future__ import annotations

from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Database
from projections.engine.statements import statements

TOUCHED = "from dossier where since > %(after)s and since <= %(upto)s"
PEOPLE = """
with made as (
  select n, md5('candidacy ' || n)::uuid as candidacy,
         %(framework)s::uuid as framework, %(rulebook)s::uuid as rulebook,
         (array['FI', 'FC', 'VAE', 'FI', 'CA', 'VAE'])[1 + n %% 6] as route,
         make_date(%(last)s - (n / 7) %% %(years)s, 3, 1) + (n / 11) %% %(sessions)s * 7 as jury_on,
         abs(hashtext('what ' || n)) %% 100 as luck
    from generate_series(1, %(many)s) n
), decided as (
  select *, md5('session ' || jury_on)::uuid as session, jury_on - 40 - 2 * luck as opened_on,
         case when luck < 58 then 'full' when luck < 80 then 'partial' when luck < 90 then 'none'
              else 'in_progress' end as outcome
    from made
), known as (
  select *, array(select b from generate_series(1, 4) b
                   where outcome = 'full' or (outcome = 'partial' and (luck + b) %% 2 = 0)) as held
    from decided
), people as (
  insert into projection.reported_candidacies
  select k.candidacy, k.framework, k.route, null, k.opened_on, 4, null,
         case when k.route = 'VAE' and r.step > 0 then true end, k.route = 'VAE' and r.step > 0 and k.luck < 95, 3,
         case when r.step = 2 then (k.luck < 90)::integer + (k.n %% 5 = 0)::integer else 0 end,
         case when r.step = 2 then k.session end, case when r.step = 2 then k.jury_on end,
         case when r.step = 2 then case when k.luck < 90 then 'present' else 'absent' end end,
         case when r.step = 2 then k.outcome else 'in_progress' end, 0,
         case when r.step = 2 and k.outcome = 'full' then k.jury_on end, r.step = 2 and k.luck < 50, k.rulebook,
         case when r.step = 2 then k.held else '{}' end,
         array(select b from generate_series(1, 4) b where r.step < 2 or b <> all(k.held)), '{}',
         case when r.step = 2 and k.outcome <> 'in_progress' then k.session end,
         case when r.step = 2 and k.outcome <> 'in_progress' then k.jury_on end,
         case when r.step = 2 and k.outcome <> 'in_progress' then k.route end,
         k.candidacy,
         k.n * 10 + r.step, case when r.step < 2 then k.n * 10 + r.step + 1 end,
         (array[k.opened_on, k.opened_on + 20 + k.luck, k.jury_on + 10 + k.luck %% 9])[r.step + 1],
         (array[k.opened_on + 20 + k.luck, k.jury_on + 10 + k.luck %% 9, null])[r.step + 1]
    from known k, generate_series(0, 2) r (step)
), stated as (
  insert into projection.reported_people
  select candidacy, (array['f', 'm', 'f', null])[1 + n %% 4],
         case when n %% 5 > 0 then 2000 - n %% 40 end, false, 0, null, '0001-01-01', null
    from known
)
insert into projection.reported_blocks
select k.candidacy, b.block, k.framework,
       case when r.step = 0 or k.outcome = 'in_progress' then 'not_decided'
            when b.block = any(k.held) then 'granted'
            else 'not_granted' end,
       0, 0, case when r.step = 1 then k.session end, null, k.n * 10 + 2 * r.step,
       case when r.step = 0 then k.n * 10 + 2 end,
       case when r.step = 0 then k.opened_on else k.jury_on + 10 end, case when r.step = 0 then k.jury_on + 10 end
  from known k, generate_series(1, 4) b (block), generate_series(0, 1) r (step)
"""
"""Three versions each: opened; for VAE, admissible and filed; decided by a jury of one week in spring."""


def crowd(
    database: Database, many: int, framework: UUID, rulebook: UUID, *, last: int, years: int, sessions: int
) -> None:
    """Insert this many candidacies, before juries of this many years and sessions."""
    given = {"many": many, "framework": str(framework), "rulebook": str(rulebook)}
    with database.transaction() as cursor:
        cursor.execute(PEOPLE, given | {"last": last, "years": years, "sessions": sessions})
        counted_anew(cursor)
        cursor.execute(
            "analyze projection.reported_candidacies, projection.reported_people, projection.reported_blocks,"
            " projection.reported_counts"
        )


def dispersed(database: Database) -> None:
    """Delete all candidacies that are not in the log."""
    with database.transaction() as cursor:
        for table in ("reported_candidacies", "reported_blocks"):
            cursor.execute(
                f"delete from projection.{table} where candidacy not in"  # noqa: S608  (of two names)
                " (select candidacy from projection.candidacy_overview)"
            )
        cursor.execute(
            "delete from projection.reported_people where person not in"
            " (select person from projection.person_directory)"
        )
        counted_anew(cursor)


def counted_anew(cursor: Cursor) -> None:
    """Count all versions as a rebuild does, also those of candidacies without a dossier."""
    cursor.execute("set local search_path = projection, pg_temp")
    cursor.execute("delete from reported_counts")
    of_dossiers = statements("reported_counts")["extend"]
    of_all = of_dossiers.replace(TOUCHED, "from reported_candidacies")
    assert of_all != of_dossiers
    cursor.execute(of_all, {"after": 0, "upto": 2**62})
