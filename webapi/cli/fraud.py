"""`acquis fraud`: fraud procedures and their progress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Fraud, FraudCase
from domain.ports import OPERATOR
from projections.told import sealed_facts_after
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.wiring import App

AT_ONCE = 1_000  # reports of one page
STEPS = {
    "reported": ("signalée", "reported"),
    "told": ("candidat informé", "candidate told"),
    "heard": ("candidat entendu", "candidate heard"),
    "found": ("établie", "found"),
    "dismissed": ("écartée", "dismissed"),
}


@click.group("fraud")
def fraud() -> None:
    """Procedures for fraud (fraudes)."""


@fraud.command("list")
@click.option("--all", "every", is_flag=True, help="Also decided ones.")
@answers
def list_all(every: bool, as_json: bool) -> None:
    """List the undecided fraud procedures, without texts."""
    with opened_app() as acquis:
        items = [each for each in _cases(acquis) if every or each["step"] not in {"found", "dismissed"}]
    none = said("Aucune procédure en cours.", "No procedure is under way.")
    show({"items": items}, as_json=as_json, lines=lambda: iter([_line(each) for each in items] or [none]))


def _cases(acquis: App) -> Iterator[dict[str, Any]]:
    """Yield every reported fraud, in order."""
    after = 0
    while page := sealed_facts_after(acquis.database, FraudReported.__name__, after, AT_ONCE):
        for told in page:
            if isinstance(told.fact, FraudReported):
                with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
                    case = attempt.find(Fraud, told.stamp.stream).cases[told.fact.case]
                yield _item(case, told.fact, told.stamp.on)
        after = page[-1].stamp.position


def _item(case: FraudCase, reported: FraudReported, on: date) -> dict[str, Any]:
    return {
        "candidacy": case.candidacy,
        "case": reported.case,
        "reported_on": on,
        "step": _step(case),
        "hearing_on": case.told_on_hearing,
        "withdraws": sorted(case.withdraws),
        "sanctions": sorted(case.sanctions),
    }


def _step(case: FraudCase) -> str:
    if case.found is not None:
        return "found" if case.found else "dismissed"
    if case.heard:
        return "heard"
    return "told" if case.told_on_hearing else "reported"


def _line(item: dict[str, Any]) -> str:
    step = said(*STEPS[item["step"]])
    when = day(item["reported_on"], language())
    return "  ".join((str(item["candidacy"]), str(item["case"]), when, step, *item["sanctions"]))
