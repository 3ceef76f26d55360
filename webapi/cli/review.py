"""`acquis review`: contested decisions of juries, and court rulings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.jury.facts import DecisionAnnulled
from domain.ports import OPERATOR
from projections.appeal.annulments import WaitingAnnulment, annulments
from projections.appeal.rectifications import ProposedRectification, rectifications
from projections.appeal.reviews import QuestionedDecision, reviews
from webapi.cli.asking import asks
from webapi.cli.terminal.output import answers, opened_app, said, show

AT_ONCE = 1_000  # decisions of one page


@click.group("review")
def review() -> None:
    """Contested decisions of juries: requests for review, court rulings."""


@review.command("list")
@click.option("--all", "every", is_flag=True, help="Also those already answered.")
@answers
def list_all(every: bool, as_json: bool) -> None:
    """List the requests for review that wait for an answer, without texts."""
    with opened_app() as acquis:
        found, after = list[QuestionedDecision](), 0
        while page := reviews(acquis.database, waits=None if every else True, after=after, limit=AT_ONCE):
            found += page
            after = page[-1].questioned_at
    answer = {"items": [asdict(each) for each in found]}
    none = said("Aucune demande en attente.", "No request waits.")
    show(answer, as_json=as_json, lines=lambda: iter([_line(each) for each in found] or [none]))


@review.command("rectifications")
@click.option("--all", "every", is_flag=True, help="Also those already settled.")
@answers
def list_rectifications(every: bool, as_json: bool) -> None:
    """List the rectifications that wait for a second person's approval."""
    with opened_app() as acquis:
        found, after = list[ProposedRectification](), 0
        while page := rectifications(acquis.database, waits=None if every else True, after=after, limit=AT_ONCE):
            found += page
            after = page[-1].proposed_at
    none = said("Aucune rectification en attente.", "No rectification waits.")
    waits = said("attend une seconde personne", "waits for a second person")
    lines = [f"{each.session}  {each.candidacy}" + (f"  {waits}" if each.waits else "") for each in found]
    show({"items": [asdict(each) for each in found]}, as_json=as_json, lines=lambda: iter(lines or [none]))


@review.command("annulments")
@answers
def list_annulments(as_json: bool) -> None:
    """List the annulments that wait for a second person's confirmation."""
    with opened_app() as acquis:
        found, after = list[WaitingAnnulment](), 0
        while page := annulments(acquis.database, after=after, limit=AT_ONCE):
            found += page
            after = page[-1].proposed_at
    none = said("Aucune annulation en attente.", "No annulment waits.")
    waits = said("attend une seconde personne", "waits for a second person")
    lines = [f"{each.candidacy}  {each.about}  {each.cause}  {waits}" for each in found]
    show({"items": [asdict(each) for each in found]}, as_json=as_json, lines=lambda: iter(lines or [none]))


@review.command("note-ruling")
@asks(
    NoteCourtRuling,
    "session",
    "candidacy",
    court="The court.",
    ruled_on=("--on", "The day of the ruling."),
    reference="The ruling's reference; sealed in the log.",
    annuls=("--annuls/--confirms", "Whether it annuls or upholds the jury's decision."),
    quashes="With --confirms: it quashes the ruling that annulled the decision.",
)
def note_ruling(command: NoteCourtRuling, as_json: bool) -> None:
    """Record a court's ruling on the decision of a SESSION on a CANDIDACY; an annulment cancels all of it.

    A higher court that quashes the annulment restores the decision.
    """
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
    annulled = any(isinstance(fact, DecisionAnnulled) for fact in recorded.facts)
    answer = {
        "position": recorded.position,
        "annulled": annulled,
        "facts": [type(f).__name__ for f in recorded.facts],
    }
    show(answer, as_json=as_json, lines=lambda: _told(annulled=annulled, quashed=command.quashes))


def _line(found: QuestionedDecision) -> str:
    asked = day(found.asked_on, language()) if found.asked_on else "—"
    ground = said(*ComplaintGround(found.ground).said) if found.ground else "—"
    waits = said("attend une réponse", "waits for an answer") if found.waits else ""
    annulled = said("décision annulée", "decision annulled") if found.annulled_by else ""
    parts = (str(found.session), str(found.candidacy), asked, ground, waits or annulled)
    return "  ".join(part for part in parts if part)


def _told(*, annulled: bool, quashed: bool) -> Iterator[str]:
    if annulled:
        yield said(
            "Consigné : tout ce que ce jury avait décidé de ce candidat est annulé.",
            "Noted: all that this jury had decided of this candidate is annulled.",
        )
    elif quashed:
        yield said("Consigné : la décision du jury vaut de nouveau.", "Noted: the jury's decision stands again.")
    else:
        yield said("Consigné : la décision du jury subsiste.", "Noted: the jury's decision stands.")
