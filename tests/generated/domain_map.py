"""The map of the domain in `domain/README.md`: facts, commands, refusals and rules of each subject (`make map`).

The map is generated from the code. `domain/README.md` begins with text written by hand; the generated part follows
after a mark.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from inspect import getdoc, getmembers, isclass
from itertools import pairwise
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import domain
from domain.refusal import Refused
from domain.replay.judge import ORIGINS
from domain.streams.kinds import KINDS

README = Path(domain.__file__).parent / "README.md"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
ELSEWHERE = {
    "jury": "`jury-composition` also contains the rules `panel-…` of [Framework](#framework)"
    " and [Rulebook](#rulebook).",
}
"""Notes on refusals that contain rules of another subject."""
MARK = "<!-- The rest of this file is generated from the code by `make map`. -->"


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return all modules of the domain except those that read streams back and replay them."""
    found = (import_module(each.name) for each in walk_packages(domain.__path__, "domain."))
    return tuple(m for m in found if not re.match(r"domain\.(replay|streams)\b", m.__name__))


@cache
def subjects() -> tuple[str, ...]:
    """Return the base (an empty name), then each subject, from the lowest layer up."""
    contracts = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each.get("containers") == ["domain"])
    folder = Path(domain.__file__).parent
    apart = {"commands", "replay", "streams"}
    return ("", *(each for each in reversed(layers) if each not in apart and (folder / each).is_dir()))


def subject(name: str) -> str:
    """Return a module's subject: `jury` for `domain.jury.session` and `domain.commands.jury.plan_session`."""
    parts = name.removeprefix("domain.").removeprefix("commands.").split(".")
    return parts[0] if parts[0] in subjects() else ""


def of(about: str) -> Iterator[ModuleType]:
    """Yield the modules of a subject, including its commands; `facts.py` first."""
    found = (m for m in modules() if (m.__doc__ or own(m)) and subject(m.__name__) == about)
    yield from sorted(found, key=lambda m: (".commands." in m.__name__, not m.__name__.endswith(".facts")))


def recorders(fact: type[Any]) -> list[type[Any]]:
    """Return the commands that record a fact."""
    return list(ORIGINS[fact])


def names(commands: Iterable[type[Any]]) -> str:
    return ", ".join(f"`{each.__name__}`" for each in commands)


@cache
def commands_of(about: str) -> tuple[type[Any], ...]:
    """Return the commands of a subject, sorted by name."""
    every = {command for fact in KINDS for command in recorders(fact)}
    return tuple(sorted((c for c in every if subject(c.__module__) == about), key=lambda each: each.__name__))


def own(module: ModuleType) -> list[type[Any]]:
    """Return the classes that a module defines, in source order."""
    classes = [kind for _, kind in getmembers(module, isclass) if kind.__module__ == module.__name__]
    text = Path(str(module.__file__)).read_text("utf-8")
    return sorted(classes, key=lambda kind: text.find(f"class {kind.__name__}"))


def first(thing: Any) -> str:
    """Return the first paragraph of a docstring in one line, escaped for a table."""
    return " ".join((getdoc(thing) or "").split("\n\n")[0].split()).replace("|", "\\|")


def summary(module: ModuleType) -> str:
    return (module.__doc__ or "").splitlines()[0].replace("|", "\\|")


def refusals(module: ModuleType) -> list[type[Refused]]:
    return [kind for kind in own(module) if issubclass(kind, Refused)]


def table(head: str, rows: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a table, or nothing if it has no rows."""
    listed = list(rows)
    if listed:
        yield f"| {head} |"
        yield "|" + "---|" * (head.count(" | ") + 1)
        yield from listed
        yield ""


def contents() -> Iterator[str]:
    """Yield the table of contents: one line for each subject, with counts."""
    yield "## Contents"
    yield ""
    for about in subjects():
        facts = sum(subject(kind.__module__) == about for kind in KINDS.values())
        told = sum(len(refusals(module)) for module in of(about))
        counted = ((facts, "facts"), (len(commands_of(about)), "commands"), (told, "refusals"))
        many = ", ".join(f"{number} {called}" for number, called in counted if number) or "rules alone"
        said = [summary(module) for module in of(about) if module.__name__.endswith(".facts")]
        line = f"- [{title(about)}](#{title(about).lower().replace(' ', '-')}): {many}"
        yield f"{line}. {said[0]}" if said else f"{line}."
    yield ""


def title(about: str) -> str:
    return about.capitalize() or "The base"


def chapter(about: str) -> Iterator[str]:
    """Yield the chapter of a subject: files, streams with their facts, commands, refusals."""
    yield f"## {title(about)}"
    yield ""
    sends = {command.__module__ for command in commands_of(about)}
    files = (f"| `{name(m)}` | {summary(m)} |" for m in of(about) if m.__doc__ and m.__name__ not in sends)
    yield from table("file | contents", files)
    yield from streams(about)
    yield from table(
        "command | does | roles",
        (f"| `{each.__name__}` | {first(each)} | {', '.join(sorted(each.roles))} |" for each in commands_of(about)),
    )
    yield from refusal_tables(about)


def streams(about: str) -> Iterator[str]:
    """Yield each aggregate of a subject with its facts and the commands that record them."""
    for kind in dict.fromkeys(each for each in KINDS.values() if subject(each.__module__) == about):
        yield f"### The stream {kind.__name__}"
        yield ""
        yield f"{first(kind)} (`{name(import_module(kind.__module__))}`)"
        yield ""
        yield from table(
            "fact | says | recorded by",
            (
                f"| `{fact.__name__}` | {first(fact)} | {names(recorders(fact))} |"
                for fact, stream in KINDS.items()
                if stream is kind
            ),
        )


def refusal_tables(about: str) -> Iterator[str]:
    rows = (
        f"| `{refusal.slug()}` | {first(refusal)} | {refusal.reference('en')} | `{name(module)}` |"
        for module in of(about)
        for refusal in refusals(module)
    )
    yield from table("refusal | rule | source, unless the rule is Acquis' own | in", sorted(rows))
    parts = sorted((slug, said, name(module)) for module in of(about) for slug, said in violations(module).items())
    rows = (f"| `{slug}` | {said} | `{where}` |" for slug, said, where in parts)
    yield from table("violation of a refusal | rule | in", rows)
    if about in ELSEWHERE:
        yield ELSEWHERE[about]
        yield ""


def violations(module: ModuleType) -> dict[str, str]:
    """Return the slugs of a module's violations with their sentences; `…` replaces a value."""
    found: dict[str, str] = {}
    if "Violation" not in vars(module):
        return found
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    for node in ast.walk(tree):
        parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
        for slug, said in pairwise(parts):
            if re.fullmatch(r"(…|[a-z]+)(-(…|[a-z]+))+", constant(slug)):
                found[constant(slug)] = constant(said, tree)
    return found


def constant(node: ast.expr, tree: ast.AST | None = None) -> str:
    """Return a text of the code, with `…` for each value; for a name, the value last assigned above it."""
    match node:
        case ast.Constant(value=str(text)):
            return text.replace("|", "\\|")
        case ast.JoinedStr(values=values):
            return re.sub("…+", "…", "".join(constant(each) for each in values))
        case ast.FormattedValue():
            return "…"
        case ast.Starred(value=ast.Name() as name):
            return constant(name, tree)
        case ast.Name(id=name) if tree:
            return constant(assigned(name, node.lineno, tree), tree)
        case ast.Tuple(elts=[english, *_]):
            return constant(english, tree)
    return ""


def assigned(wanted: str, before: int, tree: ast.AST) -> ast.expr:
    """Return the value last assigned to this name above that line."""
    given = [pair for each in ast.walk(tree) if isinstance(each, ast.Assign) for pair in pairs(each)]
    mine = [value for called, value in given if called == wanted and value.lineno < before]
    return max(mine, key=lambda each: each.lineno, default=ast.Constant(""))


def pairs(given: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name of an assignment with its value."""
    match given.targets[0], given.value:
        case ast.Tuple(elts=called), ast.Tuple(elts=values):
            yield from (
                (each.id, value) for each, value in zip(called, values, strict=True) if isinstance(each, ast.Name)
            )
        case ast.Name(id=one), value:
            yield one, value


def name(module: ModuleType) -> str:
    """Return a module's path, relative to its subject's folder; for a command, relative to `domain/`."""
    parts = module.__name__.removeprefix("domain.").split(".")
    return f"{'/'.join(parts[1:] if parts[0] in subjects() and len(parts) > 1 else parts)}.py"


def text() -> str:
    """Return the generated part of the page."""
    chapters = (line for about in subjects() for line in chapter(about))
    return "\n".join([MARK, "", *contents(), *chapters]).rstrip() + "\n"


def written() -> str:
    """Return the whole page: the handwritten part, then the map."""
    return README.read_text("utf-8").partition(MARK)[0] + text()


if __name__ == "__main__":
    README.write_text(written(), "utf-8")
