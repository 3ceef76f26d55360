"""Which phrases do the pages say? Found in templates and code; `make words` writes what English still lacks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jinja2 import Environment, nodes

import webapi

ROOT: Final = Path(webapi.__file__).parent
SAYS: Final = frozenset({"t", "say", "phrase"})
COUNTS: Final = frozenset({"tn", "count"})
TODO: Final = ROOT / "words" / "en" / "to_translate.po"
Phrase = tuple[str, str]
"""What is said of one, or always; and of several, where it differs."""


def said() -> set[Phrase]:
    """Every phrase that stands in a template or in the code of the pages."""
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
    found: set[Phrase] = set()
    for template in sorted((ROOT / "templates").rglob("*.html")):
        found |= set(_of_template(environment.parse(template.read_text("utf-8")), template.name))
    for module in sorted(ROOT.rglob("*.py")):
        found |= set(_of_code(ast.parse(module.read_text("utf-8"))))
    return found


def _of_template(tree: nodes.Template, file: str) -> Iterator[Phrase]:
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in SAYS and call.args:
            if isinstance(call.args[0], nodes.Concat | nodes.Add):
                raise ValueError(f"a phrase is put together: {file}, line {call.lineno}")
            yield from ((text, "") for text in _texts(call.args[0]))
        if name in COUNTS:
            one, several = call.args[:2]
            if isinstance(one, nodes.Const) and isinstance(several, nodes.Const):
                yield one.value, several.value


def _texts(part: nodes.Node) -> Iterator[str]:
    """The texts that an expression may come to: those of a choice, and none of what is put together."""
    if isinstance(part, nodes.Const) and isinstance(part.value, str):
        yield part.value
    elif isinstance(part, nodes.CondExpr):
        yield from _texts(part.expr1)
        if part.expr2 is not None:
            yield from _texts(part.expr2)


def _of_code(tree: ast.Module) -> Iterator[Phrase]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in SAYS and given:
            yield given[0], ""
        if name == "count" and len(given) > 1:
            yield given[0], given[1]
        if name in {"act", "form"}:
            done = next((each.value for each in call.keywords if each.arg == "done"), None)
            if isinstance(done, ast.Constant) and isinstance(done.value, str):
                yield done.value, ""


def main() -> None:
    """Write each phrase that has no English yet, to be translated and moved to the file of its part."""
    from webapi.words.catalogue import HERE, catalogue  # noqa: PLC0415  (only here)

    TODO.unlink(missing_ok=True)  # before they are read: it is one of them
    known = catalogue(sorted((HERE / "en").glob("*.po")), "en")
    lacking = sorted(each for each in said() if not _known(known, each))
    if lacking:
        TODO.write_text("".join(map(_entry, lacking)), "utf-8")
    sys.stdout.write(f"{len(lacking)} to translate{f': {TODO}' if lacking else ''}\n")


def _known(known: object, each: Phrase) -> bool:
    found = known.get(each[0])  # type: ignore[attr-defined]  # Babel has no types
    return bool(found and found.string)


def _entry(each: Phrase) -> str:
    one, several = (text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for text in each)
    if not several:
        return f'msgid "{one}"\nmsgstr ""\n\n'
    return f'msgid "{one}"\nmsgid_plural "{several}"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'


if __name__ == "__main__":
    main()
