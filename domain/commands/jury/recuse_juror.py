from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.appeal.facts import RectificationRejected
from domain.commands.jury.sitting_again import sit_again
from domain.jury.access import run, run_session
from domain.jury.deciding import check_before_them
from domain.jury.deliberation import Deliberation, check_revisable
from domain.jury.facts import (
    DeliberationReopened,
    JurorRecused,
    KeyedFromPaper,
    MemberLeftDeliberation,
    RecusalDeclared,
    SessionReopened,
)
from domain.jury.hours import noted_at
from domain.jury.session import JurySession, NotOnThePanel
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.streams.read_back import Again, Append


def _juror(append: Append) -> PersonId:
    declared = append.of(RecusalDeclared)
    return declared[0].juror if declared else append.one(JurorRecused).juror


@dataclass(frozen=True, kw_only=True)
class RecuseJuror:
    """Record that a juror steps out of one candidate's deliberation (se déporter).

    The juror or the registrar does so, once the session is open (before that, a substitute is seated). A member who
    left the deliberation cannot step out of it. Once something is decided or deferred with the juror, they only
    declare it: nothing is undone until the chair, or the registrar, confirms it. Loads the session, the candidacy and
    the deliberation; where a decision is undone, what `sit_again` loads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (
        *(RecusalDeclared, SessionReopened, JurorRecused, DeliberationReopened, MemberLeftDeliberation),
        *(KeyedFromPaper, RectificationRejected),
    )
    again: ClassVar[Again] = {"juror": _juror}
    session: SessionId
    candidacy: CandidacyId
    juror: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        """Record RecusalDeclared; or JurorRecused, and DeliberationReopened if something was decided with the juror.

        MemberLeftDeliberation for each member who is away at that moment. If the session was closed, SessionReopened
        before these, with RectificationRejected if due. For a session held on paper, KeyedFromPaper.
        """
        registrar = log.actor.role is Role.REGISTRAR
        session = run_session(log, self.session) if registrar else log.load(JurySession, self.session)
        if not registrar:
            check_before_them(log, session, self.candidacy)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        if deliberation.is_off(self.juror):
            raise NotOnThePanel(self.juror)
        falls, at = deliberation.rests_on_juror(self.juror), noted_at(session, log, None)
        if not registrar and log.actor.person != self.juror:
            deliberation.check_confirms_recusal(self.juror, session, self.candidacy, log.actor.who)
        elif not registrar and falls:
            declared = deliberation.declare_recusal(
                self.juror, session, self.candidacy, self.reason, today=log.today, at=at
            )
            log.record(deliberation, declared)
            return
        gone = deliberation.without_absent(session, self.candidacy, log.today, at)
        if falls and self.juror in deliberation.declared:  # without a declaration, only while the session sits
            check_revisable(session, self.candidacy)
            session = sit_again(log, session, self.candidacy)
        out = deliberation.recuse(self.juror, session, candidacy, self.reason, today=log.today, at=at)
        log.record(deliberation, *deliberation.keyed(session, self.candidacy, log.actor.who), out)
        if undone := deliberation.left(out, self.reason):
            log.record(deliberation, undone, *(each for each in gone if each.juror != self.juror))
