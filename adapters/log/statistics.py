"""Statistics kept in clear next to sealed personal data: a person's sex and year of birth, for reports (ADR 58).

A row is written before the fact that states the data, under the fact's future place in its append, so that a reader
of the fact finds the row without decrypting anything. The row is deleted with the person's identity; nothing is
stored about a person whose identity was erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.log.application import WrittenFact
from adapters.log.codec import held
from adapters.operations.erasures import ERASED
from adapters.text.birth import born_on
from domain.fact import Personal
from domain.people.facts import BirthAndSexStated, IdentityCorrected, Registered

NOTE: Final = f"""
insert into desk.statistic (append_id, n, person, sex, birth_year)
select %(append_id)s, %(n)s, %(person)s, %(sex)s, %(birth_year)s where not {ERASED}
on conflict (append_id, n) do update set sex = excluded.sex, birth_year = excluded.birth_year, noted_at = now()
 where not exists (select from log.fact f where f.append_id = excluded.append_id and f.n = 0)
"""  # noqa: S608  (constants only)


def stated_statistics(written: Iterable[WrittenFact]) -> list[dict[str, Any]]:
    """Return the sex and year of birth that these new facts state, if any."""
    found = []
    for each in written:
        if isinstance(each.fact, Registered | BirthAndSexStated | IdentityCorrected):
            born = born_on(_clear(each.fact.born))
            sex, year = _clear(each.fact.sex), born.year if born else None
            if sex or year:
                found.append(
                    {
                        "append_id": each.append_id,
                        "n": each.n,
                        "person": each.originator_id,
                        "sex": sex,
                        "birth_year": year,
                    }
                )
    return found


def note(cursor: Cursor, found: Iterable[dict[str, Any]]) -> None:
    """Insert the rows, unless the person's identity was ordered erased; a repeated append overwrites its own rows."""
    for each in found:
        cursor.execute(NOTE, each)


def _clear(said: Personal[Any] | None) -> Any:
    return None if said is None else held(said)
