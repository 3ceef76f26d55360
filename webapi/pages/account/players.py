"""People of a demonstration whose role a visitor can take with one click; a file lists them if a setting names it."""

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
    """A person of the demonstration whom a visitor can act as."""

    name: str
    role: Role
    person: UUID


def played() -> tuple[Played, ...]:
    """Return the people of the demonstration; empty if no setting names a file."""
    file = acquis().settings.demonstration
    return _read(file) if file else ()


@bp.post("/<role>")
@public
def enter(role: str) -> ResponseReturnValue:
    """Sign in as the person with this role; do nothing if there is no such person, as in any real installation."""
    found = next((each for each in played() if each.role.value == role), None)
    if found is not None:
        become(Actor(person=PersonId(found.person), role=found.role))
    return redirect("/", 303)


@cache
def _read(file: Path) -> tuple[Played, ...]:
    """Return the people that a file lists, read once: `acquis demo` writes the file before the server starts."""
    listed: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return tuple(Played(name=each["name"], role=Role(each["role"]), person=UUID(each["person"])) for each in listed)
