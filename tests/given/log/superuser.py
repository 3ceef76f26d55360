"""Changes by a database superuser to a log, with the guards disabled or active."""

from __future__ import annotations

from contextlib import closing

import psycopg2

TABLES = ("event", "leaf", "node", "note")
"""The tables of schema `log` that a trigger protects from changes."""


def run(url: str, *statements: str) -> None:
    """Run statements; their effect on the guards stays."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def tamper(url: str, *statements: str) -> None:
    """Run statements that the guards would refuse; the guards are enabled again afterwards."""
    run(
        url,
        *(f"alter table log.{table} disable trigger all" for table in TABLES),
        *statements,
        *(f"alter table log.{table} enable always trigger never_rewritten" for table in TABLES),
    )
