"""The `eventsourcing` library's `Application` for Acquis's facts, with Acquis's own mapper and recorder."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import ApplicationRecorder, JSONTranscoder, Mapper, StoredEvent

from adapters.keys.vault import FieldPlace
from adapters.log.codec import Envelope, Seals, decode, encode
from domain.fact import Fact


@dataclass(frozen=True, kw_only=True)
class WrittenFact:
    """A fact being written to the log, with the attribute names that the library uses."""

    originator_id: UUID
    originator_version: int
    fact: Fact
    append_id: UUID
    n: int
    head: Envelope


@dataclass(frozen=True, kw_only=True)
class ReadFact:
    """A fact read from the log for a decision; its personal fields stay sealed."""

    originator_id: UUID
    originator_version: int
    fact: Fact


class FactMapper(Mapper[UUID]):
    """Mapper between facts and stored rows, with Acquis's codec; it never imports a class by a stored topic."""

    def __init__(self, seals: Seals) -> None:
        """Seal personal fields with `seals` (the vault)."""
        super().__init__(transcoder=JSONTranscoder())
        self._seals = seals

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Encode the fact as its canonical body."""
        if not isinstance(domain_event, WrittenFact):
            raise TypeError("only facts on their way to the log are stored")
        name = type(domain_event.fact).__name__
        place = FieldPlace(
            append_id=domain_event.append_id,
            n=domain_event.n,
            stream=domain_event.originator_id,
            type=name,
            version=domain_event.originator_version,
            field="",
        )
        body = encode(domain_event.fact, domain_event.head, place, self._seals)
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, name, body.encode())

    def to_domain_event(self, stored_event: StoredEvent) -> ReadFact:
        """Decode a stored fact; raises UnknownFactType for a type that this version does not know."""
        return ReadFact(
            originator_id=UUID(str(stored_event.originator_id)),
            originator_version=stored_event.originator_version,
            fact=decode(stored_event.topic, stored_event.state.decode()),
        )


class Acquis(Application[UUID]):
    """The library's application, made from a given recorder and mapper."""

    def __init__(self, recorder: ApplicationRecorder, mapper: FactMapper) -> None:
        """Use the recorder and the mapper that the composition root made."""
        self._given = (recorder, mapper)
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        """Return the given recorder."""
        return self._given[0]

    def construct_mapper(self) -> Mapper[UUID]:
        """Return the given mapper."""
        return self._given[1]
