"""Notices about a user's dossiers: decisions and acts of others, the newest first.

Notices are the facts of a dossier's summary (`decides`, `milestone`), and those that a letter reports to the
candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.fact import Fact
from domain.ports import Role
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, allowed, without_command
from webapi.current import acquis
from webapi.notifications.catalogue import OF_THE_PANEL, TOLD_OF
from webapi.pages.desk import Desk
from webapi.pages.reader.fact_lines import FactLine, entries
from webapi.privacy.disclosure import DisclosedDossier, candidacies, view
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("told", __name__, url_prefix="/notices")
bp.entry(Role.CANDIDATE, 70, phrase("Notifications"), "bell", "show")
bp.entry(Role.ADVISOR, 70, phrase("Notifications"), "bell", "show")
bp.done |= {"mark": phrase("Marqué comme lu.")}
SHOWN: Final = 25
DOSSIERS: Final = 20
"""How many dossiers are read: those with the latest facts."""
MOST: Final = 500
"""The most dossiers of one advisor."""


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A notice: its dossier, its fact, and whether the reader has not read it yet."""

    candidacy: UUID
    title: str
    entry: FactLine
    new: bool


@bp.get("")
@allowed(Role.CANDIDATE, Role.ADVISOR)
def show() -> ResponseReturnValue:
    """List the user's notices."""
    read_to = acquis().notices_read.up_to(actor().who)
    dossiers = sorted((listed for _, listed in candidacies(0, MOST)), key=lambda each: -max(each["positions"]))
    told = [each for listed in dossiers[:DOSSIERS] for each in _notices_of(listed["id"], read_to)]
    told.sort(key=lambda each: -each.entry.stamp.position)
    newest = told[0].entry.stamp.position if told else 0
    return render_template("reader/notices.html", told=told[:SHOWN], newest=newest)


@bp.post("/read")
@allowed(Role.CANDIDATE, Role.ADVISOR)
@without_command
def mark() -> ResponseReturnValue:
    """Mark everything as read up to the newest notice shown."""
    newest = whole_number(request.form.get("newest", ""))
    if newest is not None:
        acquis().notices_read.note(actor().who, newest)
    return redirect(url_for("told.show", done="told.mark"), 303)


def new_in(read: DisclosedDossier) -> int:
    """Return how many notices of one dossier its reader has not read."""
    read_to = acquis().notices_read.up_to(actor().who)
    return sum(told.stamp.position > read_to for told in _telling(read))


def _notices_of(candidacy: UUID, read_to: int) -> list[NoticeView]:
    read = view(candidacy)
    return [
        NoticeView(candidacy=candidacy, title=read.framework.title, entry=entry, new=entry.stamp.position > read_to)
        for entry in entries(read, _telling(read))
    ]


def _telling(read: DisclosedDossier) -> list[DossierFact]:
    """Return the acts of others that a summary contains, or that a letter reports to the candidate."""
    mine = actor().person
    return [each for each in read.seen if _tells(each.fact) and each.stamp.by != mine]


def _tells(fact: Fact) -> bool:
    return fact.decides or fact.milestone or (isinstance(fact, TOLD_OF) and not isinstance(fact, OF_THE_PANEL))
