"""Tests that late URL rules build the same URLs as Werkzeug's own rules."""

from __future__ import annotations

from pathlib import Path

from werkzeug.routing import Map, Rule

from adapters.settings import Settings
from webapi.app import make_app
from webapi.edge.late_rules import LateRule


def test_every_rule_is_late_and_builds_the_same_url_as_werkzeug_s() -> None:
    app = make_app(Settings(data=Path("nowhere"), secret_key="of no session " * 4))
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]  # Flask adds it first
    assert len(rules) > 500
    for rule in rules:
        assert isinstance(rule, LateRule), rule
        own = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults)
        Map([own], converters=app.url_map.converters)
        given = dict.fromkeys(rule.arguments, "7")
        for values in (given, given | {"more": "c d"}):
            assert rule.build(values) == own.build(values), rule
