"""A session on its day: who is here, is the panel lawful for each candidate, and where is each of them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from adapters.log.store import PostgresAttempt
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.explain_panel_of_one_sex import ExplainPanelOfOneSex
from domain.commands.jury.note_connection import NoteConnection
from domain.commands.jury.note_member_absent import NoteMemberAbsent
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.note_member_returned import NoteMemberReturned
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.people.declare_tie import DeclareTie
from domain.jury.deciding import before
from domain.jury.decision_context import DecisionContext
from domain.jury.facts import Attendance, MemberLeft, MemberNotedAbsent, MemberSignedIn
from domain.jury.session import SessionStage
from domain.people.facts import Tie
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound, Refused
from webapi.accounts.authentication import actor, allowed, reading
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.pages.juror import at_session
from webapi.pages.juror.at_session import KNOWN, AtSession
from webapi.pages.juror.lawful import PanelView, at_opening, panel_of, ties_known
from webapi.problems import language
from webapi.words import phrase

bp = Desk("board", __name__, url_prefix="/jury/<uuid:session>")

NO_MEMBER: Final = ("Name a member.", "Choisissez un membre.")
STATES: Final = {
    "annulled": (phrase("Décision annulée"), "bad", "x"),
    "referred": (phrase("Renvoyé devant un autre jury"), "", "swap"),
    "absent": (phrase("Absent"), "", "minus"),
    "excused": (phrase("Excusé"), "", "minus"),
    "excluded": (phrase("Exclu, convocation tombée"), "", "minus"),
    "decided": (phrase("Décidé"), "good", "check"),
    "deferred": (phrase("Différé"), "wait", "clock"),
    "deciding": (phrase("En délibération"), "wait", "scale"),
    "split": (phrase("Sans majorité"), "wait", "scale"),
    "recusal": (phrase("Retrait à régler"), "bad", "alert"),
    "pending": (phrase("Retrait à confirmer"), "bad", "alert"),
    "present": (phrase("Présent, à entendre"), "open", "user"),
    "expected": (phrase("Attendu"), "open", "clock"),
}
"""How far a candidate has got: the word, its tone and its sign."""
STAGES: Final = {
    SessionStage.PLANNED: (phrase("À venir"), "open", "cal"),
    SessionStage.OPEN: (phrase("Ouverte"), "wait", "scale"),
    SessionStage.CLOSED: (phrase("Close, à signer"), "wait", "pen"),
    SessionStage.SIGNED: (phrase("Signée, résultats à publier"), "good", "check"),
    SessionStage.RELEASED: (phrase("Résultats publiés"), "good", "check"),
    SessionStage.CANCELLED: (phrase("Annulée"), "", "minus"),
}


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One candidate of the day: where they are, and whether the panel may decide on them.

    `done`: all is decided of them, or put off; `to_confirm`: how many members are still to confirm it, where the
    rulebook asks it; `declared`: who declared a recusal that waits.
    """

    candidacy: CandidacyId
    name: str
    route: str
    state: str
    done: bool
    to_confirm: int
    declared: tuple[str, ...]
    decided: int
    granted: int
    sought: int
    title: bool
    panel: PanelView | None
    ties: tuple[tuple[str, str], ...]
    withdrawn: tuple[str, ...]
    left: bool
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member of the jury: the seat, whether they are here, from whom they step out."""

    id: PersonId
    name: str
    substitute: bool
    presides: bool
    present: bool
    seated: bool
    signed: MemberSignedIn | None
    absent: MemberNotedAbsent | None
    away: MemberLeft | None
    themselves: bool
    replaced_by: str | None
    in_place_of: str | None
    remote: bool
    lost: bool
    leaves: tuple[str, ...]


@bp.get("")
@allowed(Role.JUROR, Role.REGISTRAR)
def show(session: UUID) -> ResponseReturnValue:
    """Show the board; to a board that says what it knows, nothing while that is so still."""
    of = SessionId(session)
    log = reading()
    if request.args.get(KNOWN, "") == str(at_session.version(log, of)):
        return Response(status=204)
    known = at_session.at(log, of)
    at_session.read_ahead(log, known)
    rows = [_row(log, known, each) for each in known.in_order]
    opening = at_opening(log, known) if known.session.stage in {SessionStage.PLANNED, SessionStage.OPEN} else ()
    why_not_open = _why_not_open(log, known) if known.conducts else None
    members = [_member(known, each) for each in known.session.seats]
    return render_template(
        "juror/board.html",
        known=known,
        session=known.session,
        rows=rows,
        members=members,
        opening=opening,
        why_not_open=why_not_open,
        shown=_shown(rows),
        stage=STAGES[known.session.stage],
        states=STATES,
        ties=[(tie.value, tie.said[language() != "fr"]) for tie in Tie],
        documents=[(each.value, each.said[language() != "fr"]) for each in IdentityDocument],
        holds=_holds(known, rows, members),
        choices=_choices(known, members),
        at="agenda.show",
    )


def _why_not_open(log: PostgresAttempt, known: AtSession) -> Refused | None:
    """Why a session that is planned would not open now with those who signed in; None if it would."""
    if known.session.stage is not SessionStage.PLANNED:
        return None
    return refusal(log, OpenSession(session=known.session.id))


def _row(log: PostgresAttempt, known: AtSession, candidacy: CandidacyId) -> BoardRow:
    said, terms = known.deliberations[candidacy], known.candidacies[candidacy].terms
    done, hidden = at_session.decided(known, candidacy), known.withdrawn(candidacy)
    over = done or at_session.gone(said) or known.session.over
    context = None if over or known.session.stage is not SessionStage.OPEN else _context(log, known, candidacy)
    closed = at_session.gone(said) or known.session.over
    tied = {} if closed else ties_known(log, known, candidacy, context)
    row = known.framework.row(terms.route)
    return BoardRow(
        candidacy=candidacy,
        name=known.name_of(candidacy),
        route=row.label if row else terms.route.value,
        state=state(known, candidacy, tied=bool(tied)),
        done=done,
        to_confirm=said.confirmations_left(known.session, known.rules.sessions) if done else 0,
        declared=tuple(known.called.get(each) or "?" for each in sorted(said.declared)),
        left=hidden,
        decided=len(said.granted | said.refused),
        granted=len(said.granted),
        sought=len(said.sought),
        title=said.title,
        panel=panel_of(known, context) if context else None,
        ties=tuple((known.called.get(who) or "?", _said(each)) for who, each in tied.items()),
        withdrawn=tuple(known.called.get(each) or "?" for each in sorted(said.recused)),
        hidden=hidden or not known.judges,
    )


def _context(log: PostgresAttempt, known: AtSession, candidacy: CandidacyId) -> DecisionContext | None:
    """What a decision on this candidate relies on; None for who may not ask it: a registrar who sits there too."""
    try:
        return before(log, known.session.id, candidacy)
    except NotFound:
        raise
    except Refused:
        return None


def state(known: AtSession, candidacy: CandidacyId, *, tied: bool) -> str:
    """How far the jury has got with a candidate; `tied`: somebody who sits is, and has not stepped out."""
    said = known.deliberations[candidacy]
    if said.annulled:
        return "annulled"
    if said.referred:
        return "referred"
    if said.attendance not in {None, Attendance.PRESENT}:
        return str(said.attendance)
    if said.declared and not known.session.over:
        return "pending"
    if tied and at_session.decided(known, candidacy) and not known.session.over:
        return "recusal"
    if at_session.decided(known, candidacy):
        return "decided" if said.granted or said.refused or said.title else "deferred"
    if tied and known.session.stage in {SessionStage.PLANNED, SessionStage.OPEN}:
        return "recusal"
    if said.panel is not None:
        return "split" if said.split else "deciding"
    return "present" if at_session.came(said) else "expected"


def _said(ties: frozenset[Tie]) -> str:
    return ", ".join(tie.said[language() != "fr"] for tie in sorted(ties))


def _member(known: AtSession, member: PersonId) -> Member:
    session, seat = known.session, known.session.seats[member]
    places = {taken: absent for absent, taken in session.replaced.items()}
    leaves = [each for each, said in known.deliberations.items() if member in said.recused]
    taken_by, instead = session.replaced.get(member), places.get(member)
    return Member(
        id=member,
        name=known.called.get(member) or "?",
        substitute=seat.substitute,
        presides=member == session.chair,
        present=member in session.present,
        seated=member in session.titulars,
        signed=session.signed_in.get(member),
        absent=session.absent.get(member),
        away=session.away.get(member),
        themselves=actor().role is Role.JUROR and actor().person == member,
        replaced_by=known.called.get(taken_by) if taken_by else None,
        in_place_of=known.called.get(instead) if instead else None,
        remote=member in known.connections.remote,
        lost=member in known.connections.lost,
        leaves=tuple(known.name_of(each) for each in leaves),
    )


def _shown(rows: list[BoardRow]) -> BoardRow | None:
    """Whose panel the rules are shown for: the one asked for, else whom it deliberates on, else the next one."""
    asked = request.args.get("candidate", "")
    judged = [row for row in rows if row.panel is not None]
    order = ("deciding", "split", "recusal", "present", "expected")
    by_state = sorted(judged, key=lambda row: order.index(row.state) if row.state in order else len(order))
    return next((row for row in judged if str(row.candidacy) == asked), next(iter(by_state), None))


def _choices(known: AtSession, members: list[Member]) -> dict[str, list[tuple[PersonId, str]]]:
    """Whom the forms name: members by what they are, and the candidates called."""
    seated = [each for each in members if each.seated]
    called = [(each.candidate, known.called.get(each.candidate) or "?") for each in known.session.listings]
    return {"called": called} | {
        name: [(each.id, each.name) for each in some]
        for name, some in {
            "everyone": members,
            "seated": seated,
            "titular": [each for each in seated if not each.substitute],
            "spare": [each for each in members if each.substitute and not each.seated],
            "joined": [each for each in members if each.remote],
        }.items()
    }


@dataclass(frozen=True, kw_only=True)
class ClosingObstacle:
    """What holds up the closing, or the release: whom it is about, and which act is missing."""

    name: str
    act: str
    candidacy: CandidacyId | None = None


TO_DO: Final = {
    "expected": phrase("présence à noter, ou absence"),
    "present": phrase("délibération à ouvrir"),
    "deciding": phrase("décision à enregistrer, ou à différer"),
    "split": phrase("sans majorité : voter de nouveau, ou différer"),
    "recusal": phrase("retrait d'un membre lié à régler"),
    "pending": phrase("retrait déclaré après la décision, à confirmer"),
    "annulled": phrase("décision annulée, à reprendre"),
}
"""What is still to be done about a candidate, by how far the jury has got."""
UNCONFIRMED: Final = phrase("décision à confirmer par la majorité de ceux qui délibèrent")


def _holds(known: AtSession, rows: list[BoardRow], members: list[Member]) -> list[ClosingObstacle]:
    """Return what holds up the closing: each candidate and member by name, and the act that is missing."""
    if known.session.stage is SessionStage.CLOSED:
        awaited = known.session.signatories - known.session.signed - known.session.waived
        return [
            ClosingObstacle(name=each.name, act=phrase("signature du procès-verbal"))
            for each in members
            if each.id in awaited
        ]
    if known.session.stage is not SessionStage.OPEN:
        return []
    lost = [
        ClosingObstacle(name=each.name, act=phrase("connexion à retrouver, ou retrait"))
        for each in members
        if each.lost
    ]
    asked = [(row, TO_DO[row.state]) for row in rows if row.state in TO_DO]
    asked += [(row, UNCONFIRMED) for row in rows if row.to_confirm and row.state not in TO_DO]
    return lost + [ClosingObstacle(name=row.name, act=act, candidacy=row.candidacy) for row, act in asked]


# What is done on it


@bp.act("/signatures", SignMemberIn, show, done="Émargement enregistré.")
def sign_member(session: UUID) -> None:
    """Sign in, or note that a member signed on paper."""


@bp.act("/absences", NoteMemberAbsent, show, done="Absence notée.")
def note_member_absent(session: UUID) -> None:
    """Note that a member did not come."""


@bp.act("/departures", NoteMemberLeft, show, done="Départ noté : les votes inachevés sont à refaire.")
def note_member_left(session: UUID) -> None:
    """Note that a member leaves the sitting."""


@bp.act("/returns", NoteMemberReturned, show, done="Retour noté.")
def note_member_returned(session: UUID) -> None:
    """Note that a member is back."""


@bp.act("/opening", OpenSession, show, done="Session ouverte.")
def open_session(session: UUID) -> None:
    """Open the session with those who signed in."""


@bp.act("/substitutes", SeatSubstitute, show, done="Suppléance enregistrée.")
def seat_substitute(session: UUID) -> None:
    """Let a substitute take a seat."""


@bp.act("/one-sex", ExplainPanelOfOneSex, show, done="Motif consigné pour le procès-verbal.")
def explain_one_sex(session: UUID) -> None:
    """Keep why the panel is of one sex."""


@bp.act("/ties", DeclareTie, show, done="Lien déclaré.", without=("person",))
def declare_tie(session: UUID) -> dict[str, Any]:
    """Declare a tie: a juror their own, who runs the session a member's."""
    if actor().role is Role.ASSESSOR:
        raise NotFound(session)
    at_session.load(reading(), SessionId(session))
    own = actor().role is Role.JUROR
    return {"person": actor().who if own else _member_named()}


@bp.act("/connections", ConnectJuror, show, done="Connexion notée.")
def connect(session: UUID) -> None:
    """Let a member sign in remotely."""


@bp.act("/interruptions", NoteConnection, show, done="Connexion notée.")
def interrupt(session: UUID) -> None:
    """Note that a connection was lost, or is back."""


@bp.act("/closing", CloseSession, show, done="Session close : le procès-verbal est à signer.")
def close(session: UUID) -> None:
    """Close the session."""


def _member_named() -> PersonId:
    """The member whom the form names."""
    try:
        return PersonId(UUID(request.form.get("member", "")))
    except ValueError:
        raise InvalidForm({"member": NO_MEMBER}) from None
