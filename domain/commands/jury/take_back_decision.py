from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import RectificationRejected
from domain.commands.jury.sitting_again import sit_again
from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionTakenBack, KeyedFromPaper, MemberLeftDeliberation, SessionReopened
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class TakeBackDecision:
    """Take back the jury's decision on a candidate, before the release (revenir sur une décision).

    `blocks` are the blocks to take back; if empty, the whole decision. A closed session sits again for this candidate
    only, and its minutes must be signed again. The chair sends it, or the registrar from signed paper. Loads what
    every decision of the session on this candidate relies on, the deliberation, and what `sit_again` loads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (
        *(SessionReopened, DecisionTakenBack, MemberLeftDeliberation, KeyedFromPaper),
        RectificationRejected,
    )
    again: ClassVar[Again] = {"blocks": lambda append: append.one(DecisionTakenBack).blocks}
    session: SessionId
    candidacy: CandidacyId
    reason: str
    blocks: tuple[int, ...] = ()

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record SessionReopened if due, DecisionTakenBack, and MemberLeftDeliberation for each member who is away.

        For a session held on paper, KeyedFromPaper before these. RectificationRejected if a rectification was
        proposed from the minutes that no longer apply.
        """
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        taken_back = deliberation.take_back(context, self.blocks, self.reason)
        gone = deliberation.without_absent(context.session, self.candidacy, log.today, taken_back.at)
        session = sit_again(log, context.session, self.candidacy)
        keyed = deliberation.keyed(session, self.candidacy, log.actor.who)
        log.record(deliberation, *keyed, taken_back, *gone)
