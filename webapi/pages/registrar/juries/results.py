"""Results of a session: attendance, decisions, release, and notification of the candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import Candidacy
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.jury.release_results import ReleaseResults
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.deadlines.notice import Notice
from domain.framework.framework import Framework
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance
from domain.jury.minutes import decided
from domain.ports import CandidacyId, Recorded, Role, SessionId
from domain.refusal import Refused
from webapi.accounts.authentication import allowed, reading
from webapi.current import acquis
from webapi.forms import form
from webapi.juries.dry_run import refusal
from webapi.notifications.catalogue import RESULTS
from webapi.notifications.result_letter import tell_advisors
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, read
from webapi.pages.registrar.juries.composing import NOBODY_TICKED
from webapi.pages.registrar.juries.sessions import STAGES, awaited, ours
from webapi.pages.registrar.several import send_each, ticked
from webapi.privacy.disclosure import names
from webapi.problems import language
from webapi.words import phrase

bp = Desk("results", __name__, url_prefix="/registrar/sessions/<uuid:session>/results")

ATTENDANCE: Final = {
    Attendance.PRESENT: (phrase("examiné"), "good"),
    Attendance.EXCUSED: (phrase("excusé"), "wait"),
    Attendance.ABSENT: (phrase("absent"), "wait"),
    Attendance.EXCLUDED: (phrase("exclu"), "bad"),
}


@dataclass(frozen=True, kw_only=True)
class CandidateResult:
    """A candidate of the session: decision, notice, and what forbids a notice now."""

    candidacy: Candidacy
    said: Deliberation
    told: ResultNotified | None
    why_not_tell: Refused | None


@bp.get("")
@allowed(Role.REGISTRAR)
def show(session: UUID) -> ResponseReturnValue:
    """Show the attendance and the decision of each candidate."""
    log = reading()
    found = ours(log, session)
    candidacies = log.find_all(Candidacy, sorted(found.listed))
    log.find_all(Deliberation, [Deliberation.id_of(found.id, each.id) for each in candidacies])
    said = decided(log, found)
    framework = log.load(Framework, found.planned.framework).content
    notices = log.find_all(Notice, [Notice.id_of(found.id, each.id) for each in candidacies])
    why_not = refusal(log, ReleaseResults(session=found.id))
    results = [
        CandidateResult(
            candidacy=each,
            said=said[each.id],
            told=notice.told if notice.tells(said[each.id]) else None,
            why_not_tell=refusal(
                log, NotifyResult(session=found.id, candidacy=each.id, channel=NotificationChannel.PORTAL)
            ),
        )
        for each, notice in zip(candidacies, notices, strict=True)
    ]
    called = names({*found.seats, *(each.terms.candidate for each in candidacies)})
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
        channels=[
            (each.value, each.said[language() != "fr"])
            for each in NotificationChannel
            if each is not NotificationChannel.EMAIL
        ],
        letters=acquis().letters_to_tell.of_session(session, RESULTS),
    )


@bp.act("/release", ReleaseResults, show, done="Résultats publiés.")
def release(session: UUID) -> None:
    """Release the results."""


@bp.form("/notices", show, Role.REGISTRAR, done="Notification enregistrée : les délais de recours courent.")
def notify(sent: FilledForm, session: UUID) -> Recorded | None:
    """Record how and when each selected candidate was notified of the result, with the remedies."""
    how, recorded = read(form(NotifyResult, "session", "candidacy")(), sent), None
    for candidacy in ticked(sent, "candidacy", NOBODY_TICKED):
        command = NotifyResult(session=SessionId(session), candidacy=CandidacyId(candidacy), **how)
        recorded = send_each(sent, [command])
        if recorded:
            tell_advisors(acquis(), recorded)
    return recorded
