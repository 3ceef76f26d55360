"""Arguments and options of commands, made from the fields of the domain's commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from datetime import date
from enum import Enum, EnumType
from functools import reduce, wraps
from typing import Any, Final, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import click

from domain.framework.framework import Framework
from domain.ports import OPERATOR, Command, FrameworkId, PersonId
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.cli.terminal.who import WHO

Called = str | tuple[str, str]
Decorator = Callable[[Callable[..., Any]], Any]
SEALED: Final = "The reason; sealed in the log."
IN_CLEAR: Final = "The reason; not encrypted, so name nobody."
GROUND: Final = "The decision or text that it is based on."
GROUND_IN_CLEAR: Final = "The decision or text that it is based on; not encrypted, so name nobody."
GROUND_SEALED: Final = "The decision or text that it is based on; sealed in the log."
CONFIRMED: Final = ("--confirm-past", "Accept a day in the past.")
WHOLE: Final = re.compile("[0-9]{1,9}")


def asks(command: type[Command], *arguments: Called, **options: Called) -> Decorator:
    """Give a CLI command the arguments and options of a domain command.

    `arguments`: fields, each optionally with the name shown for its value. `options`: for each field, its help, or
    the option's name and its help. A framework is given by code and version. Fields without a default are required.
    """
    hints = get_type_hints(command)
    needed = {each.name for each in fields(cast("Any", command)) if each.default is MISSING}
    asked = [_argument(each, hints) for each in arguments]
    asked += [_option(name, each, hints[name], name in needed) for name, each in options.items()]

    def declare(verb: Callable[..., None]) -> Any:
        @answers
        @wraps(verb)
        def run(*, as_json: bool, **given: Any) -> None:
            sent = {name: _value(name, hint, given) for name, hint in hints.items() if name in given}
            verb(command(**sent), as_json=as_json)

        return reduce(lambda done, add: add(done), reversed(asked), run)

    return declare


def record(command: Command, french: str, english: str, *, as_json: bool) -> None:
    """Execute a command as the operator, and print a sentence; `{position}` is its position in the log."""
    with opened_app() as acquis:
        position = acquis.do(command, OPERATOR).position
    line = said(french, english).format(position=position)
    show({"position": position}, as_json=as_json, lines=lambda: iter([line]))


def _argument(called: Called, hints: dict[str, Any]) -> Decorator:
    name, metavar = called if isinstance(called, tuple) else (called, None)
    if hints[name] is not FrameworkId:
        return click.argument(name, metavar=metavar, type=_type(hints[name]))
    code = click.argument(name, metavar="CODE")
    return lambda run: code(_version("--version", name, "Version of the framework.")(run))


def _option(name: str, called: Called, hint: Any, needed: bool) -> Decorator:
    option, text = called if isinstance(called, tuple) else (f"--{name.replace('_', '-')}", called)
    if hint is FrameworkId:
        code = click.option(option, name, required=True, help=text)
        return lambda run: code(_version(f"{option}-version", name, "Its version.")(run))
    if hint is bool:
        return click.option(option, name, is_flag=True, required=needed, help=text)
    return click.option(option, name, type=_type(hint), required=needed, multiple=hint == tuple[str, ...], help=text)


def _version(option: str, name: str, text: str) -> Decorator:
    return click.option(option, f"{name}_version", default=1, show_default=True, help=text)


def _type(hint: Any) -> Any:
    """Return the Click type that reads a value of this type."""
    if PersonId in (hint, *get_args(hint)):
        return WHO
    kind = _kind(hint)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return click.Choice([each.value for each in kind])
    return TYPES.get(kind, str)


def _value(name: str, hint: Any, given: dict[str, Any]) -> Any:
    """Return the field's value from the arguments given."""
    value, kind = given[name], _kind(hint)
    if hint is FrameworkId:
        return FrameworkId(Framework.id_of(value, given[f"{name}_version"]))
    if value is None:
        return None
    if kind is date:
        return value.date()
    if kind == tuple[int, ...]:
        return tuple(sorted(value))
    return kind(value) if isinstance(kind, EnumType) else value


def _kind(hint: Any) -> Any:
    """Return the type of a value, without None and NewType."""
    kind: Any = hint if get_origin(hint) is tuple else next(iter(get_args(hint)), hint)
    return getattr(kind, "__supertype__", kind)


class Numbers(click.ParamType[tuple[int, ...]]):
    """Numbers of competences or blocks, separated by commas."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the numbers; anything else is a usage error."""
        words = [word.strip() for word in str(value).split(",")]
        if not all(WHOLE.fullmatch(word) for word in words):
            self.fail(said("Des numéros séparés par des virgules.", "Numbers separated by commas."), param, ctx)
        check_once(numbers := tuple(map(int, words)), param)
        return numbers


def check_once(given: Sequence[object], option: click.Parameter | None) -> None:
    """Raise BadParameter for a repeated value: neither of the two could be preferred."""
    if twice := [each for each in given if given.count(each) > 1]:
        raise click.BadParameter(said(f"{twice[0]} : dit deux fois.", f"{twice[0]}: said twice."), param=option)


NUMBERS: Final = Numbers()
TYPES: Final[dict[Any, Any]] = {
    UUID: click.UUID,
    int: click.INT,
    date: click.DateTime(["%Y-%m-%d"]),
    tuple[int, ...]: NUMBERS,
}
