"""Whom can a visitor of the demonstration become, in one click? Whoever a file names, where a setting names it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from domain.ports import Actor, PersonId, Role
from webapi.accounts.authentication import public
from webapi.current import acquis
from webapi.pages.visitor import become, let_in, private

bp = Blueprint("players", __name__, url_prefix="/demonstration")
bp.before_request(let_in)
bp.after_request(private)


@dataclass(frozen=True, kw_only=True)
class Played:
    """One of the people whom a visitor becomes."""

    name: str
    role: Role
    person: UUID


def played() -> tuple[Played, ...]:
    """Those of this installation; nobody where the setting names no file."""
    file = acquis().settings.demonstration
    return _read(file) if file else ()


@bp.post("/<role>")
@public
def enter(role: str) -> ResponseReturnValue:
    """Go on as the one who plays this role; as whoever one is where nobody does, as in any house that is none."""
    found = next((each for each in played() if each.role.value == role), None)
    if found is not None:
        become(Actor(person=PersonId(found.person), role=found.role))
    return redirect("/", 303)


@cache
def _read(file: Path) -> tuple[Played, ...]:
    """The people that a file names, read once: `acquis demo` writes it before it serves."""
    listed: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return tuple(Played(name=each["name"], role=Role(each["role"]), person=UUID(each["person"])) for each in listed)
