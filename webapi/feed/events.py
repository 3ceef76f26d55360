"""Facts of the feed as CloudEvents 1.0, without personal fields unless the reader asks for them.

The data of an event are the fact's own fields, as the log holds them; fields left out are not read. An event is
always written alike, except for personal fields erased since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Self, get_type_hints

import msgspec
from msgspec import UNSET, Raw, UnsetType

from adapters.database.pool import Database
from adapters.keys.vault import Vault
from adapters.log.codec import FACTS, PERSONAL, PLAIN, decode, opened, sealed
from adapters.operations.subscriptions import source
from adapters.typed_json import read_as
from domain.standing.feed import AT_ONCE, AT_RELEASE, LEADS_TO_A_PERSON, LEFT_OUT
from projections.standing.feed import Told, places, told_after

KINDS: Final = {fact.__name__: fact for fact in (*AT_ONCE, *AT_RELEASE)}
"""Every fact that is told, by its name."""
ON: Final = "on"
"""The day on which a fact was recorded, as the house's clock had it."""
V1: Final = "1.0"
JSON: Final = "application/json"
SCHEMAS: Final = "/api/v1/feed/schemas/"
ENCODE: Final = msgspec.json.Encoder().encode


class CloudEvent(msgspec.Struct, frozen=True, gc=False):
    """A CloudEvent; `position`, `cursor`, `toldat`, `toldon` and `stream` are extensions of ours."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    datacontenttype: str
    position: int
    cursor: int
    toldat: int
    toldon: date | UnsetType
    stream: str
    subject: str | UnsetType
    dataschema: str | UnsetType
    data: Any


@dataclass(frozen=True, kw_only=True)
class Writer:
    """The events of one log. `vault` decrypts personal fields; if None, they are left out."""

    database: Database
    source: str
    schemas: str | None
    vault: Vault | None = None

    @classmethod
    def of(cls, database: Database, public_url: str | None, vault: Vault | None = None) -> Self:
        """Return the writer for the log in this database; its schemas are served under `public_url`."""
        schemas = public_url and public_url + SCHEMAS
        return cls(database=database, source=f"urn:uuid:{source(database)}", schemas=schemas, vault=vault)

    def after(self, cursor: int, limit: int) -> list[CloudEvent]:
        """Return the events after a cursor, `limit` at most."""
        return list(self._events(told_after(self.database, cursor, limit)))

    def written_after(self, cursor: int, limit: int) -> tuple[bytes, int]:
        """Return the same events as a JSON array, and the last cursor; each is written before the next is read."""
        told = told_after(self.database, cursor, limit)
        written = b",".join([ENCODE(each) for each in self._events(told)])
        return b"[" + written + b"]", told[-1][0] if told else cursor

    def _events(self, told: Sequence[Told]) -> Iterable[CloudEvent]:
        found = self._plain_events(told)
        return found if self.vault is None else self._with_words(list(found), told, self.vault)

    def _plain_events(self, told: Sequence[Told]) -> Iterator[CloudEvent]:
        kinds = {type_name: self._kind(type_name) for type_name in {each[4] for each in told}}
        here = self.source
        for at, position, told_at, told_on, type_name, stream, candidacy, body, recorded_at in told:
            kind, schemas, read = kinds[type_name]
            yield CloudEvent(
                V1,
                str(position),
                here,
                kind,
                f"{recorded_at[:10]}T{recorded_at[11:]}Z",
                JSON,
                position,
                at,
                told_at,
                told_on or UNSET,
                stream,
                candidacy or UNSET,
                schemas,
                read(body),
            )

    def _kind(self, type_name: str) -> tuple[str, str | UnsetType, Callable[[str], Any]]:
        """Return the type name of a kind of event, the address of its schema and the reader of its data."""
        return f"fr.acquis.{type_name}.v1", self.schemas + type_name if self.schemas else UNSET, _plain(type_name)

    def _with_words(self, events: list[CloudEvent], told: Sequence[Told], vault: Vault) -> list[CloudEvent]:
        """Decrypt the personal fields of these facts; an erased field is null."""
        facts = [
            (decode(each[4], each[7]), place) for each, place in zip(told, places(self.database, told), strict=True)
        ]
        while True:
            opening = vault.opening()
            opening.prepare((each.of, each.kept) for fact, _ in facts for each in sealed(fact).values())
            for event, (fact, place) in zip(events, facts, strict=True):
                said = {name: getattr(fact, name) for name in _leading(place.type)} | opened(fact, place, opening)
                told_of = personal(place.type)
                event.data.personal = {name: word for name, word in said.items() if name in told_of} or UNSET
            if opening.still_opens():
                return events


def plain(type_name: str) -> tuple[str, ...]:
    """Return the fields of a fact that every reader gets."""
    left_out = LEFT_OUT.get(KINDS[type_name], frozenset()) | _leading(type_name)
    return tuple(name for name in PLAIN[type_name] if name not in left_out)


def personal(type_name: str) -> tuple[str, ...]:
    """Return the fields given only to readers of personal data: free texts and identifiers of persons."""
    left_out, leading = LEFT_OUT.get(KINDS[type_name], frozenset()), _leading(type_name)
    fields = [name for name in PLAIN[type_name] if name in leading] + list(PERSONAL[type_name])
    return tuple(name for name in fields if name not in left_out)


def _leading(type_name: str) -> frozenset[str]:
    return LEADS_TO_A_PERSON.get(KINDS[type_name], frozenset())


@cache
def _plain(type_name: str) -> Any:
    """Return a reader of the published fields of a body; it leaves out a field that the body lacks."""
    fields = [(name, Raw | UnsetType, UNSET) for name in (ON, *plain(type_name))]
    data = msgspec.defstruct(type_name, [*fields, ("personal", dict[str, Any] | UnsetType, UNSET)], gc=False)
    return read_as(data)


def schema(type_name: str) -> dict[str, Any]:
    """Return the JSON Schema of the data of a kind of event; raise KeyError for an unpublished kind."""
    hints = get_type_hints(FACTS[type_name])
    fields: list[Any] = [(ON, date)] + [(name, hints[name] | UnsetType, UNSET) for name in plain(type_name)]
    words = {name: {"description": "What was written; null once it was erased."} for name in personal(type_name)}
    found = msgspec.json.schema(msgspec.defstruct(type_name, fields))
    kind = found["$defs"][type_name]
    kind["description"] = (FACTS[type_name].__doc__ or "").split("\n")[0]
    if words:
        kind["properties"]["personal"] = {"type": "object", "properties": words}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
