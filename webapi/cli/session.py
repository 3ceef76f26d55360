"""`acquis session`: jury sessions, their minutes and notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.commands.jury.free_candidate import FreeCandidate
from domain.deadlines.facts import NotificationChannel
from domain.jury.facts import Attendance, SessionClosed, SessionOpened, SessionReopened
from domain.jury.minutes import digest, minutes
from domain.jury.session import JurySession, SessionStage
from domain.ports import SessionId
from projections.deadlines.notices import Notified, notices
from projections.jury.jury_sessions import JurySessionRow, sessions
from projections.told import sealed_facts
from webapi.cli.asking import SEALED, asks, record
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.privacy.disclosure import deliberation, rebuilt
from webapi.privacy.minutes_reading import signatures

AT_ONCE = 1_000  # sessions of one page
STAGES = {
    SessionStage.PLANNED: ("convoquée", "called"),
    SessionStage.OPEN: ("ouverte", "open"),
    SessionStage.CLOSED: ("close", "closed"),
    SessionStage.SIGNED: ("procès-verbal signé", "minutes signed"),
    SessionStage.RELEASED: ("résultats communiqués", "results released"),
    SessionStage.CANCELLED: ("annulée", "called off"),
}

SITS = {
    SessionOpened.__name__: ("ouverte", "opened"),
    SessionClosed.__name__: ("close", "closed"),
    SessionReopened.__name__: ("rouverte", "reopened"),
}
"""The facts of a sitting that its minutes show on separate lines."""


@click.group("session")
def session() -> None:
    """Sessions of juries and of their commissions, and their decisions."""


@session.command("list")
@answers
def list_all(*, as_json: bool) -> None:
    """List the sessions, in the order in which they were planned."""
    with opened_app() as acquis:
        found, after = list[JurySessionRow](), 0
        while page := sessions(acquis.database, after=after, limit=AT_ONCE):
            found += page
            after = page[-1].planned_at
    none = said("Aucune session.", "No session.")
    answer = {"items": [asdict(each) for each in found]}
    show(answer, as_json=as_json, lines=lambda: iter([_line(each) for each in found] or [none]))


@session.command("minutes")
@click.argument("session", type=click.UUID)
@answers
def show_minutes(session: UUID, *, as_json: bool) -> None:
    """Show the minutes of a SESSION with the digest to sign: ids, without reasons."""
    with opened_app() as acquis:
        facts = sealed_facts(acquis.database, [session])
        found = rebuilt(JurySession, session, facts)
        decided = {each: deliberation(acquis.database, SessionId(session), each) for each in found.listed}
    shown = digest(found, decided)
    signed = {str(each.signed_by): each.digest for each in signatures(facts)}
    awaited = sorted(str(each) for each in found.signatories - found.signed - found.waived)
    stead = {"in_the_chairs_stead": str(found.stead)} if found.stead else {}
    answer = minutes(found, decided) | {"digest": shown, "signed": signed, "awaited": awaited} | stead
    show(answer, as_json=as_json, lines=lambda: _lines(answer))


@session.command("notices")
@click.argument("session", type=click.UUID)
@answers
def show_notices(session: UUID, *, as_json: bool) -> None:
    """List the notices of a SESSION's decisions: candidate, day, channel, in time or late."""
    with opened_app() as acquis:
        found, after = list[Notified](), 0
        while page := notices(acquis.database, session, after=after, limit=AT_ONCE):
            found += page
            after = page[-1].notified_at
    none = said("Aucune notification.", "No notice.")
    answer = {"items": [asdict(each) for each in found]}
    show(answer, as_json=as_json, lines=lambda: iter([_notice(each) for each in found] or [none]))


@session.command("free")
@asks(FreeCandidate, "session", "candidacy", reason=SEALED)
def free(command: FreeCandidate, as_json: bool) -> None:
    """Release a CANDIDACY to another jury than a SESSION's, before it opens; for a commission also after signing.

    During the session, also a candidate who holds the title again, about whom it has nothing to decide.
    """
    record(
        command,
        "Consigné : un autre jury peut l'appeler.",
        "Recorded: another jury may call them.",
        as_json=as_json,
    )


def _notice(found: Notified) -> str:
    late = said("hors délai", "late") if found.late else ""
    channel = said(*NotificationChannel(found.channel).said)
    return "  ".join(
        part for part in (str(found.candidacy), day(found.notified_on, language()), channel, late) if part
    )


def _line(found: JurySessionRow) -> str:
    commission = said("commission", "commission") if found.reports_to else ""
    paper = said("sur papier", "on paper") if found.on_paper else ""
    stage = said(*STAGES[SessionStage(found.stage)])
    parts = (str(found.session), day(found.held_on, language()), found.place, stage, commission, paper)
    return "  ".join(part for part in parts if part)


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    yield f"{day(date.fromisoformat(answer['held_on']), language())}  {answer['place']}"
    for each in answer.get("proceedings", []):
        if each["fact"] in SITS:
            yield "  ".join(part for part in (said(*SITS[each["fact"]]), each.get("at")) if part)
    for candidate in answer.get("candidates", []):
        blocks = ", ".join(str(each) for each in candidate.get("granted", [])) or "—"
        title = said("titre", "title") if candidate.get("title") else ""
        came = said(*Attendance(candidate["attendance"]).said) if candidate.get("attendance") else "—"
        parts = (candidate["candidacy"], came, said("blocs", "blocks"), blocks, title)
        yield "  ".join(part for part in parts if part)
    if answer.get("one_sex_explained"):
        yield said("jury d'un seul sexe, motif consigné", "panel of one sex, reason kept")
    yield f"SHA-256  {answer['digest']}"
    for who, signed in answer["signed"].items():
        same = said("signé", "signed") if signed in {None, answer["digest"]} else said("signé avant", "signed before")
        yield f"{same}  {who}"
    if stead := answer.get("in_the_chairs_stead"):
        yield f"{said('à la place du président', 'in the chair’s stead')}  {stead}"
    for who in answer["awaited"]:
        yield f"{said('attendu', 'awaited')}  {who}"
