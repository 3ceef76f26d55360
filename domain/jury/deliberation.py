"""The deliberation of a jury on one candidate: who takes part, what it rules, votes and decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Self, assert_never
from uuid import UUID

from domain.assessment.agreement import Marks
from domain.candidacy.candidacy import AlreadyDecided, Candidacy, Opening, check_competences
from domain.candidacy.candidacy_life import BlockNotSought
from domain.candidacy.seeking import OneOption
from domain.fact import Personal, stream_of
from domain.framework.definition import Definition, Route
from domain.jury.annulled_decision import AlreadyAnnulled, Cause, DecisionNotReleased
from domain.jury.attendance import EXPECTED, CandidateNotPresent, Coming, is_hearing_due
from domain.jury.decision import NOTHING, JuryDecision, LostRulings, Undoing, UndoneDecision
from domain.jury.decision_context import DecisionContext, Proposal
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateArrived,
    CandidateNotHeard,
    CandidateReferred,
    CompetenceProposed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionConfirmed,
    DecisionDeferred,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationFact,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    KeyedFromPaper,
    MemberLeftDeliberation,
    RecusalDeclared,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SummonsFell,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.jury.granting import BlockNotAssessed, BlockRuleMet, BlockRuleNotMet, BlocksMissing, UnknownBlock
from domain.jury.lawful_panel import check_panel
from domain.jury.paper_minutes import check_candidate_then
from domain.jury.proceedings import CandidateProceeding
from domain.jury.rectified_decision import Corrected
from domain.jury.ruling import (
    MarksVoid,
    NotReady,
    ReasonRequired,
    RuledTwice,
    Ruling,
    check_mark,
    check_ready,
    overturned,
    rule_on,
)
from domain.jury.session import AlreadyReleased, JurySession, NotOnThePanel, NotTheChair, SessionNotOpen, SessionStage
from domain.jury.vote import MayDecide, NoMajority, NothingToDefer, NoTie, VoteOutcome, VoteWithoutDecision
from domain.ports import CandidacyId, PersonId, SessionId
from domain.refusal import NotFound, Refused
from domain.rulebook.session_rules import ConfirmationRule, SessionRules


class NotSummoned(Refused):
    """A jury deliberates only on candidates called before it."""

    fr = "Un jury ne délibère que sur les candidats convoqués devant lui."


class MemberCutOff(Refused):
    """While a member's connection is lost, nothing is decided on a candidate of whom they deliberate."""

    fr = "Tant que la connexion d'un membre est perdue, rien n'est décidé d'un candidat sur lequel il délibère."


class CommissionProposes(Refused):
    """An evaluation commission rules on competences, provisionally; only the awarding jury grants and pronounces."""

    fr = (
        "Une commission d'évaluation apprécie des compétences, à titre provisoire ; "
        "seul le jury accorde des blocs et prononce un titre."
    )


class KeyedByAnother(Refused):
    """A member who deliberates keys a decision or, of a session held on paper, a registrar without a seat there."""

    fr = "Une décision est saisie par un membre qui délibère ou, sur papier, par un gestionnaire qui n'y siège pas."


class RecusalPending(Refused):
    """A recusal declared after a decision is confirmed by the chair or the registrar before anything else is done.

    Until then nothing more is decided of the candidate, and the session is not closed, signed or released.
    """

    fr = (
        "Un retrait déclaré après la décision est d'abord confirmé par la présidence du jury ou le gestionnaire : "
        "jusque-là rien n'est décidé de ce candidat, ni clos, signé ou communiqué."
    )


class NothingTakenBack(Refused):
    """A jury takes back what it decided of a candidate, and nothing else."""

    fr = "Un jury ne revient que sur ce qu'il a décidé d'un candidat : un bloc décidé ou reporté, ou le titre."


class NothingToConfirm(Refused):
    """Where the rulebook asks it, a member confirms once, when all that was to be decided is recorded."""

    fr = (
        "Si le règlement le demande, un membre confirme une fois, quand tout ce qui était à décider du candidat "
        "est consigné."
    )


class NotConfirmed(Refused):
    """Where the rulebook asks it, a session closes once a majority of who deliberates confirmed each decision."""

    fr = (
        "Si le règlement le demande, une session se clôt quand la majorité de ceux qui délibèrent a confirmé chaque "
        "décision sur son écran."
    )
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


class NotAllDecided(Refused):
    """A session closes when each candidate was decided on, sent before another jury or noted absent, in full.

    Of whom was taken up each block sought is granted, refused or put off with a reason, and so is the title once won.
    """

    fr = (
        "Une session se clôt quand chaque candidat est décidé, renvoyé ou noté absent, chaque bloc demandé et "
        "le titre acquis étant décidés ou reportés avec un motif."
    )


@dataclass(frozen=True, kw_only=True)
class Deliberation:
    """One candidate before one jury: who takes part, what is ruled (délibération).

    `decision` is what the jury decided, in force or not; `rulings`, `granted`, `title` and the like give what is in
    force. `title_down` means that the title was lost, alone or with the decision, and was not given back since.
    `declared` are the jurors whose recusal awaits confirmation; `confirmed` those who confirmed what is recorded.
    `undone` are decisions taken back, or lost with a member who stepped out; `lost` the rulings lost with a member
    who stepped out before any decision. `last_hour` is the hour of the opening or of the last vote. `proceedings` are
    the facts stated in the minutes, in order.
    """

    id: UUID
    version: int = 0
    recused: frozenset[PersonId] = frozenset()
    panel: frozenset[PersonId] | None = None
    heard_on: date | None = None
    attendance: Attendance | None = None
    coming: Coming = EXPECTED
    proposed: dict[int, Proposal] = field(default_factory=dict)
    decision: JuryDecision = NOTHING
    departs: dict[int, str] = field(default_factory=dict)
    took_part: frozenset[PersonId] = frozenset()
    sought: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    deferred: frozenset[int] = frozenset()
    title_deferred: bool = False
    keyers: frozenset[PersonId] = frozenset()
    title_down: bool = False
    referred: bool = False
    vote_outcome: VoteOutcome | None = None
    last_hour: time | None = None
    declared: frozenset[PersonId] = frozenset()
    confirmed: frozenset[PersonId] = frozenset()
    undone: tuple[UndoneDecision, ...] = ()
    lost: tuple[LostRulings, ...] = ()
    falling: UndoneDecision | None = None
    proceedings: tuple[CandidateProceeding, ...] = ()
    rectified: int = 0
    rectified_on: date | None = None
    taken_by: int = 0
    given: dict[int, date] = field(default_factory=dict)
    annulment: DecisionAnnulled | None = None
    annulments: int = 0
    restored_on: date | None = None

    @staticmethod
    def id_of(session: SessionId, candidacy: CandidacyId) -> UUID:
        """Return the stream id of a deliberation: unique by session and candidacy."""
        return stream_of("deliberation", session, candidacy)

    @property
    def stands(self) -> JuryDecision:
        """The decision in force: all of it, or nothing while it is annulled."""
        return NOTHING if self.annulment else self.decision

    @property
    def rulings(self) -> Mapping[int, bool]:
        """The rulings in force, by competence."""
        return self.stands.rulings

    @property
    def marks(self) -> Mapping[int, int]:
        """The worth in a mean of the rulings in force, in hundredths of a point, where they have one."""
        return self.stands.marks

    @property
    def granted(self) -> frozenset[int]:
        """The blocks granted, in force."""
        return self.stands.granted

    @property
    def refused(self) -> frozenset[int]:
        """The blocks not granted, in force."""
        return self.stands.refused

    @property
    def title(self) -> bool:
        """True if this jury pronounced the title, and that is in force."""
        return self.stands.title and not self.title_down

    @property
    def title_fell(self) -> bool:
        """True if the decision is in force without the title that was pronounced."""
        return self.stands.title and self.title_down

    @property
    def annulled(self) -> bool:
        """True if the whole decision is annulled."""
        return self.annulment is not None

    @property
    def cause(self) -> Cause | None:
        """The cause of the annulment, while the decision is annulled."""
        return self.annulment.cause if self.annulment else None

    @property
    def blamed(self) -> bool:
        """True if the decision is annulled for another cause than the candidate's own fraud."""
        return self.cause not in {None, Cause.FRAUD}

    @property
    def decided(self) -> bool:
        """True if a decision of this jury on the candidate is in force: a block granted or not, or the title."""
        return bool(self.granted or self.refused or self.title)

    @property
    def votes(self) -> Mapping[int, VoteOutcome]:
        """The outcome of the vote on each block decided and in force, where one was recorded."""
        said = self.granted | self.refused
        return {block: outcome for block, outcome in sorted(self.decision.votes.items()) if block in said}

    @property
    def title_vote(self) -> VoteOutcome | None:
        """The outcome of the vote on the title in force, if one was recorded."""
        return self.decision.title_vote if self.title else None

    @property
    def outcomes(self) -> tuple[VoteOutcome, ...]:
        """The distinct outcomes of the votes on what is in force."""
        return tuple(sorted({*self.votes.values(), *([self.title_vote] if self.title_vote else [])}))

    @property
    def met(self) -> bool:
        """True if this jury did its work on the candidate: it deliberated, or they did not come.

        A jury that excused the candidate, or could not decide and referred them, must be followed by another one.
        """
        return self.attendance in {Attendance.PRESENT, Attendance.ABSENT} and not self.referred

    @property
    def voted(self) -> bool:
        """True if the last vote had a majority, with the chair's casting vote or without."""
        return self.vote_outcome not in {None, VoteOutcome.NONE}

    @property
    def split(self) -> bool:
        """True if the last vote had no majority, so that nothing is decided before another vote."""
        return self.vote_outcome is VoteOutcome.NONE

    @property
    def forfeited(self) -> bool:
        """True if the decision was annulled for the candidate's own fraud."""
        return self.annulled and not self.blamed

    @property
    def bars(self) -> bool:
        """True if the jury may not meet the candidate again: it heard them, and its decision was annulled.

        Members who recorded only an absence have assessed nothing: if that is annulled, they may meet the candidate.
        """
        return self.blamed and self.attendance is Attendance.PRESENT

    @property
    def rests_on(self) -> frozenset[PersonId]:
        """The members who took part in the decisions in force; empty if nothing is decided, deferred or ruled."""
        stands = self.said_anything or self.falling or self.rulings or self.proposed
        return self.took_part if stands else frozenset()

    def option_title(self, called: Opening, of: Definition) -> str | None:
        """Return the option of the title that this jury pronounced, as the sheet words it, if it has one."""
        option = of.option_won(self.decision.option or called.option, self.granted | self.held)
        return option.title if option else None

    def granted_since(self, block: int, session: JurySession, candidacy: CandidacyId) -> date:
        """Return the day on which the grant of a block was first made known: by the release, or a rectification."""
        return max(session.known_on(candidacy) or date.min, self.given.get(block) or date.min)

    @property
    def said_anything(self) -> bool:
        """True if something is decided on the candidate, or expressly deferred."""
        return self.decided or bool(self.deferred) or self.title_deferred

    def rests_on_juror(self, juror: PersonId) -> bool:
        """Return whether this juror took part in something decided or deferred, which is lost if they step out."""
        return self.said_anything and juror in self.took_part

    def is_off(self, juror: PersonId) -> bool:
        """Return whether a juror left this deliberation, and nothing decided or deferred rests on them."""
        return self.panel is not None and juror not in self.panel | self.recused and not self.rests_on_juror(juror)

    def declare_recusal(
        self,
        juror: PersonId,
        session: JurySession,
        candidacy: CandidacyId,
        reason: str,
        *,
        today: date,
        at: time | None,
    ) -> RecusalDeclared:
        """Declare that a juror steps out after a decision, until the release; confirmation undoes the decision.

        Raises RecusalPending if the juror has already declared it.
        """
        check_revisable(session, candidacy)
        if juror in self.declared:
            raise RecusalPending(candidacy, juror)
        if not reason.strip():
            raise ReasonRequired(candidacy)
        return RecusalDeclared(
            session=session.id,
            candidacy=candidacy,
            juror=juror,
            reason=Personal(reason, juror),
            at=at,
            day=session.later_day(today),
        )

    def check_confirms_recusal(
        self, juror: PersonId, session: JurySession, candidacy: CandidacyId, by: PersonId
    ) -> None:
        """Refuse a member who confirms a recusal, unless it was declared and they preside without that juror."""
        if juror not in self.declared:
            raise NotFound(juror)
        there = (self.panel or frozenset()) - {juror} - session.away_from(candidacy)
        if by != session.presiding(there) or session.chair == juror:
            raise NotTheChair(by)

    def take_back(self, context: DecisionContext, blocks: tuple[int, ...], reason: str) -> DecisionTakenBack:
        """Take back, as the chair, these blocks or the whole decision; also the title, if it depends on them."""
        session, candidacy = context.session, context.candidacy
        check_revisable(session, candidacy.id)
        _records(context, (self.panel or frozenset()) - session.away_from(candidacy.id))
        said, asked = self.granted | self.refused | self.deferred, frozenset(blocks)
        if asked - said or not self.said_anything:
            raise NothingTakenBack(*sorted(asked - said), candidacy.id)
        if not reason.strip():
            raise ReasonRequired(candidacy.id)
        return DecisionTakenBack(
            session=session.id,
            candidacy=candidacy.id,
            blocks=tuple(sorted(asked)),
            title=(self.title or self.title_deferred) and (not asked or self._title_rests_on(context, asked)),
            reason=Personal(reason, candidacy.terms.candidate),
            at=context.at,
            day=context.day,
        )

    def _title_rests_on(self, context: DecisionContext, blocks: frozenset[int]) -> bool:
        """Return whether the title is not won, or has another option, without these blocks."""
        terms, left = context.candidacy.terms, (self.granted - blocks) | context.granted_before
        option = context.framework.option_won(terms.option, left)
        other = self.title and self.decision.option != (option.code if option else None)
        return other or not terms.title(context.framework).met_by(left)

    def confirm(self, context: DecisionContext) -> DecisionConfirmed:
        """Confirm, as a member who deliberates, what is recorded on the candidate, where the rulebook requires it."""
        session, by = context.session, context.by
        _speaks(context, self._taken_up(context))
        asked = context.rules.content.sessions.confirmed_by is ConfirmationRule.MAJORITY
        complete = self.said_anything and self.concluded(context.framework, session, 0)
        if not asked or not complete or by in self.confirmed:
            raise NothingToConfirm(context.candidacy.id)
        if self.declared:
            raise RecusalPending(context.candidacy.id, *sorted(self.declared))
        return DecisionConfirmed(
            session=session.id, candidacy=context.candidacy.id, juror=by, at=context.at, day=context.day
        )

    def is_settled(self, session: JurySession, rules: SessionRules) -> bool:
        """Return whether all required confirmations are given; a session held on paper requires none."""
        return not self.confirmations_left(session, rules)

    def confirmations_left(self, session: JurySession, rules: SessionRules) -> int:
        """Return how many members have still to confirm what is recorded before the session can close.

        Members who left the sitting are not counted until they return.
        """
        if rules.confirmed_by is ConfirmationRule.CHAIR or session.planned.on_paper or not self.said_anything:
            return 0
        panel = (self.panel or frozenset()) - session.away.keys()
        return max(0, len(panel) // 2 + 1 - len(self.confirmed & panel))

    def recuse(
        self,
        juror: PersonId,
        session: JurySession,
        candidacy: Candidacy,
        reason: str,
        *,
        today: date,
        at: time | None,
    ) -> JurorRecused:
        """Record that a juror steps out for this candidate, at any time; what they took part in is decided again.

        A juror whose tie is found after a first block must be able to leave: otherwise the rest could never be
        decided, and the session never be closed.
        """
        _summoned(session, candidacy)
        if juror not in session.present:
            raise NotOnThePanel(juror)
        if (self.said_anything and juror not in self.took_part) or juror in self.recused:
            raise AlreadyDecided(self.id)
        return JurorRecused(
            session=session.id,
            candidacy=candidacy.id,
            juror=juror,
            reason=Personal(reason, juror),
            at=at,
            day=session.later_day(today),
        )

    def without(
        self, juror: PersonId, session: JurySession, candidacy: CandidacyId, today: date, at: time | None
    ) -> MemberLeftDeliberation:
        """Remove a member who left the sitting from this deliberation; what was decided with them is kept."""
        day = session.later_day(today)
        return MemberLeftDeliberation(session=session.id, candidacy=candidacy, juror=juror, at=at, day=day)

    def without_absent(
        self, session: JurySession, candidacy: CandidacyId, today: date, at: time | None
    ) -> tuple[MemberLeftDeliberation, ...]:
        """Remove the members who are away from a deliberation that continues after its decision was undone.

        A session that was closed sits again with the members who return to it.
        """
        away = (self.panel or frozenset()) & session.away_from(candidacy)
        return tuple(self.without(juror, session, candidacy, today, at) for juror in sorted(away))

    def left(self, out: JurorRecused, reason: str) -> DeliberationReopened | None:
        """Return the decisions undone when a juror steps out: all those made with them; None without decisions."""
        if not self.rests_on_juror(out.juror):
            return None
        return DeliberationReopened(
            session=out.session,
            candidacy=out.candidacy,
            without=(out.juror,),
            reason=Personal(reason, out.juror),
            at=out.at,
            day=out.day,
        )

    def open(self, context: DecisionContext, today: date, at: time | None) -> DeliberationOpened:
        """Start the deliberation with the members present, neither recused nor tied; the chair does so.

        Where a hearing is required, the candidate must be present. The hearing's day is that of their arrival, else
        today.
        """
        session, candidacy = context.session, context.candidacy
        _summoned(session, candidacy)
        if self.attendance is not None or self.referred or context.title_before:
            raise AlreadyDecided(self.id)
        candidacy.check_admissible()
        if candidacy.terms.route is Route.VAE and not candidacy.filed:
            raise NotReady(candidacy.id)
        check_candidate_then(session, candidacy)
        panel = session.sitting - self.recused - context.cut_off - context.panel_for_candidate.out_of_function
        _records(context, panel)
        check_panel(context, panel, self.recused)
        if is_hearing_due(candidacy.terms.route, context.rules.content) and not self.coming.arrived:
            raise CandidateNotPresent(candidacy.id, sheet=context.framework.code)
        held = context.granted_before & context.framework.within(candidacy.terms.option)
        sought = candidacy.terms.sought(context.framework) - held
        return DeliberationOpened(
            session=session.id,
            candidacy=candidacy.id,
            panel=tuple(sorted(panel)),
            sought=tuple(sorted(sought)),
            held=tuple(sorted(held)),
            benefit=context.benefit,
            heard_on=self.coming.arrived_on or session.day_of(today),
            at=at,
            day=session.later_day(today),
        )

    def keyed(self, session: JurySession, candidacy: CandidacyId, by: PersonId) -> tuple[KeyedFromPaper, ...]:
        """Record the person who keys the decision of a session held on paper, once for this candidate."""
        if not session.planned.on_paper or by in self.keyers:
            return ()
        return (KeyedFromPaper(session=session.id, candidacy=candidacy, keyed_by=by),)

    def defer(self, context: DecisionContext, reason: str) -> DecisionDeferred:
        """Defer, with a reason, what this jury has not decided; another jury may decide it (surseoir à statuer)."""
        _records(context, self._taken_up(context))
        if context.session.commission:
            raise CommissionProposes(context.session.id)
        blocks, title = self.open_blocks, self.title_due(context.framework)
        if not blocks and not title:
            raise NothingToDefer(self.id)
        if not reason.strip():
            raise ReasonRequired(context.candidacy.id)
        return DecisionDeferred(
            session=context.session.id,
            candidacy=context.candidacy.id,
            blocks=tuple(sorted(blocks)),
            title=title,
            reason=Personal(reason, context.candidacy.terms.candidate),
            at=context.at,
            day=context.day,
        )

    @property
    def open_blocks(self) -> frozenset[int]:
        """The blocks sought on which this jury has not decided, nor deferred its decision."""
        return self.sought - self.granted - self.refused - self.deferred

    def title_due(self, framework: Definition) -> bool:
        """Return whether the title is won by the blocks granted, and is neither pronounced nor deferred."""
        won = framework.whole.met_by(self.granted | self.held)
        return won and not self.title and not self.title_deferred

    def refer(self, context: DecisionContext) -> CandidateReferred:
        """Refer the candidate to another jury, when nothing is decided and this jury may not decide."""
        session, candidacy = context.session, context.candidacy
        _summoned(session, candidacy)
        came = self.attendance in {None, Attendance.PRESENT}
        if not came or self.referred or self.decided or context.title_before:
            raise AlreadyDecided(self.id)
        _speaks(context, session.sitting)
        _presides(context, session.sitting - self.recused)
        try:
            panel = session.sitting - self.recused if self.panel is None else self.panel
            check_panel(context, panel, self.recused)
        except Refused as way:
            return CandidateReferred(
                session=session.id, candidacy=candidacy.id, rule=way.slug(), at=context.at, day=context.day
            )
        raise MayDecide(self.id)

    def vote(
        self, context: DecisionContext, outcome: VoteOutcome, abstentions: int | None, *, decides: bool
    ) -> DecisionVoted:
        """Record the outcome of the vote on what it `decides`: nothing, if there was no majority.

        The votes cast are those of the panel less the `abstentions`. Where the chair settles a tie, they must be an
        even number. What is already decided keeps its own vote: a vote fails only if something is left to decide.
        """
        self._sits(context)
        if context.session.commission:
            raise CommissionProposes(context.session.id)
        _presides(context, self._taken_up(context))
        if decides and outcome is VoteOutcome.NONE:
            raise NoMajority(self.id)
        if not decides and outcome is not VoteOutcome.NONE:
            raise VoteWithoutDecision(self.id)
        left = self.open_blocks or self.title_due(context.framework)
        if outcome is VoteOutcome.NONE and self.decided and not left:
            raise AlreadyDecided(self.id)
        casting = outcome is VoteOutcome.CASTING_VOTE
        if casting and not context.panel_for_candidate.casting_vote(context.rules.content):
            raise NoMajority(self.id)
        if casting and not context.transcribes and context.by != context.session.chair:
            raise NotTheChair(context.by)
        voted = DecisionVoted(
            session=context.session.id,
            candidacy=context.candidacy.id,
            casting_vote=casting,
            majority=outcome is not VoteOutcome.NONE,
            unanimous=outcome is VoteOutcome.UNANIMOUS,
            at=context.at,
            day=context.day,
        )
        if not casting:
            return voted
        abstained = abstentions or 0
        expressed = len(self.panel or ()) - abstained
        if abstained < 0 or expressed <= 0 or expressed % 2:
            raise NoTie(expressed)
        return replace(voted, abstentions=abstained)

    def rule(
        self, context: DecisionContext, rulings: tuple[Ruling, ...], marks: Marks
    ) -> tuple[CompetenceRuled, ...]:
        """Rule on competences: from the agreed marks in the routes assessed by épreuves, directly in VAE."""
        self._sits(context)
        numbers = tuple(ruling.competence for ruling in rulings)
        check_competences(numbers, context.framework)
        if len(set(numbers)) < len(numbers):
            raise RuledTwice(*sorted(number for number in set(numbers) if numbers.count(number) > 1))
        decided = self.granted | self.refused | context.granted_before
        for place, ruling in enumerate(rulings):
            check_mark(ruling, context, f"rulings[{place}].mark")
        return tuple(rule_on(context, ruling, marks, decided) for ruling in rulings)

    def grant(self, context: DecisionContext, block: int, marks: Marks) -> BlockGranted:
        """Grant a block whose rule this jury's own rulings meet, unless one of their marks was handed back since."""
        self._undecided(context, block)
        self._still_read(context, block, marks)
        if not self._met(context, block):
            self._assessed(context, block)
            raise BlockRuleNotMet(block, sheet=context.framework.code)
        return BlockGranted(session=context.session.id, candidacy=context.candidacy.id, block=block)

    def refuse(
        self, context: DecisionContext, block: int, marks: Marks, reason: str | None, advice: str | None
    ) -> BlockNotGranted:
        """Refuse a block whose rule this jury's own rulings do not meet; each of its competences must be ruled."""
        self._undecided(context, block)
        self._still_read(context, block, marks)
        if self._met(context, block):
            raise BlockRuleMet(block, sheet=context.framework.code)
        self._assessed(context, block)
        if not set(context.framework.by_number[block].competences) <= self.rulings.keys():
            raise NotReady(block)
        why = context.about_candidate(reason)
        if why is None and context.rules.content.reason_for_block_not_granted:
            raise ReasonRequired(block)
        return BlockNotGranted(
            session=context.session.id,
            candidacy=context.candidacy.id,
            block=block,
            reason=why,
            advice=context.about_candidate(advice),
        )

    def pronounce(self, context: DecisionContext) -> TitlePronounced:
        """Pronounce the title: a jury must say it, winning the last block is not enough."""
        self._sits(context)
        if context.session.commission:
            raise CommissionProposes(context.session.id)
        if self.title or context.title_before:
            raise AlreadyDecided(self.id)
        granted, terms = self.granted | context.granted_before, context.candidacy.terms
        if not (rule := terms.title(context.framework)).met_by(granted):
            raise BlocksMissing(*rule.nearest(granted).first, sheet=context.framework.code)
        option = context.framework.option_won(terms.option, granted)
        if context.framework.options and option is None:
            raise OneOption(context.framework)
        return TitlePronounced(
            session=context.session.id,
            candidacy=context.candidacy.id,
            fallen_titles=tuple(sorted(context.fallen_titles)),
            counted=context.counted,
            option=option.code if option else None,
        )

    def annul(self, session: JurySession, candidacy: CandidacyId, cause: Cause, on: date) -> DecisionAnnulled:
        """Annul this jury's whole decision on this candidate; decisions of other juries are unaffected."""
        if cause is not Cause.FRAUD:
            self.check_questionable(session, candidacy)
        elif session.stage not in {SessionStage.SIGNED, SessionStage.RELEASED} or self.attendance is None:
            raise DecisionNotReleased(self.id)
        elif self.annulled:
            raise AlreadyAnnulled(self.id)
        return DecisionAnnulled(session=session.id, candidacy=candidacy, cause=cause, annulled_on=on)

    def check_questionable(self, session: JurySession, candidacy: CandidacyId) -> None:
        """Refuse to contest or annul what is not decided, not released to the candidate, or already annulled."""
        if not session.released_to(candidacy) or self.attendance is None or session.commission:
            raise DecisionNotReleased(self.id)
        if self.annulled:
            raise AlreadyAnnulled(self.id)

    def concluded(self, framework: Definition, session: JurySession, quorum: int) -> bool:
        """Return whether nothing is left to decide, or the candidate did not come.

        Nothing is left once each block sought and the title are decided.

        Deferring a decision or referring the candidate also concludes it. A commission must only have ruled on
        something, with no block half decided, or have too few members left.
        """
        if self.referred or (self.attendance is not None and self.attendance is not Attendance.PRESENT):
            return True
        touched = {framework.block_of[competence].number for competence in self.rulings}
        whole = touched <= self.granted | self.refused | self.deferred
        if not session.commission:
            return self.panel is not None and whole and not self.open_blocks and not self.title_due(framework)
        members = session.sitting - self.recused if self.panel is None else self.panel
        return (whole and bool(self.proposed)) or len(members) < quorum

    def _rectified(self, fact: DecisionRectified) -> Self:
        """Return a copy as the minutes state it, with what the rectification takes from the candidate or gives back.

        It takes nothing that was not released to the candidate.
        """
        was, count = self.decision, self.rectified + 1
        now = replace(
            was.put_right(fact.rulings),
            granted=(was.granted | set(fact.granted)) - set(fact.not_granted),
            refused=(was.refused | set(fact.not_granted)) - set(fact.granted),
            title=was.title if fact.title is None else fact.title,
            counted=fact.counted if fact.title else was.counted,
            option=fact.option or was.option,
        )
        by = self.taken_by
        if fact.made_known:
            taken = (was.taken | (was.granted & set(fact.not_granted))) - set(fact.granted)
            title = was.title_taken if fact.title is None else was.title and not fact.title
            now = replace(now, taken=taken, title_taken=title)
            by = count if taken - was.taken or (title and not was.title_taken) else by
        given = {**self.given, **dict.fromkeys(fact.granted, fact.rectified_on)}
        again = replace(self, decision=now, rectified=count, rectified_on=fact.rectified_on, taken_by=by, given=given)
        return replace(again, title_down=self.title_down and fact.title is None)

    def says(self, corrected: Corrected) -> bool:
        """Return whether this equals the keyed ruling, so that there is nothing to rectify."""
        number, worth = corrected.competence, corrected.worth
        return corrected.keyed == corrected.minuted and worth in {None, self.marks.get(number)}

    def _unsaid(self, gone: set[PersonId]) -> Self:
        """Return a copy without these members, and so without rulings, vote or deferred decisions."""
        return replace(
            self,
            recused=self.recused | gone,
            declared=self.declared - gone,
            confirmed=frozenset(),
            panel=None if self.panel is None else self.panel - gone,
            decision=replace(self.decision, rulings={}, marks={}),
            departs={},
            proposed={},
            vote_outcome=None,
            deferred=frozenset(),
            title_deferred=False,
        )

    def _stepped_out(self, juror: PersonId, at: time | None) -> Self:
        """Return a copy without this member; the fact that follows undoes what was decided with them."""
        undone = self._unsaid({juror})
        if self.said_anything or self.falling:
            falling = self.falling or self._as_undone(Undoing.REOPENED, at)
            return replace(undone, falling=falling, took_part=self.took_part)
        rulings = self._all_rulings()
        lost = (*self.lost, LostRulings(juror=juror, rulings=rulings)) if rulings else self.lost
        return replace(undone, took_part=undone.panel or frozenset(), lost=lost)

    def _all_rulings(self) -> dict[int, bool]:
        """Return the rulings, or a commission's proposals, by competence."""
        return {**{number: each.acquired for number, each in self.proposed.items()}, **self.rulings}

    def _taken_back(self, fact: DecisionTakenBack) -> Self:
        """Return a copy without these blocks, or without the whole decision; the rulings are kept."""
        said = self.decision
        gone = frozenset(fact.blocks) or said.granted | said.refused | self.deferred
        votes = {block: outcome for block, outcome in said.votes.items() if block not in gone}
        now = replace(said, granted=said.granted - gone, refused=said.refused - gone, votes=votes)
        if fact.title:
            now = replace(now, title=False, option=None, counted=0, fallen_titles=frozenset(), title_vote=None)
        back = replace(self, decision=now, deferred=self.deferred - gone, vote_outcome=None, confirmed=frozenset())
        undone = (*self.undone, self._as_undone(Undoing.TAKEN_BACK, fact.at))
        return replace(back, title_deferred=self.title_deferred and not fact.title, undone=undone)

    def _as_undone(self, undoing: Undoing, at: time | None) -> UndoneDecision:
        return UndoneDecision(
            undoing=undoing,
            granted=self.granted,
            refused=self.refused,
            deferred=self.deferred,
            title=self.title,
            vote=self.vote_outcome,
            at=at,
            rulings=self._all_rulings() if undoing is Undoing.REOPENED else {},
        )

    def _met(self, context: DecisionContext, number: int) -> bool:
        block = context.framework.by_number[number]
        acquired = frozenset(competence for competence, ruled in self.rulings.items() if ruled)
        return block.rule.met_by(acquired, block.competences, self.marks)

    def _still_read(self, context: DecisionContext, block: int, marks: Marks) -> None:
        """Refuse to decide on rulings whose marks are void, handed back or changed: they must be ruled again."""
        ruled = self.rulings.keys() & set(context.framework.by_number[block].competences)
        if void := {each for each in ruled & context.void if self.rulings[each]}:
            raise MarksVoid(*sorted(void))
        if context.candidacy.terms.route is Route.VAE:
            return
        for competence in sorted(ruled - context.void):
            check_ready(competence, marks)
            again = overturned(Ruling(competence=competence, acquired=self.rulings[competence]), marks)
            if again not in {None, self.departs.get(competence)}:
                raise NotReady(competence)

    def _assessed(self, context: DecisionContext, number: int) -> None:
        """Refuse a block if this jury ruled on none of its competences."""
        if self.rulings.keys().isdisjoint(context.framework.by_number[number].competences):
            raise BlockNotAssessed(number)

    def _undecided(self, context: DecisionContext, block: int) -> None:
        self._sits(context)
        if context.session.commission:
            raise CommissionProposes(context.session.id)
        if block not in context.framework.by_number:
            raise UnknownBlock(block)
        if not context.candidacy.terms.seeks(block, context.framework):
            raise BlockNotSought(block)
        if block in self.granted | self.refused | context.granted_before:
            raise AlreadyDecided(block)

    def _sits(self, context: DecisionContext) -> None:
        """Refuse a decision that this panel may not take now."""
        panel = self._taken_up(context)
        _speaks(context, panel)
        if self.declared:
            raise RecusalPending(context.candidacy.id, *sorted(self.declared))
        if away := panel & context.cut_off:
            raise MemberCutOff(*sorted(away))
        check_panel(context, panel, self.recused)

    def _taken_up(self, context: DecisionContext) -> frozenset[PersonId]:
        """Return the panel that deliberates now; raise if it does not."""
        if not context.session.sits_on(context.candidacy.id):
            raise context.session.not_now(SessionNotOpen)
        if self.referred:
            raise AlreadyDecided(self.id)
        if self.attendance is not Attendance.PRESENT or self.panel is None:
            raise NotReady(self.id)
        return self.panel - context.session.away.keys()

    def evolve(self, fact: DeliberationFact) -> Self:
        after = self._after(fact)
        if not isinstance(fact, CandidateProceeding):
            return after
        return replace(after, proceedings=(*self.proceedings, fact))

    def _after(self, fact: DeliberationFact) -> Self:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
        match fact:
            case MemberLeftDeliberation(juror=juror):
                left = (self.panel or frozenset()) - {juror}
                return replace(self, panel=left, vote_outcome=None)
            case JurorRecused(juror=juror):
                return self._stepped_out(juror, fact.at)
            case DeliberationReopened(without=without):
                lost = (*self.undone, self.falling or self._as_undone(Undoing.REOPENED, fact.at))
                undone = replace(self._unsaid(set(without)), falling=None)
                took_part = undone.panel or frozenset()
                return replace(undone, decision=NOTHING, took_part=took_part, title_down=False, undone=lost)
            case RecusalDeclared(juror=juror):
                return replace(self, declared=self.declared | {juror})
            case DecisionTakenBack():
                return self._taken_back(fact)
            case DecisionConfirmed(juror=juror):
                return replace(self, confirmed=self.confirmed | {juror})
            case DeliberationOpened(panel=panel, sought=sought, held=held, heard_on=heard_on, at=at):
                members = frozenset(panel)
                taken_up = replace(self, panel=members, took_part=members, attendance=Attendance.PRESENT)
                return replace(
                    taken_up, sought=frozenset(sought), held=frozenset(held), heard_on=heard_on, last_hour=at
                )
            case KeyedFromPaper(keyed_by=keyed_by):
                return replace(self, keyers=self.keyers | {keyed_by})
            case RemoteHearingOffered() | RemoteHearingAnswered() | CandidateArrived():
                return replace(self, coming=self.coming.after(fact))
            case CandidateNotHeard(attendance=attendance):
                return replace(self, attendance=attendance)
            case CompetenceRuled(competence=competence, acquired=acquired, worth=worth):
                marks = {number: each for number, each in self.decision.marks.items() if number != competence}
                marks |= {} if worth is None else {competence: worth}
                ruled = replace(self.decision, rulings={**self.decision.rulings, competence: acquired}, marks=marks)
                departs = {number: each for number, each in self.departs.items() if number != competence}
                departs |= {} if fact.departs_from is None else {competence: fact.departs_from}
                return replace(self, decision=ruled, departs=departs)
            case CompetenceProposed(session=session, competence=competence, acquired=acquired, mark=mark):
                proposal = Proposal(commission=session, acquired=acquired, mark=mark)
                return replace(self, proposed={**self.proposed, competence: proposal})
            case SummonsFell():
                return replace(self, attendance=Attendance.EXCLUDED)
            case AttendanceCorrected():
                return replace(self, attendance=None, coming=self.coming.taken_back)
            case CandidateReferred():
                return replace(self, referred=True)
            case DecisionVoted():
                voted = replace(self, vote_outcome=fact.outcome, confirmed=frozenset())
                return replace(voted, last_hour=fact.at or self.last_hour)
            case DecisionDeferred(blocks=blocks, title=title):
                deferred = self.deferred | set(blocks)
                put_off = replace(self, deferred=deferred, confirmed=frozenset())
                return replace(put_off, title_deferred=self.title_deferred or title)
            case BlockGranted(block=block):
                now = replace(self.decision.voted(block, self.vote_outcome), granted=self.decision.granted | {block})
                return replace(self, decision=now, deferred=self.deferred - {block})
            case BlockNotGranted(block=block):
                now = replace(self.decision.voted(block, self.vote_outcome), refused=self.decision.refused | {block})
                return replace(self, decision=now, deferred=self.deferred - {block})
            case TitlePronounced(fallen_titles=fallen, counted=counted, option=option):
                now = replace(self.decision, title=True, option=option, counted=counted)
                now = replace(now, fallen_titles=frozenset(fallen), title_vote=self.vote_outcome)
                return replace(self, decision=now, title_down=False, title_deferred=False)
            case DecisionAnnulled():
                down = self.title_down or self.decision.title
                return replace(self, annulment=fact, annulments=self.annulments + 1, title_down=down)
            case DecisionRestored(restored_on=restored_on):
                return replace(self, annulment=None, restored_on=restored_on)
            case TitleFell():
                return replace(self, title_down=True)
            case TitleRestored():
                return replace(self, title_down=False)
            case DecisionRectified():
                return self._rectified(fact)
            case _:
                assert_never(fact)


def check_revisable(session: JurySession, candidacy: CandidacyId) -> None:
    """Refuse to undo a decision before the session opened, after its release, or for a candidate not on its list."""
    if session.stage is SessionStage.RELEASED:
        raise AlreadyReleased(session.id)
    if session.stage not in {SessionStage.OPEN, SessionStage.CLOSED, SessionStage.SIGNED}:
        raise session.not_now(SessionNotOpen)
    if candidacy not in session.listed:
        raise NotSummoned(candidacy)


def _summoned(session: JurySession, candidacy: Candidacy) -> None:
    if session.stage is not SessionStage.OPEN:
        raise session.not_now(SessionNotOpen)
    if candidacy.id not in session.listed:
        raise NotSummoned(candidacy.id)
    if not session.sits_on(candidacy.id):
        raise session.not_now(SessionNotOpen)


def _records(context: DecisionContext, panel: frozenset[PersonId]) -> None:
    """Refuse an actor other than the chair of this panel, or the transcriber of its paper minutes."""
    _speaks(context, panel)
    _presides(context, panel)


def _presides(context: DecisionContext, panel: frozenset[PersonId]) -> None:
    chair = context.session.presiding(panel - context.panel_for_candidate.out_of_function)
    if not context.transcribes and context.by != chair:
        raise NotTheChair(context.by)


def _speaks(context: DecisionContext, panel: frozenset[PersonId]) -> None:
    """Refuse an actor other than a member of this panel, or the transcriber of its paper minutes."""
    if context.transcribes != context.session.planned.on_paper:
        raise KeyedByAnother(context.session.id)
    if not context.transcribes and context.by not in panel:
        raise NotOnThePanel(context.by)
