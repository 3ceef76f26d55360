"""`acquis erase`, `hold`, `erasures`: erasure of personal data, legal holds, expired periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import click

from adapters.backup.erasures_known import answer_without
from adapters.clock import FixedClock
from adapters.database import WORKER, connect
from adapters.keys.vault import KeyState
from adapters.log.codec import opened
from adapters.settings import Settings
from adapters.verify.terminal import language
from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.fact import Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId
from domain.privacy.erasure import Fate
from projections.people.person_directory import persons
from projections.privacy.legal_holds import holds_in_force
from projections.reading import DossierFact
from webapi.cli.asking import GROUND_SEALED, asks, record
from webapi.cli.terminal.in_words import in_words
from webapi.cli.terminal.output import agreed, answers, opened_app, said, show
from webapi.cli.terminal.who import WHO
from webapi.privacy import erasure as erasing
from webapi.privacy.fates import fate_in_words
from webapi.wiring import App
from webapi.words.fields import GONE

CLASSES = click.Choice([each.value for each in Retention])
GROUNDS = {"request": ErasureGround.REQUEST, "period-over": ErasureGround.PERIOD_OVER}
AT_ONCE = 1_000  # persons of one page


@click.command("erase")
@click.argument("who", metavar="PERSON", type=WHO)
@click.option("--class", "classes", multiple=True, type=CLASSES, help="The class of data to erase; all by default.")
@click.option(
    "--ground", type=click.Choice(list(GROUNDS)), default="request", show_default=True, help="Ground of the erasure."
)
@click.option("--dry-run", is_flag=True, help="Report what would be erased and kept, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@answers
def erase(who: UUID, classes: tuple[str, ...], ground: str, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase a PERSON's data permanently, as far as rules and law allow: their keys are destroyed.

    Exit code 1 if an ordered erasure could not be finished: `erasures settle` tries again.
    """
    person, why = PersonId(who), GROUNDS[ground]
    wanted = tuple(Retention(each) for each in classes) or tuple(Retention)
    with opened_app() as acquis:
        fates, position = erasing.preview_erasure(acquis, person, wanted, why), 0
        if not dry_run:
            if not yes:
                _ask_again(fates)
            erased = erasing.erase(acquis, person, wanted, why, acquis.request_of(OPERATOR))
            fates, position = erased.fates, erased.recorded.position
    answer = {
        "status": "erasure-partial" if any(erasing.stays(fate) for fate in fates) else "erasure-complete",
        "dry_run": dry_run,
        "position": position,
        "classes": [_told(fate) for fate in fates],
    }
    show(answer, as_json=as_json, lines=lambda: (_line(fate, would=dry_run) for fate in fates))
    if erasing.pending(fates):
        raise SystemExit(1)


@click.group("erasures")
def erasures() -> None:
    """Data whose retention period is over, and unfinished erasures."""


@erasures.command("due")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="Use this day instead of today.")
@answers
def due(as_of: datetime | None, as_json: bool) -> None:
    """List the persons and classes whose retention period is over; each erasure must be decided."""
    with opened_app(WORKER) as home:
        acquis = replace(home, clock=FixedClock(as_of.date())) if as_of else home
        found = list(erasing.due(acquis, _everybody(acquis)))
    items: list[dict[str, Any]] = [
        {"person": person, "classes": [each.value for each in classes]} for person, classes in found
    ]
    none = "Rien n'est échu." if language() == "fr" else "Nothing is due."
    lines = [f"{item['person']}  {', '.join(item['classes'])}" for item in items]
    show({"items": items}, as_json=as_json, lines=lambda: iter(lines or [none]))


@erasures.command("settle")
@answers
def settle(as_json: bool) -> None:
    """Finish the ordered erasures; exit code 1 if some are still unfinished."""
    with opened_app(WORKER) as acquis:
        settled = erasing.settle(acquis)
    left = [
        {"person": each.person, "class": each.retention.value, "position": each.order.position}
        for each in settled.left
    ]
    done = f"Effacements achevés : {settled.done}." if language() == "fr" else f"Erasures finished: {settled.done}."
    waits = "attend encore" if language() == "fr" else "still waits"
    lines = [done, *(f"{each['person']}  {each['class']}  {waits}" for each in left)]
    show({"done": settled.done, "left": left}, as_json=as_json, lines=lambda: iter(lines))
    if left:
        raise SystemExit(1)


@erasures.command("answer")
@click.argument("answer")
@answers
def answer_restore(answer: str, as_json: bool) -> None:
    """Record what was done about a restore without the newest register, which ends its alarm.

    It needs the migrating login.
    """
    with connect(Settings.from_environment()) as server:
        answered = answer_without(server.dsn, answer)
    line = said(f"Restaurations répondues : {answered}.", f"Restores answered: {answered}.")
    show({"answered": answered}, as_json=as_json, lines=lambda: iter([line]))


@click.group("hold")
def hold() -> None:
    """Protect a person's data from erasure, for a dispute or an inquiry (conservation conservatoire)."""


@hold.command()
@click.argument("who", metavar="PERSON", type=WHO)
@click.option("--class", "classes", multiple=True, type=CLASSES, help="The class of data to keep; all by default.")
@click.option("--ground", required=True, help=GROUND_SEALED)
@answers
def place(who: UUID, classes: tuple[str, ...], ground: str, as_json: bool) -> None:
    """Keep a PERSON's data until the hold is lifted."""
    kept = tuple(Retention(each) for each in classes) or tuple(Retention)
    with opened_app() as acquis:
        recorded = acquis.do(PlaceLegalHold(person=PersonId(who), classes=kept, ground=ground), OPERATOR)
    (fact,) = (each for each in recorded.facts if isinstance(each, LegalHoldPlaced))
    answer = {"hold": fact.hold, "position": recorded.position}
    show(answer, as_json=as_json, lines=lambda: iter([str(fact.hold)]))


@hold.command()
@asks(LiftLegalHold, "hold")
def lift(command: LiftLegalHold, as_json: bool) -> None:
    """End a HOLD."""
    french = f"La conservation {command.hold} est levée."
    record(command, french, f"Hold {command.hold} is lifted.", as_json=as_json)


@hold.command("list")
@answers
def list_all(as_json: bool) -> None:
    """List the holds in force, with their grounds."""
    with opened_app() as acquis:
        items = [_held(acquis, *each) for each in holds_in_force(acquis.database).items()]
    erased, none = in_words()(GONE[KeyState.ERASED]), said("Aucune conservation en vigueur.", "No hold is in force.")
    lines = [
        f"{each['hold']}  {each['person']}  {', '.join(each['classes'])}  {each['ground'] or erased}"
        for each in items
    ]
    show({"items": items}, as_json=as_json, lines=lambda: iter(lines or [none]))


def _held(acquis: App, hold: UUID, placed: DossierFact) -> dict[str, Any]:
    fact = cast("LegalHoldPlaced", placed.fact)
    return {
        "hold": hold,
        "person": fact.person,
        "classes": [retention.value for retention in fact.classes],
        "ground": opened(fact, placed.place, acquis.vault)["ground"],
        "on": placed.stamp.on.isoformat(),
    }


def _ask_again(fates: Iterable[Fate]) -> None:
    for fate in fates:
        click.echo(_line(fate, would=True), err=True)
    if not agreed("Effacer pour de bon ?", "Erase for good?"):
        raise click.Abort


def _line(fate: Fate, *, would: bool) -> str:
    source = said(f"({fate.source})", f"(source, in French: {fate.source})") if fate.source else ""
    return f"{fate_in_words(fate, in_words(), would=would)} {source}".rstrip()


def _told(fate: Fate) -> dict[str, Any]:
    return {
        "class": fate.retention.value,
        "erased": fate.goes,
        "why": fate.why.value if fate.why else None,
        "until": fate.until.isoformat() if fate.until else None,
        "source": fate.source or None,
    }


def _everybody(acquis: App) -> Iterator[PersonId]:
    """Yield all persons, in the order of registration."""
    after = 0
    while page := persons(acquis.database, after=after, limit=AT_ONCE):
        yield from (PersonId(each.person) for each in page)
        after = page[-1].registered_at
