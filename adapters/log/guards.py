"""Comparison of the database's catalogue with what the migrations made; each difference is a finding.

`adapters/database/catalogue.py` reads and compares; a database that another version has migrated is not compared.
"""

from __future__ import annotations

from adapters.database.catalogue import differing, named
from adapters.database.pool import Database
from adapters.log.doubt import LogFinding, finding

RIGHTS = ("right ", "power ", "member ", "default ")


def guards(database: Database, *, models: bool = False) -> list[LogFinding]:
    """Return the missing, changed and added objects of the catalogue as findings; a revoked right is no finding.

    `models`: whether the read models were made by this version, and are compared too.
    """
    found = differing(database, models=models)
    if found is None:
        return []
    gone, added = found
    places = {named(line) for line in gone}
    return [
        finding("guard-missing", named(line), *sorted(each for each in added if named(each) == named(line)))
        for line in gone
        if not line.startswith("right ")
    ] + [
        finding("grant-added" if line.startswith(RIGHTS) else "object-added", named(line), line)
        for line in added
        if named(line) not in places
    ]
