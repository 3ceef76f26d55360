"""Tests of the form of names and docstrings: plain words, one meaning for each class name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("domain", "adapters", "projections", "webapi")
DANGLING = re.compile(
    r"test_(\d+_)?(nor|neither|and|or|but|another|what(?!_if)|who|whoever|whose|of|so|as|its?|they|those|these|that"
    r"|nobody|nothing|each|all|any|beside|else|also|too)_"
)
"""Openings that refer to another test, or hide the subject."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every Python file of the product, by its path."""
    paths = (path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def test_name_of_a_public_class_is_unique_in_the_product():
    places = defaultdict[str, list[str]](list)
    for path, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_docstring_of_a_module_is_no_question():
    asking = [path for path, tree in modules().items() if "?" in (ast.get_docstring(tree) or "").partition("\n\n")[0]]
    assert asking == []


def test_name_of_a_test_stands_alone():
    hanging = [
        f"{path.name}: {name}"
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
        if DANGLING.match(name)
    ]
    assert hanging == []
