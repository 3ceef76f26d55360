"""Write both `catalogue.txt` anew from what the migrations and the projector make: `make catalogue`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.database import KEYS, beside
from adapters.database.catalogue import file_of, standing
from adapters.database.embedded import EmbeddedPostgres
from adapters.database.migrate import FOLDER, migrate
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from projections.engine.runner import Projector


def text(database_url: str, folder: Path = FOLDER) -> str:
    """The catalogue of a migrated database, one line a thing; that of the log with its read models."""
    if folder == FOLDER:
        with closing(Database(database_url, "acquis_projector", size=4)) as database:
            Projector(database, LogRecorder(database)).prepare()
    with closing(Database(database_url, size=1)) as database:
        return "".join(f"{line}\n" for line in standing(database, folder) or ())


def main() -> None:
    """Migrate an embedded server and write what it says."""
    with TemporaryDirectory(dir="/tmp") as folder:
        server = EmbeddedPostgres.start(Path(folder) / "pg", durable=False)
        try:
            dsn = server.dsn("acquis")
            migrate(dsn)
            migrate(beside(dsn), KEYS)
            file_of(FOLDER).write_text(text(dsn), "utf-8")
            file_of(KEYS).write_text(text(beside(dsn), KEYS), "utf-8")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
