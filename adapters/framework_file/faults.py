"""The faults of a hand-written file, each with its line."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from domain.refusal import Refused, Violation


@dataclass(frozen=True, order=True)
class DocumentFault:
    """One fault: its place (line and column from 1, path of keys and entries from 0), and its sentence.

    A sentence never quotes the file; line and column show the faulty word.
    """

    line: int
    column: int
    path: str
    en: str
    fr: str


class FileFaults(Refused):
    """The file has faults, each given with its line and column: nothing of it is stored."""

    fr = "Le fichier comporte des fautes, chacune située par sa ligne et sa colonne : rien n'en est enregistré."
    kind = "invalid"

    def __init__(self, faults: tuple[DocumentFault, ...]) -> None:
        """Store all faults, in the order of the file."""
        super().__init__(len(faults), violations=tuple(_violation(fault) for fault in faults))
        self.faults = faults


def _violation(fault: DocumentFault) -> Violation:
    return Violation(
        rule=fault.path or "file",
        en=f"Line {fault.line}, column {fault.column}: {fault.en}",
        fr=f"Ligne {fault.line}, colonne {fault.column} : {fault.fr}",
        source="",
    )


@dataclass
class Faults:
    """The faults found so far; a place with a fault is not checked again."""

    found: list[DocumentFault] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    def add(self, mark: yaml.Mark | None, path: str, en: str, fr: str) -> None:
        """Add a fault at `mark`, or at the top of the file."""
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.found.append(DocumentFault(line, column, path, en, fr))
        self.paths.add(path)

    def raise_if_any(self) -> None:
        """Raise FileFaults if a fault was found, with each fault once, in the order of the file."""
        if self.found:
            raise FileFaults(tuple(sorted(set(self.found))))
