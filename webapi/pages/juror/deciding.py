"""One candidate before a jury: do they come, who steps out, and what is ruled, voted, decided, put off or sent on?"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.decide_blocks import DecideBlocks
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_vote import NoteVote
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.pronounce_title import PronounceTitle
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_candidate_in import SignCandidateIn
from domain.jury.ruling import Ruling
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, PersonId, Recorded, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import actor, allowed, reading
from webapi.pages.desk import Desk
from webapi.pages.filled import Filled, Unfit, form_of
from webapi.pages.juror import at_session
from webapi.pages.juror.board import STAGES, STATES, state
from webapi.pages.juror.decision_seen import BLOCKS, Part, Seen, seen
from webapi.pages.juror.lawful import Panel, panel_of, ties_known
from webapi.problems import language
from webapi.words import phrase

bp = Desk("deciding", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

LONGEST: Final = 4000
"""Characters of a reason, as the API has it."""
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
    """Show one candidate before this jury: until they are taken up, their coming; then the decision."""
    of, about = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known = at_session.at(log, of)
    if about not in known.deliberations:
        raise NotFound(candidacy)
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
        panel=panel,
        name=known.name_of(candidacy),
        route=row.label if row else one.context.candidacy.terms.route.value,
        state=STATES[state(known, about, tied=bool(ties))],
        stage=STAGES[known.session.stage],
        blocks=BLOCKS,
        ties=[(known.called.get(who) or "?", sorted(each)) for who, each in ties.items()],
        leaving=_leaving(one, known),
        documents=[(each.value, each.said[language() != "fr"]) for each in IdentityDocument],
        why_not=_why_not(one, panel),
    )


def _leaving(one: Seen, known: at_session.AtSession) -> list[tuple[PersonId, str]]:
    """Who may step out: the juror who reads, or whom the registrar names of those present."""
    there = sorted(known.session.present - one.said.recused)
    mine = [each for each in there if actor().role is Role.REGISTRAR or each == actor().who]
    return [(each, known.called.get(each) or "?") for each in mine]


def _why_not(one: Seen, panel: Panel | None) -> str:
    """Why nothing can be ruled or decided at this moment, though this reader deliberates; empty where it can."""
    if one.said.annulled:
        return phrase("La décision de ce jury sur ce candidat est annulée.")
    if not one.in_session:
        return phrase("La session ne siège pas sur ce candidat.")
    if one.said.referred:
        return phrase("Ce candidat est renvoyé devant un autre jury.")
    if one.said.panel is None and one.vae and not one.context.candidacy.filed:
        return phrase("Le dossier de validation n'est pas déposé.")
    signs_first = one.vae and one.context.rules.content.sessions.sign_in
    if one.said.panel is None and signs_first and not one.said.coming.signed_in:
        return phrase("Le candidat émarge d'abord.")
    if panel and panel.members & one.context.cut_off:
        return phrase("La connexion d'un membre est perdue : rien ne se décide avant son retour ou son retrait.")
    if panel and panel.broken:
        return phrase("Le jury n'est pas conforme pour ce candidat : voyez la règle en cause.")
    return ""


def why_not_decide(one: Seen) -> str:
    """Why no block and no title can be decided yet, though rulings can; empty where it can."""
    if one.said.split:
        return phrase("Le dernier vote est sans majorité : votez de nouveau.")
    if one.context.rules.content.votes_noted and not one.said.voted:
        return phrase("Le règlement veut que la majorité soit d'abord constatée.")
    return ""


def why_not_grant(part: Part) -> str:
    """Why this block cannot be granted now; empty where it can."""
    if part.met:
        return ""
    return phrase("La règle du bloc n'est pas satisfaite.")


def why_not_refuse(part: Part) -> str:
    """Why this block cannot be refused now; empty where it can."""
    if part.met:
        return phrase("La règle du bloc est satisfaite : il ne peut être refusé.")
    return phrase("Chaque compétence du bloc s'apprécie d'abord.") if part.unruled else ""


def at_block(name: str, block: int) -> Filled:
    """The form of an act at one block: as it was just sent there, or empty."""
    sent = form_of(name)
    return sent if sent.value("at") == str(block) else Filled(name=name)


bp.context_processor(
    lambda: {
        "why_not_decide": why_not_decide,
        "why_not_grant": why_not_grant,
        "why_not_refuse": why_not_refuse,
        "at_block": at_block,
    }
)


# Before the deliberation


@bp.act("/attendance", SignCandidateIn, show, done="Émargement enregistré.", lead=lambda _, **ids: _next(**ids))
def sign_in(session: UUID, candidacy: UUID) -> None:
    """Let the candidate sign in, identity checked."""


@bp.act("/absence", NoteAbsence, show, done="Absence notée.", lead=lambda _, **ids: _next(**ids))
def absence(session: UUID, candidacy: UUID) -> None:
    """Note that the candidate did not come."""


@bp.act("/attendance/correction", CorrectAttendance, show, done="Présence à noter de nouveau.")
def correct(session: UUID, candidacy: UUID) -> None:
    """Take back what was noted of the candidate's coming."""


@bp.act("/remote-hearing", OfferRemoteHearing, show, done="Audition à distance proposée.")
def offer_remote(session: UUID, candidacy: UUID) -> None:
    """Offer to hear the candidate remotely."""


@bp.act("/recusals", RecuseJuror, show, done="Retrait enregistré.", lead=lambda _, **ids: _board(**ids))
def recuse(session: UUID, candidacy: UUID) -> None:
    """Let a member step out of this deliberation."""


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


def _at_block(_: Recorded, session: UUID, candidacy: UUID) -> str:
    """The page again, at the block that was worked on."""
    place = url_for("deciding.show", session=session, candidacy=candidacy)
    block = request.form.get("at", "")
    return f"{place}#block-{block}" if block.isascii() and block.isdigit() else place


@bp.act("/rulings", RuleCompetences, show, done="Appréciations enregistrées.", lead=_at_block,
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


@bp.act("/blocks", DecideBlocks, show, done="Décision enregistrée.", lead=_at_block)
def decide(session: UUID, candidacy: UUID) -> None:
    """Grant a block or several, or refuse one."""


@bp.act("/vote", NoteVote, show, done="Vote constaté.")
def vote(session: UUID, candidacy: UUID) -> None:
    """Note how the vote came out."""


@bp.act("/title", PronounceTitle, show, done="Titre prononcé.")
def title(session: UUID, candidacy: UUID) -> None:
    """Pronounce the title."""


@bp.act("/deferral", DeferDecisions, show, done="Décision reportée.")
def defer(session: UUID, candidacy: UUID) -> None:
    """Put off what is not decided."""


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
        raise Unfit(wrong or {"rulings": NOTHING_CHOSEN})
    return found


def _before(number: str) -> tuple[str, str]:
    """How this competence was ruled on when the form was shown."""
    return request.form.get(f"was-{number}", ""), request.form.get(f"because-{number}", "").strip()
