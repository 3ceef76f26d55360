"""Read models: they match the log for each reader, at any batch size, and a rebuild gives the same bytes."""

# ruff: noqa: S608  (queries name our own tables and columns)
from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import fields
from datetime import date, datetime, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from threading import Event
from uuid import uuid4

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.errors import InvalidSchemaName, UndefinedTable

from adapters.database.pool import Database
from adapters.log.codec import FACTS, PERSONAL, UnknownFactType, decode
from adapters.log.codec import opened as in_clear
from adapters.log.recorder import LogRecorder
from domain.candidacy.facts import CandidacyOpened
from domain.commands.jury.release_results import ReleaseResults
from domain.evidence.facts import EvidenceRedirected, EvidenceWithdrawn
from domain.fact import Personal
from domain.jury.facts import CandidateListed, CompetenceRuled, ResultsReleased, SessionPlanned
from domain.ports import Role
from domain.refusal import NotFound
from domain.standing.standing import BlockState, CompetenceState, Outcome, standing
from projections.candidacy.candidacy_overview import candidacies
from projections.candidacy.dossier import ABOUT, OWN, SESSION
from projections.engine.advance import BETWEEN, KEPT, CaseCache, CaseShare, PoisonFact, advance
from projections.engine.case import READS
from projections.engine.compare import ahead_of_the_log, compare
from projections.engine.lean import lean
from projections.engine.projection import Projection, made_by
from projections.engine.rebuild import Rebuilt, rebuild
from projections.engine.shares import ShareLost, folding
from projections.framework.certification_catalogue import certifications
from projections.jury.jury_sessions import sessions
from projections.people.person_directory import persons
from projections.reading import Standings, dossier_facts
from projections.reporting.export import snapshot, view_of
from projections.standing.decision_history import history
from projections.tables import (
    FRESH,
    NAMES,
    PROJECTIONS,
    UnknownProjection,
    chosen,
    digest,
    make,
    make_fresh,
)
from projections.visible import NoSuchPosition, position, wait_for
from tests.given.domain.people import (
    AS_RENEE,
    ASTRID,
    BLOG,
    CV,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    RNCP31936,
    RULES,
    SAMIR,
    SAMIR_VAE,
    applied,
    assigned,
    before_the_jury,
    ended,
    granted,
    heard,
    marked,
    not_granted,
    planned,
    pronounced,
    put_in,
    recused,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene

STORY: tuple[At, ...] = (
    *vae_filed(MARIE_VAE),
    *vae_filed(SAMIR_VAE),
    planned(JUNE),
    applied(MARIE_FI),
    put_in(MARIE_FI, CV, 1, 2),
    put_in(MARIE_FI, BLOG, 3),
    At(BLOG, (EvidenceRedirected(candidacy=MARIE_FI, competences=(7, 9)),)),
    At(CV, (EvidenceWithdrawn(candidacy=MARIE_FI, reason=Personal("trop ancien", MARIE)),)),
    assigned(MARIE_FI, ASTRID, (1, 2, 3)),
    marked(MARIE_FI, ASTRID, *((number, RULES.scale[number % 2].code) for number in (1, 2, 3))),
    planned(MARCH),
    *summoned(JUNE, MARIE_VAE, SAMIR_VAE),
    *before_the_jury(session=JUNE)[1:],
    recused(MARIE_VAE, PAUL),
    heard(MARIE_VAE, panel=tuple(each for each in PANEL if each != PAUL)),
    ruled(MARIE_VAE, ENOUGH),
    granted(MARIE_VAE, 1, 2, 3, 4),
    pronounced(MARIE_VAE),
    heard(SAMIR_VAE),
    ruled(SAMIR_VAE, (1, 2), (7,)),
    not_granted(SAMIR_VAE, 1),
    ended(JUNE, released=False),
)
OF_NO_FRAMEWORK = (
    f'{{"acquired":true,"as":"juror","by":null,"candidacy":"{MARIE_VAE}","competence":99,"on":"2021-06-15",'
    f'"request":null,"session":"{JUNE}"}}'
)
"""A ruling on a competence that does not exist."""
RELEASE = At(JUNE, (ResultsReleased(released_on=JURY_DAY),))
INDEXES = "select tablename, indexname, indexdef from pg_indexes where schemaname = 'projection' order by 1, 2"


def test_a_result_shows_to_others_only_once_it_is_released(scene: Scene, web: Database) -> None:
    """Only the panel and the registrar see a ruling before the results of its session are released."""
    scene.given(STORY)
    projector = scene.projector()
    projector.catch_up()
    (before,) = candidacies(web, candidacy=MARIE_VAE)
    assert (before.outcome, before.granted, before.title_on) == ("full", (1, 2, 3, 4), JURY_DAY)
    assert (before.released_outcome, before.released_granted, before.released_title_on) == ("in_progress", (), None)
    shown = "select distinct released_state, released_acquired from projection.competence_status where candidacy = %s"
    assert set(scene.rows(shown, MARIE_VAE)) <= {("no_evidence", None), ("evidenced", None)}
    blocks = "select distinct released_state from projection.block_status"
    assert scene.rows(blocks) == [("not_decided",)]

    scene.do(ReleaseResults(session=JUNE), AS_RENEE)
    projector.catch_up()
    (after,) = candidacies(web, candidacy=MARIE_VAE)
    assert (after.released_outcome, after.released_granted, after.released_title_on) == (
        "full",
        (1, 2, 3, 4),
        JURY_DAY,
    )
    (refused,) = candidacies(web, candidacy=SAMIR_VAE)
    assert refused.released_outcome == "none"
    assert ("ruled", True) in scene.rows(shown, MARIE_VAE)


def test_every_row_is_the_standing_that_the_one_pure_fold_gives(scene: Scene, web: Database) -> None:
    scene.given(STORY, RELEASE)
    scene.projector().catch_up()
    for candidacy in (MARIE_FI, MARIE_VAE, SAMIR_VAE):
        facts = dossier_facts(web, candidacy)
        for provisional, prefix in ((True, ""), (False, "released_")):
            folded = standing(RNCP31936, RULES, facts, provisional=provisional)
            columns = f"{prefix}state, {prefix}acquired, {prefix}positions"
            query = f"select competence, {columns} from projection.competence_status where candidacy = %s order by 1"
            assert scene.rows(query, candidacy) == [
                (line.number, line.state.value, line.acquired, list(line.positions)) for line in folded.competences
            ]
            query = f"select block, {columns} from projection.block_status where candidacy = %s order by 1"
            assert scene.rows(query, candidacy) == [
                (line.number, line.state.value, line.acquired, list(line.positions))
                for line in sorted(folded.blocks, key=lambda line: line.number)
            ]
            assert Standings(web).of(candidacy, provisional=provisional) == folded


def test_no_word_of_a_fact_cuts_the_text_in_which_a_dossier_is_handed_over(scene: Scene) -> None:
    said = f"a {BETWEEN} b\\{BETWEEN}\t\n"
    ruling = CompetenceRuled(session=JUNE, candidacy=MARIE_FI, competence=1, acquired=True, departs_from=said)
    scene.given(applied(MARIE_FI), put_in(MARIE_FI, CV, 2))
    at = scene.given(At(uuid4(), (ruling,)))
    scene.projector().catch_up()
    stands = "select competence, positions from projection.competence_status where candidacy = %s and state = 'ruled'"
    assert scene.rows(stands, MARIE_FI) == [(1, [at])]
    rebuild(scene.backstage)
    assert scene.rows(stands, MARIE_FI) == [(1, [at])]


def test_a_dossier_holds_the_facts_of_its_sessions_before_and_after_the_listing(scene: Scene, web: Database) -> None:
    scene.given(STORY, RELEASE)
    scene.projector().catch_up()
    types = [type(told.fact) for told in dossier_facts(web, MARIE_VAE)]
    assert SessionPlanned in types
    assert ResultsReleased in types
    assert types.count(CandidateListed) == 1, "the listing of another candidacy belongs to the other's dossier"
    assert SessionPlanned not in {type(told.fact) for told in dossier_facts(web, MARIE_FI)}
    positions = [told.stamp.position for told in dossier_facts(web, MARIE_VAE)]
    assert positions == sorted(set(positions))


def test_every_fact_finds_its_way_to_the_dossiers_it_concerns_or_is_known_to_concern_none() -> None:
    elsewhere = {"FrameworkPublished", "RouteOpened", "RulebookPublished"} | {
        "Registered",
        "RoleGranted",
        "RoleWithdrawn",
        "TieDeclared",
        "TieWithdrawn",
        "BirthAndSexStated",
        "IdentityCorrectionProposed",
        "IdentityCorrectionApproved",
        "IdentityCorrectionRejected",
        "IdentityCorrected",
        "AffiliationStated",
        "QualityRecognised",
        "SecrecyAccepted",
        "PersonErased",
        "PersonExported",
        "PieceKept",
        "PieceDescribed",
        "PieceCleared",
        "PieceRejected",
        "PieceQuarantined",
        "PieceDiscarded",
        "PrivateLinkGiven",
        "PrivateLinkRevoked",
        "CheckpointKeyEndorsed",
        "ClockAccepted",
        "DoubtAccepted",
        "AuditExported",
        "LegalHoldPlaced",
        "LegalHoldLifted",
        "SittingPlanned",
        "SittingOpened",
        "SittingClosed",
        "SittingCancelled",
        "InvigilatorReplaced",
        "MarkerNamed",
        "OrganisationRegistered",
        "CertifierNamed",
        "HabilitationGranted",
        "HabilitationSuspended",
        "HabilitationResumed",
        "HabilitationEnded",
        "HabilitationReported",
        "NirCollectionDecided",
        "CorrespondenceAdmitted",
        "CorrespondenceWithdrawn",
        "EquivalenceAdmitted",
        "FrameworkRetired",
        "RegistrationSuspended",
        "RegistrationResumed",
        "RegistrationEnded",
        "PortalEntered",
        "DuplicateLinked",
        "DuplicateUnlinked",
        "RuleSetPublished",
        "RuleSetRepealed",
        "JurorConnected",
        "ConnectionLost",
        "ConnectionRestored",
        "AddressStated",
        "LinkProposed",
        "LinkRejected",
        "RoleProposed",
        "RoleProposalRejected",
        "SoleRegistrarDeclared",
        "SoleRegistrarWithdrawn",
    }
    assert {*OWN, *ABOUT, *SESSION} | elsewhere == set(FACTS)


def test_a_standing_reads_only_the_facts_that_a_case_reads(scene: Scene, web: Database) -> None:
    """Facts that the case does not decode change no standing."""
    scene.given(STORY, RELEASE)
    scene.projector().catch_up()
    facts = dossier_facts(web, MARIE_VAE)
    read = [told for told in facts if type(told.fact).__name__ in READS]
    assert len(read) < len(facts)
    assert standing(RNCP31936, RULES, read) == standing(RNCP31936, RULES, facts)


def test_a_fact_read_without_its_personal_fields_is_the_same_fact_to_every_rule(scene: Scene) -> None:
    scene.given(STORY, RELEASE)
    for type_name, body in scene.rows("select type, body from log.event"):
        whole, without = decode(str(type_name), str(body)), lean(str(type_name), str(body))
        assert isinstance(without, type(whole))
        personal = {field.name for field in fields(whole) if field.name in PERSONAL[str(type_name)]}
        for field in fields(whole):
            expected = None if field.name in personal else getattr(whole, field.name)
            assert getattr(without, field.name) == expected


def test_a_standing_can_be_asked_for_as_of_a_day_a_position_or_an_instant(scene: Scene, web: Database) -> None:
    ruled_at = scene.given(STORY)
    scene.given(RELEASE, on=JURY_DAY + timedelta(days=7))
    scene.projector().catch_up()
    standings = Standings(web)
    assert standings.of(MARIE_VAE, provisional=False).outcome is Outcome.FULL
    assert standings.of(MARIE_VAE, provisional=False, as_of=JURY_DAY).outcome is Outcome.IN_PROGRESS
    assert standings.of(MARIE_VAE, provisional=True, as_position=ruled_at).outcome is Outcome.FULL
    (opened,) = [told for told in dossier_facts(web, MARIE_VAE) if isinstance(told.fact, CandidacyOpened)]
    early = standings.of(MARIE_VAE, provisional=True, as_position=opened.stamp.position)
    assert {line.state for line in early.competences} == {CompetenceState.NO_EVIDENCE}
    first = standings.of(MARIE_VAE, provisional=True, as_recorded=opened.stamp.at)
    assert {line.state for line in first.blocks} == {BlockState.NOT_DECIDED}
    assert len(dossier_facts(web, MARIE_VAE, as_recorded=opened.stamp.at)) < len(dossier_facts(web, MARIE_VAE))
    assert dossier_facts(web, MARIE_VAE, as_of=JURY_DAY - timedelta(days=1)) == []
    with pytest.raises(NotFound):
        standings.of(MARIE_VAE, provisional=True, as_of=date(2020, 1, 1))


def test_reading_as_of_an_instant_returns_only_sealed_facts(scene: Scene, web: Database) -> None:
    scene.given(STORY)
    scene.projector().catch_up()
    facts = dossier_facts(web, MARIE_VAE)
    first, second, third, fourth, *_ = (told.stamp for told in facts)

    def known_at(instant: datetime) -> int:
        assert Standings(web).of(MARIE_VAE, provisional=True, as_recorded=instant).competences
        return len(dossier_facts(web, MARIE_VAE, as_recorded=instant))

    before = [known_at(each.at) for each in (first, second, third, fourth)]
    assert known_at(facts[-1].stamp.at) == len(facts)
    superuser = psycopg2.connect(scene.dsn)
    with superuser, superuser.cursor() as cursor:
        cursor.execute("alter table log.leaf disable trigger all; alter table log.event disable trigger all")
    for moved in ("'-infinity'", "'infinity'", "now() - interval '1 day'"):
        with superuser, superuser.cursor() as cursor:
            cursor.execute(f"update log.leaf set at = {moved}")
        assert [known_at(each.at) for each in (first, second, third, fourth)] == before, moved
    with superuser, superuser.cursor() as cursor:
        cursor.execute("update log.event set recorded_at = %s where position = %s", (first.at, fourth.position))
    superuser.close()
    assert known_at(second.at) == before[1], "a clock that went back takes nothing before what it follows"


def test_a_session_is_in_a_dossier_only_from_its_listing_on(scene: Scene, web: Database) -> None:
    scene.given(vae_filed(MARIE_VAE))
    before = scene.given(planned(JUNE))
    scene.given(summoned(JUNE, MARIE_VAE), on=JURY_DAY + timedelta(days=3))
    scene.projector().catch_up()
    assert SessionPlanned in {type(told.fact) for told in dossier_facts(web, MARIE_VAE)}
    for then in (
        dossier_facts(web, MARIE_VAE, as_position=before),
        dossier_facts(web, MARIE_VAE, as_of=JURY_DAY),
    ):
        assert SessionPlanned not in {type(told.fact) for told in then}


def test_a_history_holds_no_personal_data_in_clear_and_says_what_can_be_opened(scene: Scene, web: Database) -> None:
    scene.given(STORY, RELEASE)
    scene.projector().catch_up()
    for name in NAMES:
        text = "".join(str(row) for row in scene.rows(f"select t::text from projection.{name} t"))
        assert "trop ancien" not in text
        assert "cv.pdf" not in text
    (withdrawn,) = [e for e in history(web, MARIE_FI) if e.type == "EvidenceWithdrawn"]
    assert withdrawn.sealed == ("reason",)
    assert "reason" not in withdrawn.grounds
    assert (withdrawn.role, withdrawn.on) == ("registrar", JURY_DAY)
    (told,) = [told for told in dossier_facts(web, MARIE_FI) if told.stamp.position == withdrawn.position]
    assert in_clear(told.fact, told.place, scene.vault) == {"reason": "trop ancien"}


def test_lists_answer_what_the_ways_in_ask(scene: Scene, web: Database) -> None:
    scene.given(STORY, RELEASE)
    scene.projector().catch_up()
    assert len(candidacies(web, limit=None)) == 3, "all of them"
    everybody = candidacies(web, limit=2)
    assert [each.candidacy for each in everybody] == [MARIE_VAE, SAMIR_VAE]
    assert [each.candidacy for each in candidacies(web, after=everybody[-1].opened_at)] == [MARIE_FI]
    assert {each.candidacy for each in candidacies(web, candidate=MARIE)} == {MARIE_FI, MARIE_VAE}
    assert {each.candidacy for each in candidacies(web, juror=PAUL)} == {SAMIR_VAE}, "he stepped out for Marie"
    assert candidacies(web, juror=PAUL, files=[SAMIR]) == [], "under another file he is the candidate"
    assert [each.candidacy for each in candidacies(web, juror=NADIA, candidacy=MARIE_VAE)] == [MARIE_VAE]
    assert candidacies(web, juror=NADIA, files=[PAUL], candidacy=MARIE_VAE) == [], "nor who stepped out under another"
    assert {each.candidacy for each in candidacies(web, assessor=ASTRID)} == {MARIE_FI}
    assert candidacies(web, assessor=ASTRID, files=[ASTRID, MARIE]) == []
    assert [each.evidence for each in candidacies(web, candidacy=MARIE_FI)] == [1], "one of two was withdrawn"
    assert candidacies(web, candidacy=uuid4()) == []
    seats = {each.session: (each.stage, each.listed) for each in sessions(web, juror=PAUL)}
    assert seats.keys() == {JUNE, MARCH}
    assert seats[JUNE] == ("released", 2)
    assert MARIE in {each.person for each in persons(web, role=Role.CANDIDATE.value)}
    assert MARIE not in {each.person for each in persons(web, role=Role.JUROR.value)}
    assert [(each.framework, each.competences) for each in certifications(web)] == [(FRAMEWORK, 30)]


def test_the_web_waits_until_a_position_is_projected(scene: Scene, web: Database) -> None:
    projector = scene.projector()
    projector.catch_up()
    last = scene.given(vae_filed(MARIE_VAE))
    assert not wait_for(web, last, timeout=0.05)
    assert projector.catch_up() == last == position(web)
    assert wait_for(web, last, timeout=0.05)
    with pytest.raises(NoSuchPosition):
        wait_for(web, last + 1)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cuts=st.lists(st.integers(1, 25), min_size=1, max_size=12),
    kept=st.booleans(),
    size=st.sampled_from((0, 1, 2, KEPT)),
)
def test_tables_are_the_same_for_every_batch_size_and_cache_size(
    scene: Scene, whole: dict[str, str], cuts: list[int], kept: bool, size: int
) -> None:
    scene.rows("delete from projection.tracking returning 1")
    scene.rows("delete from projection.shape returning 1")
    projector = scene.projector(batch=cuts[0])
    projector.kept = CaseCache(size)
    projector.prepare()
    for cut in cuts:
        projector.batch = cut
        if not kept:
            projector = scene.projector(batch=cut)
        projector.step()
    projector.catch_up()
    assert digest(scene.backstage) == whole


@pytest.fixture
def whole(scene: Scene) -> dict[str, str]:
    """Return the digests of the tables after a single batch."""
    scene.given(STORY, RELEASE)
    scene.projector().catch_up()
    return digest(scene.backstage)


def test_a_rebuilt_set_is_byte_identical_to_the_live_one(scene: Scene, whole: dict[str, str], web: Database) -> None:
    assert rebuild(scene.backstage) == Rebuilt(position=scene.projector().position(), changed={})
    assert digest(scene.backstage) == whole
    assert candidacies(web), "the web may read the new tables"
    scene.rows("update projection.competence_status set state = 'ruled' returning 1")
    assert digest(scene.backstage) != whole
    assert set(rebuild(scene.backstage, names=["competence_status"]).changed) == {"competence_status"}
    assert digest(scene.backstage) == whole
    with pytest.raises(UnknownProjection):
        rebuild(scene.backstage, names=["tracking"])


def test_tables_that_were_filled_at_once_hold_the_same_and_are_found_by_the_same_indexes(
    scene: Scene, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = scene.rows(INDEXES)
    monkeypatch.setattr("projections.engine.rebuild.CLOSE", 0)  # as in a log of more than some hundred facts
    assert rebuild(scene.backstage).changed == {}
    assert digest(scene.backstage) == whole
    assert scene.rows(INDEXES) == indexes
    rebuild(scene.backstage, names=["competence_status"])  # its dossiers are read from the live table
    assert digest(scene.backstage) == whole
    assert scene.rows(INDEXES) == indexes


def test_a_rebuild_waits_for_a_backup_that_began_after_it(
    scene: Scene, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.engine.rebuild.CLOSE", 0)
    held = Event()

    def backup() -> None:
        """Lock each existing fresh table, as pg_dump does, for longer than others wait for a lock."""
        with closing(psycopg2.connect(scene.dsn)) as connection, connection.cursor() as cursor:
            while not held.is_set():
                with suppress(UndefinedTable, InvalidSchemaName), connection:
                    cursor.execute("lock table projection_fresh.competence_status in access share mode")
                    held.set()
                    time.sleep(2.5)

    with ThreadPoolExecutor(1) as beside:
        copying = beside.submit(backup)
        assert rebuild(scene.backstage).changed == {}
        assert held.is_set()
        copying.result()
    assert digest(scene.backstage) == whole


def test_tables_that_several_processes_filled_hold_the_same(
    scene: Scene, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = scene.rows(INDEXES)
    monkeypatch.setattr("projections.engine.rebuild.CLOSE", 0)
    for processes in (2, 7):  # there are three dossiers, so some processes have none
        assert rebuild(scene.backstage, processes=processes).changed == {}
        assert digest(scene.backstage) == whole
        assert scene.rows(INDEXES) == indexes
    scene.rows("update projection.competence_status set state = 'ruled' returning 1")
    assert rebuild(scene.backstage, names=["competence_status"], processes=2).changed.keys() == {"competence_status"}
    assert digest(scene.backstage) == whole


def test_the_shares_of_a_rebuild_are_every_dossier_once() -> None:
    for processes in (1, 2, 3, 7, 64):
        ids = [CaseShare(number, processes).ids for number in range(processes)]
        assert (ids[0]["first"].int, ids[-1]["last"].int) == (0, 2**128 - 1)
        assert all(before["last"].int + 1 == after["first"].int for before, after in pairwise(ids))


def test_a_share_that_comes_late_writes_nothing_into_the_tables_of_another_rebuild(
    scene: Scene, whole: dict[str, str]
) -> None:
    last, shared = scene.projector().position(), chosen(["competence_status"])
    with scene.backstage.transaction() as sql:
        make_fresh(sql, shared)
    with scene.backstage.connection() as connection, connection.cursor() as sql:

        def another_begins() -> None:
            make_fresh(sql, shared)
            sql.execute("commit")

        sql.execute("begin; lock table projection_fresh.competence_status")  # no share begins before
        with pytest.raises(ShareLost), folding(scene.backstage, shared, last, processes=2):
            another_begins()
    assert scene.rows("select count(*) from projection_fresh.competence_status") == [(0,)]
    assert digest(scene.backstage) == whole


def test_a_poison_fact_that_one_of_several_processes_meets_stops_a_rebuild_and_the_live_tables_stay(
    scene: Scene, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.engine.rebuild.CLOSE", 0)
    poison = append(scene, "CompetenceRuled", OF_NO_FRAMEWORK)
    LogRecorder(scene.backstage).seal()
    scene.rows("update projection.tracking set position = %s returning 1", (poison,))
    with pytest.raises(PoisonFact, match=r"\(CompetenceRuled\) cannot be applied: \w+ at ") as stopped:
        rebuild(scene.backstage, processes=2)
    assert stopped.value.position == poison
    assert digest(scene.backstage) == whole


def test_rebuild_ignores_the_rows_of_an_interrupted_rebuild(
    scene: Scene, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with scene.backstage.transaction() as sql:
        make(sql, FRESH, PROJECTIONS)  # the rebuild stops here: its dossiers are empty
    for close in (0, 500):
        monkeypatch.setattr("projections.engine.rebuild.CLOSE", close)
        assert rebuild(scene.backstage, names=["competence_status", "candidacy_overview"]).changed == {}
        assert digest(scene.backstage) == whole


def test_every_row_that_differs_from_the_log_is_reported_and_kept(
    scene: Scene, whole: dict[str, str], web: Database
) -> None:
    assert compare(scene.backstage).sound
    assert digest(scene.backstage) == whole
    ((block, was),) = scene.rows(
        "select block, state from projection.block_status where candidacy = %s order by block limit 1", MARIE_VAE
    )
    scene.rows(
        "update projection.block_status set state = 'not_granted' where candidacy = %s and block = %s returning 1",
        MARIE_VAE,
        block,
    )
    scene.rows("delete from projection.jury_panel where juror = %s returning 1", PAUL)
    scene.rows("insert into projection.dossier values (%s, 1, 1) returning 1", MARIE_FI)
    falsified = digest(scene.backstage)
    found = compare(scene.backstage)
    assert not found.sound
    assert set(found.differ) == {"block_status", "jury_panel", "dossier"}
    (row,) = (each for each in found.rows if each.table == "block_status")
    assert row.key == {"candidacy": str(MARIE_VAE), "block": block}
    assert (row.shown, row.log_says) == ({"state": "not_granted"}, {"state": was})
    (gone, *_) = (each for each in found.rows if each.table == "jury_panel")
    assert gone.shown is None
    assert gone.log_says
    assert gone.key["juror"] == str(PAUL)
    (made,) = (each for each in found.rows if each.table == "dossier")
    assert made.log_says is None
    assert made.key == {"candidacy": str(MARIE_FI), "since": 1, "position": 1}
    assert digest(scene.backstage) == falsified, "nothing was changed"
    assert scene.rows("select count(*) from pg_tables where schemaname = 'projection_fresh'") == [(0,)]
    assert set(compare(scene.backstage, names=["block_status"]).differ) == {"block_status"}
    assert rebuild(scene.backstage).changed.keys() == found.differ.keys()
    assert compare(scene.backstage).sound
    scene.rows("update projection.tracking set position = position + 1000 returning 1")
    assert compare(scene.backstage).ahead == ahead_of_the_log(web) == {"projections": found.position + 1000}
    assert rebuild(scene.backstage).position == found.position
    assert compare(scene.backstage).sound, "made anew, the tables stand where the log does"


def test_rows_are_compared_at_one_position_while_the_projector_goes_on(
    scene: Scene, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    projector = scene.projector()
    projector.catch_up()

    def meanwhile(*given: object) -> None:
        scene.given(summoned(MARCH, MARIE_FI))
        assert projector.step()
        advance(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("projections.engine.compare.advance", meanwhile)
    assert compare(scene.backstage).sound
    assert digest(scene.backstage) != whole


def test_a_projector_goes_on_with_the_rebuilt_tables(scene: Scene, whole: dict[str, str]) -> None:
    projector = scene.projector(batch=7)
    projector.catch_up()
    scene.given(summoned(MARCH, MARIE_FI))
    projector.step()
    rebuild(scene.backstage, names=["competence_status", "dossier"])
    scene.given(ruled(MARIE_FI, (1, 2), session=MARCH))
    projector.catch_up()
    live = digest(scene.backstage)
    assert live != whole
    rebuild(scene.backstage)
    assert digest(scene.backstage) == live


def test_state_folded_for_an_uncommitted_batch_is_discarded(scene: Scene) -> None:
    projector = scene.projector()
    scene.given(STORY)
    projector.catch_up()
    scene.given(assigned(MARIE_FI, ASTRID, (4,)), ruled(MARIE_FI, (1, 2), session=MARCH), RELEASE)
    statement(scene, "alter table projection.candidacy_overview rename to hidden")
    with pytest.raises(psycopg2.errors.UndefinedTable):
        projector.step()
    statement(scene, "alter table projection.hidden rename to candidacy_overview")
    projector.catch_up()
    live = digest(scene.backstage)
    rebuild(scene.backstage)
    assert digest(scene.backstage) == live


def statement(scene: Scene, text: str) -> None:
    with scene.backstage.connection() as connection, connection.cursor() as cursor:
        cursor.execute(text)


def test_tables_of_another_version_are_rebuilt_before_the_projector_goes_on(
    scene: Scene, whole: dict[str, str]
) -> None:
    scene.rows("update projection.shape set sha256 = 'another' where name = 'block_status' returning 1")
    scene.rows("delete from projection.block_status returning 1")
    scene.projector().catch_up()
    assert digest(scene.backstage) == whole


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
def test_a_table_is_made_anew_when_what_the_domain_reads_of_its_facts_has_changed(projection: Projection) -> None:
    """The rows come from the domain's standings, clocks and aggregates: an older table is out of date."""
    files = made_by(projection)
    root, texts, seen = (
        Path(str(resources.files("domain"))).parent,
        [path for path in files if path.suffix == ".py"],
        set(),
    )
    while texts:
        for name in re.findall(r"^from (domain\.[\w.]+) import", texts.pop().read_text("utf-8"), re.MULTILINE):
            path = root / f"{name.replace('.', '/')}.py"
            if path not in seen:
                seen.add(path)
                texts.append(path)
    assert seen
    assert seen <= set(files)


def test_an_unknown_fact_stops_the_projector_before_it_and_is_never_skipped(scene: Scene) -> None:
    projector = scene.projector()
    last = scene.given(vae_filed(MARIE_VAE))
    append(scene, "MinutesShredded", '{"as":"operator","by":null,"on":"2021-06-15","request":null}')
    beyond = scene.given(vae_filed(SAMIR_VAE))
    for _ in range(2):
        with pytest.raises(UnknownFactType, match="MinutesShredded"):
            projector.catch_up()
        assert projector.position() == last < beyond


def test_a_poison_fact_stops_the_projector_and_nothing_of_its_batch_is_kept(scene: Scene) -> None:
    projector = scene.projector()
    projector.catch_up()
    before, at = digest(scene.backstage), projector.position()
    scene.given(vae_filed(MARIE_VAE))
    poison = append(
        scene,
        "CompetenceRuled",
        OF_NO_FRAMEWORK,
    )
    with pytest.raises(PoisonFact) as stopped:
        projector.catch_up()
    assert stopped.value.position == poison
    named, why = str(stopped.value).split(": ")
    assert named == f"the fact at position {poison} (CompetenceRuled) cannot be applied"
    assert re.fullmatch(r"\w+Error at (domain|projections)/\S+\.py:\d+", why), "what went wrong, and where: no words"
    assert (digest(scene.backstage), projector.position()) == (before, at)


def append(scene: Scene, type_name: str, body: str) -> int:
    with scene.web.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select log.append(%s, array[%s], array[1::bigint], array[%s], array[%s])",
            (uuid4(), uuid4(), type_name, body),
        )
        return int(cursor.fetchall()[0][0][0])


def test_40_reports_hold_released_results_only_and_no_cell_is_a_formula(scene: Scene, database_url: str) -> None:
    scene.given(STORY)
    scene.projector().catch_up()
    reporter = Database(database_url, role="acquis_report")
    assert set(columns(reporter, "v1_candidacies", "outcome")) == {"in_progress"}
    assert set(columns(reporter, "v1_competences", "acquired")) == {""}
    scene.given(RELEASE)
    scene.projector().catch_up()
    assert sorted(columns(reporter, "v1_candidacies", "outcome")) == ["full", "in_progress", "none"]
    assert len(columns(reporter, "v1_competences", "acquired")) == 90
    scene.rows("update projection.certification_catalogue set code = '=1+1' returning 1")
    assert set(columns(reporter, "v1_candidacies", "certification")) == {"'=1+1"}
    with pytest.raises(NotFound):
        view_of("pg_authid")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), reporter.connection() as connection:
        connection.cursor().execute("select * from projection.candidacy_overview")
    reporter.close()


def columns(database: Database, view: str, name: str) -> list[str]:
    out = io.BytesIO()
    with snapshot(database) as seen:
        seen.write(view_of(view), "csv", out)
    header, *lines = (line.split(",") for line in out.getvalue().decode().splitlines())
    return [line[header.index(name)] for line in lines]
