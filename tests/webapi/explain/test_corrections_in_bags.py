"""What does an auditor take home of papers, notices, rectifications and frauds, and is it found lawful?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.bag.scope import Covered
from adapters.settings import Settings
from adapters.verify.proof import Line
from adapters.verify.verifier import verify
from domain.appeal.rectification import Minuted
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.deadlines.facts import Channel
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Matter
from domain.jury.deliberation import Deliberation
from domain.organisation.facts import Scope
from domain.ports import OPERATOR
from domain.register.certificates import Holder
from domain.register.facts import Loss
from tests.given.log.played import Played, played
from tests.given.webapi.audit_bags import unchecked

AFTER = {
    "ResultNotified",
    "BlockCertified",
    "DuplicateIssued",
    "ReissuedForCivilStatus",
    "RectificationProposed",
    "RectificationApproved",
    "DecisionRectified",
    "FraudReported",
    "FraudToldToCandidate",
    "CandidateHeardOnFraud",
    "FraudFound",
}


def decision(made: Played) -> Deliberation:
    """What Alix's first jury decided."""
    stream = Deliberation.id_of(made.story.sessions[0], made.story.candidacies[0])
    with made.acquis.store.attempt(made.acquis.request_of(OPERATOR), frozenset()) as attempt:
        return attempt.load(Deliberation, stream)


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """The demonstration, then all that may come after Alix's first jury: told, certified, rectified, suspected."""
    with played(settings_of_town) as made:
        story, do = made.story, made.acquis.do
        alix, first = story.candidacies[0], story.sessions[0]
        rose, jules = story.cast["rose"].actor, story.cast["jules"].actor
        do(NotifyResult(session=first, candidacy=alix, channel=Channel.POST), rose)
        decided = decision(made)
        block = min(decided.granted)
        holder = Holder(name="Alix Exemple", born="1er mai 1990, Lyon")
        do(CertifyBlock(candidacy=alix, block=block, holder=holder), rose)
        do(IssueDuplicate(candidacy=alix, block=block, loss=Loss.LOST), rose)
        do(CorrectIdentity(person=story.cast["alix"].id, name="Alix Modèle", document="Acte"), rose)
        do(ReissueForCivilStatus(candidacy=alix, block=block, holder=Holder(name="Alix Modèle")), rose)
        number = max(decided.rulings)
        says = Minuted(rulings={number: not decided.rulings[number]})
        do(ProposeRectification(session=first, candidacy=alix, minuted=says, reason="Ligne."), rose)
        do(ApproveRectification(session=first, candidacy=alix, reason="Vu."), jules)
        reported = do(ReportFraud(candidacy=alix, matter=Matter(competences=(number,)), statement="Copié."), jules)
        (fact,) = [each for each in reported.facts if isinstance(each, FraudReported)]
        heard_on = story.clock.today() + timedelta(days=8)
        do(TellOfFraud(candidacy=alix, case=fact.case, hearing_on=heard_on), rose)
        story.clock.set(heard_on)
        do(HearOnFraud(candidacy=alix, case=fact.case, statement="Non."), rose)
        do(DecideFraud(candidacy=alix, case=fact.case, found=True, reasons="Établi."), rose)
        made.checkpoint()
        yield made


def types(bag: Path) -> set[str]:
    return {Line.read(raw).type for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()}


def test_the_whole_log_is_found_lawful(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    report = verify(bag, str(play.signer.key))
    assert report.sound, report.findings
    assert types(bag) >= AFTER
    (page,) = [path for path in (bag / "data").rglob("*.html") if "Décisions" in path.read_text("utf-8")]
    text = page.read_text("utf-8")
    for said in (
        "Le résultat a été notifié",
        "attestation du bloc",
        "La décision saisie a été rectifiée",
        "La fraude a été établie.",
    ):
        assert said in text


def test_a_candidate_s_own_bag_checks_all_of_it(play: Played, tmp_path: Path) -> None:
    alix = play.story.candidacies[0]
    bag = play.export(tmp_path / "bag", Covered(scope=Scope.CANDIDACY, subject=alix))
    report = verify(bag, str(play.signer.key))
    assert report.sound, report.findings
    assert types(bag) >= AFTER
    assert not AFTER - {"DuplicateIssued", "BlockCertified", "ReissuedForCivilStatus"} & set(unchecked(bag))
