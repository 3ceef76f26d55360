"""Two sisters taken for one person, then told apart: nothing was merged, so nothing has to be restored.

Marie is a candidate. Nadia, a juror of the same name and town, is found "obviously the same": their files are linked.
While they are, Nadia cannot judge Marie. Once unlinked, everything is as before, and the history shows what happened.
"""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.framework.definition import Route
from domain.people.facts import DuplicateLinked, DuplicateUnlinked
from domain.people.person import Person
from domain.ports import CandidacyId, PersonId
from domain.standing.standing import Standing, standing
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    LUC,
    MARIE,
    NADIA,
    PANEL,
    PAUL,
    RNCP31936,
    RULES,
)
from tests.given.domain.scenario import rebuilt
from tests.given.stories.acts import Stage

JANUARY, MARCH, APRIL, JUNE = date(2021, 1, 4), date(2021, 3, 15), date(2021, 4, 1), date(2021, 6, 15)
LINK = LinkDuplicate(person=MARIE, other=NADIA, reason="Même nom, même ville de naissance.")
UNLINK = UnlinkDuplicate(person=NADIA, other=MARIE, reason="Deux sœurs : les actes de naissance diffèrent.")


def person(stage: Stage, who: PersonId) -> Person:
    return rebuilt(Person(id=who), stage.scene.store.facts(who))


def stands(stage: Stage, candidacy: CandidacyId) -> Standing:
    return standing(RNCP31936, RULES, stage.dossier(candidacy))


def test_summons_is_refused_while_a_juror_is_linked_to_the_candidate() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, JUNE)
    stage.on_both(MARCH, LINK)
    stage.scene.when(SummonCandidate(session=session, candidacy=candidacy), by=AS_RENEE, on=APRIL)
    stage.scene.then_refused(OwnWork)
    assert stage.unlawful == []


def test_deliberation_is_refused_to_a_juror_linked_to_the_candidate_and_to_colleagues() -> None:
    """Were Nadia the candidate, Paul and Luc, who work at the same place as she does, would be tied to her."""
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, JUNE)
    stage.on(APRIL, SummonCandidate(session=session, candidacy=candidacy))
    stage.opens_with(JUNE, session, PANEL)
    stage.on_both(JUNE, LINK)
    stage.scene.when(OpenDeliberation(session=session, candidacy=candidacy), by=AS_PAUL, on=JUNE)
    stage.scene.then_refused(ConflictOfInterest, *sorted((NADIA, PAUL, LUC)))


def test_unlinked_files_are_as_before_the_link_and_the_jury_decides() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, JUNE)
    before = person(stage, MARIE), person(stage, NADIA), stands(stage, candidacy)
    stage.on_both(MARCH, LINK)
    assert person(stage, MARIE).same_as == {NADIA}
    assert person(stage, NADIA).same_as == {MARIE}
    assert stands(stage, candidacy) == before[2], "a link changes no standing"
    stage.on(APRIL, UNLINK)
    assert (person(stage, MARIE), person(stage, NADIA), stands(stage, candidacy)) == before
    stage.decides(JUNE, session, candidacy, RNCP31936, ENOUGH, title=True)
    assert stands(stage, candidacy).outcome == "full"
    assert stage.unlawful == []


def test_link_and_unlink_stay_in_both_streams_and_merge_none() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    stage.on_both(MARCH, LINK)
    stage.on(APRIL, UNLINK)
    assert candidacy == Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE), "her candidacy is hers, under its own id"
    for who in (MARIE, NADIA):
        facts = [type(fact) for fact in stage.scene.store.facts(who)]
        assert facts[-2:] == [DuplicateLinked, DuplicateUnlinked]
    assert stage.unlawful == []
