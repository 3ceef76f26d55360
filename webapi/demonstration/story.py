"""Seven people who apply for RNCP 31936 between 2019 and 2022, played by real commands only."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID, uuid4

from adapters.clock import FixedClock
from adapters.files.store import by_first_bytes
from adapters.framework_file import read, read_law, read_openings, read_rulebook, shipped
from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.request_review import RequestReview
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.evidence.evidence import ReceivedFile
from domain.framework.definition import Definition, Route
from domain.framework.framework import Framework
from domain.framework.jury_rule import Sex
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import (
    OPERATOR,
    Actor,
    CandidacyId,
    Command,
    EvidenceId,
    FrameworkId,
    OrganisationId,
    RulebookId,
    SessionId,
)
from domain.refusal import Refused
from domain.rulebook.evidence_rules import PieceForm
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from webapi.demonstration.cast import Player, enrol
from webapi.demonstration.jurors import qualify
from webapi.demonstration.paper import pdf
from webapi.evidence.link_or_statement import WrittenFile, link, statement
from webapi.evidence.worker import work_off
from webapi.wiring import App

BEGINS = date(2019, 1, 7)
SIGNS_AT, BEGINS_AT = time(8, 50), time(9)
"""The times at which jurors sign in, and at which the session opens."""
FOUR = ("jules", "katia", "lucien", "maud")
"""All members of the panel except one."""
REASON = "Les preuves présentées ne suffisent pas encore à montrer cette compétence."
ADVICE = "Réunir des preuves sur un projet mené de bout en bout, puis se présenter de nouveau pour ces blocs."
RECOMMENDED = "Décrire, pour chaque bloc, un projet mené de bout en bout."
ACCOUNT = (
    "J'ai animé deux ans la communauté d'une association : un calendrier de publication, des réponses sous un "
    "jour ouvré, un bilan chaque mois. Les chiffres viennent de ses propres tableaux de bord."
)
PORTFOLIO = "https://portfolio.example/réalisations"
COMPLAINT = "Un membre du jury avait encadré mon projet pendant la formation ; je l'ai dit à l'ouverture, sans suite."
UPHELD = "Le lien est établi par la convention de formation : ce membre devait se retirer de cette délibération."
PANEL = ("jules", "katia", "lucien", "maud", "noe")
RENEWED = ("victoire", "wassim", "xenia", "yanis", "zoe")
SEX = {
    **dict.fromkeys(("katia", "maud", "odile", "victoire", "xenia", "zoe"), Sex.F),
    **dict.fromkeys(("jules", "lucien", "noe", "wassim", "yanis"), Sex.M),
}
PLACE = "IMCI - 207, rue du Faubourg Saint Martin - 75010 Paris"


@dataclass
class Story:
    """The demonstration while it is played: people, certification, refusals."""

    acquis: App
    clock: FixedClock
    cast: dict[str, Player] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    candidacies: list[CandidacyId] = field(default_factory=list)
    called: dict[str, CandidacyId] = field(default_factory=dict)
    routes: dict[CandidacyId, Route] = field(default_factory=dict)
    sessions: list[SessionId] = field(default_factory=list)
    present: tuple[str, ...] = ()
    houses: dict[str, OrganisationId] = field(default_factory=dict)
    pieces: dict[CandidacyId, list[EvidenceId]] = field(default_factory=dict)

    def play(self) -> None:
        """Play from the publication of the certification to the last release of results."""
        self.clock.set(BEGINS)
        self.publish_certification()
        self.open_routes()
        self.cast = enrol(self.acquis)
        people = {short: player.id for short, player in self.cast.items()}
        self.houses = qualify(self.acquis.do, self.definition.code, people, self.cast["rose"].actor)
        self._apprenticeship_is_refused()
        alix, basile = self._vae_of_2021()
        self._session_of_2022(alix)
        for winner in (alix, basile):
            self.by("rose", EnterRegister(candidacy=winner))

    # The certification

    def publish_certification(self) -> None:
        """Publish the framework, a rulebook and the law."""
        self.definition: Definition = read(shipped("rncp31936.yaml"))
        self.rules: Rules = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
        self.acquis.do(PublishFramework(definition=self.definition), OPERATOR)
        self.acquis.do(PublishRulebook(rules=self.rules), OPERATOR)
        for text in read_law(shipped("law-vae.yaml")):
            self.acquis.do(PublishRuleSet(rule_set=text), OPERATOR)
        self.framework = FrameworkId(Framework.id_of(self.definition.code, self.definition.version))
        self.rulebook = RulebookId(Rulebook.id_of(self.rules.certifier, self.rules.version))

    def open_routes(self) -> None:
        """Open the routes that the sheet leaves to the certifier, with their modalities."""
        for opening in read_openings(shipped("openings-rncp31936-demonstration.yaml"), self.definition):
            self.acquis.do(
                OpenRoute(framework=self.framework, **vars(opening)),
                OPERATOR,
            )

    # Parts of the story

    def _apprenticeship_is_refused(self) -> None:
        self._refused("rose", self._opening("garance", Route.CA))

    def _vae_of_2021(self) -> tuple[CandidacyId, CandidacyId]:
        self.clock.set(date(2021, 2, 1))
        alix, basile = self.apply("alix", Route.VAE), self.apply("basile", Route.VAE)
        self._prepare_vae(alix, "alix", blocks=(1, 3))
        self._prepare_vae(basile, "basile", blocks=(1, 2, 3, 4))
        self._abuse_frozen_evidence(basile)
        session = self.plan(Route.VAE, date(2021, 6, 15))
        self.summon(session, alix, basile)
        self.clock.set(date(2021, 6, 15))
        self._abuse_unlawful_panel(session)
        self.open(session, PANEL, signed=FOUR)
        self.deliberate(session, alix)
        self.rule(session, alix, acquired={*range(1, 10), *range(21, 26)}, among=range(1, 31))
        self.decide(session, alix, granted=(1, 3), refused=(2, 4))
        self.deliberate(session, basile)
        self.rule(session, basile, acquired=set(range(1, 31)), among=range(1, 31))
        self.decide(session, basile, granted=(1, 2, 3, 4), title=True)
        self._abuse_second_decision(session, basile)
        self.end(session)
        return alix, basile

    def _session_of_2022(self, alix: CandidacyId) -> None:
        self.clock.set(date(2021, 9, 13))
        capucine = self.apply("capucine", Route.FI)
        dorian = self.apply("dorian", Route.FC)
        elodie = self.apply("elodie", Route.CQ)
        firmin = self.apply("firmin", Route.CL)
        self.clock.set(date(2022, 5, 2))
        self.put_in(alix, "alix", (range(10, 21), range(26, 31)))
        self._file(alix, "alix")
        missing_seven = {1, 2, 3, 4, 9} | set(range(10, 31))
        everything = set(range(1, 31))
        for candidacy, who, acquired in (
            (capucine, "capucine", missing_seven),
            (dorian, "dorian", everything),
            (elodie, "elodie", everything - {6, 17}),
        ):
            self.put_in(candidacy, who, (range(1, 10), range(10, 21), range(21, 26), range(26, 31)))
            self.assess(candidacy, acquired)
        self._abuse_unassigned_assessor(firmin)
        session = self.plan(Route.FI, date(2022, 6, 21))
        self.summon(session, alix, capucine, dorian, elodie, firmin)
        self.clock.set(date(2022, 6, 21))
        # the employers' representative is ill: a substitute of the same quality takes the seat
        odile, maud = self.cast["odile"].id, self.cast["maud"].id
        self.by("rose", SeatSubstitute(session=session, substitute=odile, replaced=maud))
        self.open(session, ("jules", "katia", "lucien", "odile", "noe"))
        self.deliberate(session, alix)
        self.rule(session, alix, acquired={*range(10, 21), *range(26, 31)}, among=(*range(10, 21), *range(26, 31)))
        self.decide(session, alix, granted=(2, 4), title=True)
        self.deliberate(session, capucine)
        self.rule(session, capucine, acquired=missing_seven, among=range(1, 31))
        self._abuse_block_without_its_rule(session, capucine)
        self.decide(session, capucine, granted=(2, 3, 4), refused=(1,))
        self.whole(session, dorian, everything)
        # a juror recognises a former colleague, and is recused for this deliberation only
        self.by(
            "lucien",
            RecuseJuror(
                session=session,
                candidacy=elodie,
                juror=self.cast["lucien"].id,
                reason="Ancienne collègue, reconnue en séance.",
            ),
        )
        self.whole(session, elodie, everything - {6, 17})
        self.by("rose", NoteAbsence(session=session, candidacy=firmin))
        self.end(session)
        for winner in (dorian, elodie):
            self.by("rose", EnterRegister(candidacy=winner))

    def appeal(self) -> None:
        """Play the appeal: a complaint about the procedure is upheld, and another jury judges after the annulment."""
        capucine, first = self.called["capucine"], self.sessions[-1]
        self.clock.set(date(2022, 7, 4))
        ask = RequestReview(session=first, candidacy=capucine, ground=ComplaintGround.PROCEDURAL, statement=COMPLAINT)
        self.by("capucine", ask)
        self.clock.set(date(2022, 7, 18))
        self.by("rose", AnswerReview(session=first, candidacy=capucine, accepted=True, reason=UPHELD))
        self.by("romane", ConfirmAnnulment(candidacy=capucine, about=first))
        session = self.plan(Route.FI, date(2022, 10, 11), RENEWED, substitute=None)
        self.summon(session, capucine)
        self.clock.set(date(2022, 10, 11))
        self.open(session, RENEWED)
        chair = RENEWED[0]
        self.deliberate(session, capucine, chair)
        missing_seven = {1, 2, 3, 4, 9} | set(range(10, 31))
        self.rule(session, capucine, acquired=missing_seven, among=range(1, 31), by=chair)
        self.decide(session, capucine, granted=(2, 3, 4), refused=(1,), by=chair)
        self.end(session)

    # Abuses that are refused

    def _abuse_frozen_evidence(self, candidacy: CandidacyId) -> None:
        """Withdraw a piece that the filed validation file lists."""
        self._refused("basile", WithdrawEvidence(candidacy=candidacy, evidence=self.pieces[candidacy][0]))

    def _abuse_unlawful_panel(self, session: SessionId) -> None:
        """Open a session with four of five members."""
        self.sign_in(session, FOUR)
        self._refused("rose", OpenSession(session=session))

    def _abuse_second_decision(self, session: SessionId, candidacy: CandidacyId) -> None:
        """Decide a granted block a second time."""
        again = BlockDecision(block=1, granted=False, reason=REASON)
        self._refused("jules", _voted(session, candidacy, (again,)))

    def _abuse_unassigned_assessor(self, candidacy: CandidacyId) -> None:
        """Mark a candidate to whom the assessor is not assigned."""
        self._refused("ines", AssessCompetence(candidacy=candidacy, competence=1, mark="acquired"))

    def _abuse_block_without_its_rule(self, session: SessionId, candidacy: CandidacyId) -> None:
        """Grant block 1 with five of nine competences, mandatory competence 7 missing."""
        grant = BlockDecision(block=1, granted=True)
        self._refused("jules", _voted(session, candidacy, (grant,)))

    # Actions

    def _opening(self, who: str, route: Route) -> OpenCandidacy:
        return OpenCandidacy(
            candidate=self.cast[who].id, framework=self.framework, rulebook=self.rulebook, route=route
        )

    def apply(self, who: str, route: Route) -> CandidacyId:
        """Apply by a route; return the candidacy."""
        recorded = self.acquis.do(self._opening(who, route), self.cast[who].actor)
        candidacy = CandidacyId(next(iter(recorded.versions)))
        self.candidacies.append(candidacy)
        self.called[who] = candidacy
        self.routes[candidacy] = route
        return candidacy

    def _prepare_vae(self, candidacy: CandidacyId, who: str, blocks: tuple[int, ...]) -> None:
        received = date(2021, 2, 1)
        admits = DecideAdmissibility(
            candidacy=candidacy, admissible=True, file_received_on=received, recommendations=RECOMMENDED
        )
        self.by("rose", admits)
        self.put_in(candidacy, who, [self.definition.by_number[block].competences for block in blocks])
        self._file(candidacy, who)

    def put_in(self, candidacy: CandidacyId, who: str, pieces: Iterable[Iterable[int]]) -> None:
        """Submit one piece for each block: a file, a written text, a link, then files."""
        for number, competences in enumerate(pieces, start=1):
            shown = tuple(competences)
            title = f"Pièce {number}, compétences {shown[0]} à {shown[-1]}"
            written = {2: statement(f"{title}\n\n{ACCOUNT}"), 3: link(PORTFOLIO)}.get(number)
            content, named = (written.content, title) if written else (pdf(title), f"piece-{number}.pdf")
            evidence = self.give(
                candidacy, self.cast[who].actor, content=content, name=named, competences=shown, written=written
            )
            self.pieces.setdefault(candidacy, []).append(evidence)
            if not written:
                self.acquis.jobs.put("check", evidence, candidacy, self.cast[who].id)
        work_off(self.acquis)

    def give(
        self,
        candidacy: CandidacyId,
        by: Actor,
        *,
        content: bytes,
        name: str,
        competences: tuple[int, ...],
        written: WrittenFile | None,
    ) -> EvidenceId:
        """Submit one piece: a file, or a written text or link."""
        evidence = EvidenceId(uuid4())
        typed = written.typed if written else by_first_bytes
        with self.acquis.files.receive(io.BytesIO(content), by.who, typed=typed) as incoming:
            self.acquis.files.keep(incoming, evidence)
            file = ReceivedFile(
                media_type=incoming.media_type,
                size=incoming.size,
                digest=incoming.digest,
                name=name,
                form=written.form if written else PieceForm.FILE,
            )
        command = SubmitEvidence(candidacy=candidacy, evidence=evidence, competences=competences, file=file)
        self.acquis.do(command, by)
        return evidence

    def _file(self, candidacy: CandidacyId, who: str) -> None:
        self.by(who, SubmitValidationFile(candidacy=candidacy, evidence=tuple(self.pieces[candidacy])))

    def assess(self, candidacy: CandidacyId, acquired: set[int]) -> None:
        """Have Hugo mark all thirty competences and file the assessment."""
        hugo = self.cast["hugo"].id
        self.by("rose", AssignAssessor(candidacy=candidacy, assessor=hugo, competences=tuple(range(1, 31))))
        for competence in range(1, 31):
            mark = "acquired" if competence in acquired else "not_acquired"
            self.by("hugo", AssessCompetence(candidacy=candidacy, competence=competence, mark=mark))
        self.by("hugo", FileAssessment(candidacy=candidacy, assessor=hugo))

    def plan(
        self, route: Route, held_on: date, panel: tuple[str, ...] = PANEL, substitute: str | None = "odile"
    ) -> SessionId:
        """Plan a session with its members; the first is the chair."""
        command = PlanSession(
            framework=self.framework, rulebook=self.rulebook, route=route, held_on=held_on, place=PLACE, places=12
        )
        session = SessionId(next(iter(self.acquis.do(command, self.cast["rose"].actor).versions)))
        self.sessions.append(session)
        for name in panel:
            chair = name == panel[0]
            self.by("rose", AppointJuror(session=session, juror=self.cast[name].id, sex=SEX[name], chair=chair))
        if substitute:
            stands_in = AppointJuror(
                session=session, juror=self.cast[substitute].id, sex=SEX[substitute], substitute=True
            )
            self.by("rose", stands_in)
        return session

    def summon(self, session: SessionId, *candidacies: CandidacyId) -> None:
        """Summon candidates before a session."""
        for candidacy in candidacies:
            self.by("rose", SummonCandidate(session=session, candidacy=candidacy))

    def sign_in(self, session: SessionId, members: Iterable[str]) -> None:
        """Have each member of a jury sign in."""
        self.clock.set(self.clock.today(), SIGNS_AT)
        for name in members:
            self.by(name, SignMemberIn(session=session, juror=self.cast[name].id))

    def open(self, session: SessionId, present: tuple[str, ...], signed: tuple[str, ...] = ()) -> None:
        """Open a session in the morning with those present; those not in `signed` sign in first."""
        self.sign_in(session, (name for name in present if name not in signed))
        self.clock.set(self.clock.today(), BEGINS_AT)
        self.by("rose", OpenSession(session=session))
        self.present = present

    def deliberate(self, session: SessionId, candidacy: CandidacyId, by: str = "jules") -> None:
        """Note that a candidate came, and open the deliberation; each starts half an hour after the last."""
        self.later(30)
        self.by("rose", NoteCandidatePresent(session=session, candidacy=candidacy))
        self.by(by, OpenDeliberation(session=session, candidacy=candidacy))

    def whole(self, session: SessionId, candidacy: CandidacyId, acquired: set[int]) -> None:
        """Grant all blocks and the title."""
        self.deliberate(session, candidacy)
        self.rule(session, candidacy, acquired=acquired, among=range(1, 31))
        self.decide(session, candidacy, granted=(1, 2, 3, 4), title=True)

    def rule(
        self,
        session: SessionId,
        candidacy: CandidacyId,
        *,
        acquired: set[int],
        among: Iterable[int],
        by: str = "jules",
    ) -> None:
        """Rule on competences: acquired or not."""
        rulings = tuple(
            Ruling(competence=n, acquired=n in acquired, reason=None if n in acquired else REASON) for n in among
        )
        self.by(by, RuleCompetences(session=session, candidacy=candidacy, rulings=rulings))

    def decide(
        self,
        session: SessionId,
        candidacy: CandidacyId,
        *,
        granted: tuple[int, ...],
        refused: tuple[int, ...] = (),
        title: bool = False,
        by: str = "jules",
    ) -> None:
        """Record, as the chair, the blocks that the jury granted or refused, and the title."""
        decisions = tuple(BlockDecision(block=block, granted=True) for block in granted) + tuple(
            BlockDecision(block=block, granted=False, reason=REASON, advice=ADVICE) for block in refused
        )
        self.by(by, _voted(session, candidacy, decisions, title=title))

    def end(self, session: SessionId) -> None:
        """Close the last opened session, have all members present sign its minutes, and release the results."""
        self.later(30)
        self.by("rose", CloseSession(session=session))
        for member in self.present:
            self.by(member, SignMinutes(session=session))
        self.by("rose", ReleaseResults(session=session))

    def later(self, minutes: int) -> None:
        """Advance the clock within the day."""
        now = self.clock.now() + timedelta(minutes=minutes)
        self.clock.set(self.clock.today(), now.time())

    def by(self, who: str, command: Command) -> None:
        """Execute a command as this person."""
        self.acquis.do(command, self.cast[who].actor)

    def made(self, command: Command, who: str = "rose") -> UUID:
        """Execute a command as this person; return the id of the stream that it began."""
        return next(iter(self.acquis.do(command, self.cast[who].actor).versions))

    def _refused(self, who: str, command: Command) -> None:
        """Execute a command that must be refused, and note the broken rule."""
        try:
            self.by(who, command)
        except Refused as refusal:
            self.refusals.append(refusal.slug())
        else:
            raise AssertionError(f"{type(command).__name__} should have been refused")


def _voted(
    session: SessionId, candidacy: CandidacyId, decisions: tuple[BlockDecision, ...], *, title: bool = False
) -> RecordDecision:
    """Return a jury's decision: unanimous if everything is granted, otherwise by a majority."""
    outcome = VoteOutcome.UNANIMOUS if all(each.granted for each in decisions) else VoteOutcome.MAJORITY
    return RecordDecision(session=session, candidacy=candidacy, outcome=outcome, decisions=decisions, title=title)
