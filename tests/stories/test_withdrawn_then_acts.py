"""Marie withdraws with one block won; actions on her candidacy are refused; two years later she comes back.

A granted block belongs to her: it can be certified meanwhile, and counts when she comes back.
"""

from __future__ import annotations

from datetime import date

import pytest

from domain.candidacy.candidacy_life import BeingDecided, CandidacyEnded
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.certify_block import CertifyBlock
from domain.evidence.evidence import ReceivedFile
from domain.framework.definition import Route
from domain.jury.facts import SessionOpened
from domain.ports import OPERATOR, Actor, CandidacyId, Command, EvidenceId, SessionId
from domain.standing.standing import standing
from tests.given.domain.people import (
    ADELE,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    PANEL,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULES,
    known,
)
from tests.given.stories.acts import Stage

JANUARY, MARCH, MAY, JUNE = date(2021, 1, 4), date(2021, 3, 15), date(2021, 5, 3), date(2021, 6, 15)
BACK, LAST_JURY = date(2023, 3, 1), date(2023, 6, 15)
BLOCK_3, OTHERS = range(21, 26), (*range(1, 21), *range(26, 31))
WITHDRAWS = "Je pars à l'étranger."


def partly() -> tuple[Stage, CandidacyId, SessionId]:
    """Grant block 3 in March and withdraw in May."""
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, MARCH)
    stage.decides(MARCH, session, candidacy, RNCP31936, BLOCK_3)
    stage.on(MAY, WithdrawCandidacy(candidacy=candidacy, reason=WITHDRAWS), AS_MARIE)
    return stage, candidacy, session


def granted(stage: Stage, candidacy: CandidacyId) -> list[int]:
    sessions = [SessionId(told.stamp.stream) for told in stage.facts if isinstance(told.fact, SessionOpened)]
    found = standing(RNCP31936, RULES, stage.dossier(candidacy, *sessions))
    return [line.number for line in found.blocks if line.state == "granted"]


FILE = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x.pdf")


@pytest.mark.parametrize("who", ["the candidate", "her advisor's naming", "the registrar", "a change of route"])
def test_71_actions_on_a_withdrawn_candidacy_are_refused(who: str) -> None:
    stage, candidacy, _ = partly()
    new_piece = EvidenceId(known("new piece"))
    acts: dict[str, tuple[Command, Actor]] = {
        "the candidate": (
            SubmitEvidence(evidence=new_piece, candidacy=candidacy, competences=(1,), file=FILE),
            AS_MARIE,
        ),
        "her advisor's naming": (NameAdvisor(candidacy=candidacy, advisor=ADELE), AS_MARIE),
        "the registrar": (
            SummonCandidate(session=stage.jury(MAY, JUNE, RENEWED_SEATS), candidacy=candidacy),
            AS_RENEE,
        ),
        "a change of route": (ChangeRoute(candidacy=candidacy, route=Route.FC), AS_RENEE),
    }
    command, by = acts[who]
    stage.scene.when(command, by=by, on=MAY)
    refused = stage.scene.then_refused(CandidacyEnded)
    assert "retirée" in refused.sentence("fr")


def test_block_won_before_a_withdrawal_can_be_certified() -> None:
    stage, candidacy, _ = partly()
    assert granted(stage, candidacy) == [3]
    stage.on(JUNE, CertifyBlock(candidacy=candidacy, block=3))
    assert stage.unlawful == []


def test_block_won_before_a_withdrawal_is_lost_when_a_court_annuls_the_decision() -> None:
    stage, candidacy, session = partly()
    ruling = NoteCourtRuling(
        session=session, candidacy=candidacy, court="TA Paris", ruled_on=JUNE, reference="x", annuls=True
    )
    stage.on(JUNE, ruling, OPERATOR)
    assert granted(stage, candidacy) == []
    assert stage.unlawful == []


def test_resumed_candidacy_wins_its_other_blocks_two_years_later() -> None:
    stage, candidacy, _ = partly()
    stage.on(BACK, ResumeCandidacy(candidacy=candidacy), AS_MARIE)
    piece = stage.puts_in(BACK, candidacy)
    assert piece
    session = stage.jury(BACK, LAST_JURY, RENEWED_SEATS)
    stage.decides(LAST_JURY, session, candidacy, RNCP31936, OTHERS, title=True, present=RENEWED)
    assert granted(stage, candidacy) == [1, 2, 3, 4]
    assert stage.unlawful == []


def test_withdrawal_is_refused_while_the_jury_deliberates() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, MARCH)
    stage.on(MARCH, SummonCandidate(session=session, candidacy=candidacy))
    stage.opens_with(MARCH, session, PANEL)
    stage.takes_up(MARCH, session, candidacy, AS_PAUL)
    stage.scene.when(WithdrawCandidacy(candidacy=candidacy), by=AS_MARIE, on=MARCH)
    stage.scene.then_refused(BeingDecided)
