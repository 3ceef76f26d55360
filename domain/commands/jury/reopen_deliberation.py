from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import RectificationRejected
from domain.commands.jury.sitting_again import sit_again
from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    DeliberationReopened,
    JurorRecused,
    KeyedFromPaper,
    MemberLeftDeliberation,
    SessionReopened,
)
from domain.jury.tainted_decision import check_unread, reopen
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ReopenDeliberation:
    """Undo what was decided with members who are tied or stepped out, before the release (rouvrir une délibération).

    A closed session sits again for this candidate only, and its minutes must be signed again. Loads what every
    decision of the session on this candidate relies on, the deliberation, the juries that use a commission's rulings,
    which must not have opened, and a proposed rectification; then what proposing it loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (
        *(SessionReopened, JurorRecused, DeliberationReopened, MemberLeftDeliberation, KeyedFromPaper),
        RectificationRejected,
    )
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record SessionReopened if due, a JurorRecused for each juror who leaves, and DeliberationReopened.

        MemberLeftDeliberation for each other member who is away. For a session held on paper, KeyedFromPaper before
        them. RectificationRejected if a rectification was proposed from the minutes that no longer apply.
        """
        context = before(log, self.session, self.candidacy)
        session = context.session
        check_unread(log.find, session, context.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        reopened = reopen(deliberation, context, self.reason)
        gone = deliberation.without_absent(session, self.candidacy, log.today, reopened.at)
        session = sit_again(log, session, self.candidacy)
        keyed = deliberation.keyed(session, self.candidacy, log.actor.who)
        log.record(deliberation, *keyed)
        for each in keyed:
            deliberation = deliberation.evolve(each)
        for juror in sorted(deliberation.took_part & set(reopened.without) - deliberation.recused):
            recused = deliberation.recuse(
                juror, session, context.candidacy, self.reason, today=log.today, at=reopened.at
            )
            log.record(deliberation, recused)
            deliberation = deliberation.evolve(recused)
        if deliberation.rests_on:  # rulings alone are undone by the recusal
            log.record(deliberation, reopened, *(each for each in gone if each.juror not in reopened.without))
