"""Write adapters/log/guards.txt anew from what the migrations make: `make guards`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.database.embedded import EmbeddedPostgres
from adapters.database.migrate import migrate
from adapters.database.pool import Database
from adapters.log.guards import FILE, standing


def text(database_url: str) -> str:
    """The guards of a migrated database, one a line."""
    with closing(Database(database_url, size=1)) as database:
        return "".join(f"{line}\n" for line in standing(database) or ())


if __name__ == "__main__":
    with TemporaryDirectory(dir="/tmp") as folder:
        server = EmbeddedPostgres.start(Path(folder) / "pg", durable=False)
        try:
            migrate(server.dsn("acquis"))
            FILE.write_text(text(server.dsn("acquis")), "utf-8")
        finally:
            server.stop()
