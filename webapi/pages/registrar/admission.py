"""Registrar's decisions before an assessment: the admissibility of a dossier, and its assessors."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.assessment.assessment import Assessment
from domain.candidacy.facts import DecisionError
from domain.candidacy.silence import silence_of
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.correct_admissibility import CorrectAdmissibility
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.reconsider_admissibility import ReconsiderAdmissibility
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.refusal import Refused
from domain.rulebook.rulebook import Rulebook
from domain.standing.standing import BlockState
from projections.people.person_directory import persons
from webapi.accounts.authentication import actor, allowed, without_command
from webapi.current import acquis
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk, not_taken, shown_with
from webapi.pages.filled import FilledForm, InvalidForm, sent_form
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.dossier import DossierView, shown
from webapi.pages.registrar.admission_review import consequences
from webapi.privacy.disclosure import law, loaded, names

bp = Desk("admission", __name__, url_prefix="/candidacies/<uuid:candidacy>", only=Role.REGISTRAR)

MOST: Final = 200
"""The most assessors that the form offers."""
NO_FILE: Final = {"admissible": ("No file was received yet.", "Aucun dossier n'est encore reçu.")}
EDIT: Final = "edit"
UNSAID: Final = {"admissible": ("Say whether it is admissible.", "Dites si la candidature est recevable.")}


@bp.get("/admission")
@allowed(Role.REGISTRAR)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show a VAE candidacy with its feasibility file and the time limit, and the form to decide."""
    return render_template(
        "registrar/admission.html",
        **_times(shown(candidacy)),
        errors=DecisionError,
        delivers=acquis().post.delivers,
        at="todo.show",
    )


def _times(dossier: DossierView) -> dict[str, Any]:
    """Return a dossier with its feasibility file, the last day for a decision, and the text that sets it."""
    found, known_law = dossier.candidacy, law()
    silence = silence_of(found.terms, known_law, loaded(Rulebook, found.terms.rulebook).content)
    return {
        "dossier": dossier,
        "file": found.feasibility,
        "silence": silence,
        "text": known_law.sets.get(silence.rule_set) if silence else None,
        "last_day": found.feasibility.last_day(silence) if silence else None,
    }


@bp.post("/admission/review")
@allowed(Role.REGISTRAR)
@without_command
@stands_on("admission.show", "decide")
def review(candidacy: UUID) -> ResponseReturnValue:
    """Show a decision before it is recorded: grounds, consequences and letters."""
    sent, ids = sent_form("decide"), {"candidacy": candidacy}
    if sent.value("do") == EDIT:
        return shown_with(sent, show, ids, 200)
    dossier = shown(candidacy)
    try:
        said = _check(dossier, sent)
    except (InvalidForm, Refused) as why:
        return not_taken(sent, show, ids, why)
    return render_template(
        "registrar/admission_review.html", **_times(dossier), **consequences(dossier), said=said, at="todo.show"
    )


def _check(dossier: DossierView, sent: FilledForm) -> DecideAdmissibility:
    """Return the decision of a form; raise InvalidForm, or the refusal that it would meet now."""
    (act,) = (each for each in bp.acts if each.command is DecideAdmissibility)
    said: DecideAdmissibility = act.written(sent, {"candidacy": dossier.id}, _on_which_file(dossier, sent))
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        if refused := refusal(log, said):
            raise refused
    return said


def _on_which_file(dossier: DossierView, sent: FilledForm) -> dict[str, Any]:
    """Return the day of the file that is decided on; raise InvalidForm if the form or the dossier lacks something."""
    if sent.values.get("admissible") not in {"true", "false"}:
        raise InvalidForm(UNSAID)
    received = dossier.candidacy.feasibility.received_on
    if received is None:
        raise InvalidForm(NO_FILE)
    return {"file_received_on": received}


@bp.act(
    "/admission/decision",
    DecideAdmissibility,
    show,
    done="La décision sur la recevabilité est enregistrée.",
    without=("file_received_on",),
)
def decide(candidacy: UUID) -> dict[str, Any]:
    """Declare the candidacy admissible or not, on the file received on that day."""
    return _on_which_file(shown(candidacy), sent_form("decide"))


@bp.act("/admission/notice", NotifyAdmissibility, show, done="La notification est enregistrée.")
def notify(candidacy: UUID) -> None:
    """Record how and on which day the candidate was notified of the decision."""


@bp.act(
    "/admission/correction",
    CorrectAdmissibility,
    show,
    done="La décision est reprise : la recevabilité est de nouveau à décider.",
)
def correct(candidacy: UUID) -> None:
    """Correct, for an error, a decision that was not notified."""


@bp.act(
    "/admission/reconsideration",
    ReconsiderAdmissibility,
    show,
    done="Le refus est retiré : la recevabilité est de nouveau à décider.",
)
def reconsider(candidacy: UUID) -> None:
    """Reconsider a refusal that was notified, to decide again."""


@bp.act("/admission/missing", FindFileIncomplete, show, done="Les pièces manquantes sont demandées.")
def ask_for_pieces(candidacy: UUID) -> None:
    """Ask for the pieces that the file lacks, which stops the certifier's time limit."""


@bp.act("/admission/file", SubmitFeasibilityFile, show, done="Le dossier de faisabilité est enregistré.")
def receive(candidacy: UUID) -> None:
    """Key a feasibility file that came by post, with the day received."""


@bp.act("/admission/completion", CompleteFeasibilityFile, show, done="Les pièces reçues sont enregistrées.")
def complete(candidacy: UUID) -> None:
    """Key the missing pieces that came by post, with the day received."""


@bp.get("/assessors")
@allowed(Role.REGISTRAR)
def assessors(candidacy: UUID) -> ResponseReturnValue:
    """Show the assessors of a dossier, the competences without one, and the assessors who can be named."""
    dossier = shown(candidacy)
    may = [each.person for each in persons(acquis().database, role=Role.ASSESSOR.value, limit=MOST)]
    called = names({*may, *dossier.candidacy.assessors})
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        filed = {
            each: version for each in dossier.candidacy.assessors if (version := _reopenable(log, dossier.id, each))
        }
    return render_template(
        "registrar/assessors.html",
        dossier=dossier,
        unnamed=_unnamed(dossier),
        reopenable=filed,
        named=sorted(dossier.candidacy.assessors.items(), key=lambda each: called[each[0]] or ""),
        called=called,
        may=[(person, name) for name, person in sorted((called[each] or "", each) for each in may) if name],
        at="todo.show",
    )


def _reopenable(log: Log, candidacy: UUID, assessor: PersonId) -> int:
    """Return the version of an assessment that can be reopened now, or 0."""
    asked = ReopenAssessment(candidacy=CandidacyId(candidacy), assessor=assessor, reason="?")
    return 0 if refusal(log, asked) else log.find(Assessment, asked.subject).version


def _unnamed(dossier: DossierView) -> dict[int, list[int]]:
    """Return the competences without an assessor, by block, among those sought that no jury has decided."""
    found = dossier.candidacy
    named = set[int]().union(*found.assessors.values())
    undecided = (each.block for each in dossier.blocks if each.line.state is BlockState.NOT_DECIDED)
    lacking = {block.number: [n for n in block.competences if n not in named] for block in undecided}
    return {block: numbers for block, numbers in lacking.items() if numbers}


@bp.act("/assessors/naming", AssignAssessor, assessors, done="L'évaluateur est désigné.")
def name_assessor(candidacy: UUID) -> None:
    """Name an assessor for some competences."""


@bp.act("/assessors/<uuid:assessor>/release", ReleaseAssessor, assessors, done="L'évaluateur est dessaisi.")
def release(candidacy: UUID, assessor: UUID) -> None:
    """Release an assessor, for a reason."""


@bp.act(
    "/assessors/<uuid:assessor>/reopening",
    ReopenAssessment,
    assessors,
    done="L'évaluation est rouverte : l'évaluateur la reprend.",
)
def reopen(candidacy: UUID, assessor: UUID) -> None:
    """Reopen a filed assessment, for a reason."""
