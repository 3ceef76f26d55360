"""How does the `eventsourcing` library's Application carry Acquis's facts? With a mapper and a recorder of ours."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import ApplicationRecorder, JSONTranscoder, Mapper, StoredEvent

from adapters.log.codec import Envelope, Seals, decode, encode
from adapters.vault import Place
from domain.fact import Fact


@dataclass(frozen=True, kw_only=True)
class Written:
    """A fact on its way to the log, or back from it, as the library names things."""

    originator_id: UUID
    originator_version: int
    fact: Fact
    append_id: UUID
    n: int
    head: Envelope


@dataclass(frozen=True, kw_only=True)
class Read:
    """A fact read back to decide on: its personal fields stay sealed."""

    originator_id: UUID
    originator_version: int
    fact: Fact


class FactMapper(Mapper[UUID]):
    """Facts to rows and back, with our codec; no topic is ever resolved to a class by import."""

    def __init__(self, seals: Seals) -> None:
        """Seal personal fields with this vault."""
        super().__init__(transcoder=JSONTranscoder())
        self._seals = seals

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Write the fact's canonical body."""
        if not isinstance(domain_event, Written):
            raise TypeError("only facts on their way to the log are stored")
        name = type(domain_event.fact).__name__
        place = Place(
            append_id=domain_event.append_id,
            n=domain_event.n,
            stream=domain_event.originator_id,
            type=name,
            version=domain_event.originator_version,
            field="",
        )
        body = encode(domain_event.fact, domain_event.head, place, self._seals)
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, name, body.encode())

    def to_domain_event(self, stored_event: StoredEvent) -> Read:
        """Read the fact; raises UnknownFactType for one that this version does not know."""
        return Read(
            originator_id=UUID(str(stored_event.originator_id)),
            originator_version=stored_event.originator_version,
            fact=decode(stored_event.topic, stored_event.state.decode()),
        )


class Acquis(Application[UUID]):
    """The library's application: recorder, mapper, event store, subscriptions and tracking under one roof."""

    def __init__(self, recorder: ApplicationRecorder, mapper: FactMapper) -> None:
        """Join a recorder and a mapper that the composition root made."""
        self._given = (recorder, mapper)
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        """Give our recorder."""
        return self._given[0]

    def construct_mapper(self) -> Mapper[UUID]:
        """Give our mapper."""
        return self._given[1]
