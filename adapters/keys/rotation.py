"""Replacement of the master key, which wraps all keys again in one transaction.

A process that seals meanwhile waits for the end of the transaction, then finds that its master key is outdated, and
makes no key that nobody could unwrap. A repeated rotation does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag

from adapters.keys.master_key import MasterKey, WrongMasterKey
from adapters.trouble import Trouble
from domain.fact import Retention

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

    from adapters.database.pool import Database

AT_ONCE: Final = 5_000
MASTER: Final = "select id from vault.master for update"  # new keys wait: each refers to this row
CHANGE: Final = "update vault.master set id = %s, since = now()"
KEYS: Final = "select person, class, wrapped from vault.key order by person, class"
REWRAP: Final = """
update vault.key k set wrapped = a.wrapped, master = %s
  from unnest(%s::uuid[], %s::text[], %s::bytea[]) as a (person, class, wrapped)
 where (k.person, k.class) = (a.person, a.class)
"""


class KeyDamaged(Trouble):
    """A key of personal data cannot be unwrapped with its master key; a rotation must include every key."""

    def __init__(self, person: UUID, retention: Retention) -> None:
        """Set the message with the key's person and class."""
        super().__init__(
            f"The key of {person} for {retention.value} is damaged and cannot be wrapped anew: nothing was changed. "
            "Bring it back from a backup of the keys, or have that class erased.",
            f"La clé de {person} pour {retention.value} est abîmée et ne peut être enveloppée de nouveau : rien n'a "
            "changé. Reprenez-la d'une sauvegarde des clés, ou faites effacer cette catégorie.",
        )


def rotate(keys: Database, old: MasterKey, new: MasterKey) -> int | None:
    """Wrap all keys with `new`; return their number, or None if `new` wraps them already.

    Needs the role that owns the keys. Raises WrongMasterKey if neither key wraps them, KeyDamaged if one cannot be
    unwrapped.
    """
    with keys.transaction() as sql:
        sql.execute("set constraints vault.key_master_fkey deferred")
        sql.execute(MASTER)
        found = sql.fetchall()
        if found == [] or bytes(found[0][0]) == new.id:
            return None
        if bytes(found[0][0]) != old.id:
            raise WrongMasterKey(bytes(found[0][0]), old.id)
        sql.execute(CHANGE, (new.id,))
        return _rewrap(sql, old, new)


def _rewrap(sql: Cursor, old: MasterKey, new: MasterKey) -> int:
    sql.execute(KEYS)
    rows = sql.fetchall()
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        pairs = [(person, Retention(of_class)) for person, of_class, _ in some]
        wrapped = [_anew(old, new, bytes(was), *pair) for pair, (*_, was) in zip(pairs, some, strict=True)]
        sql.execute(REWRAP, (new.id, [person for person, _ in pairs], [kept.value for _, kept in pairs], wrapped))
    return len(rows)


def _anew(old: MasterKey, new: MasterKey, wrapped: bytes, person: UUID, retention: Retention) -> bytes:
    try:
        key = old.unwrap(wrapped, person, retention)
    except InvalidTag as error:
        raise KeyDamaged(person, retention) from error
    return new.wrap(key, person, retention)
