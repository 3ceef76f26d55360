"""Rectification of a jury's decision that was keyed wrongly, proposed and approved by two people.

The minutes are the decision, and what was keyed is its copy: a rectification can only state what they say, and takes
two people. It never changes the jury's judgment; if the minutes themselves are wrong, the decision is contested and
annulled.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.appeal.facts import RectificationApproved, RectificationFact, RectificationProposed, RectificationRejected
from domain.candidacy.candidacy import AlreadyDecided, Candidacy, check_competences
from domain.candidacy.credit import Credit
from domain.fact import Personal, stream_of
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.access import oneself, run
from domain.jury.annulled_decision import AlreadyAnnulled
from domain.jury.decision import JuryDecision
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, DecisionRectified
from domain.jury.granting import BlockRuleMet, BlockRuleNotMet, BlocksMissing, UnknownBlock
from domain.jury.rectified_decision import Corrected, MinutedBlock
from domain.jury.ruling import MarkAgainstRuling, MarkRequired, NotReady, RuledTwice
from domain.jury.session import JurySession, MinutesNotSigned, SessionStage
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.refusal import NotFound, Refused
from domain.register.carrying_over import titled_elsewhere
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules


class NothingToRectify(Refused):
    """A rectification says what was keyed otherwise than the signed minutes say, and nothing else."""

    fr = "Une rectification dit ce qui a été saisi autrement que ne le dit le procès-verbal signé, et rien d'autre."
    kind = "invalid"


class NotTheirsToRectify(Refused):
    """Who rectifies is the registrar, or the jury's chair who signed its minutes and did not step out here."""

    fr = "Le président qui a signé le procès-verbal, s'il ne s'est pas déporté, ou le gestionnaire rectifie."
    kind = "forbidden"


class SecondApprover(Refused):
    """A rectification is approved by another person than the one who proposed it."""

    fr = "Une rectification est approuvée par une autre personne que celle qui l'a proposée."


class RectificationUnderWay(Refused):
    """A decision is rectified once at a time: what is proposed is first approved or rejected."""

    fr = "Une décision n'est rectifiée qu'une fois à la fois : la proposition en cours est d'abord tranchée."


class NoRectificationUnderWay(Refused):
    """Only a rectification that was proposed, and is not settled yet, is approved or rejected."""

    fr = "On n'approuve ou ne rejette qu'une rectification proposée et non encore tranchée."


class RectificationUnreasoned(Refused):
    """A rectification is proposed, approved and rejected with reasons."""

    fr = "Une rectification est proposée, approuvée ou rejetée avec ses motifs."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Minuted:
    """The content of the signed minutes, as keyed: rulings by competence, with their marks, blocks, the title."""

    rulings: dict[int, bool]
    blocks: tuple[MinutedBlock, ...] = ()
    title: bool | None = None
    marks: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """A decision in signed minutes, and the decisions of other juries, in order, on the same candidacy."""

    session: JurySession
    candidacy: Candidacy
    deliberation: Deliberation
    framework: Definition
    rules: Rules
    others: tuple[Deliberation, ...]
    credit: Credit
    """The blocks that count in the candidacy from elsewhere."""
    titled_elsewhere: bool = False
    """True if the title is in force in another candidacy of the person."""

    @property
    def option(self) -> str | None:
        """The option of the title that this jury was to decide, even if another one is sought since."""
        return self.deliberation.decision.option or self.candidacy.called(self.session.id).option

    @property
    def _earlier(self) -> tuple[Deliberation, ...]:
        """The juries before this one: its title rests on nothing granted since."""
        return self.others[: self.candidacy.sessions.index(self.session.id)]

    @property
    def _elsewhere(self) -> frozenset[int]:
        """The blocks in force that this jury did not grant, and on which its title may rest."""
        return self.credit.blocks.union(*(other.granted for other in self._earlier))

    def check_rectifiable(self) -> None:
        """Refuse a decision without signed minutes, an annulled one, or one that decided nothing."""
        if self.session.stage not in {SessionStage.SIGNED, SessionStage.RELEASED}:
            raise MinutesNotSigned(self.session.id)
        if self.deliberation.annulled:
            raise AlreadyAnnulled(self.deliberation.id)
        if self.deliberation.attendance is not Attendance.PRESENT or self.session.commission:
            raise NotReady(self.deliberation.id)

    def rectified(self, proposed: RectificationProposed, reason: str, on: date) -> DecisionRectified:
        """Return the rectified decision: the blocks follow their rules, the title its blocks."""
        self.check_rectifiable()
        before = self.deliberation
        after = before.decision.put_right(proposed.rulings)
        said = {each.block: each.granted for each in proposed.blocks}
        touched = {self.framework.block_of[each.competence].number for each in proposed.rulings} | said.keys()
        won = frozenset(block for block in sorted(touched) if self._granted(block, after, said.get(block)))
        here = (before.granted - touched) | won
        title = self._title(proposed.title, here)
        option = self.framework.option_won(self.option, here | self._elsewhere) if title else None
        return DecisionRectified(
            session=proposed.session,
            candidacy=proposed.candidacy,
            rulings=proposed.rulings,
            granted=tuple(sorted(won - before.granted)),
            not_granted=tuple(sorted(touched - won - before.refused)),
            title=title,
            proposed_by=proposed.proposed_by,
            reason=Personal(reason, self.candidacy.terms.candidate),
            rectified_on=on,
            made_known=self.session.released_to(self.candidacy.id),
            counted=self.credit.told if title else 0,
            option=option.code if option else None,
        )

    def corrected(self, number: int, acquired: bool, mark: str | None) -> Corrected:
        """Return one ruling as keyed and as minuted; a mark required by a mean must agree with the ruling."""
        rules, mean = self.rules, self.framework.block_of[number].rule.mean
        read = rules.read(mark, f"rulings.{number}.mark") if mark is not None else None
        if read is None and mean and number in mean.numbers:
            raise MarkRequired(number)
        if read and read.acquired != acquired:
            raise MarkAgainstRuling(number)
        keyed = self.deliberation.rulings.get(number)
        worth = read.value if read else None
        return Corrected(competence=number, keyed=keyed, minuted=acquired, mark=mark, worth=worth)

    def _granted(self, number: int, after: JuryDecision, minuted: bool | None) -> bool:
        """Return whether the rectified rulings meet a block's rule; raise if the minutes contradict it."""
        block = self.framework.by_number[number]
        acquired = frozenset(competence for competence, said in after.rulings.items() if said)
        met = block.rule.met_by(acquired, block.competences, after.marks)
        if not met and not set(block.competences) <= after.rulings.keys():
            raise NotReady(number)
        if minuted is not None and minuted != met:
            raise (BlockRuleMet if met else BlockRuleNotMet)(number, sheet=self.framework.code)
        return met

    def _title(self, minuted: bool | None, here: frozenset[int]) -> bool | None:
        """Return whether the title is pronounced or lost; None if it does not change.

        It is lost if this jury loses a block that the title needs. A title lost because another jury's decision was
        annulled is still what the minutes say, and is in force again with that decision.
        """
        rule = self.framework.title_of(self.option)
        made = rule.met_by(here | self._elsewhere)
        if minuted and not made:
            raise BlocksMissing(*rule.nearest(here | self._elsewhere).first, sheet=self.framework.code)
        if minuted and (self.titled_elsewhere or any(other.title for other in self.others)):
            raise AlreadyDecided(self.candidacy.id)
        keyed = self.deliberation.decision.title
        decided = self.credit.ever.union(*(other.decision.granted for other in self._earlier))
        kept = rule.met_by(here | decided)
        now = (keyed and kept) if minuted is None else minuted
        return None if now == keyed else now


@dataclass(frozen=True, kw_only=True)
class Rectification:
    """The rectifications proposed for one jury's decision on one candidate; `approved` is the last approved one."""

    id: UUID
    version: int = 0
    proposed: RectificationProposed | None = None
    approved: RectificationProposed | None = None
    approvals: int = 0

    @staticmethod
    def id_of(session: SessionId, candidacy: CandidacyId) -> UUID:
        """Return the stream id of a deliberation's rectification: unique by session and candidacy."""
        return stream_of("rectification", session, candidacy)

    def propose(self, minutes: Minutes, minuted: Minuted, reason: str, by: PersonId) -> RectificationProposed:
        """Propose to replace the keyed decision by that of the minutes; refuse what could not be approved."""
        if self.proposed is not None:
            raise RectificationUnderWay(self.id)
        _reasoned(self.id, reason)
        minutes.check_rectifiable()
        keyed = minutes.deliberation
        if minuted.rulings:
            check_competences(tuple(minuted.rulings), minutes.framework)
        rulings = tuple(
            minutes.corrected(number, acquired, minuted.marks.get(number))
            for number, acquired in sorted(minuted.rulings.items())
        )
        blocks = tuple(sorted(minuted.blocks, key=lambda each: each.block))
        if len({each.block for each in blocks}) < len(blocks):
            raise RuledTwice(*sorted(each.block for each in blocks))
        if strangers := {each.block for each in blocks} - minutes.framework.by_number.keys():
            raise UnknownBlock(*sorted(strangers))
        proposed = RectificationProposed(
            session=minutes.session.id,
            candidacy=minutes.candidacy.id,
            rulings=rulings,
            blocks=blocks,
            title=minuted.title,
            proposed_by=by,
            reason=Personal(reason, minutes.candidacy.terms.candidate),
        )
        if any(keyed.says(each) for each in rulings) or minuted.title == keyed.decision.title:
            raise NothingToRectify(self.id)
        after = minutes.rectified(proposed, reason, on=date.max)  # the day of the approval is not known yet
        if not (after.rulings or after.granted or after.not_granted) and after.title is None:
            raise NothingToRectify(self.id)
        return proposed

    def approve(self, minutes: Minutes, by: frozenset[PersonId]) -> RectificationApproved:
        """Approve the proposal, as another person than its proposer; `by` are all the approver's files."""
        if self.to_settle().proposed_by in by:
            raise SecondApprover(*sorted(by))
        return RectificationApproved(session=minutes.session.id, candidacy=minutes.candidacy.id)

    def reject(self, minutes: Minutes, reason: str) -> RectificationRejected:
        """Reject the proposal, or withdraw it as its author."""
        self.to_settle()
        _reasoned(self.id, reason)
        return RectificationRejected(
            session=minutes.session.id,
            candidacy=minutes.candidacy.id,
            reason=Personal(reason, minutes.candidacy.terms.candidate),
        )

    def to_settle(self) -> RectificationProposed:
        """Return the pending proposal; raise NoRectificationUnderWay."""
        if self.proposed is None:
            raise NoRectificationUnderWay(self.id)
        return self.proposed

    def evolve(self, fact: RectificationFact) -> Self:
        match fact:
            case RectificationProposed():
                return replace(self, proposed=fact)
            case RectificationApproved():
                return replace(self, proposed=None, approved=self.proposed, approvals=self.approvals + 1)
            case RectificationRejected():
                return replace(self, proposed=None)
            case _:
                assert_never(fact)


def _reasoned(about: UUID, reason: str) -> None:
    if not reason.strip():
        raise RectificationUnreasoned(about)


def check_rectifies(minutes: Minutes, role: Role, by: PersonId, names: AbstractSet[PersonId]) -> None:
    """Refuse an actor who is neither the registrar nor the chair of that jury, or who stepped out.

    `names` are all the files of the actor.
    """
    if role is Role.REGISTRAR:
        return
    if by not in minutes.session.seats:
        raise NotFound(minutes.session.id)
    if by != minutes.session.chair or names & minutes.deliberation.recused:
        raise NotTheirsToRectify(by)


def minutes_of(log: Log, session: SessionId, candidacy: CandidacyId) -> Minutes:
    """Load what a rectification relies on, for an actor who may take part in it; never the candidate.

    Loads the candidacy, all its sessions' deliberations, the session, the framework and rulebook, the credits, and
    what `titled_elsewhere` reads.
    """
    applied = run(log, candidacy)
    if session not in applied.sessions:
        raise NotFound(session)
    found = Minutes(
        session=log.load(JurySession, session),
        candidacy=applied,
        deliberation=log.find(Deliberation, Deliberation.id_of(session, candidacy)),
        framework=log.load(Framework, applied.terms.framework).content,
        rules=log.load(Rulebook, applied.terms.rulebook).content,
        others=tuple(
            log.find(Deliberation, Deliberation.id_of(other, candidacy))
            for other in applied.sessions
            if other != session
        ),
        credit=log.find(Credit, Credit.id_of(candidacy)),
    )
    found = replace(found, titled_elsewhere=titled_elsewhere(log.find, applied, found.option))
    check_rectifies(found, log.actor.role, log.actor.who, oneself(log))
    return found
