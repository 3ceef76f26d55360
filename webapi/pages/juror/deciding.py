"""One candidate before a jury: do they come, who steps out, and what is ruled, voted, decided, put off or sent on?"""

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
from webapi.pages.juror.decision_seen import BLOCKS, VOTES, DecisionView, seen
from webapi.pages.juror.lawful import PanelView, panel_of, ties_known
from webapi.pages.juror.taking_back import can_take_back
from webapi.problems import language
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("deciding", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

LONGEST: Final = 4000
"""Characters of a reason, as the API has it."""
COMING: Final = "coming"
"""Name in the address that says that the page asking shows a candidate who is not taken up yet."""
TOO_LONG: Final = (
    f"A reason has {LONGEST} characters at most.",
    f"Un motif compte {LONGEST} caractères au plus.",
)
NOTHING_CHOSEN: Final = ("Nothing is chosen otherwise than it stands.", "Rien n'est choisi autrement que ce qui est.")
ACQUIRED: Final = {"acquired": True, "not_acquired": False}
"""How a form says what is ruled: nothing chosen is no ruling."""


@bp.get("")
@allowed(Role.JUROR, Role.REGISTRAR)
def show(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show one candidate before this jury: until they are taken up, their coming; then the decision.

    To a page that says which version it shows, nothing while that is the latest; a page that waits for the candidate
    is told to load again once the deliberation is open.
    """
    of, about = SessionId(session), CandidacyId(candidacy)
    log = reading()
    if request.args.get(KNOWN, "") == str(at_session.version(log, of, about)):
        return Response(status=204)
    known = at_session.at(log, of)
    if about not in known.deliberations:
        raise NotFound(candidacy)
    if COMING in request.args and known.deliberations[about].panel is not None:
        return Response(status=200, headers={"HX-Refresh": "true"})
    at_session.read_ahead(log, known)
    one = seen(log, known, about)
    panel = panel_of(known, one.context) if known.session.present else None
    ties = ties_known(log, known, about, one.context)
    row = known.framework.row(one.context.candidacy.terms.route)
    return render_template(
        "juror/decision.html" if one.said.panel is not None else "juror/coming.html",
        known=known,
        session=known.session,
        candidacy=candidacy,
        one=one,
        shown_version=0 if one.behind else known.version_for(about),
        panel=panel,
        name=known.name_of(candidacy),
        route=row.label if row else one.context.candidacy.terms.route.value,
        state=STATES[state(known, about, tied=bool(ties))],
        stage=STAGES[known.session.stage],
        blocks=BLOCKS,
        votes=VOTES,
        to_confirm=one.said.confirmations_left(known.session, one.context.rules.content.sessions),
        ruling_forms=ruling_drafts.ruling_forms(one),
        ties=[(known.called.get(who) or "?", sorted(each)) for who, each in ties.items()],
        leaving=_leaving(one, known),
        withdrawing=_withdrawing(one, known),
        pending=_pending(log, one),
        reopening=_reopening(log, one),
        me=actor().who,
        takes_back=can_take_back(log, one),
        confirms=refusal(log, ConfirmDecision(session=of, candidacy=about)) is None,
        documents=[(each.value, each.said[language() != "fr"]) for each in IdentityDocument],
        why_not=why_not(one, panel),
    )


@dataclass(frozen=True, kw_only=True)
class PendingRecusal:
    """A recusal declared after a decision: what falls with it, and whether this reader may confirm it."""

    juror: PersonId
    reason: str
    falls: RecusalConsequences
    confirms: bool


def _pending(log: PostgresAttempt, one: DecisionView) -> list[PendingRecusal]:
    """Return the recusals that wait to be confirmed."""
    session, candidacy = one.context.session.id, one.context.candidacy.id

    def pending(juror: PersonId) -> PendingRecusal:
        confirm = RecuseJuror(session=session, candidacy=candidacy, juror=juror, reason="?")
        return PendingRecusal(
            juror=juror,
            reason=one.declared.get(juror, ""),
            falls=consequences_of_recusal(one.said, one.context, {juror}),
            confirms=juror != actor().who and refusal(log, confirm) is None,
        )

    return [pending(juror) for juror in sorted(one.said.declared)]


def _reopening(log: PostgresAttempt, one: DecisionView) -> RecusalConsequences | None:
    """Return what falls if this reader reopens the deliberation now; None where they may not, or nothing would."""
    session, candidacy = one.context.session, one.context.candidacy.id
    facts, refused = would(log, ReopenDeliberation(session=session.id, candidacy=candidacy, reason="?"))
    if refused:
        return None
    reopened = (fact for fact in facts if isinstance(fact, DeliberationReopened))
    without = {juror for fact in reopened for juror in fact.without}
    return consequences_of_recusal(one.said, one.context, without)


def _leaving(one: DecisionView, known: at_session.AtSession) -> list[tuple[PersonId, str]]:
    """Who may step out: the juror who reads, or whom the registrar names of those present."""
    there = sorted(
        each for each in known.session.present - one.said.recused - one.said.declared if not one.said.is_off(each)
    )
    mine = [each for each in there if actor().role is Role.REGISTRAR or each == actor().who]
    return [(each, known.called.get(each) or "?") for each in mine]


def _withdrawing(one: DecisionView, known: at_session.AtSession) -> RecusalConsequences | None:
    """Return what falls if who may step out does so; for the registrar, if any one of those who deliberate does."""
    deliberating = [juror for juror, _ in _leaving(one, known) if juror in (one.said.panel or ())]
    return consequences_of_recusal(one.said, one.context, {deliberating[0]}) if deliberating else None


def why_not(one: DecisionView, panel: PanelView | None) -> str:
    """Return why nothing can be ruled or decided at this moment; empty where it can."""
    if one.said.annulled:
        return phrase("La décision de ce jury sur ce candidat est annulée.")
    if not one.in_session:
        return phrase("La session ne siège pas sur ce candidat.")
    if one.said.referred:
        return phrase("Ce candidat est renvoyé devant un autre jury.")
    if one.said.declared:
        return phrase("Un membre a déclaré son retrait après la décision : il se confirme d'abord.")
    if one.said.panel is None and one.vae and not one.context.candidacy.filed:
        return phrase("Le dossier de validation n'est pas déposé.")
    if one.said.panel is None and one.hearing_due and not one.said.coming.arrived:
        return phrase("La présence du candidat se note d'abord.")
    if panel and panel.members & one.context.cut_off:
        return phrase("La connexion d'un membre est perdue : rien ne se décide avant son retour ou son retrait.")
    if panel and panel.broken:
        return phrase("Le jury n'est pas conforme pour ce candidat : voyez la règle en cause.")
    return ""


def at_block(name: str, block: int) -> FilledForm:
    """The form of an act at one block: as it was just sent there, or empty."""
    sent = form_of(name)
    return sent if sent.value("at") == str(block) else FilledForm(name=name)


bp.context_processor(lambda: {"at_block": at_block})


# Before the deliberation


@bp.act("/attendance", NoteCandidatePresent, show, done="Présence notée.", lead=lambda _, **ids: _next(**ids))
def note_present(session: UUID, candidacy: UUID) -> None:
    """Note that the candidate came."""


@bp.act("/absence", NoteAbsence, show, done="Absence notée.", lead=lambda _, **ids: _next(**ids))
def absence(session: UUID, candidacy: UUID) -> None:
    """Note that the candidate did not come."""


@bp.act("/attendance/correction", CorrectAttendance, show, done="Présence à noter de nouveau.")
def correct(session: UUID, candidacy: UUID) -> None:
    """Take back what was noted of the candidate's coming."""


@bp.act("/remote-hearing", OfferRemoteHearing, show, done="Audition à distance proposée.")
def offer_remote(session: UUID, candidacy: UUID) -> None:
    """Offer to hear the candidate remotely."""


def _gone(recorded: Recorded, session: UUID, candidacy: UUID) -> str:
    """The board; the candidate's page where the recusal is only declared, which says that it waits."""
    if any(isinstance(fact, RecusalDeclared) for fact in recorded.facts):
        return url_for("deciding.show", session=session, candidacy=candidacy)
    return _board(session, candidacy)


@bp.act("/recusals", RecuseJuror, show, done="Retrait déclaré.", lead=_gone)
def recuse(session: UUID, candidacy: UUID) -> None:
    """Let a member step out of this deliberation."""


@bp.act("/recusals/<uuid:juror>/confirmation", RecuseJuror, show,
        done="Retrait confirmé : ce qui avait été décidé avec ce membre est tombé.")  # fmt: skip
def confirm_recusal(session: UUID, candidacy: UUID, juror: UUID) -> None:
    """Confirm that a member steps out, who declared it after a decision."""


@bp.act("/opening", OpenDeliberation, show, done="Délibération ouverte.")
def open_deliberation(session: UUID, candidacy: UUID) -> None:
    """Take the candidate up."""


@bp.act("/referral", ReferCandidate, show, done="Candidat renvoyé devant un autre jury.")
def refer(session: UUID, candidacy: UUID) -> None:
    """Send the candidate before another jury."""


# The decision


def _board(session: UUID, candidacy: UUID) -> str:
    """The board: who stepped out sees nothing more of this candidate."""
    del candidacy
    return url_for("board.show", session=session)


def _next(session: UUID, candidacy: UUID) -> str:
    """Once their coming is noted: the board for the registrar, who notes the next; the candidate for a juror."""
    if actor().role is Role.REGISTRAR:
        return _board(session, candidacy)
    return url_for("deciding.show", session=session, candidacy=candidacy)


def _ruled(recorded: Recorded, session: UUID, candidacy: UUID) -> str:
    """Return the page at the block that was ruled on; what was drafted of it is recorded."""
    block = whole_number(request.form.get("at", ""))
    if block is not None:
        about = Deliberation.id_of(SessionId(session), CandidacyId(candidacy))
        ruling_drafts.forget(actor().who, about, block)
    return _at_block(recorded, session, candidacy)


def _at_block(_: Recorded, session: UUID, candidacy: UUID) -> str:
    """The page again, at the block that was worked on."""
    place = url_for("deciding.show", session=session, candidacy=candidacy)
    block = request.form.get("at", "")
    return f"{place}#block-{block}" if block.isascii() and block.isdigit() else place


@bp.act("/rulings", RuleCompetences, show, done="Appréciations enregistrées.", lead=_ruled,
        without=("rulings",), signs=True)  # fmt: skip
def rule(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Rule on the competences of a block that were chosen, or chosen otherwise; and on those that all follow."""
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
    """Put off what is not decided."""


@bp.act("/confirmation", ConfirmDecision, show, done="Décision confirmée.")
def confirm(session: UUID, candidacy: UUID) -> None:
    """Confirm, as a member who deliberates, what is recorded."""


@bp.act("/reopening", ReopenDeliberation, show, done="Délibération rouverte.")
def reopen(session: UUID, candidacy: UUID) -> None:
    """Undo what was decided with a member who may not decide."""


def _rulings() -> list[Ruling]:
    """What a form rules: each competence that is chosen and was not ruled so, with the reason and the mark given."""
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
    """How this competence was ruled on when the form was shown."""
    return request.form.get(f"was-{number}", ""), request.form.get(f"because-{number}", "").strip()
