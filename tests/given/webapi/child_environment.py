"""The environment of child processes of a test."""

from __future__ import annotations

import os

from tests.given.servers.databases import as_url


def environment_of(world):
    settings = world.acquis.settings
    return dict(os.environ) | {
        "ACQUIS_DATABASE_URL": as_url(settings.database_url),
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_CLOCK": world.clock.today().isoformat(),
    }
