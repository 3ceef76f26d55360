"""What has happened in one's dossiers that one is told of? What others decided or did in them, the newest first.

What a dossier's summary tells is told (`decides`, `milestone` of a fact), and what a letter tells the candidate of.
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
"""Those in which something happened last are looked into."""
MOST: Final = 500
"""Dossiers that one accompanies."""


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """One notice: in which dossier, what, and whether it is new to who reads."""

    candidacy: UUID
    title: str
    entry: FactLine
    new: bool


@bp.get("")
@allowed(Role.CANDIDATE, Role.ADVISOR)
def show() -> ResponseReturnValue:
    """List what one is told of."""
    read_to = acquis().notices_read.up_to(actor().who)
    dossiers = sorted((listed for _, listed in candidacies(0, MOST)), key=lambda each: -max(each["positions"]))
    told = [each for listed in dossiers[:DOSSIERS] for each in _of(listed["id"], read_to)]
    told.sort(key=lambda each: -each.entry.stamp.position)
    newest = told[0].entry.stamp.position if told else 0
    return render_template("reader/notices.html", told=told[:SHOWN], newest=newest)


@bp.post("/read")
@allowed(Role.CANDIDATE, Role.ADVISOR)
@without_command
def mark() -> ResponseReturnValue:
    """Remember that all is read up to what was shown."""
    newest = whole_number(request.form.get("newest", ""))
    if newest is not None:
        acquis().notices_read.note(actor().who, newest)
    return redirect(url_for("told.show", done="told.mark"), 303)


def new_in(read: DisclosedDossier) -> int:
    """How many notices of one dossier its reader has not read."""
    read_to = acquis().notices_read.up_to(actor().who)
    return sum(told.stamp.position > read_to for told in _telling(read))


def _of(candidacy: UUID, read_to: int) -> list[NoticeView]:
    read = view(candidacy)
    return [
        NoticeView(candidacy=candidacy, title=read.framework.title, entry=entry, new=entry.stamp.position > read_to)
        for entry in entries(read, _telling(read))
    ]


def _telling(read: DisclosedDossier) -> list[DossierFact]:
    """Return what others did that a summary tells, or that a letter tells the candidate of."""
    mine = actor().person
    return [each for each in read.seen if _tells(each.fact) and each.stamp.by != mine]


def _tells(fact: Fact) -> bool:
    return fact.decides or fact.milestone or (isinstance(fact, TOLD_OF) and not isinstance(fact, OF_THE_PANEL))
