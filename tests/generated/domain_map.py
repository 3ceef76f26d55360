"""What is there in the domain: which streams, facts, commands, refusals and rules? `make map` writes it down.

Everything is read from the code: each fact from the aggregate whose stream it stands in, each command from the facts
that it records, each sentence from the docstring that is the rule. `domain/README.md` begins with what a person
wrote, down to a mark; the rest is written here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from inspect import getdoc, getmembers, isclass
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import domain
from domain.refusal import Refused
from domain.replay.judge import ORIGINS
from domain.replay.kinds import KINDS

README = Path(domain.__file__).parent / "README.md"
MARK = "<!-- From here on: written from the code by `make map`. -->"


@cache
def modules() -> tuple[ModuleType, ...]:
    """All modules of the domain, commands apart."""
    found = (import_module(each.name) for each in walk_packages(domain.__path__, "domain."))
    return tuple(m for m in found if not re.match(r"domain\.commands\b", m.__name__))


def own(module: ModuleType) -> list[type[Any]]:
    """The classes that a module defines, in the order in which it does."""
    classes = [kind for _, kind in getmembers(module, isclass) if kind.__module__ == module.__name__]
    text = Path(str(module.__file__)).read_text("utf-8")
    return sorted(classes, key=lambda kind: text.find(f"class {kind.__name__}"))


def first(thing: Any) -> str:
    """The first paragraph of a docstring, in one line, fit for a table."""
    return " ".join((getdoc(thing) or "").split("\n\n")[0].split()).replace("|", "\\|")


def question(module: ModuleType) -> str:
    return (module.__doc__ or "").splitlines()[0].replace("|", "\\|")


def refusals(module: ModuleType) -> list[type[Refused]]:
    return [kind for kind in own(module) if issubclass(kind, Refused)]


def table(head: str, rows: Iterable[str]) -> Iterator[str]:
    """A table, when it has rows."""
    listed = list(rows)
    if listed:
        yield f"| {head} |"
        yield "|" + "---|" * (head.count(" | ") + 1)
        yield from listed
        yield ""


def streams() -> Iterator[str]:
    """Each aggregate with its facts, the commands that record them, and in which roles."""
    yield "## Streams and their facts"
    yield ""
    for kind in dict.fromkeys(KINDS.values()):
        module = kind.__module__.removeprefix("domain.")
        yield f"### {kind.__name__} (`{module}.py`)"
        yield ""
        yield first(kind)
        yield ""
        yield from table(
            "fact | says | recorded by",
            (
                f"| `{fact.__name__}` | {first(fact)} | "
                + ", ".join(f"`{command.__name__}`" for command in ORIGINS[fact])
                + " |"
                for fact, of in KINDS.items()
                if of is kind
            ),
        )


def commands() -> Iterator[str]:
    yield "## Commands"
    yield ""
    every = {command for origins in ORIGINS.values() for command in origins}
    yield from table(
        "command | does | roles",
        (
            f"| `{command.__name__}` | {first(command)} | {', '.join(sorted(command.roles))} |"
            for command in sorted(every, key=lambda each: each.__name__)
        ),
    )


def told_refusals() -> Iterator[str]:
    yield "## Refusals"
    yield ""
    yield "Each is a rule; its source is Acquis' own design where none is named."
    yield ""
    rows = (
        f"| `{refusal.slug()}` | {first(refusal)} | {refusal.source.replace('|', chr(92) + '|')} | `{name(module)}` |"
        for module in modules()
        for refusal in refusals(module)
    )
    yield from table("refusal | rule | source | in", sorted(rows))


def rules() -> Iterator[str]:
    """The rules inside refusals (`violations`), and the modules that decide and fold."""
    yield "## Rules named inside a refusal"
    yield ""
    yield from table("rule | in", sorted(f"| `{slug}` | `{name(m)}` |" for m in modules() for slug in violations(m)))
    yield "## Modules"
    yield ""
    yield from table("module | question", (f"| `{name(m)}` | {question(m)} |" for m in modules() if m.__doc__))


def violations(module: ModuleType) -> set[str]:
    """The slugs that a module's violations bear: constants, or their fixed part where the rest is a quality's."""
    found = set()
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
        if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)+", str(node.value)):
            found.add(str(node.value))
        if isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else "…" for each in node.values]
            if re.fullmatch(r"(…|[a-z]+)(-(…|[a-z]+))+", "".join(map(str, parts))):
                found.add("".join(map(str, parts)))
    return found if "Violation" in vars(module) else set()


def name(module: ModuleType) -> str:
    return f"{module.__name__.removeprefix('domain.')}.py"


def text() -> str:
    """All that is written from the code."""
    return "\n".join([MARK, "", *streams(), *commands(), *told_refusals(), *rules()]).rstrip() + "\n"


def written() -> str:
    """The whole page: what a person wrote, then the map."""
    return README.read_text("utf-8").partition(MARK)[0] + text()


if __name__ == "__main__":
    README.write_text(written(), "utf-8")
