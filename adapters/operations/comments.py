"""Comments that an assessor stores for reuse (banque de motifs).

They are visible to the assessor only, encrypted with the assessor's key, and deleted with the assessor's identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4, uuid5

from adapters.keys.vault import FieldPlace
from adapters.operations.erasures import ERASED
from domain.fact import Retention
from domain.refusal import Refused

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from adapters.keys.vault import Vault
    from domain.ports import PersonId

MOST: Final = 300
"""Comments that one person may store; concurrent additions may exceed it by a few."""
LONGEST: Final = 4000
"""Characters of one comment: the same limit as for a mark's comment."""
OF: Final = "select id, sealed, uses from desk.comment where person = %s order by uses desc, used_at desc, id"
ADD: Final = f"""
insert into desk.comment (id, person, sealed)
select %(id)s, %(person)s, %(sealed)s
 where not {ERASED} and (select count(*) from desk.comment where person = %(person)s) < {MOST}
    on conflict (id) do nothing
returning id
"""  # noqa: S608  (constants only)
USED: Final = "update desk.comment set uses = uses + 1, used_at = now() where person = %s and id = %s"
REMOVE: Final = "delete from desk.comment where person = %s and id = %s"


class CommentTooLong(Refused):
    """A comment that is kept holds four thousand characters at most, as a mark's does, and one at least."""

    fr = "Un motif gardé compte quatre mille caractères au plus, comme celui d'un avis, et un au moins."
    kind = "invalid"


class CommentBankFull(Refused):
    """A comment bank holds three hundred comments at most: remove some before you add others."""

    fr = "Une banque de motifs en garde trois cents au plus : retirez-en avant d'en ajouter."


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A stored comment, and how often it was used."""

    id: UUID
    text: str
    uses: int


class CommentBank:
    """The comments that assessors store."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use schema `desk`, and the assessors' keys."""
        self._database = database
        self._vault = vault

    def of(self, person: PersonId) -> list[Comment]:
        """Return a person's comments, the most used first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OF, (person,))
            rows = cursor.fetchall()
        opening = self._vault.opening()
        opened = (
            (id_, opening.open(sealed, person, Retention.IDENTITY, _place(person, id_)), uses)
            for id_, sealed, uses in rows
        )
        return [Comment(id=id_, text=raw.decode(), uses=uses) for id_, raw, uses in opened if raw is not None]

    def add(self, person: PersonId, text: str, key: str | None = None) -> UUID:
        """Store a comment, once for each key; an identical comment is not stored twice.

        Raises CommentTooLong, CommentBankFull.
        """
        text = text.strip()
        if not 0 < len(text) <= LONGEST:
            raise CommentTooLong
        if same := next((each.id for each in self.of(person) if each.text == text), None):
            return same
        new = uuid5(person, key) if key else uuid4()
        sealed = self._vault.seal(text.encode(), person, Retention.IDENTITY, _place(person, new))
        given: dict[str, Any] = {"id": new, "person": person, "sealed": sealed}
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ADD, given)
            kept = cursor.fetchone() is not None
        if not kept and all(each.id != new for each in self.of(person)):
            raise CommentBankFull(person)
        return new

    def used(self, person: PersonId, comment: UUID) -> None:
        """Count one use of a person's comment."""
        self._run(USED, (person, comment))

    def remove(self, person: PersonId, comment: UUID) -> None:
        """Delete a person's comment."""
        self._run(REMOVE, (person, comment))

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)


def _place(person: UUID, comment: UUID) -> FieldPlace:
    """Return the place that a comment is sealed for: it can be decrypted for no other place."""
    return FieldPlace(append_id=comment, n=0, stream=person, type="comment", version=1, field="text")
