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
from domain.replay.read_back import Again, Append


def _juror(append: Append) -> PersonId:
    declared = append.of(RecusalDeclared)
    return declared[0].juror if declared else append.one(JurorRecused).juror


@dataclass(frozen=True, kw_only=True)
class RecuseJuror:
    """Let a juror step out of one candidate's deliberation (se déporter).

    The juror says it, or the registrar; a member who left the deliberation has nothing to step out of. From the
    opening on; before it, a substitute is seated. Once something is decided or put off with them, the juror only
    declares it: nothing falls until the chair, or the registrar, confirms it. Loads the session, the candidacy and
    the deliberation; where a decision falls, what `sit_again` does.
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
        """Record RecusalDeclared; or JurorRecused, and DeliberationReopened where something was decided with them.

        MemberLeftDeliberation of each member who is away when that falls. SessionReopened before these, where the
        session was closed, with RectificationRejected if due; KeyedFromPaper of a session held on paper.
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
        if falls and self.juror in deliberation.declared:  # undeclared, only while the session sits on the candidate
            check_revisable(session, self.candidacy)
            session = sit_again(log, session, self.candidacy)
        out = deliberation.recuse(self.juror, session, candidacy, self.reason, today=log.today, at=at)
        log.record(deliberation, *deliberation.keyed(session, self.candidacy, log.actor.who), out)
        if undone := deliberation.left(out, self.reason):
            log.record(deliberation, undone, *(each for each in gone if each.juror != self.juror))
