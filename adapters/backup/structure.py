"""Comparison of a restored database with the objects that the migrations create.

A signature identifies who made a backup. It does not show that its database was sound: this comparison finds a
policy, a trigger, a rule or a changed function that was there when the backup was made.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from adapters.database.catalogue import differing
from adapters.database.pool import Database
from domain.refusal import Refused, Violation

if TYPE_CHECKING:
    from pathlib import Path

SHOWN: Final = 20
"""The number of differences that a refusal lists."""


class StructureChanged(Refused):
    """A restored database has the tables, functions, rights and guards that the migrations make, and no others."""

    fr = "Une base restaurée a les tables, fonctions, droits et protections que font les migrations, et pas d'autres."
    kind = "invalid"


def refuse_changed(dsn: str, folder: Path) -> None:
    """Raise StructureChanged, with the differences, unless a database is as this folder's migrations create it."""
    with closing(Database(dsn, size=1)) as database:
        found = differing(database, folder)
    missing, added = found or ([], [])
    if differences := [*(("added or changed", "ajouté ou changé", line) for line in added),
                       *(("missing", "manque", line) for line in missing)]:  # fmt: skip
        shown = differences[:SHOWN]
        violations = (
            Violation("structure-changed", f"{en}: {line}", f"{fr} : {line}", line) for en, fr, line in shown
        )
        raise StructureChanged(len(differences), violations=tuple(violations))
