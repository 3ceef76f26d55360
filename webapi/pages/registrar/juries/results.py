"""Who came before a session, what did it decide of each, and what is known to whom once its results are released?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import Candidacy
from domain.commands.jury.release_results import ReleaseResults
from domain.framework.framework import Framework
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance
from domain.jury.minutes import decided
from domain.ports import Role
from webapi.accounts.authentication import acquis, actor, allowed
from webapi.edge.intent import Intent
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.registrar.juries.sessions import STAGES, awaited, ours
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Desk("results", __name__, url_prefix="/registrar/sessions/<uuid:session>/results")

ATTENDANCE: Final = {
    Attendance.PRESENT: (phrase("examiné"), "good"),
    Attendance.EXCUSED: (phrase("excusé"), "wait"),
    Attendance.ABSENT: (phrase("absent"), "wait"),
    Attendance.EXCLUDED: (phrase("exclu"), "bad"),
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """One candidate before the session: whether they came, what was decided of them."""

    candidacy: Candidacy
    said: Deliberation


@bp.get("")
@allowed(Role.REGISTRAR)
def show(session: UUID) -> ResponseReturnValue:
    """Show who came, and what was decided of each."""
    with acquis().store.attempt(acquis().request(Intent(actor=actor())), frozenset()) as log:
        found = ours(log, session)
        candidacies = log.find_all(Candidacy, sorted(found.listed))
        log.find_all(Deliberation, [Deliberation.id_of(found.id, each.id) for each in candidacies])
        said = decided(log, found)
        framework = log.load(Framework, found.planned.framework).content
        why_not = refusal(log, ReleaseResults(session=found.id))
    called = names({*found.seats, *(each.terms.candidate for each in candidacies)})
    results = [Result(candidacy=each, said=said[each.id]) for each in candidacies]
    return render_template(
        "registrar/results.html",
        session=found,
        framework=framework,
        results=sorted(results, key=lambda each: called[each.candidacy.terms.candidate] or ""),
        known=[each for each in results if each.candidacy.id not in found.withheld],
        called=called,
        stages=STAGES,
        attendance=ATTENDANCE,
        awaited=awaited(found),
        why_not=why_not,
    )


@bp.act("/release", ReleaseResults, show, done="Résultats publiés.")
def release(session: UUID) -> None:
    """Make the results known."""
