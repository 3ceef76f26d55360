"""Decisions under the texts as first published, which stay valid and cite those texts.

Code du travail L6412-2 (repealed in 2022), as first published, stopped the certifier's time while pieces were
missing, and Code de l'éducation R335-8 required as many women as men. The readings made since (R335-7, R335-8 II)
were published afterwards; a replay and an explanation follow what was known when each step was taken (ADR 17).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import cast

from adapters.framework_file import read_law, shipped
from domain.candidacy.facts import AdmissibilityImplied
from domain.candidacy.feasibility import SilenceNotOver
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.repeal_rule_set import RepealRuleSet
from domain.framework.definition import Route
from domain.ports import OPERATOR, SYSTEM, Actor, CandidacyId, PersonId, Role
from domain.rulebook.law import Law
from domain.standing.law_cited import LawOverTime, cited
from domain.standing.why import why
from tests.given.domain.law import FORMER, L6412
from tests.given.domain.people import (
    AS_MARIE,
    FRAMEWORK,
    MARIE_VAE,
    PROFESSIONALS,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR,
    SAMIR_VAE,
    actor,
)
from tests.given.stories.acts import Stage

AS_SAMIR = actor(SAMIR, Role.CANDIDATE)
RECEIVED, ASKED, CAME = date(2021, 3, 1), date(2021, 3, 20), date(2021, 4, 9)
UNDER_THE_FORMER = date(2021, 5, 21)
"""Two months from 1 March, and the twenty days in which a piece was missing."""
UNDER_WHAT_WAS_READ = date(2021, 6, 9)
"""Two months from 9 April, when the file was complete."""
REPEAL = RepealRuleSet(rule_set=L6412.id, last=date(2018, 12, 31), ground="lu", confirms_past=True)


def asks(stage: Stage, who: Actor, candidacy: CandidacyId) -> None:
    """Apply by VAE as a candidate whose file is received, lacks a piece, and is then completed."""
    person = cast("PersonId", who.person)
    apply = OpenCandidacy(candidate=person, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
    stage.on(RECEIVED, apply, who)
    stage.on(RECEIVED, SubmitFeasibilityFile(candidacy=candidacy), who)
    stage.on(ASKED, FindFileIncomplete(candidacy=candidacy, missing="Une attestation."))
    stage.on(CAME, CompleteFeasibilityFile(candidacy=candidacy), who)


def noon_after(last: date) -> datetime:
    """Return noon of the day after a last day."""
    return datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=1, hours=12)


def imply(candidacy: CandidacyId, last: date) -> ImplyAdmissibility:
    """Return the command that the deadlines' job sends on the day after the last one."""
    return ImplyAdmissibility(candidacy=candidacy, at=noon_after(last))


def texts(stage: Stage, candidacy: CandidacyId) -> list[str]:
    """Return the rule sets cited by a dossier, with or without a jury."""
    law = LawOverTime.of(each for each in stage.facts if each.stamp.stream == Law.the())
    sat = {each.stamp.stream for each in stage.facts if type(each.fact).__name__ == "SessionOpened"}
    return [
        each.rule_set for each in cited(law, [each for each in stage.facts if each.stamp.stream in {candidacy, *sat}])
    ]


def test_implied_admissibility_and_decision_keep_citing_the_former_texts() -> None:
    stage = Stage(date(2021, 2, 1))
    stage.scene.given(*PROFESSIONALS)
    for text in (*FORMER, L6412):
        stage.on(date(2021, 2, 1), PublishRuleSet(rule_set=text), OPERATOR)
    asks(stage, AS_MARIE, MARIE_VAE)
    stage.on(UNDER_THE_FORMER + timedelta(days=1), imply(MARIE_VAE, UNDER_THE_FORMER), SYSTEM)
    piece = stage.puts_in(date(2021, 6, 1), MARIE_VAE)
    stage.on(date(2021, 6, 1), SubmitValidationFile(candidacy=MARIE_VAE, evidence=(piece,)), AS_MARIE)
    session = stage.jury(date(2021, 6, 1), date(2021, 7, 1))
    stage.decides(date(2021, 7, 1), session, MARIE_VAE, RNCP31936, (21, 22, 25), released=date(2021, 7, 2))

    read_on = date(2021, 8, 2)
    stage.on(read_on, REPEAL, OPERATOR)
    for text in read_law(shipped("law-vae.yaml")):
        stage.on(read_on, PublishRuleSet(rule_set=text), OPERATOR)

    assert stage.unlawful == []
    implied = next(each.fact for each in stage.facts if isinstance(each.fact, AdmissibilityImplied))
    assert (implied.ended_on, implied.rule_set) == (UNDER_THE_FORMER, L6412.id)
    former, _ = FORMER
    assert texts(stage, MARIE_VAE) == [L6412.id, former.id]
    law = LawOverTime.of(each for each in stage.facts if each.stamp.stream == Law.the())
    dossier = [each for each in stage.facts if each.stamp.stream in {MARIE_VAE, session}]
    assert [each.rule_set for each in why(RNCP31936, RULES, dossier, law=law).law] == [L6412.id, former.id]


def test_undecided_candidacy_follows_the_texts_published_since() -> None:
    stage = Stage(date(2021, 2, 1))
    stage.on(date(2021, 2, 1), PublishRuleSet(rule_set=L6412), OPERATOR)
    asks(stage, AS_SAMIR, SAMIR_VAE)
    stage.on(date(2021, 5, 3), REPEAL, OPERATOR)
    for text in read_law(shipped("law-vae.yaml")):
        stage.on(date(2021, 5, 3), PublishRuleSet(rule_set=text), OPERATOR)
    day = UNDER_THE_FORMER + timedelta(days=1)
    stage.scene.when(imply(SAMIR_VAE, UNDER_THE_FORMER), by=SYSTEM, on=day)
    stage.scene.then_refused(SilenceNotOver, UNDER_WHAT_WAS_READ.isoformat())
    stage.on(UNDER_WHAT_WAS_READ + timedelta(days=1), imply(SAMIR_VAE, UNDER_WHAT_WAS_READ), SYSTEM)
    assert texts(stage, SAMIR_VAE) == ["CE-R335-7-2019"]
    assert stage.unlawful == []
