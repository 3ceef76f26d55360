"""A juror's sessions, and what the juror has to do before each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession, SessionStage
from domain.ports import CandidacyId, Role, SessionId
from projections.jury.jury_panel import sessions_of
from webapi.accounts.authentication import actor, allowed, reading
from webapi.current import acquis
from webapi.notifications.to_tell import subject_of
from webapi.pages.desk import Desk
from webapi.pages.juror.board import STAGES
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Desk("agenda", __name__, url_prefix="/jury")
bp.entry(Role.JUROR, 10, phrase("Mes sessions"), "calendar", "show")

NEWS: Final = 8
"""How many notices are shown, the newest first."""
OVER: Final = frozenset({SessionStage.SIGNED, SessionStage.RELEASED, SessionStage.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class AgendaSession:
    """A session of a juror: their seat, the candidates they deliberate on, and whether they have to sign.

    `seated`: the juror holds a seat, as a titular member or as a member's substitute. `signed_in`: the juror has
    signed in.
    """

    session: JurySession
    framework: Definition
    deciding: tuple[tuple[CandidacyId, str], ...]
    replaced: bool
    substitute: bool
    presides: bool
    seated: bool
    signed_in: bool
    signs: bool

    @property
    def held_on(self) -> date:
        """Return the day of the session."""
        return self.session.opened_on or self.session.planned.held_on


@bp.get("")
@allowed(Role.JUROR)
def show() -> ResponseReturnValue:
    """List the juror's sessions: first those under way and to come, the next first; then those that are over."""
    found = sessions_of(acquis().database, actor().who)
    log = reading()
    sessions = log.find_all(JurySession, found)
    frameworks = {each.planned.framework for each in sessions}
    definitions = dict(zip(frameworks, log.find_all(Framework, frameworks), strict=True))
    listed = [(each, candidacy) for each in sessions if each.stage is SessionStage.OPEN for candidacy in each.listed]
    said = log.find_all(Deliberation, [Deliberation.id_of(each.id, candidacy) for each, candidacy in listed])
    deciding = _deciding(listed, said)
    sittings = [_sitting(each, definitions[each.planned.framework].content, deciding) for each in sessions]
    to_come = sorted((each for each in sittings if each.session.stage not in OVER), key=lambda each: each.held_on)
    return render_template(
        "juror/agenda.html",
        to_come=to_come,
        over=sorted((s for s in sittings if s.session.stage in OVER), key=lambda s: s.held_on, reverse=True),
        stages=STAGES,
        news=[
            (each, subject_of(each.kind))
            for each in acquis().letters_to_tell.notices(actor().who, NEWS)
            if each.session
        ],
        counts={"agenda.show": len(to_come)},
    )


def _deciding(
    listed: Iterable[tuple[JurySession, CandidacyId]], said: Iterable[Deliberation]
) -> Mapping[SessionId, list[tuple[CandidacyId, str]]]:
    """Return the candidates, by name, on whom the juror deliberates in each session now."""
    found: dict[SessionId, list[CandidacyId]] = {}
    candidates: dict[UUID, UUID] = {}
    for (session, candidacy), each in zip(listed, said, strict=True):
        mine = each.panel is not None and actor().who in each.panel
        if mine and not each.referred and each.open_blocks:
            found.setdefault(session.id, []).append(candidacy)
            candidates |= {listing.candidacy: listing.candidate for listing in session.listings}
    called = names({candidates[each] for some in found.values() for each in some})
    return {session: [(each, called[candidates[each]] or "?") for each in some] for session, some in found.items()}


def _sitting(
    session: JurySession, framework: Definition, deciding: Mapping[SessionId, list[tuple[CandidacyId, str]]]
) -> AgendaSession:
    me = actor().who
    awaited = session.signatories - session.signed - session.waived
    return AgendaSession(
        session=session,
        framework=framework,
        deciding=tuple(deciding.get(session.id, ())),
        replaced=me in session.replaced,
        substitute=session.seats[me].substitute,
        presides=me == session.chair,
        seated=me in session.titulars,
        signed_in=me in session.signed_in,
        signs=session.stage is SessionStage.CLOSED and me in awaited,
    )
