"""The application served by gunicorn with its delivered settings."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.waiting import listens, until
from tests.given.webapi.town import FEBRUARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World


ROOT = Path(__file__).parents[3]
MEBIBYTE = 1024 * 1024
LIMIT = 40 * MEBIBYTE
NOTES = b"What I have done.\n"
START = (
    b'--frontier\r\nContent-Disposition: form-data; name="competences"\r\n\r\n1\r\n'
    b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="cv.txt"\r\n\r\n' + NOTES
)
END = b"\r\n--frontier--\r\n"


def socket_of(world: World) -> Path:
    """Return the Unix socket on which it is also served, for a proxy."""
    return world.acquis.settings.data / "web.sock"


@contextmanager
def serving(town: World, workers: int) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the town with gunicorn's delivered settings; yield port and master process."""
    port = free_port()
    environment = os.environ | {
        "ACQUIS_DATABASE_URL": as_url(town.url),
        "ACQUIS_DATA": str(town.acquis.settings.data),
        "ACQUIS_SECRET_KEY": town.acquis.settings.secret_key,
        "ACQUIS_CLOCK": FEBRUARY.isoformat(),
        "ACQUIS_MAX_UPLOAD_BYTES": str(LIMIT),
        "ACQUIS_BIND": f"127.0.0.1:{port},unix:{socket_of(town)}",
        "ACQUIS_PROXIES": "1",
        "ACQUIS_WORKERS": str(workers),
    }
    command = [str(Path(sys.executable).with_name("gunicorn")), "-c", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until(lambda: listens(port))
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)
