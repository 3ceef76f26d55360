"""What a superuser of the database can do to a log: with every guard out of the way, or as the guards stand."""

from __future__ import annotations

from contextlib import closing

import psycopg2

TABLES = ("event", "leaf", "node", "note")
"""Those of schema `log` that a trigger keeps from being rewritten."""


def run(url: str, *statements: str) -> None:
    """Run statements; what they do to the guards stays."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def tamper(url: str, *statements: str) -> None:
    """Run statements that the guards refuse; the guards are set back afterwards."""
    run(
        url,
        *(f"alter table log.{table} disable trigger all" for table in TABLES),
        *statements,
        *(f"alter table log.{table} enable always trigger never_rewritten" for table in TABLES),
    )
