"""Do the guards of the log stand as the migrations set them: triggers, functions, rights, memberships?

What they are to be stands in `guards.txt`, one a line: the migrations make them so, and a test holds the two against
each other. Only beside exactly these migrations: a database that another version has migrated is not compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from adapters.database.migrate import migrations
from adapters.database.pool import Database
from adapters.log.doubt import Finding, finding

FILE: Final = Path(__file__).with_name("guards.txt")
APPLIED: Final = "select name, sha256 from public.acquis_migration order by number"
STANDING: Final = """
select 'trigger ' || c.relname || ' ' || t.tgname || ' ' || t.tgenabled::text || ' '
       || md5(regexp_replace(pg_get_triggerdef(t.oid), '\\s+', ' ', 'g'))
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'log'::regnamespace and not t.tgisinternal
union all
select 'function ' || p.oid::regprocedure || ' ' || p.prosecdef || ' '
       || coalesce(array_to_string(p.proconfig, ','), '-') || ' '
       || encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex')
  from pg_proc p where p.pronamespace = 'log'::regnamespace
union all
select 'view ' || c.relname || ' ' -- versions of PostgreSQL differ in blanks, and in what they qualify and name
       || md5(regexp_replace(pg_get_viewdef(c.oid), '\\s+|event\\.| AS pg_sequence_last_value', '', 'g'))
  from pg_class c where c.relnamespace = 'log'::regnamespace and c.relkind = 'v'
union all
select 'right ' || c.relname || ' ' || coalesce(r.rolname, 'public') || ' ' || a.privilege_type
  from pg_class c cross join lateral aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
 where c.relnamespace = 'log'::regnamespace and a.grantee <> c.relowner
   and (a.privilege_type <> 'SELECT' or a.grantee = 0 or r.rolname ~ '^acquis_')
union all
select 'right ' || p.oid::regprocedure || ' ' || coalesce(r.rolname, 'public') || ' ' || a.privilege_type
  from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  left join pg_roles r on r.oid = a.grantee
 where p.pronamespace = 'log'::regnamespace and a.grantee <> p.proowner
union all
select 'right ' || c.relname || '.' || t.attname || ' ' || coalesce(r.rolname, 'public') || ' ' || a.privilege_type
  from pg_attribute t join pg_class c on c.oid = t.attrelid cross join lateral aclexplode(t.attacl) a
  left join pg_roles r on r.oid = a.grantee
 where c.relnamespace = 'log'::regnamespace
union all
select 'right schema ' || coalesce(r.rolname, 'public') || ' ' || a.privilege_type
  from pg_namespace n cross join lateral aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
 where n.nspname = 'log' and a.grantee <> n.nspowner
union all
select 'owner ' || c.relname || ' ' || pg_get_userbyid(c.relowner)
  from pg_class c where c.relnamespace = 'log'::regnamespace and c.relkind in ('r', 'v', 'S')
union all
select 'power ' || r.rolname || ' ' || p.power
  from pg_roles r
 cross join lateral (values ('superuser', r.rolsuper), ('bypassrls', r.rolbypassrls), ('createrole', r.rolcreaterole)
                    ) p(power, held)
 where r.rolname in ('acquis_web', 'acquis_projector', 'acquis_report', 'acquis_auditor', 'acquis_backup') and p.held
union all
select 'member ' || m.rolname || ' ' || g.rolname
  from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
 where m.rolname in ('acquis_web', 'acquis_projector', 'acquis_report', 'acquis_auditor', 'acquis_backup')
 order by 1
"""


def standing(database: Database) -> list[str] | None:
    """The guards as they stand in a database, one a line; None unless exactly these files migrated it."""
    with database.transaction() as cursor:  # one moment, whoever migrates meanwhile
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute(
            "set local search_path = pg_catalog"
        )  # whatever is set for the login: definitions name schemas
        cursor.execute(APPLIED)
        applied, files = cursor.fetchall(), migrations()
        if len(applied) != len(files) or not all(
            file.is_applied_as(*row) for file, row in zip(files, applied, strict=True)
        ):
            return None
        cursor.execute(STANDING)
        return sorted(line for (line,) in cursor.fetchall())


def guards(database: Database) -> list[Finding]:
    """What is missing of the guards, changed in them, or added to the rights."""
    found = standing(database)
    if found is None:
        return []
    now, wanted = set(found), set(FILE.read_text("utf-8").splitlines())
    keys = {_named(line) for line in wanted}
    gone = [finding("guard-missing", _named(line), *sorted(n for n in now if _named(n) == _named(line)))
            for line in sorted(wanted - now)]  # fmt: skip
    added = [finding("grant-added", line, line) for line in sorted(now - wanted) if _named(line) not in keys]
    return [each for each in gone if not each.place.startswith("right ")] + added


def _named(line: str) -> str:
    """What a line is about, without the state it is in; a right is its whole line."""
    kind, *words = line.split(" ")
    if kind == "trigger":
        return " ".join([kind, *words[:2]])
    return " ".join([kind, *words[:1]]) if kind in {"function", "view", "owner"} else line
