"""`acquis enrol`: enrolment of candidates from a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from adapters.verify.terminal import language
from domain.ports import OPERATOR, PersonId
from webapi.cli.asking import NUMBERS
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.edge.tables import in_csv
from webapi.enrolment.enrolling import EnrolmentReport, LineOutcome
from webapi.enrolment.enrolling import enrol as enrol_file
from webapi.enrolment.report import SAID, rows


@click.command("enrol")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only report the result of each line.")
@click.option("--same", type=NUMBERS, help="Lines whose candidate is the only similar person known.")
@click.option("--new", type=NUMBERS, help="Lines whose candidate is a new person, despite a similar one.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report also to this file, as CSV."
)
@answers
def enrol(
    file: Path,
    same: tuple[int, ...] | None,
    new: tuple[int, ...] | None,
    report: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Enrol the candidates of a CSV FILE, each line separately and once; exit code 1 if some are not enrolled."""
    if both := set(same or ()) & set(new or ()):
        raise misused(f"Ligne {min(both)} : dite deux fois.", f"Line {min(both)}: given twice.")
    content = _read(file)
    with opened_app() as acquis:
        decisions: dict[int, PersonId | None] = dict.fromkeys(new or ())
        if same:
            asked = enrol_file(acquis, content, OPERATOR, decisions, dry_run=True)
            decisions |= _meant(asked, same)
        found = enrol_file(acquis, content, OPERATOR, decisions, dry_run=dry_run)
    if report:
        report.write_text("".join(f"{line}\n" for line in in_csv(list(rows(found, language())))), "utf-8-sig")
    answer = {
        "digest": found.digest,
        "dry_run": dry_run,
        "counts": found.counts,
        "lines": list(rows(found, "en")),
    }
    show(answer, as_json=as_json, lines=lambda: _lines(found))
    if found.faults or any(each.outcome not in DONE for each in found.lines):
        raise SystemExit(1)


def _read(file: Path) -> bytes:
    """Return the file's bytes; raises a usage error if it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise misused(f"{file} ne peut être lu.", f"{file} cannot be read.") from error


DONE = frozenset({LineOutcome.NEW, LineOutcome.KNOWN, LineOutcome.ENROLLED})


def _meant(asked: EnrolmentReport, same: tuple[int, ...]) -> dict[int, PersonId | None]:
    """Return the only similar person of each of these lines."""
    like = {each.line: each.like for each in asked.lines if each.outcome is LineOutcome.ASKED}
    for line in same:
        if len(like.get(line, ())) != 1:
            raise misused(
                f"Ligne {line} : personne, ou plusieurs personnes, peuvent être la même.",
                f"Line {line}: nobody, or several people, may be the same.",
            )
    return {line: PersonId(like[line][0].id) for line in same}


def _lines(found: EnrolmentReport) -> Iterator[str]:
    own = language() != "fr"
    for fault in found.faults:
        yield "  ".join(part for part in (str(fault.line), fault.column or "", fault.said(language())) if part)
    for each in found.lines:
        name = each.of.name if each.of else ""
        like = ", ".join(f"{known.name} ({known.id})" for known in each.like if each.outcome is LineOutcome.ASKED)
        yield "  ".join(
            part for part in (str(each.line), SAID[each.outcome][own], name, like, each.why(language())) if part
        )
    counted: dict[str, Any] = {SAID[outcome][own]: many for outcome, many in found.counts.items() if many}
    yield said("Au total", "In all") + ": " + ", ".join(f"{many} {name}" for name, many in counted.items())
