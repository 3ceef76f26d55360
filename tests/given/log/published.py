"""The published texts of the tests: certification, rules, empty law."""

from __future__ import annotations

from domain.framework.definition import Definition
from domain.rulebook.law import Law
from domain.rulebook.rules import Rules
from tests.given.domain.people import RNCP31936, RULES


class Published:
    def definition(self, _framework: object, /) -> Definition:
        return RNCP31936

    def rules(self, _rulebook: object, /) -> Rules:
        return RULES

    def law(self, _position: int, /) -> Law:
        return Law(id=Law.the())
