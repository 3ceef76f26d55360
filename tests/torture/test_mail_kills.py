"""A killed mailer: it loses no letter and sends at most one letter twice, the one being sent."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.webapi.town import World, first_town, town, world

__all__ = ["first_town", "town", "world"]  # fixtures
LETTERS = 400 if os.environ.get("ACQUIS_TORTURE") != "short" else 60


class Accepting:
    """A mail server that accepts each letter and keeps its Message-ID."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.accepted[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 taken"


def test_killed_mailer_sends_every_letter_and_repeats_at_most_one_for_each_kill(
    world: World, figure: Callable[[str], None]
) -> None:
    accepting, port, chance = Accepting(), free_port(), random.Random(29)  # noqa: S311  (no secret)
    listening = Controller(accepting, hostname="127.0.0.1", port=port)
    listening.start()
    environment = os.environ | {
        "ACQUIS_DATA": str(world.acquis.settings.data),
        "ACQUIS_DATABASE_URL": as_url(world.url),
        "ACQUIS_S3_BUCKET": "",
        "ACQUIS_SECRET_KEY": world.acquis.settings.secret_key,
        "ACQUIS_SMTP_URL": f"smtp+plain://127.0.0.1:{port}",
        "ACQUIS_PUBLIC_URL": "https://acquis.example.org",
    }
    command = [sys.executable, "-m", "webapi.cli.main", "mail", "send", "--every", "1"]
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute("delete from desk.letter")
    for number in range(LETTERS):
        world.acquis.letters.put("password_changed", f"person{number}@example.org", "fr")
    kills = 0
    try:
        while len(accepting.accepted) < LETTERS:
            assert kills < LETTERS
            before = len(accepting.accepted)
            with subprocess.Popen(command, env=environment) as mailer:
                until = time.monotonic() + 60
                while len(accepting.accepted) == before and mailer.poll() is None and time.monotonic() < until:
                    time.sleep(0.001)
                time.sleep(chance.uniform(0, 0.03))
                mailer.kill()
                kills += 1
            with world.looking.connection() as connection, connection.cursor() as cursor:
                cursor.execute("update desk.letter set due_at = now() where sealed is not null")
    finally:
        listening.stop()
    twice = sum(times - 1 for times in accepting.accepted.values())
    figure(f"{LETTERS} letters, mailer killed {kills} times: all sent, {twice} sent twice under one Message-ID")
    assert len(accepting.accepted) == LETTERS
    assert twice <= kills, "at most the letter that a killed mailer had in hand"
