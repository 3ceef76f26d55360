"""Tests of audit bags with papers, notices, rectifications and frauds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.bag.scope import Covered
from adapters.settings import Settings
from adapters.verify.proof import LogLine
from adapters.verify.verifier import verify
from domain.appeal.rectification import Minuted
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.deadlines.facts import NotificationChannel
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Matter
from domain.jury.deliberation import Deliberation
from domain.organisation.facts import ExportScope
from domain.people.facts import IdentityCause
from domain.people.identity import CivilDocument
from domain.ports import OPERATOR
from domain.register.facts import Loss
from tests.given.log.played import Played, played
from tests.given.webapi.audit_bags import unchecked

AFTER = {
    "ResultNotified",
    "BlockCertified",
    "DuplicateIssued",
    "ReissuedForCivilStatus",
    "ReissuedForMaterialError",
    "CertificateStruck",
    "RectificationProposed",
    "RectificationApproved",
    "DecisionRectified",
    "FraudReported",
    "FraudToldToCandidate",
    "CandidateHeardOnFraud",
    "FraudFound",
}


PAPERS = {
    "BlockCertified",
    "DuplicateIssued",
    "ReissuedForCivilStatus",
    "ReissuedForMaterialError",
    "CertificateStruck",
}


def decision(made: Played) -> Deliberation:
    """Return the deliberation of Alix's first jury."""
    stream = Deliberation.id_of(made.story.sessions[0], made.story.candidacies[0])
    with made.acquis.store.attempt(made.acquis.request_of(OPERATOR), frozenset()) as attempt:
        return attempt.load(Deliberation, stream)


def corrected(made: Played, name: str, cause: IdentityCause) -> None:
    """Correct Alix's name: Rose proposes, Ulysse confirms."""
    alix, do = made.story.cast["alix"].id, made.acquis.do
    seen, dated = CivilDocument.PASSPORT, date(2019, 5, 2)
    proposes = ProposeIdentityCorrection(person=alix, name=name, cause=cause, seen=seen, dated=dated, reason="Vu.")
    do(proposes, made.story.cast["rose"].actor)
    do(ApproveIdentityCorrection(person=alix), made.story.cast["ulysse"].actor)


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """Play the demonstration, then notice, certificates, rectification and fraud after Alix's first jury."""
    with played(settings_of_town) as made:
        story, do = made.story, made.acquis.do
        alix, first = story.candidacies[0], story.sessions[0]
        rose, jules = story.cast["rose"].actor, story.cast["jules"].actor
        do(NotifyResult(session=first, candidacy=alix, channel=NotificationChannel.POST), rose)
        decided = decision(made)
        block = min(decided.granted)
        do(CertifyBlock(candidacy=alix, block=block), rose)
        do(IssueDuplicate(candidacy=alix, block=block, loss=Loss.LOST), rose)
        do(IssueCertificate(candidacy=alix), rose)
        corrected(made, "Alix Modèle", IdentityCause.CIVIL_STATUS)
        do(ReissueForCivilStatus(candidacy=alix, block=block), rose)
        corrected(made, "Alix Modelle", IdentityCause.MATERIAL_ERROR)
        for paper in (None, block):
            do(ReissueForMaterialError(candidacy=alix, block=paper), rose)
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
        do(DecideFraud(candidacy=alix, case=fact.case, found=True, reason="Établi."), rose)
        made.checkpoint()
        yield made


def types(bag: Path) -> set[str]:
    return {LogLine.read(raw).type for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()}


def test_bag_of_the_whole_log_with_corrections_verifies_and_describes_them(play: Played, tmp_path: Path) -> None:
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


def test_bag_of_a_candidacy_with_corrections_verifies_in_full(play: Played, tmp_path: Path) -> None:
    alix = play.story.candidacies[0]
    bag = play.export(tmp_path / "bag", Covered(scope=ExportScope.CANDIDACY, subject=alix))
    report = verify(bag, str(play.signer.key))
    assert report.sound, report.findings
    assert types(bag) >= AFTER
    assert not AFTER - PAPERS & set(unchecked(bag))
