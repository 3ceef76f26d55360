"""Does our log keep the promises of the `eventsourcing` library? Its own test cases, run against ours."""

import sys
from collections.abc import Iterator
from uuid import UUID, uuid4

import eventsourcing.cryptography
import pytest

# the library's cases name its cipher on pycryptodome; its twin on `cryptography`, which Acquis has, stands in
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

# ruff: noqa: E402  (imports after the line above need it)
from eventsourcing.application import Application
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactoryError,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    InfrastructureFactoryTestCase,
    TrackingRecorderTestCase,
)
from eventsourcing.utils import Environment

from adapters.database.pool import Database
from adapters.log.persistence import LogFactory
from adapters.log.recorder import LogRecorder
from adapters.log.tracking import LogTracking


class OnAFreshDatabase:
    @pytest.fixture(autouse=True)
    def _database(self, database_url: str) -> Iterator[None]:
        self.url = database_url
        self.database = Database(database_url, size=12)
        yield
        self.database.close()


class TestLogRecorder(OnAFreshDatabase, ApplicationRecorderTestCase[LogRecorder]):
    def create_recorder(self) -> LogRecorder:
        return LogRecorder(self.database)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestLogTracking(OnAFreshDatabase, TrackingRecorderTestCase):
    def create_recorder(self) -> LogTracking:
        return LogTracking(self.database)


class OtherTracking(LogTracking):
    """A reader's own subclass."""


class TestLogFactory(OnAFreshDatabase, InfrastructureFactoryTestCase[LogFactory]):
    def setUp(self) -> None:
        self.env = Environment(
            "Acquis", {"PERSISTENCE_MODULE": "adapters.log.persistence", "ACQUIS_DATABASE_URL": self.url}
        )
        super().setUp()

    def expected_factory_class(self) -> type[LogFactory]:
        return LogFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return LogRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return LogRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return LogTracking

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OtherTracking

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        raise NotImplementedError  # there is none: see the case below

    def test_create_process_recorder(self) -> None:
        with pytest.raises(InfrastructureFactoryError):
            self.factory.process_recorder()

    def test_snapshots_are_refused(self) -> None:
        with pytest.raises(InfrastructureFactoryError):
            self.factory.aggregate_recorder(purpose="snapshots")

    def test_a_factory_without_a_database_is_refused(self) -> None:
        with pytest.raises(InfrastructureFactoryError):
            LogFactory({})

    def test_the_librarys_application_runs_on_it(self) -> None:
        app: Application[UUID] = Application(self.env)
        assert isinstance(app.recorder, LogRecorder)
        assert app.recorder.select_events(uuid4()) == []
        app.close()


del ApplicationRecorderTestCase, TrackingRecorderTestCase, InfrastructureFactoryTestCase  # only ours are collected
