"""Add the digests of new migrations to `applied.sha256`: `make frozen`. A line that is there never changes."""

from __future__ import annotations

import hashlib

from adapters.database import KEYS
from adapters.database.migrate import FOLDER, FORMS, read_forms

if __name__ == "__main__":
    for folder in (FOLDER, KEYS):
        frozen = read_forms(folder)
        new = [path for path in sorted(folder.glob("*.sql")) if path.name not in frozen]
        with (folder / FORMS).open("a", encoding="utf-8") as file:
            file.writelines(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in new)
