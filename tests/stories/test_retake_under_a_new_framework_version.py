"""Marie won block 3 under the first version; the sheet is renewed, and she comes back under the second.

The second version renumbers its blocks: the old block 3 leads to its block 1. The block that she won counts only by
that correspondence; the jury judges the others and pronounces the title. A court then annuls the first decision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.admit_correspondence import AdmitCorrespondence
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.framework.retire_framework import RetireFramework
from domain.commands.register.enter_register import EnterRegister
from domain.framework.definition import RegistrationDates, Route
from domain.framework.succession import VersionRetired
from domain.ports import CandidacyId, SessionId
from domain.register.facts import TitleWithdrawn
from domain.standing.standing import standing
from domain.standing.why import why
from tests.given.domain.people import (
    AS_SAMIR,
    BLOCKS,
    FRAMEWORK,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR,
    VAE_OPENED,
)
from tests.given.stories.acts import Stage, framework_id

OLD_BLOCK_3 = range(21, 26)
RENUMBERED = tuple(replace(block, number={3: 1, 1: 3}.get(block.number, block.number)) for block in BLOCKS)
SECOND = replace(
    RNCP31936,
    version=2,
    blocks=RENUMBERED,
    registration=RegistrationDates(
        decided_on=date(2021, 10, 1),
        published_on=date(2021, 12, 1),
        effect_from=date(2021, 12, 1),
        ends_on=date(2026, 12, 1),
        years_stated=5,
        text="",
        last_issuance_on=date(2028, 12, 1),
    ),
)
FIRST_JURY, RENEWAL, RETIRED, AGAIN, SECOND_JURY, COURT = (
    date(2021, 6, 15),
    date(2021, 12, 1),
    date(2022, 1, 1),
    date(2022, 2, 1),
    date(2022, 6, 14),
    date(2022, 11, 8),
)


def played() -> tuple[Stage, CandidacyId, SessionId, CandidacyId, SessionId]:
    stage = Stage(date(2021, 1, 4))
    first = stage.applies(date(2021, 1, 4))
    june = stage.jury(date(2021, 5, 3), FIRST_JURY)
    stage.decides(FIRST_JURY, june, first, RNCP31936, OLD_BLOCK_3)
    renewed = framework_id(SECOND)
    stage.on(RENEWAL, PublishFramework(definition=SECOND))
    opening = {"route": Route.VAE, "opened_on": RENEWAL, "ground": "x", "modalities": VAE_OPENED.modalities}
    stage.on(RENEWAL, OpenRoute(framework=renewed, **opening))  # type: ignore[arg-type]
    table = AdmitCorrespondence(
        framework=renewed, earlier=FRAMEWORK, from_blocks=(3,), to_blocks=(1,), ground="table de correspondance"
    )
    stage.on(RENEWAL, table)
    stage.on(RENEWAL, RetireFramework(framework=FRAMEWORK, retired_on=RETIRED, ground="nouvelle version"))
    again = stage.applies(AGAIN, renewed)
    later = stage.jury(AGAIN, SECOND_JURY, RENEWED_SEATS, renewed)
    return stage, first, june, again, later


def test_block_won_under_the_first_version_counts_under_the_second() -> None:
    stage, _, _, again, later = played()
    facts = stage.dossier(again, later)
    now = standing(SECOND, RULES, facts, provisional=False)
    assert [(line.number, line.state) for line in now.blocks if line.state == "granted"] == [(1, "granted")]
    assert (now.outcome, now.blocks[2].decided_on) == ("in_progress", FIRST_JURY)
    explained = why(SECOND, RULES, facts)
    assert [source.fact for source in explained.sources] == ["BlockCarriedOver", "EvidenceSubmitted"]
    assert explained.title.missing[0].first == (2, 3, 4)
    rest = [number for number in SECOND.numbers if number not in OLD_BLOCK_3]
    stage.decides(SECOND_JURY, later, again, SECOND, rest, title=True, present=RENEWED)
    assert standing(SECOND, RULES, stage.dossier(again, later), provisional=False).outcome == "full"
    assert stage.unlawful == []


def test_application_under_a_retired_version_is_refused() -> None:
    stage, *_ = played()
    apply = OpenCandidacy(candidate=SAMIR, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)
    stage.scene.when(apply, by=AS_SAMIR, on=RETIRED)
    assert isinstance(stage.scene.outcome, VersionRetired)


def test_title_is_withdrawn_when_the_decision_on_a_carried_over_block_is_annulled() -> None:
    stage, first, june, again, later = played()
    rest = [number for number in SECOND.numbers if number not in OLD_BLOCK_3]
    stage.decides(SECOND_JURY, later, again, SECOND, rest, title=True, present=RENEWED)
    stage.on(SECOND_JURY, EnterRegister(candidacy=again))
    annulled = NoteCourtRuling(session=june, candidacy=first, court="TA", ruled_on=COURT, reference="x", annuls=True)
    stage.on(COURT, annulled)
    assert isinstance(stage.facts[-1].fact, TitleWithdrawn)
    now = standing(SECOND, RULES, stage.dossier(again, later), provisional=False)
    assert (now.outcome, [line.number for line in now.blocks if line.state != "granted"]) == ("partial", [1])
    assert stage.unlawful == []
