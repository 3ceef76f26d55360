"""The log as a persistence module of the `eventsourcing` library (`PERSISTENCE_MODULE`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError
from eventsourcing.utils import resolve_topic

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.log.tracking import LogTracking

if TYPE_CHECKING:
    from eventsourcing.persistence import ProcessRecorder
    from eventsourcing.utils import Environment, EnvType


class LogFactory(InfrastructureFactory[LogTracking]):
    """Factory of recorders on a given database, or on the one that `ACQUIS_DATABASE_URL` names."""

    DATABASE_URL = "ACQUIS_DATABASE_URL"

    def __init__(
        self, env: Environment | EnvType | None = None, database: Database | None = None, *, sealing: bool = True
    ) -> None:
        """Use `database`, which the caller closes; `sealing=False` is for roles that may not seal."""
        super().__init__(env)
        self._owned = None if database else Database(self._url())
        self._database = database or cast("Database", self._owned)
        self._sealing = sealing

    def aggregate_recorder(self, purpose: str = "events") -> LogRecorder:
        """Return a recorder of the log. Raises `InfrastructureFactoryError` for snapshots: streams are short."""
        if purpose != "events":
            raise InfrastructureFactoryError(f"Acquis keeps facts and nothing else: no {purpose}")
        return self.application_recorder()

    def application_recorder(self) -> LogRecorder:
        """Return a recorder of the log, which appends and reads notifications."""
        return LogRecorder(self._database, sealing=self._sealing)

    def tracking_recorder(self, tracking_recorder_class: type[LogTracking] | None = None) -> LogTracking:
        """Return the recorder of the readers' positions."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        if tracking_recorder_class is None and topic:
            tracking_recorder_class = resolve_topic(topic)
        return (tracking_recorder_class or LogTracking)(self._database)

    def process_recorder(self) -> ProcessRecorder:
        """Raise `InfrastructureFactoryError`: no process of Acquis writes facts in reaction to others.

        Only commands write facts, in a person's name, and no role may both append facts and move positions.
        """
        raise InfrastructureFactoryError("Acquis has no process recorder: facts come from commands only")

    def close(self) -> None:
        """Close the database, if this factory opened it."""
        if self._owned:
            self._owned.close()

    def _url(self) -> str:
        url = self.env.get(self.DATABASE_URL)
        if not url:
            raise InfrastructureFactoryError(f"give a database, or set {self.DATABASE_URL}")
        return url
