"""Board of a session on its day: who is present, whether each panel is lawful, and the progress of each candidate."""

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
"""The candidate's progress: word, tone and icon."""
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
    """A candidate of the session: their progress, and whether the panel may decide on them.

    `done`: everything is decided or deferred. `to_confirm`: how many members still have to confirm it, if the
    rulebook requires that. `declared`: the members who declared a recusal that is not confirmed yet.
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
    """A member of the jury: the seat, whether they are present, and the candidates for whom they stepped out."""

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
    """Show the board; answer 204 to a board that shows the latest version already."""
    session_id = SessionId(session)
    log = reading()
    if request.args.get(KNOWN, "") == str(at_session.version(log, session_id)):
        return Response(status=204)
    known = at_session.at(log, session_id)
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
    """Return why the planned session would not open now with those who signed in; None if it would."""
    if known.session.stage is not SessionStage.PLANNED:
        return None
    return refusal(log, OpenSession(session=known.session.id))


def _row(log: PostgresAttempt, known: AtSession, candidacy: CandidacyId) -> BoardRow:
    said, terms = known.deliberations[candidacy], known.candidacies[candidacy].terms
    done, hidden = at_session.decided(known, candidacy), known.withdrawn(candidacy)
    over = done or at_session.is_not_decided_here(said) or known.session.over
    context = None if over or known.session.stage is not SessionStage.OPEN else _context(log, known, candidacy)
    closed = at_session.is_not_decided_here(said) or known.session.over
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
        ties=tuple((known.called.get(who) or "?", _ties_in_words(each)) for who, each in tied.items()),
        withdrawn=tuple(known.called.get(each) or "?" for each in sorted(said.recused)),
        hidden=hidden or not known.judges,
    )


def _context(log: PostgresAttempt, known: AtSession, candidacy: CandidacyId) -> DecisionContext | None:
    """Return what a decision on this candidate relies on; None if the reader may not know it.

    A registrar who also sits on the panel may not.
    """
    try:
        return before(log, known.session.id, candidacy)
    except NotFound:
        raise
    except Refused:
        return None


def state(known: AtSession, candidacy: CandidacyId, *, tied: bool) -> str:
    """Return the jury's progress with a candidate; `tied`: a sitting member has a tie and has not stepped out."""
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


def _ties_in_words(ties: frozenset[Tie]) -> str:
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
    """Return the row whose panel is shown: the requested one, else the one deliberated on, else the next one."""
    asked = request.args.get("candidate", "")
    judged = [row for row in rows if row.panel is not None]
    order = ("deciding", "split", "recusal", "present", "expected")
    by_state = sorted(judged, key=lambda row: order.index(row.state) if row.state in order else len(order))
    return next((row for row in judged if str(row.candidacy) == asked), next(iter(by_state), None))


def _choices(known: AtSession, members: list[Member]) -> dict[str, list[tuple[PersonId, str]]]:
    """Return the people whom the forms offer: members by their function, and the candidates called."""
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
    """An obstacle to the closing or the release: the person concerned and the missing act."""

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
"""The act that is still missing, by the candidate's progress."""
UNCONFIRMED: Final = phrase("décision à confirmer par la majorité de ceux qui délibèrent")


def _holds(known: AtSession, rows: list[BoardRow], members: list[Member]) -> list[ClosingObstacle]:
    """Return the obstacles to the closing: the person and the missing act."""
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


# Acts


@bp.act("/signatures", SignMemberIn, show, done="Émargement enregistré.")
def sign_member(session: UUID) -> None:
    """Sign in, or record that a member signed on paper."""


@bp.act("/absences", NoteMemberAbsent, show, done="Absence notée.")
def note_member_absent(session: UUID) -> None:
    """Record that a member did not come."""


@bp.act("/departures", NoteMemberLeft, show, done="Départ noté : les votes inachevés sont à refaire.")
def note_member_left(session: UUID) -> None:
    """Record that a member left the sitting."""


@bp.act("/returns", NoteMemberReturned, show, done="Retour noté.")
def note_member_returned(session: UUID) -> None:
    """Record that a member came back."""


@bp.act("/opening", OpenSession, show, done="Session ouverte.")
def open_session(session: UUID) -> None:
    """Open the session with those who signed in."""


@bp.act("/substitutes", SeatSubstitute, show, done="Suppléance enregistrée.")
def seat_substitute(session: UUID) -> None:
    """Give a seat to a substitute."""


@bp.act("/one-sex", ExplainPanelOfOneSex, show, done="Motif consigné pour le procès-verbal.")
def explain_one_sex(session: UUID) -> None:
    """Record why all members of the panel are of one sex."""


@bp.act("/ties", DeclareTie, show, done="Lien déclaré.", without=("person",))
def declare_tie(session: UUID) -> dict[str, Any]:
    """Declare a tie: jurors declare their own, the registrar that of a member."""
    if actor().role is Role.ASSESSOR:
        raise NotFound(session)
    at_session.load(reading(), SessionId(session))
    own = actor().role is Role.JUROR
    return {"person": actor().who if own else _member_named()}


@bp.act("/connections", ConnectJuror, show, done="Connexion notée.")
def connect(session: UUID) -> None:
    """Record that a member takes part remotely."""


@bp.act("/interruptions", NoteConnection, show, done="Connexion notée.")
def interrupt(session: UUID) -> None:
    """Record that a connection was lost or restored."""


@bp.act("/closing", CloseSession, show, done="Session close : le procès-verbal est à signer.")
def close(session: UUID) -> None:
    """Close the session."""


def _member_named() -> PersonId:
    """Return the member whom the form names."""
    try:
        return PersonId(UUID(request.form.get("member", "")))
    except ValueError:
        raise InvalidForm({"member": NO_MEMBER}) from None
