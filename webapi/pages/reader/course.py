"""Progress of a candidacy: its steps, the next one, who has to take it, by when and by which text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from domain.candidacy.candidacy import Candidacy
from domain.deadlines.deadline import Duty
from domain.framework.definition import Route
from domain.jury.facts import Attendance
from domain.standing.standing import BlockState
from webapi.accounts.authentication import reading
from webapi.current import acquis
from webapi.pages.reader.dossier import DossierView, Hearing
from webapi.upkeep.deadlines import DeadlineCalculator, DueDeadline
from webapi.words import phrase


class ProgressStage(StrEnum):
    """Progress of a candidacy, named after its next step."""

    ACCEPT = "accept"
    APPLY = "apply"
    COMPLETE = "complete"
    ADMISSIBILITY = "admissibility"
    INADMISSIBLE = "inadmissible"
    EVIDENCE = "evidence"
    ASSESSMENT = "assessment"
    SUMMONS = "summons"
    HEARING = "hearing"
    RESULT = "result"
    AGAIN = "again"
    HELD = "held"
    TITLED = "titled"
    ENDED = "ended"


CANDIDATES: Final = frozenset(
    {ProgressStage.ACCEPT, ProgressStage.APPLY, ProgressStage.COMPLETE, ProgressStage.EVIDENCE, ProgressStage.AGAIN}
)
"""Stages at which the candidate has to act; at the others somebody else acts, or the candidacy is over."""
TIMES: Final = {
    ProgressStage.ADMISSIBILITY: {Duty.ADMISSIBILITY},
    ProgressStage.APPLY: {Duty.LAPSE},
    ProgressStage.COMPLETE: {Duty.LAPSE},
    ProgressStage.EVIDENCE: {Duty.STEP, Duty.LAPSE},
    ProgressStage.AGAIN: {Duty.STEP, Duty.LAPSE},
    ProgressStage.SUMMONS: {Duty.JURY},
    ProgressStage.RESULT: {Duty.NOTICE},
}
"""The time limits of each stage; the end of the registration also limits all stages before the jury."""
BEFORE_THE_JURY: Final = frozenset(
    {
        ProgressStage.APPLY,
        ProgressStage.EVIDENCE,
        ProgressStage.ASSESSMENT,
        ProgressStage.SUMMONS,
        ProgressStage.AGAIN,
    }
)


@dataclass(frozen=True, kw_only=True)
class ProgressStep:
    """A step: state (`done`, `now` or `to_come`), who has to take it, and its day, as `when` words it."""

    state: str
    title: str
    said: str
    when: str = ""
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class CandidacyProgress:
    """Progress of a candidacy: its stage, whether the candidate has to act, the time limit, and all steps."""

    stage: ProgressStage
    mine: bool
    due: DueDeadline | None
    text: str
    hearing: Hearing | None
    steps: tuple[ProgressStep, ...]

    @property
    def day(self) -> date | None:
        """Return the next day that counts: that of the hearing, or the end of the time limit."""
        if self.stage is ProgressStage.HEARING and self.hearing:
            return self.hearing.held_on
        return self.due.ends_on if self.due and self.due.duty is not Duty.REGISTRATION else None


def course(dossier: DossierView) -> CandidacyProgress:
    """Return the progress of a dossier, as its reader sees it."""
    today = acquis().clock.today()
    stage = stage_of(dossier, today)
    reckoning = DeadlineCalculator(acquis(), reading())
    due = _bounding(stage, reckoning.of(dossier.id, today))
    text = reckoning.law.sets.get(due.rule_set or "") if due else None
    return CandidacyProgress(
        stage=stage,
        mine=stage in CANDIDATES,
        due=due,
        text=text.reference if text else "",
        hearing=dossier.hearing,
        steps=tuple(_said_to(dossier, step) for step in _steps(dossier, stage, due)),
    )


def stage_of(dossier: DossierView, today: date) -> ProgressStage:
    """Return the stage of a dossier today, as its reader sees it."""
    found, hearing = dossier.candidacy, dossier.hearing
    if dossier.standing.title_on:
        return ProgressStage.TITLED
    if found.life.ended:
        return ProgressStage.ENDED
    if hearing and not hearing.over:
        return ProgressStage.HEARING if today <= hearing.held_on else ProgressStage.RESULT
    if dossier.read.rules.enrolment.acceptance and not found.enrolment.accepted:
        return ProgressStage.ACCEPT
    if found.terms.route is Route.VAE and not found.admissible:
        return _before_admissibility(found)
    if all(shown.line.state is BlockState.GRANTED for shown in dossier.sought):
        return ProgressStage.HELD
    if found.filed_on and not (hearing and found.filed_on <= hearing.held_on):
        return ProgressStage.SUMMONS
    if hearing:
        return ProgressStage.AGAIN
    return ProgressStage.ASSESSMENT if found.assessors else ProgressStage.EVIDENCE


def _before_admissibility(found: Candidacy) -> ProgressStage:
    if found.admissible is False:
        return ProgressStage.INADMISSIBLE
    if found.feasibility.received_on is None:
        return ProgressStage.APPLY
    return ProgressStage.ADMISSIBILITY if found.feasibility.complete else ProgressStage.COMPLETE


def _bounding(stage: ProgressStage, running: list[DueDeadline]) -> DueDeadline | None:
    """Return the first time limit to end, among those of this stage."""
    duties = TIMES.get(stage, set()) | ({Duty.REGISTRATION} if stage in BEFORE_THE_JURY else set())
    return next((each for each in running if each.duty in duties), None)


BY: Final = phrase("avant le {day}")
ON: Final = phrase("le {day}")
YOURS: Final = phrase("À faire, par vous")
CANDIDATES_OWN: Final = phrase("À faire, par le candidat")
THEIRS: Final = phrase("En attente du certificateur")
JURYS: Final = phrase("En attente du jury")
LATER: Final = phrase("Ensuite")
DONE: Final = phrase("Faite")


def _steps(dossier: DossierView, stage: ProgressStage, due: DueDeadline | None) -> list[ProgressStep]:
    found, hearing = dossier.candidacy, dossier.hearing
    before = _admissibility(found, stage, due) if found.terms.route is Route.VAE else _enrolment(found, stage)
    return [before, _file(dossier, stage, due), *_jury(stage, due, hearing, found)]


def _said_to(dossier: DossierView, step: ProgressStep) -> ProgressStep:
    """Return a step in words for its reader, who is the candidate or somebody else."""
    return step if dossier.changes or step.said != YOURS else replace(step, said=CANDIDATES_OWN)


def _enrolment(found: Candidacy, stage: ProgressStage) -> ProgressStep:
    title = phrase("Inscription")
    if stage is ProgressStage.ACCEPT:
        return ProgressStep(state="now", title=title, said=YOURS)
    return ProgressStep(state="done", title=title, said=DONE, when=ON, day=found.terms.opened_on)


def _admissibility(found: Candidacy, stage: ProgressStage, due: DueDeadline | None) -> ProgressStep:
    title = phrase("Recevabilité")
    if found.admissible:
        return ProgressStep(state="done", title=title, said=phrase("Recevable"), when=ON, day=found.admissible_on)
    if stage is ProgressStage.INADMISSIBLE:
        return ProgressStep(state="now", title=title, said=phrase("Non recevable"))
    waits_for = (
        THEIRS if stage is ProgressStage.ADMISSIBILITY else YOURS if stage in CANDIDATES else phrase("Arrêtée")
    )
    return ProgressStep(
        state="now", title=title, said=waits_for, when=BY if due else "", day=due.ends_on if due else None
    )


def _file(dossier: DossierView, stage: ProgressStage, due: DueDeadline | None) -> ProgressStep:
    found = dossier.candidacy
    title = phrase("Dossier de validation") if found.terms.route is Route.VAE else phrase("Preuves et évaluation")
    if stage in {ProgressStage.EVIDENCE, ProgressStage.AGAIN}:
        return ProgressStep(
            state="now", title=title, said=YOURS, when=BY if due else "", day=due.ends_on if due else None
        )
    if stage is ProgressStage.ASSESSMENT:
        return ProgressStep(state="now", title=title, said=phrase("En attente de l'évaluation"))
    if found.filed_on:
        return ProgressStep(state="done", title=title, said=phrase("Déposé"), when=ON, day=found.filed_on)
    if stage not in {ProgressStage.HEARING, ProgressStage.RESULT, ProgressStage.TITLED, ProgressStage.HELD}:
        return ProgressStep(state="to_come", title=title, said=LATER)
    return _past_file(dossier, title)


def _past_file(dossier: DossierView, title: str) -> ProgressStep:
    """Return the step of the file after the candidate was called, even if it was not complete."""
    if dossier.candidacy.terms.route is Route.VAE:
        return ProgressStep(state="to_come", title=title, said=phrase("Non déposé"))
    assessed, total = dossier.assessed
    if assessed == total:
        return ProgressStep(state="done", title=title, said=DONE)
    said = phrase("Évaluation incomplète") if assessed else phrase("Sans évaluation")
    return ProgressStep(state="to_come", title=title, said=said)


def _jury(
    stage: ProgressStage, due: DueDeadline | None, hearing: Hearing | None, found: Candidacy
) -> list[ProgressStep]:
    vae = found.terms.route is Route.VAE
    titles = phrase("Convocation"), phrase("Entretien avec le jury") if vae else phrase("Jury"), phrase("Résultat")
    called = (
        hearing
        if stage in {ProgressStage.HEARING, ProgressStage.RESULT, ProgressStage.TITLED, ProgressStage.HELD}
        else None
    )
    if called is None:
        waits = stage is ProgressStage.SUMMONS
        by = due.ends_on if waits and due else None
        first = ProgressStep(
            state="now" if waits else "to_come",
            title=titles[0],
            said=THEIRS if waits else LATER,
            when=phrase("jury avant le {day}"),
            day=by,
        )
        return [first, *(ProgressStep(state="to_come", title=each, said=LATER) for each in titles[1:])]
    return [
        ProgressStep(state="done", title=titles[0], said=phrase("Convoqué")),
        _meeting(titles[1], stage, called),
        _result(titles[2], stage, due, called),
    ]


def _meeting(title: str, stage: ProgressStage, called: Hearing) -> ProgressStep:
    """Return the step of the jury, which is done once it is known that the candidate came."""
    if stage is ProgressStage.HEARING:
        return ProgressStep(state="now", title=title, said=phrase("Date fixée"), when=ON, day=called.held_on)
    if called.attendance is Attendance.PRESENT:
        return ProgressStep(state="done", title=title, said=DONE, when=ON, day=called.held_on)
    absent = called.attendance is not None
    said = phrase("Non présenté") if absent else phrase("Jour passé")
    return ProgressStep(state="to_come", title=title, said=said, when=ON, day=called.held_on)


def _result(title: str, stage: ProgressStage, due: DueDeadline | None, called: Hearing) -> ProgressStep:
    if stage in {ProgressStage.TITLED, ProgressStage.HELD}:
        return ProgressStep(state="done", title=title, said=phrase("Communiqué"), when=ON, day=called.known_on)
    waits = stage is ProgressStage.RESULT
    by = due.ends_on if waits and due else None
    return ProgressStep(
        state="now" if waits else "to_come", title=title, said=JURYS if waits else LATER, when=BY, day=by
    )
