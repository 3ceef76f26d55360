"""Report on a file of candidates: in words, and as a table without spreadsheet formulas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from webapi.enrolment.enrolling import EnrolmentLine, EnrolmentReport, LineOutcome

SAID: Final[dict[LineOutcome, tuple[str, str]]] = {
    LineOutcome.NEW: ("nouvelle personne", "new person"),
    LineOutcome.KNOWN: ("personne connue", "known person"),
    LineOutcome.ASKED: ("à trancher : personne peut-être connue", "to settle: may be known"),
    LineOutcome.ENROLLED: ("déjà inscrite", "enrolled already"),
    LineOutcome.REFUSED: ("refusée", "refused"),
    LineOutcome.WRONG: ("à corriger", "to mend"),
}
"""Each outcome, in French and in English."""
HEADS: Final = {
    "line": ("ligne", "line"),
    "outcome": ("suite", "outcome"),
    "done": ("fait", "done"),
    "column": ("colonne", "column"),
    "name": ("candidat", "candidate"),
    "certification": ("certification", "certification"),
    "route": ("voie", "route"),
    "candidacy": ("candidature", "candidacy"),
    "why": ("motif", "why"),
}


def rows(report: EnrolmentReport, language: str) -> Iterator[dict[str, Any]]:
    """One row per line, under heads in the reader's language; of a file that cannot be read, one per fault."""
    own = language != "fr"
    for fault in report.faults:
        row = dict.fromkeys(HEADS, "") | {"line": fault.line, "column": fault.column, "why": fault.said(language)}
        yield {HEADS[name][own]: value for name, value in row.items()}
    for line in report.lines:
        yield {HEADS[name][own]: value for name, value in _row(line, language).items()}


def _row(line: EnrolmentLine, language: str) -> dict[str, Any]:
    yes = ("oui", "yes")[language != "fr"]
    return {
        "line": line.line,
        "outcome": SAID[line.outcome][language != "fr"],
        "done": yes if line.done else "",
        "column": ", ".join(dict.fromkeys(fault.column for fault in line.faults if fault.column)),
        "name": line.of.name if line.of else "",
        "certification": line.of.certification.code if line.of else "",
        "route": line.of.route.value if line.of else "",
        "candidacy": str(line.candidacy or ""),
        "why": line.why(language),
    }
