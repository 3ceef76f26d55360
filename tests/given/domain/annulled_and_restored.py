"""Two courses of commands that differ by one annulment and its restoration, played in parallel and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from hypothesis import strategies as st

from domain.appeal.rectification import Minuted, Rectification
from domain.appeal.refold import FOLLOWS
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CandidacyOpened, CreditFell, Fall
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.candidacy.carry_over_blocks import CarryOverBlocks
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.deadlines.last_step import course
from domain.fact import Fact, RecordedFact
from domain.framework.definition import Route
from domain.framework.facts import CorrespondenceAdmitted, EquivalenceAdmitted, FrameworkPublished
from domain.fraud.facts import FraudFound, FraudReported
from domain.fraud.fraud import Matter
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DeliberationOpened
from domain.jury.ruling import Ruling
from domain.jury.session import JurySession
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, CandidacyId, Command, Recorded, Role, SessionId
from domain.register.certificates import Papers
from domain.register.register import Register
from domain.replay.judge import replay
from domain.standing.standing import standing
from domain.streams.kinds import KINDS
from tests.given.domain.blocks_elsewhere import NEXT, SECOND
from tests.given.domain.people import (
    AS_RENEE,
    CV,
    FRAMEWORK,
    HOUSE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PANEL,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR,
    SAMIR_VAE,
    SEATS,
    VAE_OPENED,
    actor,
    admissible,
    cleared,
    filed,
    known,
    person,
    plan,
    planned,
    put_in,
    registered,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

ZELDA = person("zelda")
AS_ZELDA = actor(ZELDA, Role.REGISTRAR)
AGAIN = Candidacy.id_of(MARIE, SECOND, Route.VAE)
"""The same person's candidacy under the next version, in which blocks of the first one count."""
CANDIDACIES = (MARIE_VAE, SAMIR_VAE, AGAIN)
VERSIONS = {MARIE_VAE: RNCP31936, SAMIR_VAE: RNCP31936, AGAIN: NEXT}
TABLES = tuple(
    CorrespondenceAdmitted(earlier=FRAMEWORK, from_blocks=(block,), to_blocks=(block,), ground="x")
    for block in (1, 2, 3)
)
EQUIVALENCE = EquivalenceAdmitted(number=1, certification="RNCP00001", part="BC02", blocks=(2,), ground="x")
DAYS = tuple(JURY_DAY + timedelta(days=70 * each) for each in range(8))
LAST_DAY = DAYS[-1] + timedelta(days=300)


def session_of(place: int, panel: int, candidacy: CandidacyId) -> SessionId:
    """Return the session on a day, with one of the two panels, for a version of the framework."""
    return SessionId(known(f"{VERSIONS[candidacy].version} {place} {panel}"))


def _house() -> Iterable[At]:
    yield from HOUSE
    yield registered(ZELDA, Role.REGISTRAR)
    yield At(FRAMEWORK, (EQUIVALENCE,))
    yield At(SECOND, (FrameworkPublished(definition=NEXT), VAE_OPENED, *TABLES))
    for candidacy in (MARIE_VAE, SAMIR_VAE):
        yield from vae_filed(candidacy)
    yield from (put_in(MARIE_VAE, CV), cleared(MARIE_VAE, CV))
    opening = CandidacyOpened(
        candidate=MARIE, framework=SECOND, rulebook=RULEBOOK, route=Route.VAE, opened_on=date(2021, 1, 4)
    )
    yield from (At(AGAIN, (opening,)), admissible(AGAIN), filed(AGAIN))
    for place, day in enumerate(DAYS):
        for panel, seats in enumerate((SEATS, RENEWED_SEATS)):
            for candidacy in (MARIE_VAE, AGAIN):
                plans = replace(plan(day), framework=SECOND if candidacy == AGAIN else FRAMEWORK)
                yield planned(session_of(place, panel, candidacy), plans, seats)


BY_WHAT_STANDS = (
    *(SummonCandidate, OpenDeliberation, RuleCompetences, RecordDecision, DeferDecisions, CarryOverBlocks),
    *(EnterRegister, IssueCertificate, CertifyBlock),
)
"""Commands that depend on valid decisions, so their result differs during an annulment."""
HOUSED = Scenario(today=DAYS[0])
HOUSED.given(_house())
HOUSED.second_registrar()


class Apart(Exception):  # noqa: N818  (it names what was met)
    """A command had different results in the two courses."""


@dataclass
class Courses:
    """One course, later two: `worlds[0]` with the annulment and its restoration, `worlds[1]` without."""

    worlds: list[Scenario] = field(default_factory=lambda: [_copy(HOUSED)])
    sat: int = 0
    steps: int = 0
    linked: bool = False
    restored: bool = False

    def step(self, way: Callable[..., None], *drawn: Any) -> None:
        """Run one step in both courses; in neither if only one of them accepts it.

        Once the annulled decision is restored, both must accept it, with the same result.
        """
        before = [(len(world.store.told), world.today) for world in self.worlds]
        try:
            way(self, *drawn)
        except Apart:
            assert not self.restored, f"after the restoration they part: {way.__name__}{drawn}"
            for world, (length, today) in zip(self.worlds, before, strict=True):
                world.take_back(length)
                world.today = today

    def send(self, command: Command, by: Actor = AS_RENEE) -> None:
        """Execute a command in each course: the same is decided, whatever follows from it.

        The courses part if the annulment prevents one of them from accepting it, or allows it in one only.
        """
        self.steps += 1
        name, said = uuid5(CV, str(self.steps)), list[Any]()
        for world in self.worlds:
            world.when_annulled(command, by=by, append_id=name)
            outcome = world.outcome
            if isinstance(outcome, Recorded):
                said.append([_alone(fact) for fact in outcome.facts if self.restored or not _follows(fact)])
            else:
                said.append(type(outcome).__name__)
        if said[0] != said[-1]:
            assert isinstance(command, BY_WHAT_STANDS) or any(isinstance(each, str) for each in said), said
            raise Apart(said)

    def load(self, kind: type[Any], stream: UUID) -> Any:
        return self.worlds[-1].log.find(kind, stream)

    def decided(self) -> list[tuple[SessionId, CandidacyId]]:
        """Return the decisions of juries on candidates, in order."""
        facts = (told.fact for told in self.worlds[0].store.told)
        return [(fact.session, fact.candidacy) for fact in facts if isinstance(fact, DeliberationOpened)]

    def some(self, which: int) -> tuple[SessionId, CandidacyId]:
        """Return one of these; raises Apart while there is none."""
        decided = self.decided()
        if not decided:
            raise Apart
        return decided[which % len(decided)]

    # what may happen

    def sits(self, candidacy: CandidacyId, won: set[int], panel: int, title: bool, known: bool) -> None:
        """Let the next jury grant these blocks of those sought, and pronounce or defer the title."""
        if self.sat == len(DAYS):
            return
        for world in self.worlds:
            world.today = DAYS[self.sat]
        session, present = session_of(self.sat, panel, candidacy), (PANEL, RENEWED)[panel]
        self.sat += 1
        chair = actor(present[0], Role.JUROR)
        self.send(SummonCandidate(session=session, candidacy=candidacy))
        for member in present:
            self.send(SignMemberIn(session=session, juror=member))
        self.send(OpenSession(session=session))
        self.send(NoteCandidatePresent(session=session, candidacy=candidacy))
        self.send(OpenDeliberation(session=session, candidacy=candidacy), chair)
        sought = self.load(Deliberation, Deliberation.id_of(session, candidacy)).sought
        blocks = [block for block in RNCP31936.blocks if block.number in sought]
        rulings = tuple(
            Ruling(competence=number, acquired=block.number in won, reason="x")
            for block in blocks
            for number in block.competences
        )
        self.send(RuleCompetences(session=session, candidacy=candidacy, rulings=rulings), chair)
        decisions = tuple(
            BlockDecision(block=block.number, granted=block.number in won, reason="x") for block in blocks
        )
        self.send(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=decisions),
            chair,
        )
        if title:
            self.send(
                RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy), chair
            )
        self.send(DeferDecisions(session=session, candidacy=candidacy, reason="x"), chair)
        self.send(CloseSession(session=session))
        self.send(SignMinutes(session=session), chair)
        if known:
            self.send(ReleaseResults(session=session))

    def is_released(self, which: int) -> None:
        self.send(ReleaseResults(session=self.some(which)[0]))

    def is_entered(self, candidacy: CandidacyId) -> None:
        self.send(EnterRegister(candidacy=candidacy))

    def is_certified(self, candidacy: CandidacyId, block: int | None) -> None:
        if block is None:
            self.send(IssueCertificate(candidacy=candidacy))
        else:
            self.send(CertifyBlock(candidacy=candidacy, block=block))

    def is_rectified(self, which: int, blocks: dict[int, bool], title: bool | None) -> None:
        """Rectify whole blocks, or the title, as the minutes state."""
        session, candidacy = self.some(which)
        said = self.load(Deliberation, Deliberation.id_of(session, candidacy))
        rulings = {
            number: acquired
            for block, acquired in blocks.items()
            for number in RNCP31936.by_number[block].competences
            if said.decision.rulings.get(number) is not acquired
        }
        if not rulings and title is None:
            return
        minuted = Minuted(rulings=rulings, title=title)
        self.send(ProposeRectification(session=session, candidacy=candidacy, minuted=minuted, reason="x"))
        if self.load(Rectification, Rectification.id_of(session, candidacy)).proposed:
            self.send(ApproveRectification(session=session, candidacy=candidacy, reason="x"), AS_ZELDA)

    def goes_to_court(self, which: int, quashes: bool) -> None:
        session, candidacy = self.some(which)
        self.send(_ruling(session, candidacy, self.worlds[0].today, quashes=quashes))

    def is_carried_over(self, candidacy: CandidacyId) -> None:
        self.send(CarryOverBlocks(candidacy=candidacy))

    def is_satisfied(self) -> None:
        self.send(
            SatisfyBlock(candidacy=MARIE_VAE, block=2, equivalence=1, evidence=CV, obtained_on=date(2019, 7, 5))
        )

    def is_taken_off(self, candidacy: CandidacyId, block: int) -> None:
        self.send(WithdrawCredit(candidacy=candidacy, block=block, reason="x"))

    def are_linked(self) -> None:
        """Link the files, once: what is pronounced between two links depends on their order (ADR 52)."""
        if not self.linked:
            linked = LinkDuplicate(person=MARIE, other=SAMIR, reason="x")
            self.send(linked, by=AS_ZELDA)
            self.send(linked)
        self.linked = True

    def are_unlinked(self) -> None:
        self.send(UnlinkDuplicate(person=MARIE, other=SAMIR, reason="x", candidacies=CANDIDACIES))

    # only in the first course

    def annullable(self) -> list[tuple[SessionId, CandidacyId]]:
        """Return the released decisions of juries that are still valid."""
        return [
            (session, candidacy)
            for session, candidacy in self.decided()
            if not self.load(Deliberation, Deliberation.id_of(session, candidacy)).annulled
            and self.load(JurySession, session).released_to(candidacy)
        ]

    def annul(self, which: int, cause: str) -> Callable[[], None] | None:
        """Annul a decision in the first course, if possible; return what restores it."""
        if not (known := self.annullable()):
            return None
        session, candidacy = known[which % len(known)]
        self.worlds.append(_copy(self.worlds[0]))
        ours = self.worlds[0]
        if cause == "court":
            ours.when_annulled(_ruling(session, candidacy, ours.today), by=AS_RENEE)
            if isinstance(ours.outcome, Recorded):
                return lambda: ours.when(_ruling(session, candidacy, ours.today, quashes=True), by=AS_RENEE)
            return None
        forged = cause == "forged"
        candidacy = MARIE_VAE if forged else candidacy
        matter = Matter(evidence=(CV,)) if forged else Matter(competences=(21,))
        self.send(ReportFraud(candidacy=candidacy, matter=matter, statement="x"))
        case = next(told.fact.case for told in reversed(ours.store.told) if isinstance(told.fact, FraudReported))
        self.send(TellOfFraud(candidacy=candidacy, case=case, hearing_on=ours.today))
        self.send(HearOnFraud(candidacy=candidacy, case=case, statement="x"))
        found = DecideFraud(
            candidacy=candidacy, case=case, found=True, reason="x", withdraws=() if forged else (session,)
        )
        ours.when_annulled(found, by=AS_ZELDA)
        if not isinstance(ours.outcome, Recorded):
            return None
        self.worlds[1].when(replace(found, found=False, withdraws=()), by=AS_ZELDA)
        lifted = NoteFindingRuling(
            candidacy=candidacy, case=case, court="x", ruled_on=ours.today, reference="x", annuls=True
        )
        return lambda: ours.when_annulled(replace(lifted, ruled_on=ours.today), by=AS_RENEE)

    def compare(self) -> None:
        ours, theirs = map(left_standing, self.worlds)
        for what, said in theirs.items():
            assert ours[what] == said, what
        assert ours.keys() == theirs.keys()

    def lawful(self) -> None:
        """Check that the replay finds each step of both courses lawful."""
        for world in self.worlds:
            start = len(HOUSED.store.told)
            assert [found for found in replay(world.store.told) if found.position > start] == []


def _copy(of: Scenario) -> Scenario:
    return Scenario(today=of.today, store=of.store.copy())


def _alone(fact: Fact) -> Fact:
    """Return the contents of a fact except who confirmed it: without consequences nobody needs to confirm."""
    return replace(fact, confirmed_by=None) if isinstance(fact, FraudFound) else fact


def _follows(fact: Fact) -> bool:
    """Return whether a fact only records a consequence of a decision."""
    return isinstance(fact, FOLLOWS) and not (isinstance(fact, CreditFell) and fact.fall is Fall.MISTAKEN)


def _ruling(session: SessionId, candidacy: CandidacyId, on: date, *, quashes: bool = False) -> NoteCourtRuling:
    return NoteCourtRuling(
        session=session,
        candidacy=candidacy,
        court="x",
        ruled_on=on,
        reference="x",
        annuls=not quashes,
        quashes=quashes,
    )


def left_standing(world: Scenario) -> dict[str, Any]:
    """Return what is compared: everything still valid, and the facts behind it.

    Histories are not compared: how often something was annulled (`annulments`, `restored_on`), withdrawn or lifted,
    at which position and version. Nor is what a candidate keeps from having lost a decision for a time: the time that
    ran again (`Credit.fell_on`), and the pending notice (`Notice`), without an earlier time limit.
    """
    find, found = world.log.find, dict[str, Any]()
    for candidacy in CANDIDACIES:
        applied, credit = find(Candidacy, candidacy), find(Credit, Credit.id_of(candidacy))
        found[f"candidacy {candidacy}"] = replace(applied, version=0)
        found[f"counted {candidacy}"] = credit.counted, credit.later, sorted(map(repr, credit.fallen))
        found[f"papers {candidacy}"] = replace(find(Papers, Papers.id_of(candidacy)), version=0)
        found[f"course {candidacy}"] = course(world.log, applied)
        found[f"standing {candidacy}"] = [_standing(world, candidacy, provisional=each) for each in (True, False)]
        for session in applied.sessions:
            said = find(Deliberation, Deliberation.id_of(session, candidacy))
            found[f"decided {session} {candidacy}"] = replace(said, version=0, annulments=0, restored_on=None)
            found[f"titled {session} {candidacy}"] = said.title, said.title_fell
            found[f"session {session}"] = replace(find(JurySession, session), version=0)
    for version in (FRAMEWORK, SECOND):
        register = find(Register, Register.id_of(version))
        out = {each: entries for each, entries in register.withdrawn.items() if entries}
        found[f"register {version}"] = replace(register, version=0, withdrawn=out)
    return found


def _standing(world: Scenario, candidacy: CandidacyId, *, provisional: bool) -> Any:
    """Return the standing, with facts instead of positions."""
    dossier = [told for told in world.store.told if _of(told, candidacy)]
    now = standing(VERSIONS[candidacy], RULES, dossier, provisional=provisional)
    fact = {told.stamp.position: told.fact for told in dossier}

    def said(line: Any) -> Any:
        return replace(line, positions=()), [fact[at] for at in line.positions]

    return said(replace(now, competences=(), blocks=())), [said(line) for line in (*now.competences, *now.blocks)]


def _of(told: RecordedFact, candidacy: CandidacyId) -> bool:
    here = candidacy in {told.stamp.stream, getattr(told.fact, "candidacy", None)}
    return here or KINDS[type(told.fact)] is JurySession


WHICH, BLOCK, YES = st.integers(0, 5), st.integers(1, 4), st.booleans()
CANDIDACY = st.sampled_from(CANDIDACIES)
WON = st.sampled_from(({1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2}, {3, 4}, {1}, {2, 3, 4}, {1, 2, 3}, set()))
RELEASED = st.sampled_from((True, True, True, False))
TITLE = st.sampled_from((None, None, True, False))


AFTERWARDS = st.one_of(
    st.tuples(st.just(Courses.is_rectified), WHICH, st.dictionaries(BLOCK, YES, max_size=2), TITLE),
    st.tuples(st.just(Courses.goes_to_court), WHICH, YES),
    st.tuples(st.just(Courses.are_linked)),
    st.tuples(st.just(Courses.are_unlinked)),
)
"""Commands after decisions, and those on which other decisions depend."""


def ways() -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for one step and its object."""
    sits = st.tuples(st.just(Courses.sits), CANDIDACY, WON, st.integers(0, 1), RELEASED, RELEASED)
    return st.one_of(
        sits,
        sits,
        AFTERWARDS,
        AFTERWARDS,
        st.tuples(st.just(Courses.is_released), WHICH),
        st.tuples(st.just(Courses.is_entered), CANDIDACY),
        st.tuples(st.just(Courses.is_certified), CANDIDACY, BLOCK | st.none()),
        st.tuples(st.just(Courses.is_carried_over), CANDIDACY),
        st.tuples(st.just(Courses.is_satisfied)),
        st.tuples(st.just(Courses.is_taken_off), CANDIDACY, BLOCK),
    )


ALL, HALF, REST = {1, 2, 3, 4}, {1, 2}, {3, 4}
TWO_JURIES: Final = (
    (Courses.sits, MARIE_VAE, HALF, 0, False, True),
    (Courses.sits, MARIE_VAE, REST, 1, True, True),
    (Courses.is_entered, MARIE_VAE),
    (Courses.is_certified, MARIE_VAE, None),
    (Courses.is_certified, MARIE_VAE, 1),
)
OTHER_FILE: Final = ((Courses.sits, SAMIR_VAE, ALL, 0, True, True), (Courses.is_entered, SAMIR_VAE))
COUNTED_FROM_THE_OTHER: Final = (
    (Courses.sits, SAMIR_VAE, HALF, 0, False, True),
    (Courses.are_linked,),
    (Courses.is_carried_over, MARIE_VAE),
    (Courses.sits, MARIE_VAE, REST, 1, True, True),
    (Courses.is_entered, MARIE_VAE),
)
WON_AGAIN: Final = (
    (Courses.sits, MARIE_VAE, ALL, 0, True, True),
    (Courses.is_entered, MARIE_VAE),
    (Courses.goes_to_court, 0, False),
    (Courses.sits, MARIE_VAE, ALL, 1, True, True),
    (Courses.goes_to_court, 0, True),
)
LACKED: Final = (*TWO_JURIES, (Courses.goes_to_court, 0, False), (Courses.sits, MARIE_VAE, HALF, 1, False, True))
BEGUN: Final = (
    ((Courses.sits, MARIE_VAE, ALL, 0, True, True), (Courses.is_entered, MARIE_VAE)),
    TWO_JURIES,
    (*TWO_JURIES, (Courses.is_carried_over, AGAIN), (Courses.sits, AGAIN, {4}, 0, True, True)),
    COUNTED_FROM_THE_OTHER,
    ((Courses.is_satisfied,), (Courses.sits, MARIE_VAE, {1, 3, 4}, 0, True, True), (Courses.is_entered, MARIE_VAE)),
    (*OTHER_FILE, *TWO_JURIES, (Courses.are_linked,)),
    (
        (Courses.are_linked,),
        *OTHER_FILE,
        (Courses.goes_to_court, 0, False),
        (Courses.sits, MARIE_VAE, ALL, 1, True, True),
        (Courses.goes_to_court, 0, True),
    ),
    WON_AGAIN,
    LACKED,
    (*COUNTED_FROM_THE_OTHER, (Courses.is_taken_off, MARIE_VAE, 1), (Courses.is_carried_over, MARIE_VAE)),
)
"""Beginnings: two juries and one title, two files, blocks counted elsewhere, a title obtained again."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawn course: its beginning, and the steps before, during and after the annulment."""

    begins: tuple[tuple[Any, ...], ...]
    before: list[tuple[Any, ...]]
    which: int
    cause: str
    between: list[tuple[Any, ...]]
    after: list[tuple[Any, ...]]
    replayed: bool


COURSES = st.builds(
    Drawn,
    begins=st.sampled_from(BEGUN),
    before=st.lists(ways(), max_size=3),
    which=WHICH,
    cause=st.sampled_from(("court", "court", "fraud", "forged")),
    between=st.lists(ways(), max_size=5) | st.lists(AFTERWARDS, min_size=1, max_size=3),
    after=st.lists(ways(), max_size=4),
    replayed=st.sampled_from((False, False, False, True)),
)


def _mended(begins: tuple[tuple[Any, ...], ...], which: int, *between: tuple[Any, ...]) -> Drawn:
    return Drawn(begins=begins, before=[], which=which, cause="court", between=[*between], after=[], replayed=True)


MENDED: Final = {
    "a rectification takes a block from under the title meanwhile": _mended(
        TWO_JURIES, 0, (Courses.is_rectified, 1, {3: False}, None)
    ),
    "the other file proves to be somebody else's meanwhile": _mended(
        COUNTED_FROM_THE_OTHER, 0, (Courses.are_unlinked,)
    ),
    "an earlier title waits for the one that is annulled": _mended(WON_AGAIN, 1),
    "each file had the title before they were linked": _mended((*OTHER_FILE, *TWO_JURIES, (Courses.are_linked,)), 0),
    "a title is rectified away, and back once a later jury granted what it lacks": replace(
        _mended(LACKED, 0, (Courses.is_rectified, 2, {3: True}, False)),
        before=[
            (Courses.is_rectified, 1, {}, False),
            (Courses.is_rectified, 1, {}, True),
            (Courses.is_entered, MARIE_VAE),
        ],
    ),
    "an earlier jury is keyed to have pronounced the title that later ones made": replace(
        _mended(
            LACKED,
            2,
            (Courses.is_rectified, 1, {}, False),
            (Courses.goes_to_court, 0, True),
            (Courses.is_rectified, 0, {}, True),
        ),
        cause="forged",
    ),
}
"""What had been otherwise before what stands was folded anew."""


def annulled_and_restored(drawn: Drawn) -> None:
    """Check that an annulled and restored decision leaves the same as one never annulled."""
    courses = Courses()
    for way, *about in (*drawn.begins, *drawn.before):
        courses.step(way, *about)
    restore = courses.annul(drawn.which, drawn.cause)
    if restore is None:
        return
    for way, *about in drawn.between:
        courses.step(way, *about)
    restore()
    assert isinstance(courses.worlds[0].outcome, Recorded), courses.worlds[0].outcome
    courses.compare()
    courses.restored = True
    for way, *about in drawn.after:
        courses.step(way, *about)
    courses.compare()
    if drawn.replayed:
        courses.lawful()
