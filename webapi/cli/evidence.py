"""`acquis evidence`: checks of the stored files, and removal of abandoned uploads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from adapters.database import WORKER
from adapters.files.scrub import FileFault
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.upkeep import rescan as rescanning
from webapi.upkeep import scrubbing

FAULTS = {
    FileFault.MISSING: ("absent", "missing"),
    FileFault.ALTERED: ("altéré : ne s'ouvre pas, ou pas jusqu'au bout", "altered: does not open, or not to its end"),
    FileFault.SWAPPED: ("autre fichier que celui consigné", "another file than was recorded"),
    FileFault.LEFT: ("reste, bien qu'effacé", "still there, though erased"),
    FileFault.UNREAD: (
        "non lu : le stockage ne le donne pas en ce moment",
        "not read: the store does not give it now",
    ),
    FileFault.UNNAMED: ("nommé par aucun fait (acquis evidence reap)", "named by no fact (acquis evidence reap)"),
}


@click.group("evidence")
def evidence() -> None:
    """The files of the evidence: completeness and abandoned files."""


@evidence.command("scrub")
@answers
def scrub(as_json: bool) -> None:
    """Read every recorded piece completely and compare size and digest; exit code 1 if one differs from the record.

    Also reports files of erased pieces that still exist, and files that no fact has named for a day. A damaged
    reading copy is not an error: it is removed and made again.
    """
    label = said("Lecture des preuves", "Reading the evidence")
    with (
        opened_app(WORKER) as acquis,
        click.progressbar(length=scrubbing.pieces(acquis), label=label, file=sys.stderr, hidden=as_json) as bar,
    ):
        found = scrubbing.scrub(acquis, bar.update)
    answer: dict[str, Any] = {
        "pieces": found.pieces,
        "erased": found.erased,
        "bytes": found.read,
        "sound": found.sound,
        "copies": found.copies,
        "copies_anew": found.anew,
        "faults": {fault.value: found.counts.get(fault, 0) for fault in FileFault},
        "files": [{"file": each.name, "fault": each.fault.value, "position": each.position} for each in found.faults],
    }
    show(answer, as_json=as_json, lines=lambda: _lines(found))
    if not found.sound:
        raise SystemExit(1)


@evidence.command("reap")
@click.option("--even-most", is_flag=True, help="Remove them even if no fact names most of the stored files.")
@answers
def reap(as_json: bool, *, even_most: bool) -> None:
    """Remove files that abandoned uploads left a day ago: no fact names them, and no upload continues them."""
    with opened_app(WORKER) as acquis:
        gone = scrubbing.reap(acquis, most=even_most)
    line = said(
        f"Supprimés : {gone.aside} reçus et jamais gardés, {gone.unnamed} jamais consignés, {gone.parts} morceaux. "
        f"Laissés à plus tard, car quelqu'un y travaille : {gone.waiting}.",
        f"Removed: {gone.aside} received and never kept, {gone.unnamed} never recorded, {gone.parts} parts. "
        f"Left for later, because somebody is at work on them: {gone.waiting}.",
    )
    show(vars(gone), as_json=as_json, lines=lambda: iter([line]))


@evidence.command("scan")
@click.option("--all", "every", is_flag=True, help="Also pieces scanned before, and those in quarantine.")
@answers
def scan(as_json: bool, *, every: bool) -> None:
    """Scan the pieces that no virus scanner has checked; exit code 1 for a new finding or a missing piece.

    A piece with a finding goes into quarantine; a piece without one leaves it.
    """
    label = said("Analyse des preuves", "Scanning the evidence")
    with (
        opened_app(WORKER) as acquis,
        click.progressbar(
            length=rescanning.pieces(acquis, every=every), label=label, file=sys.stderr, hidden=as_json
        ) as bar,
    ):
        found = rescanning.rescan(acquis, every=every, step=bar.update)
    answer = vars(found) | {"findings": [vars(each) for each in found.findings]}
    show(answer, as_json=as_json, lines=lambda: _scanned(found))
    if not found.sound:
        raise SystemExit(1)


def _scanned(found: rescanning.Rescanned) -> Iterator[str]:
    for each in found.findings:
        yield f"{each.evidence}  {each.finding}"
    yield said(
        f"{found.pieces} preuves : {found.clean} saines, {len(found.findings)} en quarantaine, {found.beyond} hors "
        f"de portée, {found.erased} effacées, {found.unreadable} illisibles, {found.unanswered} sans réponse.",
        f"{found.pieces} pieces: {found.clean} clean, {len(found.findings)} in quarantine, {found.beyond} beyond the "
        f"scanner, {found.erased} erased, {found.unreadable} unreadable, {found.unanswered} without an answer.",
    )


def _lines(found: scrubbing.Scrubbed) -> Iterator[str]:
    for each in found.faults:
        where = said(f" (fait {each.position})", f" (fact {each.position})") if each.position else ""
        yield f"{each.name}  {said(*FAULTS[each.fault])}{where}"
    yield said(
        f"{found.pieces} preuves, dont {found.erased} effacées ; {found.read} octets lus ; "
        f"{len(found.faults)} anomalies ; {found.copies} copies de lecture entières, {found.anew} à refaire.",
        f"{found.pieces} pieces, {found.erased} of them erased; {found.read} bytes read; {len(found.faults)} faults; "
        f"{found.copies} reading copies whole, {found.anew} to be made anew.",
    )
