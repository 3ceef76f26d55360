"""How is a fact of the feed written as an event? CloudEvents 1.0, without personal fields unless they are asked for.

Its data are the fact's own fields, as the log holds them: what is left out is not even read. Whoever wrote an event
once writes it the same ever after, but for what was erased of a person since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Self, get_type_hints
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, UnsetType

from adapters.database.pool import Database
from adapters.log.codec import FACTS, PERSONAL, PLAIN, decode, opened, sealed
from adapters.log.tree import Tree
from adapters.vault import Opening, Place, Vault
from domain.standing.feed import AT_ONCE, AT_RELEASE, LEFT_OUT
from projections.standing.feed import Told, told_after

KINDS: Final = {fact.__name__: fact for fact in (*AT_ONCE, *AT_RELEASE)}
"""Every fact that is told, by its name."""
ON: Final = "on"
"""The day on which a fact was recorded, as the house's clock had it."""
SCHEMAS: Final = "/api/v1/feed/schemas/"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A CloudEvent; `position`, `cursor`, `toldat` and `stream` are extensions of ours."""

    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    datacontenttype: str
    position: int
    cursor: int
    toldat: int
    stream: str
    subject: str | UnsetType = UNSET
    dataschema: str | UnsetType = UNSET
    data: Any


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes the events of one log; `vault` opens personal fields, None: they are left out."""

    database: Database
    source: str
    schemas: str | None
    vault: Vault | None = None

    @classmethod
    def of(cls, database: Database, public_url: str | None, vault: Vault | None = None) -> Self:
        """That of the log in this database, whose schemas are found under this address."""
        schemas = public_url and public_url + SCHEMAS
        return cls(database=database, source=f"urn:uuid:{Tree(database).log_id()}", schemas=schemas, vault=vault)

    def after(self, cursor: int, limit: int) -> list[Event]:
        """The events next to a cursor, so many at most."""
        told = told_after(self.database, cursor, limit)
        if self.vault is None:
            return [self._event(each, _plain(each.type)(each.body)) for each in told]
        while True:
            opening = self.vault.opening()
            found = [self._event(each, data) for each, data in zip(told, _with_words(told, opening), strict=True)]
            if opening.still_opens():
                return found

    def _event(self, told: Told, data: Any) -> Event:
        return Event(
            specversion="1.0",
            id=str(told.position),
            source=self.source,
            type=f"fr.acquis.{told.type}.v1",
            time=told.recorded_at,
            datacontenttype="application/json",
            position=told.position,
            cursor=told.cursor,
            toldat=told.told_at,
            stream=told.stream,
            subject=told.candidacy or UNSET,
            dataschema=self.schemas + told.type if self.schemas else UNSET,
            data=data,
        )


def _with_words(told: Sequence[Told], opening: Opening) -> list[Any]:
    """The data of these facts with their personal fields, opened; null for one that was erased."""
    facts = [decode(each.type, each.body) for each in told]
    opening.prepare((each.of, each.kept) for fact in facts for each in sealed(fact).values())
    written = []
    for each, fact in zip(told, facts, strict=True):
        data = _plain(each.type)(each.body)
        place = Place(UUID(each.append_id), each.n, UUID(each.stream), each.type, each.version, "")
        if words := {
            name: said for name, said in opened(fact, place, opening).items() if name in personal(each.type)
        }:
            data.personal = words
        written.append(data)
    return written


def plain(type_name: str) -> tuple[str, ...]:
    """The fields of a fact that everybody is told."""
    left_out = LEFT_OUT.get(KINDS[type_name], frozenset())
    return tuple(name for name in PLAIN[type_name] if name not in left_out)


def personal(type_name: str) -> tuple[str, ...]:
    """Its personal fields that are told to whoever may have them."""
    left_out = LEFT_OUT.get(KINDS[type_name], frozenset())
    return tuple(name for name in PERSONAL[type_name] if name not in left_out)


@cache
def _plain(type_name: str) -> Any:
    """What reads the fields that are told from a body, each as it stands there; one that is not there stays away."""
    fields = [(name, Raw | UnsetType, UNSET) for name in (ON, *plain(type_name))]
    data = msgspec.defstruct(type_name, [*fields, ("personal", dict[str, Any] | UnsetType, UNSET)])
    return msgspec.json.Decoder(data).decode


def schema(type_name: str) -> dict[str, Any]:
    """The JSON Schema of the data of a kind of event; KeyError for one that is not told."""
    hints = get_type_hints(FACTS[type_name])
    fields: list[Any] = [(ON, date)] + [(name, hints[name] | UnsetType, UNSET) for name in plain(type_name)]
    words = {name: {"description": "What was written; null once it was erased."} for name in personal(type_name)}
    found = msgspec.json.schema(msgspec.defstruct(type_name, fields))
    kind = found["$defs"][type_name]
    kind["description"] = (FACTS[type_name].__doc__ or "").split("\n")[0]
    if words:
        kind["properties"]["personal"] = {"type": "object", "properties": words}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
