"""`acquis whatif`: the standing of a candidacy, or of a framework's candidacies, under assumptions or other rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from adapters.framework_file import read
from domain.framework.framework import Framework
from domain.ports import OPERATOR, FrameworkId
from domain.standing.comparison import Comparison, Under, variant
from domain.standing.what_if import NothingSupposed, Supposed, what_if
from projections.reading import When
from projections.standing.what_if_everybody import ChangedCandidacy, judged
from webapi.cli.asking import NUMBERS, check_once
from webapi.cli.certification import SHEETS, read_text
from webapi.cli.standing import as_of_when, dossier, on_which_day, once, published_law
from webapi.cli.terminal.in_words import in_words
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.explain.explanation import what_would_be, would_change
from webapi.explain.other_rules import MANDATORY, THRESHOLD, read_mandatory, read_threshold
from webapi.wiring import App

PAGE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class WhatIfRules:
    """Other rules as the command line names them."""

    version: int | None
    file: Path | None
    required: dict[int, int]
    mandatory: dict[int, tuple[int, ...]]

    def under(self, acquis: App, present: Framework) -> Under | None:
        """Return the rules to evaluate under; None for the present ones."""
        if self.version is None and self.file is None and not self.required and not self.mandatory:
            return None
        other, definition = present, present.content
        if self.file is not None:
            definition = read(read_text(self.file, *SHEETS))
        elif self.version is not None:
            other = framework(acquis, present.content.code, self.version)
            definition = other.content
        return Under(
            definition=variant(definition, self.required, self.mandatory),
            correspondences=other.leading(acquis.clock.today()),
        )


def _pair(form: str, reads: Any) -> Any:
    def callback(_context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[int, Any]:
        for each in given:
            if not re.fullmatch(form, each):
                wrong = said(f"{each} : un bloc, deux-points, des nombres.", f"{each}: a block, a colon, numbers.")
                raise click.BadParameter(wrong, param=option)
        found = [reads(each) for each in given]
        check_once([block for block, _ in found], option)
        return dict(found)

    return callback


def _numbers(_context: click.Context, option: click.Parameter, given: tuple[tuple[int, ...], ...]) -> frozenset[int]:
    numbers = [number for several in given for number in several]
    check_once(numbers, option)
    return frozenset(numbers)


@click.command("whatif")
@click.argument("candidacy", type=click.UUID, required=False)
@click.option(
    "--all",
    "everybody",
    multiple=True,
    callback=once(None),
    help="All candidacies of the framework CODE, instead of one.",
)
@click.option(
    "--version",
    type=int,
    multiple=True,
    callback=once(1),
    help="With --all: the version of these candidacies; by default 1.",
)
@click.option(
    "--acquired",
    type=NUMBERS,
    multiple=True,
    callback=_numbers,
    help="Competences assumed acquired: 7,9.",
)
@click.option(
    "--not-acquired",
    type=NUMBERS,
    multiple=True,
    callback=_numbers,
    help="Competences assumed not acquired.",
)
@click.option("--granted", type=NUMBERS, multiple=True, callback=_numbers, help="Blocks assumed granted.")
@click.option("--without", type=NUMBERS, multiple=True, callback=_numbers, help="Positions of facts to leave out.")
@click.option(
    "--under", type=int, multiple=True, callback=once(None), help="Another published version to evaluate under."
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    multiple=True,
    callback=once(None),
    help="An unpublished certification file to evaluate under.",
)
@click.option(
    "--required", multiple=True, callback=_pair(THRESHOLD, read_threshold), help="A block's threshold: 1:6."
)
@click.option(
    "--mandatory",
    multiple=True,
    callback=_pair(MANDATORY, read_mandatory),
    help="A block's mandatory competences: 1:4,7,9.",
)
@as_of_when
@on_which_day
@answers
def whatif(
    *,
    candidacy: UUID | None,
    everybody: str | None,
    version: int,
    under: int | None,
    file: Path | None,
    required: dict[int, int],
    mandatory: dict[int, tuple[int, ...]],
    as_of: When,
    true_on: datetime | None,
    as_json: bool,
    **given: frozenset[int],
) -> None:
    """Show the standing of a CANDIDACY under assumed rulings, without a fact, or under other rules.

    With --all, show who would gain and who would lose. Nothing is recorded; unreleased rulings are included.
    """
    rules = WhatIfRules(version=under, file=file, required=required, mandatory=mandatory)
    if everybody is not None:
        if candidacy is not None or any(given.values()) or as_of != When() or true_on:
            raise misused("--all ne va qu'avec d'autres règles.", "--all goes with other rules only.")
        _everybody(everybody, version, rules, as_json=as_json)
        return
    if candidacy is None:
        raise misused("Une candidature, ou --all CODE.", "A candidacy, or --all CODE.")
    with opened_app() as acquis:
        definition, rulebook, facts = dossier(acquis, candidacy, as_of, true_on)
        other = rules.under(acquis, framework(acquis, definition.code, definition.version))
        law = published_law(acquis, as_of)
    supposed = Supposed(
        acquired=given["acquired"],
        not_acquired=given["not_acquired"],
        granted=given["granted"],
        without=given["without"],
        under=other,
    )
    answer = what_if(definition, rulebook, facts, supposed, law=law)
    show(asdict(answer), as_json=as_json, lines=lambda: what_would_be(answer, in_words()))


def _everybody(code: str, version: int, rules: WhatIfRules, *, as_json: bool) -> None:
    found: list[ChangedCandidacy] = []
    with opened_app() as acquis:
        present = framework(acquis, code, version)
        other = rules.under(acquis, present)
        if other is None:
            raise NothingSupposed
        beside = Comparison(framework=FrameworkId(present.id), now=present.content, other=other)
        after, asked = 0, 0
        while True:
            page = judged(acquis.database, beside, provisional=True, own=frozenset(), after=after, limit=PAGE)
            found += page.otherwise
            asked += page.judged
            if page.next is None:
                break
            after = page.next
    answer = {"judged": asked, "items": [{"candidacy": each.candidacy, **asdict(each.changed)} for each in found]}
    show(answer, as_json=as_json, lines=lambda: _lines(found, asked))


def _lines(found: list[ChangedCandidacy], asked: int) -> Iterator[str]:
    say = in_words()
    for each in found:
        yield f"{each.candidacy}  {would_change(each.changed, say)}"
    lose = sum(bool(each.changed.lost or each.changed.title_lost) for each in found)
    gain = sum(bool(each.changed.gained or each.changed.title_gained) for each in found)
    yield said(
        f"{asked} candidatures jugées : {gain} y gagneraient, {lose} y perdraient. Rien n'a été enregistré.",
        f"{asked} candidacies judged: {gain} would gain, {lose} would lose. Nothing was recorded.",
    )


def framework(acquis: App, code: str, version: int) -> Framework:
    """Return a published framework version; raises NotFound."""
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as log:
        return log.load(Framework, FrameworkId(Framework.id_of(code, version)))
