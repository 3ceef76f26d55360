"""Routes for a candidacy's course: file, advisor, route, end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import Ending
from domain.candidacy.silence import lapse_of, silence_of
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.keep_admissibility import KeepAdmissibility
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.release_advisor import ReleaseAdvisor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.state_training_entry import StateTrainingEntry
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.ports import CandidacyId
from domain.rulebook.law import Law
from domain.rulebook.rules import Rules
from webapi.accounts.authentication import READERS, allowed
from webapi.api import Adds, Resource, adds, signs, tagged
from webapi.forms import Many, number, text
from webapi.privacy.disclosure import law, rebuilt, view

bp = Resource("journeys", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>")

FILE_STATES = ("complete", "incomplete", "admissible", "inadmissible", "lapsed")


class JourneyAnswer(Schema):
    """A candidacy's course; the ETag is its version, which a withdrawal repeats."""

    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    route = fields.String(required=True)
    began_on = fields.Date(
        required=True, metadata={"description": "The day on which the present route began; it selects the law."}
    )
    portal = fields.Boolean(
        required=True, metadata={"description": "Whether it began on the national portal of VAE."}
    )
    blocks = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "The blocks sought; empty: the whole certification."},
    )
    option = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The code of the chosen option, if there are options."},
    )
    advisor = fields.UUID(required=True, allow_none=True)
    ended = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Ending)))
    late_decision = fields.Boolean(
        required=True, metadata={"description": "Whether a late decision or issue was authorised."}
    )
    in_time_from = fields.Date(
        required=True,
        allow_none=True,
        metadata={
            "description": "The day of admissibility or training entry, which counts if the registration ends."
        },
    )
    file = fields.String(required=True, allow_none=True, validate=validate.OneOf(FILE_STATES))
    file_received_on = fields.Date(required=True, allow_none=True)
    decide_by = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The certifier's last day to decide; null while no time limit runs."},
    )
    step_by = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The candidate's last day for a first step before the admissibility lapses."},
    )


@bp.get("/journey")
@bp.response(200, JourneyAnswer)
@allowed(*READERS)
def show_journey(candidacy: UUID) -> ResponseReturnValue:
    """Show a candidacy's course: route, blocks, file, deadline of the decision, end."""
    read = view(candidacy)
    found = rebuilt(Candidacy, CandidacyId(candidacy), read.shown(candidacy))
    content = journey_of(found, law(), read.rules) | {"version": read.version}
    return tagged(content, read.version)


def journey_of(found: Candidacy, law: Law, rules: Rules) -> dict[str, Any]:
    """Return a candidacy's course for the answer, with the time limits of certifier and candidate."""
    undecided = found.admissible is None and found.life.ended is None
    lapses_from = found.lapses_from if found.life.ended is None else None
    silence, lapse = silence_of(found.terms, law, rules), lapse_of(found.terms, law, rules)
    return {
        "candidacy": found.id,
        "version": found.version,
        "route": found.terms.route.value,
        "began_on": found.terms.began_on,
        "portal": found.terms.portal,
        "blocks": found.terms.blocks,
        "option": found.terms.option,
        "advisor": found.life.advisor,
        "ended": found.life.ended,
        "late_decision": bool(found.life.late),
        "in_time_from": found.in_time_from,
        "file": _state(found),
        "file_received_on": found.feasibility.received_on,
        "decide_by": found.feasibility.last_day(silence) if silence and undecided else None,
        "step_by": lapse.last_day(lapses_from) if lapse and lapses_from else None,
    }


def _state(found: Candidacy) -> str | None:
    """Return the state of the feasibility file; None if there is no file."""
    if found.admissible is not None:
        return "admissible" if found.admissible else "inadmissible"
    if found.lapsed is not None:
        return "lapsed"
    if found.feasibility.received_on is None:
        return None
    return "complete" if found.feasibility.complete else "incomplete"


@bp.sends("/withdrawal", WithdrawCandidacy, signs)
def withdraw() -> None:
    """Withdraw a candidacy, or enter the candidate's letter (se retirer). If-Match: its version.

    Granted blocks stay.
    """


@bp.sends("/lapse", LapseCandidacy, adds(Adds.ONCE))
def lapse() -> None:
    """Record that the candidacy's period has expired (constater la caducité)."""


@bp.sends("/admissibility/lapse", LapseAdmissibility, adds(Adds.ONCE))
def lapse_admissibility() -> None:
    """Record that the admissibility lapsed without a first step (constater la caducité de la recevabilité)."""


@bp.sends("/admissibility/keeping", KeepAdmissibility, signs)
def keep_admissibility() -> None:
    """Accept a ground that keeps the admissibility or restores it (motif légitime, démarche faite ailleurs).

    If-Match: the candidacy's version.
    """


@bp.sends("/resumption", ResumeCandidacy, adds(Adds.ONCE), shows="candidacy")
def resume() -> None:
    """Resume a candidacy that was withdrawn or has lapsed (reprendre)."""


@bp.sends("/route", ChangeRoute, signs, shows="candidacy")
def change_route() -> None:
    """Continue by another route; granted blocks stay (changer de voie); If-Match: the candidacy's version."""


@bp.sends("/beginning-correction", CorrectBeginning, signs)
def correct_beginning() -> None:
    """Correct the day on which a VAE began, which selects its law (corriger le début); If-Match."""


@bp.sends("/blocks-sought", SeekBlocks, signs, blocks=Many(0, 99, number(1, 999)), option=text(40))
def seek_blocks() -> None:
    """Seek more blocks, the whole certification or another option (demander d'autres blocs); If-Match: version."""


@bp.sends("/advisor", NameAdvisor, signs)
def name_advisor() -> None:
    """Name the candidate's advisor, replacing any other (désigner un accompagnateur); If-Match."""


@bp.sends("/advisor/release", ReleaseAdvisor, signs)
def release_advisor() -> None:
    """End the advisor's role (mettre fin à l'accompagnement); If-Match: the candidacy's version."""


@bp.sends("/training-entry", StateTrainingEntry, adds(Adds.MORE))
def state_training_entry() -> None:
    """State the day of training entry, which the certification's validity must include (entrée en formation)."""


@bp.sends("/late-decision", AuthoriseLateDecision, adds(Adds.MORE))
def authorise_late_decision() -> None:
    """Authorise a late decision or issue for one cause, citing the ground (autoriser une décision tardive)."""


@bp.sends("/feasibility-file", SubmitFeasibilityFile, adds(Adds.ONCE), elsewhere=number(0, 99))
def submit_feasibility_file() -> None:
    """Submit the feasibility file, or enter the day on which it arrived by post (dossier de faisabilité).

    `elsewhere`: the number of files that the candidate declares to have submitted to other certifiers this year, for
    other certifications and not for blocks only; the law allows three a year in total (R6412-3).
    """


@bp.sends("/feasibility-file/receipt-correction", CorrectReceiptDay, signs)
def correct_receipt_day() -> None:
    """Correct the day on which a file arrived by post (corriger le jour de réception); If-Match."""


@bp.sends("/feasibility-file/missing", FindFileIncomplete, signs, missing=text(4000))
def find_file_incomplete() -> None:
    """Request missing pieces of a file; the certifier's time limit stops (demander des pièces); If-Match."""


@bp.sends("/feasibility-file/completion", CompleteFeasibilityFile, adds(Adds.ONCE))
def complete_feasibility_file() -> None:
    """Send the missing pieces, or enter the day on which they arrived by post (compléter le dossier)."""
