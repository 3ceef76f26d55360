"""Auditor's first page: latest decisions, requests for review, and the state of the log's verification."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.log.doubt import doubts
from adapters.log.watching import progress
from domain.appeal.facts import ComplaintGround
from domain.ports import Role
from projections.appeal.reviews import reviews
from projections.framework.certification_catalogue import certifications
from projections.jury.jury_sessions import released
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.explain.own_exports import asked_for
from webapi.explain.receipts import made
from webapi.pages.auditor.days import OUTCOMES
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import candidates_of, names
from webapi.problems import language
from webapi.words import phrase

bp = Desk("audit", __name__, url_prefix="/audit")
bp.entry(Role.AUDITOR, 10, phrase("Décisions"), "scale", "home")

SHOWN: Final = 25
GROUNDS: Final = {each.value: each.said for each in ComplaintGround}
TONES: Final = {"full": "good", "partial": "wait", "none": "bad", "in_progress": "open"}


@bp.get("")
@allowed(Role.AUDITOR)
def home() -> ResponseReturnValue:
    """Show the latest decisions, the requests for review, and whether the log is intact."""
    database = acquis().database
    decided = released(database, until=acquis().clock.today(), limit=SHOWN)
    questioned = sorted(reviews(database, limit=SHOWN), key=lambda each: not each.waits)
    whose = candidates_of(each.candidacy for each in questioned) | {
        each.candidacy: each.candidate for each in decided
    }
    return render_template(
        "auditor/home.html",
        decided=decided,
        questioned=questioned,
        grounds=GROUNDS,
        outcomes=OUTCOMES,
        tones=TONES,
        called=_called(whose.values()),
        whose=whose,
        titles={each.framework: each.title for each in certifications(database, limit=None)},
        watch=progress(database),
        doubted=[each.sentence(language()) for each in doubts(database)],
        checkpoint=made().checkpoints.newest(),
        exports=asked_for()[:3],
    )


def _called(people: Iterable[UUID]) -> dict[UUID, str | None]:
    return names(set(people))
