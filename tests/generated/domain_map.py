"""What is there in the domain: which facts, commands, refusals and rules has each subject? `make map` writes it down.

Everything is read from the code: each fact from the aggregate whose stream it stands in, each command from the facts
that it records, each sentence from the docstring that is the rule. `domain/README.md` begins with what a person
wrote, down to a mark; the rest is written here.
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
    "jury": "Of a panel's composition, the rules `panel-…` of [Framework](#framework) and [Rulebook](#rulebook) stand"
    " inside `jury-composition` too.",
}
"""Where rules inside a subject's refusals stand that belong to another."""
MARK = "<!-- From here on: written from the code by `make map`. -->"


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return all modules of the domain except those that read streams back and replay them."""
    found = (import_module(each.name) for each in walk_packages(domain.__path__, "domain."))
    return tuple(m for m in found if not re.match(r"domain\.(replay|streams)\b", m.__name__))


@cache
def subjects() -> tuple[str, ...]:
    """Return the grammar, which has no name, then each subject, from the lowest layer up."""
    contracts = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each.get("containers") == ["domain"])
    folder = Path(domain.__file__).parent
    apart = {"commands", "replay", "streams"}
    return ("", *(each for each in reversed(layers) if each not in apart and (folder / each).is_dir()))


def subject(name: str) -> str:
    """Of what a module of this name is: `domain.jury.session` and `domain.commands.jury.plan_session` of `jury`."""
    parts = name.removeprefix("domain.").removeprefix("commands.").split(".")
    return parts[0] if parts[0] in subjects() else ""


def of(about: str) -> Iterator[ModuleType]:
    """The modules of a subject, its commands' among them; `facts.py` first."""
    found = (m for m in modules() if (m.__doc__ or own(m)) and subject(m.__name__) == about)
    yield from sorted(found, key=lambda m: (".commands." in m.__name__, not m.__name__.endswith(".facts")))


def recorders(fact: type[Any]) -> list[type[Any]]:
    """The commands that record a fact."""
    return list(ORIGINS[fact])


def names(commands: Iterable[type[Any]]) -> str:
    return ", ".join(f"`{each.__name__}`" for each in commands)


@cache
def commands_of(about: str) -> tuple[type[Any], ...]:
    """The commands of a subject, by name."""
    every = {command for fact in KINDS for command in recorders(fact)}
    return tuple(sorted((c for c in every if subject(c.__module__) == about), key=lambda each: each.__name__))


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


def contents() -> Iterator[str]:
    """A line for each subject: what is in it, and how much."""
    yield "## Contents"
    yield ""
    for about in subjects():
        facts = sum(subject(kind.__module__) == about for kind in KINDS.values())
        told = sum(len(refusals(module)) for module in of(about))
        counted = ((facts, "facts"), (len(commands_of(about)), "commands"), (told, "refusals"))
        many = ", ".join(f"{number} {called}" for number, called in counted if number) or "rules alone"
        said = [question(module) for module in of(about) if module.__name__.endswith(".facts")]
        line = f"- [{title(about)}](#{title(about).lower().replace(' ', '-')}): {many}"
        yield f"{line}. {said[0]}" if said else f"{line}."
    yield ""


def title(about: str) -> str:
    return about.capitalize() or "The grammar"


def chapter(about: str) -> Iterator[str]:
    """A subject: its files, its streams with their facts, its commands, its refusals."""
    yield f"## {title(about)}"
    yield ""
    sends = {command.__module__ for command in commands_of(about)}
    files = (f"| `{name(m)}` | {question(m)} |" for m in of(about) if m.__doc__ and m.__name__ not in sends)
    yield from table("file | question", files)
    yield from streams(about)
    yield from table(
        "command | does | roles",
        (f"| `{each.__name__}` | {first(each)} | {', '.join(sorted(each.roles))} |" for each in commands_of(about)),
    )
    yield from told_refusals(about)


def streams(about: str) -> Iterator[str]:
    """Each aggregate of a subject with its facts, and the commands that record them."""
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


def told_refusals(about: str) -> Iterator[str]:
    rows = (
        f"| `{refusal.slug()}` | {first(refusal)} | {refusal.reference('en')} | `{name(module)}` |"
        for module in of(about)
        for refusal in refusals(module)
    )
    yield from table("refusal | rule | source, where it is not Acquis' own design | in", sorted(rows))
    parts = sorted((slug, said, name(module)) for module in of(about) for slug, said in violations(module).items())
    rows = (f"| `{slug}` | {said} | `{where}` |" for slug, said, where in parts)
    yield from table("rule inside a refusal | rule | in", rows)
    if about in ELSEWHERE:
        yield ELSEWHERE[about]
        yield ""


def violations(module: ModuleType) -> dict[str, str]:
    """The slugs that a module's violations bear, what is a value left open, each with its sentence."""
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
    """A text as it stands in the code, a mark for each value in it; of a name, what it was last given above."""
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
    """What this name was last given above that line."""
    given = [pair for each in ast.walk(tree) if isinstance(each, ast.Assign) for pair in pairs(each)]
    mine = [value for called, value in given if called == wanted and value.lineno < before]
    return max(mine, key=lambda each: each.lineno, default=ast.Constant(""))


def pairs(given: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """Each name of an assignment with its value."""
    match given.targets[0], given.value:
        case ast.Tuple(elts=called), ast.Tuple(elts=values):
            yield from (
                (each.id, value) for each, value in zip(called, values, strict=True) if isinstance(each, ast.Name)
            )
        case ast.Name(id=one), value:
            yield one, value


def name(module: ModuleType) -> str:
    """Its file, as from the folder of its subject; a command's as from `domain/`."""
    parts = module.__name__.removeprefix("domain.").split(".")
    return f"{'/'.join(parts[1:] if parts[0] in subjects() and len(parts) > 1 else parts)}.py"


def text() -> str:
    """All that is written from the code."""
    chapters = (line for about in subjects() for line in chapter(about))
    return "\n".join([MARK, "", *contents(), *chapters]).rstrip() + "\n"


def written() -> str:
    """The whole page: what a person wrote, then the map."""
    return README.read_text("utf-8").partition(MARK)[0] + text()


if __name__ == "__main__":
    README.write_text(written(), "utf-8")
