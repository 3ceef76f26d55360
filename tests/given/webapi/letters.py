"""Letters in the mail folder, and the links in them."""

from __future__ import annotations

import re
from contextlib import closing
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

import psycopg2

from tests.given.webapi.workers import as_worker
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from tests.given.webapi.town import World


LINK = re.compile(r"http://127\.0\.0\.1:8000((?:/[a-z-]+)+/[\w-]{43})$", re.MULTILINE)
TICKET = "select hash, kind, person, sealed, expires_at from desk.ticket where person = %s"


def say(world: World, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall() if cursor.description else []
        connection.commit()
        return found


def folder(world: World) -> Path:
    return world.acquis.settings.data / "mail"


def mail(world: World) -> list[EmailMessage]:
    """Send the waiting letters, and return those in the folder."""
    with as_worker(world.acquis) as acquis:
        send_waiting(acquis)
    read = BytesParser(policy=policy.default)
    return [
        read.parsebytes(each.read_bytes())
        for each in sorted(folder(world).glob("*.eml"), key=lambda p: p.stat().st_mtime)
    ]


def link(world: World, to: str) -> str:
    """Return the link in the newest letter to an address."""
    letters = [each for each in mail(world) if each["To"] == to]
    assert letters, f"no letter to {to}"
    found = LINK.search(letters[-1].get_content().replace("\r\n", "\n"))
    assert found, letters[-1].get_content()
    return found[1]
