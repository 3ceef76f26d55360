"""Forty candidates before two commissions, and one jury that harmonises (ambiguity A09).

Both commissions hear candidates of the same level; the second finds competence 7, which is mandatory, missing in all
of its twenty. Each commission alone sees its own rulings, and the candidates see nothing. Once both have signed, the
jury compares them, rules competence 7 acquired for those twenty, with its reason, and block 1 can be granted to all
forty. The candidates know it only when the jury's minutes are signed and its results released.
"""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_DNS, uuid5

from domain.candidacy.candidacy import Candidacy
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.evidence.evidence import ReceivedFile
from domain.fact import RecordedFact
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.jury.commission import CommissionsNotReady, Tally, tally
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceProposed, CompetenceRuled
from domain.jury.granting import BlockRuleNotMet
from domain.jury.ruling import Ruling
from domain.jury.session import MinutesNotSigned
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, CandidacyId, EvidenceId, PersonId, Role, SessionId
from domain.standing.disclosure import disclosed
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    EDITH,
    FRAMEWORK,
    KEMAL,
    LEO,
    MARC,
    NINA,
    PANEL,
    RNCP31936,
    RULEBOOK,
    RULES,
    SEATS,
    actor,
    as_reader,
    person,
    registered,
    standing_for,
)
from tests.given.domain.scenario import rebuilt
from tests.given.stories.acts import Stage, appointing

MARCH, MAY, JUNE = date(2021, 3, 1), date(2021, 5, 3), date(2021, 6, 15)
FORTY = tuple(person(f"candidate {number}") for number in range(40))
CANDIDACIES = {who: Candidacy.id_of(who, FRAMEWORK, Route.VAE) for who in FORTY}
FIRST, SECOND = FORTY[:20], FORTY[20:]
SHOWN = (1, 2, 4, 7, 9)
"""What each of the forty is worth in block 1: five of nine, the mandatory 4, 7 and 9 among them."""
WHY = "Harmonisation : la compétence 7 est montrée au même degré devant les deux commissions."


class Harmonisation(Stage):
    """Forty files, two commissions of three and two members, and the jury to which they report."""

    def __init__(self) -> None:
        super().__init__(MARCH)
        self.scene.given(*(registered(who, Role.CANDIDATE) for who in FORTY))
        self._start = len(self.facts)
        for who in FORTY:
            self.files(who)
        self.jury_session = self.plans(None)
        for seat in SEATS:
            self.on(MAY, appointing(self.jury_session, seat))
        self.one = self.commission(MARC, NINA, LEO)
        self.two = self.commission(EDITH, KEMAL)
        for session, called in ((self.one, FIRST), (self.two, SECOND), (self.jury_session, FORTY)):
            for who in called:
                self.on(MAY, SummonCandidate(session=session, candidacy=CANDIDACIES[who]))

    def files(self, who: PersonId) -> None:
        candidacy, theirs = CANDIDACIES[who], actor(who, Role.CANDIDATE)
        apply = OpenCandidacy(candidate=who, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
        self.on(MARCH, apply, theirs)
        self.on(MARCH, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=MARCH))
        piece = EvidenceId(uuid5(NAMESPACE_DNS, f"{who}.piece.example"))
        file = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x.pdf")
        self.on(MARCH, SubmitEvidence(evidence=piece, candidacy=candidacy, competences=(1,), file=file), theirs)
        self.on(MARCH, SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), theirs)

    def plans(self, reports_to: SessionId | None) -> SessionId:
        plan = PlanSession(
            framework=FRAMEWORK,
            rulebook=RULEBOOK,
            route=Route.VAE,
            held_on=JUNE,
            place="Paris",
            places=40,
            reports_to=reports_to,
        )
        self.on(MAY, plan)
        return SessionId(self.facts[self.scene.head].stamp.stream)

    def commission(self, *members: PersonId) -> SessionId:
        session = self.plans(self.jury_session)
        for member in members:
            self.on(MAY, AppointJuror(session=session, juror=member, sex=Sex.F, chair=member == members[0]))
        return session

    def examine(
        self, session: SessionId, members: tuple[PersonId, ...], called: tuple[PersonId, ...], *lacking: int
    ) -> None:
        chair = actor(members[0], Role.JUROR)
        self.opens_with(JUNE, session, members)
        for who in called:
            rulings = tuple(
                Ruling(competence=n, acquired=n in SHOWN and n not in lacking, reason="Non montrée.")
                for n in range(1, 10)
            )
            self.takes_up(JUNE, session, CANDIDACIES[who], chair)
            self.on(JUNE, RuleCompetences(session=session, candidacy=CANDIDACIES[who], rulings=rulings), chair)
        self.on(JUNE, CloseSession(session=session))
        self.on(JUNE, SignMinutes(session=session), chair)

    def known(self, who: PersonId) -> list[RecordedFact]:
        """Return the dossier of one candidate, with the sessions to which they are called."""
        commission = self.one if who in FIRST else self.two
        return self.dossier(CANDIDACIES[who], commission, self.jury_session)

    def seen(self, who: PersonId, reader: Actor) -> set[type]:
        return {type(told.fact) for told in disclosed(as_reader(reader), self.known(who))}

    def compared(self, session: SessionId, called: tuple[PersonId, ...]) -> Tally:
        def said(candidacy: CandidacyId) -> Deliberation:
            stream = Deliberation.id_of(session, candidacy)
            return rebuilt(Deliberation(id=stream), self.scene.store.facts(stream))

        return tally(said(CANDIDACIES[who]) for who in called)[6]


def test_harmonisation_grants_block_1_to_all_forty_with_its_reason() -> None:
    story = Harmonisation()
    jury = story.jury_session
    story.examine(story.one, (MARC, NINA, LEO), FIRST)
    story.sign_in(JUNE, jury, PANEL)
    opening = OpenSession(session=jury)
    story.scene.when(opening, by=AS_RENEE, on=JUNE)
    story.scene.then_refused(CommissionsNotReady, story.two)
    story.examine(story.two, (EDITH, KEMAL), SECOND, 7)

    # each commission sees its own rulings; the jury sees nothing before it meets; the candidates see nothing
    first, second = FIRST[0], SECOND[0]
    as_marc, as_edith = actor(MARC, Role.JUROR), actor(EDITH, Role.JUROR)
    assert CompetenceProposed in story.seen(first, as_marc)
    assert CompetenceProposed in story.seen(second, as_edith)
    assert CompetenceProposed not in story.seen(second, AS_PAUL)
    assert CompetenceProposed not in story.seen(first, actor(first, Role.CANDIDATE))

    # the jury compares: twenty of twenty, and none of twenty
    story.on(JUNE, opening)
    assert story.compared(story.one, FIRST) == Tally(competence=7, acquired=20, ruled=20)
    assert story.compared(story.two, SECOND) == Tally(competence=7, acquired=0, ruled=20)
    assert CompetenceProposed in story.seen(second, AS_PAUL)

    # by the rulings of the second commission block 1 is refused; the jury harmonises, with its reason
    story.takes_up(JUNE, jury, CANDIDACIES[second], AS_PAUL)
    story.on(JUNE, HarmoniseRulings(session=jury, candidacy=CANDIDACIES[second]), AS_PAUL)
    block_1 = (BlockDecision(block=1, granted=True),)
    grant = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS, session=jury, candidacy=CANDIDACIES[second], decisions=block_1
    )
    story.scene.when(grant, by=AS_PAUL, on=JUNE)
    story.scene.then_refused(BlockRuleNotMet)
    seven = (Ruling(competence=7, acquired=True, reason=WHY),)
    for who in FORTY:
        candidacy = CANDIDACIES[who]
        if who != second:
            story.takes_up(JUNE, jury, candidacy, AS_PAUL)
        changed = seven if who in SECOND else ()
        story.on(JUNE, HarmoniseRulings(session=jury, candidacy=candidacy, changed=changed), AS_PAUL)
        story.on(
            JUNE,
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=jury, candidacy=candidacy, decisions=block_1),
            AS_PAUL,
        )
        story.puts_off(JUNE, jury, candidacy)  # the competences that no commission has examined
    ruled = [told.fact for told in story.facts if isinstance(told.fact, CompetenceRuled)]
    assert {(fact.competence, fact.harmonises) for fact in ruled if fact.harmonises} == {(7, story.two)}

    # nothing is visible before the minutes are signed and the results released
    story.on(JUNE, CloseSession(session=jury))
    story.scene.when(ReleaseResults(session=jury), by=AS_RENEE, on=JUNE)
    story.scene.then_refused(MinutesNotSigned)
    story.on(JUNE, SignMinutes(session=jury), AS_PAUL)
    for who in (first, second):
        theirs = actor(who, Role.CANDIDATE)
        assert standing_for(as_reader(theirs), RNCP31936, RULES, story.known(who)).outcome == "in_progress"
        assert not {CompetenceProposed, CompetenceRuled} & story.seen(who, theirs)
    assert CompetenceRuled not in story.seen(first, as_marc)  # a commission does not see the jury's changes
    story.on(JUNE, ReleaseResults(session=jury))
    for who in FORTY:
        now = standing_for(as_reader(actor(who, Role.CANDIDATE)), RNCP31936, RULES, story.known(who))
        assert [line.state for line in now.blocks] == ["granted", "not_decided", "not_decided", "not_decided"]
    assert story.unlawful == []
