"""Discovery of the objects that the modules of a package declare."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import TypeVar

D = TypeVar("D")


def declared(package: str, kind: type[D]) -> list[D]:
    """Return all objects of a type in a package's modules, each once, in the order of the modules' names."""
    path = import_module(package).__path__
    modules = [import_module(each.name) for each in walk_packages(path, f"{package}.")]
    found = [each for module in modules for each in vars(module).values() if isinstance(each, kind)]
    return list(dict.fromkeys(found))
