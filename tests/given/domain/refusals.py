"""List of every refusal of the domain."""

from __future__ import annotations

import importlib
import pkgutil

import domain
from domain.refusal import Refused

for module in pkgutil.walk_packages(domain.__path__, "domain."):
    importlib.import_module(module.name)


def _all_of(refusal: type[Refused]) -> list[type[Refused]]:
    return [kind for child in refusal.__subclasses__() for kind in (child, *_all_of(child))]


REFUSALS = [refusal for refusal in _all_of(Refused) if refusal.__module__.startswith("domain.")]
