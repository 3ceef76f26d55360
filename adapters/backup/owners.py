"""Temporary roles for the owners that a dump names and the server lacks; the restoring login gets their objects."""

from __future__ import annotations

import re
import subprocess
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

import psycopg2
from psycopg2.extensions import quote_ident

from adapters.backup.programs import programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRY: Final = re.compile(r"^\d+; \d+ \d+ .* (\S+)$", re.MULTILINE)
"""A line of `pg_restore --list`: it ends with the owner."""
MARK: Final = "acquis restore: stands in for a role of another server, and goes at the end"
MISSING: Final = """
select name from unnest(%s) name
 where to_regrole(quote_ident(name)) is null
    or shobj_description(to_regrole(quote_ident(name)), 'pg_authid') = %s
"""
KEPT_SHUT: Final = "select exists (select from pg_default_acl where defaclrole = to_regrole(%s))"
SHUT: Final = """
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public
"""
"""Sets the default privileges that the migrations set, for the role that now creates objects."""


@contextmanager
def standing_in(dsn: str, dump: Path) -> Iterator[None]:
    """Create the roles that a dump names and this server lacks; at the end take over their objects and drop them."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(MISSING, (sorted(_owners(dsn, dump)), MARK))
        roles = [quote_ident(name, connection) for (name,) in cursor.fetchall()]
        for role in roles:
            cursor.execute(f"drop role if exists {role}")
            cursor.execute(f"create role {role} nologin role current_user")
            cursor.execute(f"comment on role {role} is %s", (MARK,))
        try:
            yield
        finally:
            for role in roles:
                cursor.execute(KEPT_SHUT, (role,))
                if cursor.fetchall() == [(True,)]:
                    cursor.execute(SHUT)
                cursor.execute(f"reassign owned by {role} to current_user; drop owned by {role}; drop role {role}")


def _owners(dsn: str, dump: Path) -> set[str]:
    listed = subprocess.run(  # noqa: S603  (an installed program, no shell)
        [programs(dsn, dump) / "pg_restore", "--list", dump], capture_output=True, text=True, check=True
    )
    return set(ENTRY.findall(listed.stdout)) - {"-"}
