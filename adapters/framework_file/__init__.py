"""Readers of hand-written certification, rulebook, law and route files, which report every fault."""

from __future__ import annotations

from importlib import resources
from typing import Final

from adapters.framework_file.faults import DocumentFault, FileFaults
from adapters.framework_file.law_reader import read_law
from adapters.framework_file.openings_reader import RouteOpening, read_openings
from adapters.framework_file.reader import read
from adapters.framework_file.rulebook_reader import read_rulebook

__all__ = [
    "LAWS",
    "DocumentFault",
    "FileFaults",
    "RouteOpening",
    "read",
    "read_law",
    "read_openings",
    "read_rulebook",
    "shipped",
]

LAWS: Final = ("law-vae.yaml", "law-cpf.yaml", "law-enregistrement.yaml", "law-habilitations.yaml")
"""The law files that ship."""


def shipped(name: str) -> str:
    """Return the text of a file that ships in this folder, such as `rncp31936.yaml`."""
    return resources.files(__name__).joinpath(name).read_text("utf-8")
