"""Comparison of a database's catalogue with what the migrations make, as one line per object.

A database cannot be trusted to report its own state: a policy, a rule, a child table or a changed function can show
readers other rows than those recorded. The expected lines are in `catalogue.txt`, and for the keys' database in
`keys/catalogue.txt`; a test compares them with the migrations. No line depends on the name of the database, of the
role that migrated it, or of the logins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.database.migrate import FOLDER, migrations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.database.pool import Database

FILE: Final = "catalogue.txt"
MODELS: Final = ("projection", "projection_fresh", "reporting")
"""The schemas of the read models: this version's projector makes them, and no migration does."""
MADE_AGAIN: Final = frozenset({"relation", "column", "constraint", "index", "view", "right", "owner"})
"""The kinds of lines that belong to a table or a view of the read models."""
APPLIED: Final = "select name, sha256 from public.acquis_migration order by number"

STANDING: Final = r"""
with schemas as (
  select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
), relations as (
  select c.*, s.nspname, s.nspname || '.' || c.relname as named
    from pg_class c join schemas s on s.oid = c.relnamespace
   where s.nspname || '.' || c.relname <> 'public.acquis_restoring' -- there while a restore goes on, which says so
), roles as (
  select oid, rolname, case when rolname ~ '^acquis_(owner|web|worker|projector|report|auditor|backup)$'
                            then rolname::text else '-' end as told from pg_roles
), ours as (
  select oid, rolname from pg_roles
   where rolname in ('acquis_owner', 'acquis_web', 'acquis_worker', 'acquis_projector', 'acquis_report',
                     'acquis_auditor', 'acquis_backup')
)
select 'schema ' || s.nspname || case when s.nspname = 'public' then '' else ' ' || r.told end
  from schemas s join pg_namespace n using (oid) join roles r on r.oid = n.nspowner
union all
select 'relation ' || c.named || ' ' || c.relkind::text || ' ' || r.told || ' persistence=' || c.relpersistence::text
       || ' security=' || c.relrowsecurity || '/' || c.relforcerowsecurity
       || ' options=' || coalesce(array_to_string(c.reloptions, ','), '-')
  from relations c join roles r on r.oid = c.relowner where c.relkind not in ('i', 'I', 't')
union all
select 'column ' || c.named || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || case when a.attidentity <> '' then ' identity=' || a.attidentity::text else '' end
       || case when a.attgenerated <> '' then ' generated=' || a.attgenerated::text else '' end
  from relations c join pg_attribute a on a.attrelid = c.oid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and a.attnum > 0 and not a.attisdropped
union all
select 'constraint ' || c.named || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
       || case when k.convalidated then '' else ' not valid' end
       || case when k.condeferrable then ' deferrable' else '' end
  from relations c join pg_constraint k on k.conrelid = c.oid where k.contype not in ('n', 't')
union all
select 'index ' || c.named || case when i.indisvalid and i.indisready and i.indislive then ' ' else ' broken ' end
       || pg_get_indexdef(i.indexrelid)
  from pg_index i join relations c on c.oid = i.indexrelid
union all
select 'trigger ' || c.named || ' ' || t.tgname || ' ' || t.tgenabled::text || ' '
       || md5(regexp_replace(pg_get_triggerdef(t.oid), '\s+', ' ', 'g'))
  from pg_trigger t join relations c on c.oid = t.tgrelid where not t.tgisinternal
union all
select 'silenced ' || c.named || ' a reference is not checked'
  from pg_trigger t join relations c on c.oid = t.tgrelid where t.tgisinternal and t.tgenabled <> 'O' group by 1
union all
select 'rule ' || c.named || ' ' || w.rulename || ' ' || w.ev_enabled::text || ' ' || md5(pg_get_ruledef(w.oid))
  from pg_rewrite w join relations c on c.oid = w.ev_class where w.rulename <> '_RETURN'
union all
select 'policy ' || c.named || ' ' || p.polname || ' ' || p.polcmd::text || ' '
       || md5(concat(pg_get_expr(p.polqual, p.polrelid), ' ', pg_get_expr(p.polwithcheck, p.polrelid)))
  from pg_policy p join relations c on c.oid = p.polrelid
union all
select 'child ' || coalesce(child.named, i.inhrelid::regclass::text) || ' of '
       || coalesce(c.named, i.inhparent::regclass::text)
  from pg_inherits i left join relations c on c.oid = i.inhparent left join relations child on child.oid = i.inhrelid
 where (c.oid is not null or child.oid is not null) and coalesce(c.relkind, 'r') <> 'I'
union all
select 'function ' || s.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') '
       || r.told || ' ' || l.lanname || ' ' || p.prokind::text || ' '
       || case when p.prosecdef then 'definer' else 'invoker' end || ' ' || p.provolatile::text
       || case when p.proisstrict then ' strict' else '' end || case when p.proleakproof then ' leakproof' else '' end
       || ' returns ' || coalesce(pg_get_function_result(p.oid), '-')
       || ' set ' || coalesce(array_to_string(p.proconfig, ','), '-') || ' '
       || encode(sha256(convert_to(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''), 'UTF8')), 'hex')
  from pg_proc p join schemas s on s.oid = p.pronamespace join roles r on r.oid = p.proowner
  join pg_language l on l.oid = p.prolang
union all
select 'view ' || c.named || ' ' -- versions of PostgreSQL differ in blanks, and in what they qualify and name;
       -- the edition of the reports is drawn anew with each making
       || md5(regexp_replace(regexp_replace(pg_get_viewdef(c.oid), '\m[a-z_0-9]+\.(?=[a-z_"])', '', 'g'),
                             '\s+| AS pg_sequence_last_value|[()]|''[0-9a-f]{8}-[0-9a-f-]{27}''', '', 'g'))
  from relations c where c.relkind in ('v', 'm')
union all
select concat_ws(' ', 'sequence', c.named, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle)
  from pg_sequence q join relations c on c.oid = q.seqrelid
union all
select 'type ' || s.nspname || '.' || t.typname || ' ' || t.typtype::text || ' ' || r.told
  from pg_type t join schemas s on s.oid = t.typnamespace join roles r on r.oid = t.typowner
 where t.typtype in ('d', 'e', 'r', 'b') and t.typelem = 0
union all
-- what was made in the server's own schemas, where names are looked for first
select 'stranger function ' || p.oid::regprocedure from pg_proc p
 where p.oid >= 16384 and p.pronamespace in (select oid from pg_namespace where nspname ~ '^pg_(catalog|toast)$')
union all
select 'stranger relation ' || c.oid::regclass from pg_class c
 where c.oid >= 16384 and c.relnamespace = 'pg_catalog'::regnamespace
union all
select 'stranger operator ' || o.oid::regoperator from pg_operator o where o.oid >= 16384
union all
select 'stranger cast ' || castsource::regtype || ' ' || casttarget::regtype from pg_cast where oid >= 16384
union all
select 'stranger event trigger ' || evtname || ' ' || evtenabled::text from pg_event_trigger
union all
-- rights: reading is told of our own roles only, so that somebody's own tool may read what they let it read
select 'right ' || c.named || ' ' || coalesce(g.rolname, 'public') || ' ' || a.privilege_type
       || case when a.is_grantable then ' grantable' else '' end
  from relations c cross join lateral aclexplode(c.relacl) a left join pg_roles g on g.oid = a.grantee
 where a.grantee <> c.relowner
   and (a.privilege_type <> 'SELECT' or a.grantee = 0 or a.grantee in (select oid from ours) or a.is_grantable)
union all
select 'right ' || c.named || '.' || t.attname || ' ' || coalesce(g.rolname, 'public') || ' ' || a.privilege_type
  from relations c join pg_attribute t on t.attrelid = c.oid cross join lateral aclexplode(t.attacl) a
  left join pg_roles g on g.oid = a.grantee
 where a.grantee <> c.relowner
   and (a.privilege_type <> 'SELECT' or a.grantee = 0 or a.grantee in (select oid from ours))
union all
select 'right ' || s.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') '
       || coalesce(g.rolname, 'public') || ' ' || a.privilege_type
  from pg_proc p join schemas s on s.oid = p.pronamespace
 cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  left join pg_roles g on g.oid = a.grantee
 where a.grantee <> p.proowner
union all
select 'right pg_catalog.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') ' || g.rolname
       || ' ' || a.privilege_type
  from pg_proc p cross join lateral aclexplode(p.proacl) a join ours g on g.oid = a.grantee
 where p.pronamespace = 'pg_catalog'::regnamespace and g.rolname <> 'acquis_owner'
   and not (g.rolname = 'acquis_projector' and p.proname ~ '^pg_(try_)?advisory_(xact_)?lock')
union all
select 'right schema ' || s.nspname || ' ' || coalesce(g.rolname, 'public') || ' ' || a.privilege_type
  from schemas s join pg_namespace n using (oid) cross join lateral aclexplode(n.nspacl) a
  left join pg_roles g on g.oid = a.grantee
 where a.grantee <> n.nspowner
   and (a.privilege_type <> 'USAGE' or a.grantee = 0 or a.grantee in (select oid from ours))
   and not (s.nspname = 'public' and a.privilege_type = 'USAGE') and g.rolname is distinct from 'pg_database_owner'
union all
select 'default ' || r.rolname || ' ' || coalesce(n.nspname, '-') || ' ' || d.defaclobjtype::text || ' '
       || coalesce(g.rolname, 'public') || ' ' || a.privilege_type
  from pg_default_acl d join ours r on r.oid = d.defaclrole left join pg_namespace n on n.oid = d.defaclnamespace
 cross join lateral aclexplode(d.defaclacl) a left join pg_roles g on g.oid = a.grantee
 where a.grantee <> d.defaclrole
union all
select 'power ' || r.rolname || ' ' || p.power
  from pg_roles r join ours using (oid)
 cross join lateral (values ('superuser', r.rolsuper), ('bypassrls', r.rolbypassrls), ('createrole', r.rolcreaterole),
                            ('createdb', r.rolcreatedb), ('replication', r.rolreplication), ('login', r.rolcanlogin)
                    ) p(power, held)
 where p.held
union all
select 'member ' || m.rolname || ' ' || g.rolname
  from pg_auth_members a join ours m on m.oid = a.member join pg_roles g on g.oid = a.roleid
union all
-- what is set for a login or a database and changes what is found, how it is kept, or who one is
select 'setting ' || coalesce(r.rolname, '-') || ' ' || each
  from pg_db_role_setting s cross join unnest(s.setconfig) each left join pg_roles r on r.oid = s.setrole
 where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
   and split_part(each, '=', 1) in ('search_path', 'row_security', 'role', 'session_replication_role',
       'session_preload_libraries', 'local_preload_libraries', 'dynamic_library_path', 'check_function_bodies',
       'default_transaction_isolation', 'ignore_checksum_failure', 'zero_damaged_pages',
       'plpgsql.variable_conflict', 'lo_compat_privileges')
union all
select 'setting ' || coalesce(r.rolname, '-') || ' ' || each
  from pg_db_role_setting s cross join unnest(s.setconfig) each left join pg_roles r on r.oid = s.setrole
 where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
   and each in ('synchronous_commit=off', 'fsync=off')
"""


def standing(database: Database, folder: Path = FOLDER) -> list[str] | None:
    """Return a database's catalogue, one line per object; None unless exactly this folder's files migrated it."""
    with database.transaction() as cursor:  # one snapshot, even during a migration
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local search_path = pg_catalog")  # so that definitions include schemas
        cursor.execute(APPLIED)
        applied, files = cursor.fetchall(), migrations(folder)
        if len(applied) != len(files) or not all(
            file.is_applied_as(*row) for file, row in zip(files, applied, strict=True)
        ):
            return None
        cursor.execute(STANDING)
        return sorted(line for (line,) in cursor.fetchall())


def wanted(folder: Path = FOLDER) -> list[str]:
    """Return the catalogue that the migrations of a folder make, one line per object."""
    return file_of(folder).read_text("utf-8").splitlines()


def file_of(folder: Path = FOLDER) -> Path:
    """Return the path of a folder's expected catalogue."""
    return (folder.parent if folder == FOLDER else folder) / FILE


def differing(
    database: Database, folder: Path = FOLDER, *, models: bool = False
) -> tuple[list[str], list[str]] | None:
    """Return the lines that are missing and those that are added; None if other migrations made the database.

    `models`: whether the read models were made by this version, and are compared too. Otherwise only objects that no
    read model has are compared in their schemas: policies, rules, triggers, child tables, functions.
    """
    found = standing(database, folder)
    if found is None:
        return None
    now, right = set(_compared(found, models=models)), set(_compared(wanted(folder), models=models))
    return sorted(right - now), sorted(now - right)


def named(line: str) -> str:
    """Return the object that a line describes, without its state; for a right or a setting, the whole line."""
    kind, _, rest = line.partition(" ")
    if kind in {"trigger", "constraint", "rule", "policy", "silenced"}:
        return " ".join([kind, *rest.split(" ")[:2]])
    if kind == "function":
        return f"function {rest.split(') ')[0]})"
    return f"{kind} {rest.split(' ')[0]}" if kind in {*MADE_AGAIN, "schema", "sequence", "type"} - {"right"} else line


def _compared(lines: Iterable[str], *, models: bool) -> list[str]:
    """Return the lines to compare, without those of fresh tables, which a rebuild may create at any time."""
    left_out = ("projection_fresh",) if models else MODELS
    return [line for line in lines if not _of_models(line, left_out)]


def _of_models(line: str, schemas: tuple[str, ...]) -> bool:
    kind, place, *_ = f"{line} ".split(" ")
    if kind == "relation" and (" security=false/false" not in line or " persistence=p" not in line):
        return False  # hidden rows, or rows lost in a crash: no table of Acquis is like that
    return kind in MADE_AGAIN and place.split(".")[0] in schemas and "." in place and "(" not in line.split(" ")[1]
