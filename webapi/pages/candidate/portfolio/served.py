"""Competences that a piece of a portfolio may serve, and the form's boxes for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from werkzeug.datastructures import MultiDict

from domain.evidence.facts import Serves
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from projections.candidacy.candidacy_overview import Overview, candidacies
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.privacy.disclosure import loaded

OFFERED: Final = 10
"""How many certifications the form offers to a user without a candidacy."""
LONGEST_CODE: Final = 20
MOST: Final = 9999


def mine() -> list[Overview]:
    """Return the user's candidacies, the newest first."""
    return candidacies(acquis().database, candidate=actor().who, limit=None)[::-1]


def sheets(applied: Iterable[Overview]) -> list[Definition]:
    """Return the certifications of these candidacies; without any, the first published ones."""
    frameworks = dict.fromkeys(each.framework for each in applied) or dict.fromkeys(
        each.framework for each in certifications(acquis().database, limit=OFFERED)
    )
    found = {each.code: each for each in (loaded(Framework, framework).content for framework in frameworks)}
    return list(found.values())


def served(values: MultiDict[str, str]) -> tuple[Serves, ...]:
    """Return the selected competences; a box holds a certification's code and a number; invalid ones are skipped."""
    found: dict[str, list[int]] = {}
    for each in values.getlist("serves"):
        code, _, number = each.partition(":")
        if 1 < len(code) <= LONGEST_CODE and number.isascii() and number.isdigit() and 0 < int(number) <= MOST:
            found.setdefault(code, []).append(int(number))
    return tuple(Serves(certification=code, competences=tuple(numbers)) for code, numbers in found.items())


def boxes(serves: Iterable[Serves]) -> frozenset[str]:
    """Return the values of the boxes for what a piece serves."""
    return frozenset(f"{each.certification}:{number}" for each in serves for number in each.competences)
