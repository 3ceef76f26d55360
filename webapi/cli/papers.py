"""`acquis papers`: papers issued for a candidacy."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from projections.register.papers import IssuedPaper, issued
from webapi.cli.terminal.output import answers, opened_app, said, show


@click.command("papers")
@click.argument("candidacy", type=click.UUID)
@answers
def papers(candidacy: UUID, as_json: bool) -> None:
    """List the papers issued for a CANDIDACY: certificates, duplicates, reissues, replacements; without names."""
    with opened_app() as acquis:
        found = issued(acquis.database, candidacy)
    none = said("Rien n'a été délivré.", "Nothing was issued.")
    lines = [_line(each) for each in found]
    show({"items": [asdict(each) for each in found]}, as_json=as_json, lines=lambda: iter(lines or [none]))


def _line(paper: IssuedPaper) -> str:
    called = {
        "certificate": ("parchemin", "certificate"),
        "block_certificate": ("attestation de bloc", "block certificate"),
        "duplicate": ("duplicata", "duplicate"),
        "reissue": ("réédition", "reissue"),
        "replacement": ("annule et remplace le précédent", "annuls and replaces the one before"),
    }[paper.paper]
    parts = [day(paper.issued_on, language()), said(*called)]
    if paper.block is not None:
        parts.append(said(f"bloc {paper.block}", f"block {paper.block}"))
    if paper.number is not None:
        parts.append(said(f"n° {paper.number}", f"no. {paper.number}"))
    return "  ".join(parts)
