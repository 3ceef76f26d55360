"""The verifier's reader of facts: it reads each fact as the codec of the log does."""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.keys.vault import FieldPlace
from adapters.log import codec
from adapters.verify import facts
from adapters.verify.facts import SealedText, Unreadable
from adapters.verify.proof import LogLine
from domain.fact import Fact, Personal, Retention
from domain.framework.block_rule import all_of, any_of, at_least
from domain.framework.facts import FrameworkPublished
from tests.given.domain.people import RNCP31936
from tests.given.log.packing import Packing

HEAD = codec.Envelope(by=UUID(int=1), role="registrar", on=date(2021, 6, 15), request=None)


class Plainly:
    """Seals that encrypt nothing: they write the text in base64."""

    def seal(self, text: bytes, person: UUID, retention: Retention, place: FieldPlace) -> str:
        del person, retention, place
        return base64.b64encode(text).decode()

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        del person, retention, place
        return base64.b64decode(sealed)


def alike(one: Fact, other: Fact) -> bool:
    """Return whether two facts are equal, their sealed values included."""
    pairs = [(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)]
    return type(one) is type(other) and all(_plain(a) == _plain(b) for a, b in pairs)


def _plain(value: Any) -> Any:
    if isinstance(value, Personal):
        held = codec.held(value)
        return (value.person, held.of, held.kept, held.text)
    return value


def line(type_name: str, body: str) -> LogLine:
    return LogLine(str(uuid4()), body, 0, 1, "2021-06-15T08:00:00.000000Z", str(uuid4()), type_name, 1)


def test_every_fact_that_the_codec_knows_is_known() -> None:
    assert facts.FACTS == codec.FACTS
    assert {name: set(personal) for name, personal in codec.PERSONAL.items()} == facts.PERSONAL


def test_every_fact_of_the_demonstration_reads_the_same(demonstration: Packing) -> None:
    for row in demonstration.rows:
        read = LogLine.read(row.line)
        decoded = facts.decode(read)
        assert alike(decoded.told.fact, codec.decode(read.type, read.body))
        head, stamp = codec.envelope(read.body), decoded.told.stamp
        assert (stamp.by, stamp.role, stamp.on) == (head.by, head.role, head.on)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a field's type."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return st.builds(Personal, st.text(max_size=20), st.uuids())
    if origin in {Union, UnionType}:
        return st.one_of([st.none() if each is NoneType else values(each) for each in inside])
    if origin is tuple:
        return st.lists(values(inside[0]), max_size=3).map(tuple)
    hint = getattr(hint, "__supertype__", hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return of_class(hint)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return PLAIN[hint]


@cache
def of_class(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a class, which may contain itself."""
    hints = get_type_hints(cls, include_extras=True)
    return st.deferred(lambda: st.builds(cls, **{each.name: values(hints[each.name]) for each in fields(cls)}))


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    bool: st.booleans(),
    int: st.integers(-(2**62), 2**62),
    UUID: st.uuids(),
    date: st.dates(),
    time: st.times().map(lambda at: at.replace(microsecond=0)),
}


@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize("name", facts.FACTS)
@given(st.data())
def test_random_facts_read_the_same(name: str, data: st.DataObject) -> None:
    fact = data.draw(values(facts.FACTS[name]))
    body = codec.encode(fact, HEAD, FieldPlace(uuid4(), 0, uuid4(), name, 1, ""), Plainly())
    assert alike(facts.decode(line(name, body)).told.fact, codec.decode(name, body))


def test_defaults_stand_in_for_fields_that_came_later() -> None:
    body = '{"as":"operator","by":null,"ground":"x","on":"2021-06-15","opened_on":"2021-06-15","route":"VAE"}'
    assert facts.decode(line("RouteOpened", body)).told.fact == codec.decode("RouteOpened", body)


def test_a_framework_published_before_rules_were_trees_reads_as_it_did() -> None:
    """The old bytes have neither `tree` nor `title_rule`: rules are thresholds, and the title needs all blocks."""
    fact = FrameworkPublished(definition=RNCP31936)
    now = codec.encode(fact, HEAD, FieldPlace(uuid4(), 0, uuid4(), "FrameworkPublished", 1, ""), Plainly())
    then = now.replace(',"tree":null', "").replace(',"title_rule":null', "")
    assert len(now) - len(then) == 4 * len(',"tree":null') + len(',"title_rule":null')
    assert facts.decode(line("FrameworkPublished", then)).told.fact == fact
    assert codec.decode("FrameworkPublished", then) == fact


def test_rules_that_are_trees_read_the_same_and_one_that_is_none_is_unreadable() -> None:
    bts = replace(RNCP31936, title_rule=all_of(1, any_of(all_of(2, 3), at_least(1, 4, 5, mandatory=(4,)))))
    place = FieldPlace(uuid4(), 0, uuid4(), "FrameworkPublished", 1, "")
    body = codec.encode(FrameworkPublished(definition=bts), HEAD, place, Plainly())
    assert facts.decode(line("FrameworkPublished", body)).told.fact == FrameworkPublished(definition=bts)
    assert codec.decode("FrameworkPublished", body) == FrameworkPublished(definition=bts)
    for wrong in ('"1"', "null", "true", "1.5", "[]", "{}"):
        spoilt = body.replace('"of":[1,', f'"of":[{wrong},')
        assert spoilt != body
        with pytest.raises(Unreadable):
            facts.decode(line("FrameworkPublished", spoilt))


GOOD = {"as": "registrar", "by": str(UUID(int=1)), "on": "2021-06-15", "request": None}
ADMITTED = GOOD | {"admissible": True, "file_received_on": "2021-02-01", "decided_on": "2021-02-01"}
HELD = {"class": "decision", "of": str(UUID(int=1)), "text": "AAAA"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        json.dumps(ADMITTED | {"admissible": 1}),
        json.dumps(ADMITTED | {"file_received_on": "20210201"}),
        json.dumps(ADMITTED | {"file_received_on": "2021-02-30"}),
        json.dumps(GOOD),
        json.dumps(ADMITTED | {"by": "x"}),
        json.dumps(ADMITTED | {"as": None}),
        json.dumps(ADMITTED | {"sealed": {"admissible": HELD}}),
        json.dumps(ADMITTED | {"sealed": {"reason": HELD | {"class": "secret"}}}),
        json.dumps(ADMITTED | {"sealed": []}),
        "[" * 100_000,
    ],
)
def test_verifier_refuses_a_malformed_fact(body: str) -> None:
    with pytest.raises(Unreadable):
        facts.decode(line("AdmissibilityDecided", body))


def test_a_personal_field_stays_sealed() -> None:
    body = json.dumps(ADMITTED | {"sealed": {"reason": HELD}})
    decoded = facts.decode(line("AdmissibilityDecided", body))
    assert decoded.sealed == {"reason": SealedText(UUID(int=1), Retention.DECISION, "AAAA")}
    clear = json.dumps(ADMITTED | {"reason": "in clear"})
    assert facts.decode(line("AdmissibilityDecided", clear)).told.fact.reason is None  # type: ignore[attr-defined]
    with pytest.raises(Unreadable):
        facts.decode(line("CandidateTeleported", "{}"))
