"""One candidate before a jury: attendance, recusals, rulings, deferral, referral and confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.log.store import PostgresAttempt
from domain.commands.jury.confirm_decision import ConfirmDecision
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DeliberationReopened, RecusalDeclared
from domain.jury.ruling import Ruling
from domain.jury.tainted_decision import RecusalConsequences, consequences_of_recusal
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, PersonId, Recorded, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import actor, allowed, reading
from webapi.juries.dry_run import refusal, would
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, InvalidForm, form_of
from webapi.pages.juror import at_session, ruling_drafts
from webapi.pages.juror.at_session import KNOWN
from webapi.pages.juror.board import STAGES, STATES, state
from webapi.pages.juror.decision_seen import BLOCKS, VOTES, DecisionView, load_decision
from webapi.pages.juror.lawful import PanelView, panel_of, ties_known
from webapi.pages.juror.taking_back import can_take_back
from webapi.problems import language
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("deciding", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

LONGEST: Final = 4000
"""The most characters of a reason, as in the API."""
COMING: Final = "coming"
"""The parameter of an address: the page shows a candidate on whom the deliberation is not open yet."""
TOO_LONG: Final = (
    f"A reason has {LONGEST} characters at most.",
    f"Un motif compte {LONGEST} caractères au plus.",
)
NOTHING_CHOSEN: Final = ("Nothing is chosen otherwise than it stands.", "Rien n'est choisi autrement que ce qui est.")
ACQUIRED: Final = {"acquired": True, "not_acquired": False}
"""Values of a ruling in a form; an empty value is no ruling."""


@bp.get("")
@allowed(Role.JUROR, Role.REGISTRAR)
def show(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show one candidate before this jury: their attendance until the deliberation is open, then the decision.

    The answer is 204 to a page that shows the latest version already. It makes a page that waits for the candidate
    load again once the deliberation is open.
    """
    session_id, candidacy_id = SessionId(session), CandidacyId(candidacy)
    log = reading()
    if request.args.get(KNOWN, "") == str(at_session.version(log, session_id, candidacy_id)):
        return Response(status=204)
    known = at_session.at(log, session_id)
    if candidacy_id not in known.deliberations:
        raise NotFound(candidacy)
    if COMING in request.args and known.deliberations[candidacy_id].panel is not None:
        return Response(status=200, headers={"HX-Refresh": "true"})
    at_session.read_ahead(log, known)
    decision = load_decision(log, known, candidacy_id)
    panel = panel_of(known, decision.context) if known.session.present else None
    ties = ties_known(log, known, candidacy_id, decision.context)
    row = known.framework.row(decision.context.candidacy.terms.route)
    return render_template(
        "juror/decision.html" if decision.said.panel is not None else "juror/coming.html",
        known=known,
        session=known.session,
        candidacy=candidacy,
        one=decision,
        shown_version=0 if decision.behind else known.version_for(candidacy_id),
        panel=panel,
        name=known.name_of(candidacy),
        route=row.label if row else decision.context.candidacy.terms.route.value,
        state=STATES[state(known, candidacy_id, tied=bool(ties))],
        stage=STAGES[known.session.stage],
        blocks=BLOCKS,
        votes=VOTES,
        to_confirm=decision.said.confirmations_left(known.session, decision.context.rules.content.sessions),
        ruling_forms=ruling_drafts.ruling_forms(decision),
        ties=[(known.called.get(who) or "?", sorted(each)) for who, each in ties.items()],
        leaving=_leaving(decision, known),
        withdrawing=_withdrawing(decision, known),
        pending=_pending(log, decision),
        reopening=_reopening(log, decision),
        me=actor().who,
        takes_back=can_take_back(log, decision),
        confirms=refusal(log, ConfirmDecision(session=session_id, candidacy=candidacy_id)) is None,
        documents=[(each.value, each.said[language() != "fr"]) for each in IdentityDocument],
        why_not=why_not(decision, panel),
    )


@dataclass(frozen=True, kw_only=True)
class PendingRecusal:
    """A recusal declared after a decision: its consequences, and whether this reader may confirm it."""

    juror: PersonId
    reason: str
    falls: RecusalConsequences
    confirms: bool


def _pending(log: PostgresAttempt, decision: DecisionView) -> list[PendingRecusal]:
    """Return the recusals that are still to be confirmed."""
    session, candidacy = decision.context.session.id, decision.context.candidacy.id

    def pending(juror: PersonId) -> PendingRecusal:
        confirm = RecuseJuror(session=session, candidacy=candidacy, juror=juror, reason="?")
        return PendingRecusal(
            juror=juror,
            reason=decision.declared.get(juror, ""),
            falls=consequences_of_recusal(decision.said, decision.context, {juror}),
            confirms=juror != actor().who and refusal(log, confirm) is None,
        )

    return [pending(juror) for juror in sorted(decision.said.declared)]


def _reopening(log: PostgresAttempt, decision: DecisionView) -> RecusalConsequences | None:
    """Return the consequences if this reader reopens the deliberation now; None if they may not, or without any."""
    session, candidacy = decision.context.session, decision.context.candidacy.id
    facts, refused = would(log, ReopenDeliberation(session=session.id, candidacy=candidacy, reason="?"))
    if refused:
        return None
    reopened = (fact for fact in facts if isinstance(fact, DeliberationReopened))
    without = {juror for fact in reopened for juror in fact.without}
    return consequences_of_recusal(decision.said, decision.context, without)


def _leaving(decision: DecisionView, known: at_session.AtSession) -> list[tuple[PersonId, str]]:
    """Return the members who can step out: the reader; for the registrar, all members present."""
    there = sorted(
        each
        for each in known.session.present - decision.said.recused - decision.said.declared
        if not decision.said.is_off(each)
    )
    mine = [each for each in there if actor().role is Role.REGISTRAR or each == actor().who]
    return [(each, known.called.get(each) or "?") for each in mine]


def _withdrawing(decision: DecisionView, known: at_session.AtSession) -> RecusalConsequences | None:
    """Return the consequences if the reader steps out; for the registrar, if any deliberating member does."""
    deliberating = [juror for juror, _ in _leaving(decision, known) if juror in (decision.said.panel or ())]
    return consequences_of_recusal(decision.said, decision.context, {deliberating[0]}) if deliberating else None


def why_not(decision: DecisionView, panel: PanelView | None) -> str:
    """Return why nothing can be ruled or decided at this moment; empty if it can."""
    if decision.said.annulled:
        return phrase("La décision de ce jury sur ce candidat est annulée.")
    if not decision.in_session:
        return phrase("La session ne siège pas sur ce candidat.")
    if decision.said.referred:
        return phrase("Ce candidat est renvoyé devant un autre jury.")
    if decision.said.declared:
        return phrase("Un membre a déclaré son retrait après la décision : il se confirme d'abord.")
    if decision.said.panel is None and decision.vae and not decision.context.candidacy.filed:
        return phrase("Le dossier de validation n'est pas déposé.")
    if decision.said.panel is None and decision.hearing_due and not decision.said.coming.arrived:
        return phrase("La présence du candidat se note d'abord.")
    if panel and panel.members & decision.context.cut_off:
        return phrase("La connexion d'un membre est perdue : rien ne se décide avant son retour ou son retrait.")
    if panel and panel.broken:
        return phrase("Le jury n'est pas conforme pour ce candidat : voyez la règle en cause.")
    return ""


def at_block(name: str, block: int) -> FilledForm:
    """Return the form of an act at one block, as this request sent it, or empty."""
    sent = form_of(name)
    return sent if sent.value("at") == str(block) else FilledForm(name=name)


bp.context_processor(lambda: {"at_block": at_block})


# Acts before the deliberation


@bp.act("/attendance", NoteCandidatePresent, show, done="Présence notée.", lead=lambda _, **ids: _next(**ids))
def note_present(session: UUID, candidacy: UUID) -> None:
    """Record that the candidate came."""


@bp.act("/absence", NoteAbsence, show, done="Absence notée.", lead=lambda _, **ids: _next(**ids))
def absence(session: UUID, candidacy: UUID) -> None:
    """Record that the candidate did not come."""


@bp.act("/attendance/correction", CorrectAttendance, show, done="Présence à noter de nouveau.")
def correct(session: UUID, candidacy: UUID) -> None:
    """Correct the attendance: it is to be recorded again."""


@bp.act("/remote-hearing", OfferRemoteHearing, show, done="Audition à distance proposée.")
def offer_remote(session: UUID, candidacy: UUID) -> None:
    """Offer the candidate a remote hearing."""


def _after_recusal(recorded: Recorded, session: UUID, candidacy: UUID) -> str:
    """Return the address of the board; that of the candidate's page if the recusal is declared only."""
    if any(isinstance(fact, RecusalDeclared) for fact in recorded.facts):
        return url_for("deciding.show", session=session, candidacy=candidacy)
    return _board(session, candidacy)


@bp.act("/recusals", RecuseJuror, show, done="Retrait déclaré.", lead=_after_recusal)
def recuse(session: UUID, candidacy: UUID) -> None:
    """Record that a member steps out of this deliberation."""


@bp.act("/recusals/<uuid:juror>/confirmation", RecuseJuror, show,
        done="Retrait confirmé : ce qui avait été décidé avec ce membre est tombé.")  # fmt: skip
def confirm_recusal(session: UUID, candidacy: UUID, juror: UUID) -> None:
    """Confirm the recusal that a member declared after a decision."""


@bp.act("/opening", OpenDeliberation, show, done="Délibération ouverte.")
def open_deliberation(session: UUID, candidacy: UUID) -> None:
    """Open the deliberation on the candidate."""


@bp.act("/referral", ReferCandidate, show, done="Candidat renvoyé devant un autre jury.")
def refer(session: UUID, candidacy: UUID) -> None:
    """Refer the candidate to another jury."""


# Acts of the decision


def _board(session: UUID, candidacy: UUID) -> str:
    """Return the address of the board, as a member who stepped out may not see this candidate any more."""
    del candidacy
    return url_for("board.show", session=session)


def _next(session: UUID, candidacy: UUID) -> str:
    """Return the next address after the attendance: the board for the registrar, the candidate for a juror."""
    if actor().role is Role.REGISTRAR:
        return _board(session, candidacy)
    return url_for("deciding.show", session=session, candidacy=candidacy)


def _ruled(recorded: Recorded, session: UUID, candidacy: UUID) -> str:
    """Return the address of the block that was ruled on, and delete its draft."""
    block = whole_number(request.form.get("at", ""))
    if block is not None:
        deliberation_id = Deliberation.id_of(SessionId(session), CandidacyId(candidacy))
        ruling_drafts.forget(actor().who, deliberation_id, block)
    return _at_block(recorded, session, candidacy)


def _at_block(_: Recorded, session: UUID, candidacy: UUID) -> str:
    """Return the address of the block that the form was at."""
    place = url_for("deciding.show", session=session, candidacy=candidacy)
    block = request.form.get("at", "")
    return f"{place}#block-{block}" if block.isascii() and block.isdigit() else place


@bp.act("/rulings", RuleCompetences, show, done="Appréciations enregistrées.", lead=_ruled,
        without=("rulings",), signs=True)  # fmt: skip
def rule(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Rule on the chosen competences of a block, and on those that follow the opinions."""
    del session, candidacy
    return {"rulings": tuple(_rulings())}


@bp.act("/harmonisation", HarmoniseRulings, show, done="Appréciations de la commission suivies.",
        without=("changed",), signs=True)  # fmt: skip
def follow_commission(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Rule as the commission did."""
    del session, candidacy
    return {"changed": ()}


@bp.act("/deferral", DeferDecisions, show, done="Décision reportée.")
def defer(session: UUID, candidacy: UUID) -> None:
    """Defer what is not decided."""


@bp.act("/confirmation", ConfirmDecision, show, done="Décision confirmée.")
def confirm(session: UUID, candidacy: UUID) -> None:
    """Confirm the decision, as a member who deliberates."""


@bp.act("/reopening", ReopenDeliberation, show, done="Délibération rouverte.")
def reopen(session: UUID, candidacy: UUID) -> None:
    """Reopen the deliberation: what was decided with a member who may not decide is undone."""


def _rulings() -> list[Ruling]:
    """Return the rulings of a form: each competence that differs from what the form showed."""
    found, wrong = [], {}
    for name in request.form:
        number = name.removeprefix("ruling-")
        if name == number or not (number.isascii() and number.isdigit() and len(number) < 5):  # noqa: PLR2004  (9999)
            continue
        chosen, reason = request.form[name], request.form.get(f"reason-{number}", "").strip()
        if chosen not in ACQUIRED or (chosen, reason) == _before(number):
            continue
        if len(reason) > LONGEST:
            wrong[f"reason-{number}"] = TOO_LONG
        mark = request.form.get(f"mark-{number}", "").strip() or None
        found.append(Ruling(competence=int(number), acquired=ACQUIRED[chosen], reason=reason or None, mark=mark))
    if wrong or not found:
        raise InvalidForm(wrong or {"rulings": NOTHING_CHOSEN})
    return found


def _before(number: str) -> tuple[str, str]:
    """Return the ruling and the reason that the form showed for this competence."""
    return request.form.get(f"was-{number}", ""), request.form.get(f"because-{number}", "").strip()
