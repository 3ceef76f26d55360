"""The line that a leaf hashes: the same bytes in SQL, in Python and in the committed vectors."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.log.line import line
from adapters.log.merkle import leaf_hash

VECTORS = sorted(Path(__file__).with_name("vectors").glob("*.json"))
NAMES = ("append_id", "body", "n", "position", "recorded_at", "stream", "type", "version")
IN_SQL = """
select convert_to(log.line(e), 'UTF8'), sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8'))
  from (select (%(position)s, %(stream)s, %(version)s, %(type)s, %(body)s, %(append_id)s, %(n)s,
                %(recorded_at)s)::log.event e) x
"""
WILD = st.text(
    st.one_of(st.sampled_from("\"\\/'\x01\x08\t\n\x0c\r\x1f\x7f\u0085\u2028\u2029\ufeff🎓é{}"), st.characters(
        exclude_categories=["Cs"], exclude_characters="\x00"))
)  # fmt: skip


@pytest.fixture
def cursor(database_url: str) -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        yield cursor


def in_sql(cursor, fact):
    cursor.execute(IN_SQL, {k: v if isinstance(v, int | datetime) else str(v) for k, v in fact.items()})
    return tuple(map(bytes, cursor.fetchone()))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            "append_id": st.uuids(),
            "body": WILD,
            "n": st.integers(0, 2**15 - 1),
            "position": st.integers(1, 2**63 - 1),
            "recorded_at": st.datetimes(datetime(1900, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  (the timezone is the next argument)
            "stream": st.uuids(),
            "type": WILD,
            "version": st.integers(0, 2**63 - 1),
        }
    )
)
def test_python_and_the_database_write_the_same_line(cursor, fact):
    text = line(*(fact[name] for name in NAMES))
    assert in_sql(cursor, fact) == (text, leaf_hash(text))
    assert json.loads(text)["body"] == fact["body"]


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_committed_vectors_hold(cursor, path):
    vector = json.loads(path.read_text())
    fact = vector["fact"] | {"recorded_at": datetime.fromisoformat(vector["fact"]["recorded_at"])}
    expected = (vector["line"].encode(), bytes.fromhex(vector["leaf_hash"]))
    text = line(*(fact[name] for name in NAMES))
    assert (text, leaf_hash(text)) == expected
    assert in_sql(cursor, fact) == expected


def test_there_are_three_vectors():
    assert len(VECTORS) == 3
