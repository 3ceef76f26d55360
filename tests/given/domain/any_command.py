"""Strategies for random commands: any command, with valid and invalid fields from a small world."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from pkgutil import walk_packages
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from domain import commands
from domain.framework.definition import Definition
from domain.ports import CandidacyId, Command, EvidenceId, FrameworkId, PersonId, Role, RulebookId, SessionId
from domain.rulebook.rules import Rules
from tests.given.domain.people import (
    BLOG,
    CV,
    FRAMEWORK,
    GENTLE_RULEBOOK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE_FI,
    MARIE_VAE,
    RNCP31936,
    ROLES,
    RULEBOOK,
    RULES,
    SAMIR_VAE,
    known,
)

NOBODY = PersonId(known("nobody"))
POOLS: dict[Any, tuple[Any, ...]] = {
    PersonId: (*ROLES, NOBODY),
    CandidacyId: (MARIE_FI, MARIE_VAE, SAMIR_VAE, CandidacyId(known("no candidacy"))),
    SessionId: (JUNE, MARCH, SessionId(known("no session"))),
    FrameworkId: (FRAMEWORK, FrameworkId(known("no framework"))),
    RulebookId: (RULEBOOK, GENTLE_RULEBOOK, RulebookId(known("no rulebook"))),
    EvidenceId: (CV, BLOG, EvidenceId(known("a hold")), EvidenceId(known("no piece"))),
    UUID: (known("a hold"), MARIE_VAE, JUNE, MARIE_FI),
    Definition: (RNCP31936,),
    Rules: (RULES,),
    int: (*range(32), -1, 10**9),
    str: ("x", "y", "J1", "acquired", "partly", "not_acquired", "panel-balance-panel", ""),
    bool: (False, True),
    bytes: (b"x",),
    float: (0.0, 1.0),
    time: (time(9), time(23, 59)),
    timedelta: (timedelta(minutes=20), timedelta(hours=2)),
    datetime: (datetime(2021, 6, 15, 9, tzinfo=UTC),),
    Fraction: (Fraction(1, 3),),
    date: (date(2019, 1, 1), JURY_DAY - timedelta(days=1), JURY_DAY, LATER_DAY, date(2024, 6, 1)),
}
"""What a field of this type may be; ids of streams that never were are among them."""


@cache
def every_command() -> tuple[type[Command], ...]:
    """Return the classes in `domain.commands` that a `Request` can carry."""
    return tuple(
        cast("type[Command]", kind)
        for module in walk_packages(commands.__path__, f"{commands.__name__}.")
        for _, kind in getmembers(import_module(module.name), isclass)
        if kind.__module__ == module.name and hasattr(kind, "execute") and hasattr(kind, "roles")
    )


@cache
def like(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a type that commands declare."""
    if hint in POOLS:
        return st.sampled_from(POOLS[hint])
    if hasattr(hint, "__supertype__"):  # an id of another kind of stream
        return like(hint.__supertype__)
    inner = get_args(hint)
    if get_origin(hint) in {Union, types.UnionType}:
        return st.one_of(*(st.none() if each is type(None) else like(each) for each in inner))
    if get_origin(hint) is tuple:
        return st.lists(like(inner[0]), max_size=6).map(tuple)
    if get_origin(hint) is frozenset:
        return st.frozensets(like(inner[0]), max_size=4)
    if get_origin(hint) is dict:
        return st.dictionaries(like(inner[0]), like(inner[1]), max_size=4)
    if isclass(hint) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint):
        return drawn(hint)
    raise TypeError(f"say in POOLS, or here, what a {hint} may be")


def drawn(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for one of these dataclasses, each field drawn; fields with a default are often left out."""
    hints = get_type_hints(kind)
    always = {each.name: like(hints[each.name]) for each in fields(kind) if _bare(each)}
    maybe = {each.name: like(hints[each.name]) for each in fields(kind) if not _bare(each)}
    return st.fixed_dictionaries(always, optional=maybe).map(lambda values: kind(**values))


def almost(command: Any, other: Any) -> st.SearchStrategy[Any]:
    """Return a command with one field taken from another command of its kind."""
    names = st.sampled_from([each.name for each in fields(command)])
    return names.map(lambda name: replace(command, **{name: getattr(other, name)}))


def _bare(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def roles_of(kind: type[Command]) -> list[Role]:
    """Return the roles that may send it, in order."""
    return sorted(kind.roles)
