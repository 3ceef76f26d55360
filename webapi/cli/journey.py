"""`acquis journey`: course of a candidacy: route, file, deadlines, end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import Ending
from domain.ports import OPERATOR, CandidacyId
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from webapi.api.journeys import journey_of
from webapi.cli.terminal.output import answers, opened_app, said, show

FILES = {
    "complete": ("dossier de faisabilité complet", "feasibility file complete"),
    "incomplete": ("dossier de faisabilité incomplet", "feasibility file incomplete"),
    "admissible": ("recevable", "admissible"),
    "inadmissible": ("non recevable", "not admissible"),
    "lapsed": ("recevabilité caduque", "admissibility lapsed"),
}
ENDINGS = {Ending.WITHDRAWN: ("retirée", "withdrawn"), Ending.LAPSED: ("caduque", "lapsed")}


@click.command("journey")
@click.argument("candidacy", type=click.UUID)
@answers
def journey(candidacy: UUID, as_json: bool) -> None:
    """Show the course of a CANDIDACY: route, blocks sought, advisor, file and deadline, end."""
    with opened_app() as acquis, acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        found = attempt.load(Candidacy, CandidacyId(candidacy))
        rules = attempt.load(Rulebook, found.terms.rulebook).content
        answer = journey_of(found, attempt.find(Law, Law.the()), rules)
    show(answer, as_json=as_json, lines=lambda: _lines(answer))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    tongue = language()
    yield said(
        f"{told['route']}, depuis le {day(told['began_on'], tongue)}" + ", sur le portail" * told["portal"],
        f"{told['route']}, since {day(told['began_on'], tongue)}" + ", on the portal" * told["portal"],
    )
    if told["blocks"]:
        yield said("Blocs demandés : ", "Blocks sought: ") + ", ".join(map(str, sorted(told["blocks"])))
    if told["option"]:
        yield said(f"Option : {told['option']}", f"Option: {told['option']}")
    if told["advisor"]:
        yield said(f"Accompagnateur : {told['advisor']}", f"Advisor: {told['advisor']}")
    if told["file"]:
        yield said(*FILES[told["file"]]) + _on(told["file_received_on"], "reçu le", "received on")
    if told["decide_by"]:
        until = day(told["decide_by"], tongue)
        yield said(f"À décider au plus tard le {until}", f"To be decided by {until}")
    if told["step_by"]:
        until = day(told["step_by"], tongue)
        yield said(
            f"Une démarche est attendue au plus tard le {until}, sinon la recevabilité est caduque",
            f"A step is awaited by {until}, or the admissibility lapses",
        )
    if told["late_decision"]:
        yield said("Décision tardive autorisée", "Late decision authorised")
    if told["in_time_from"]:
        since = day(told["in_time_from"], tongue)
        yield said(
            f"Recevable ou en formation depuis le {since}, ce qui compte si l'enregistrement prend fin",
            f"Admissible or in training since {since}, which counts should the registration end",
        )
    if told["ended"]:
        yield said(*ENDINGS[told["ended"]])


def _on(when: date | None, french: str, english: str) -> str:
    return f" ({said(french, english)} {day(when, language())})" if when else ""
