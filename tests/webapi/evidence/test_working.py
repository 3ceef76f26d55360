"""Tests of the worker that checks and copies files: its order, its recovery, and its failures."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from adapters.files import inspection
from adapters.files.reading_copy import NEEDS_CONVERTER, Copied
from adapters.files.reading_copy.converting import can_convert
from adapters.files.sandbox.asking import INSPECTORS
from adapters.log.doubt import LogDoubted
from adapters.operations.jobs import TRIES, Job
from adapters.settings import Settings
from domain.commands.evidence.clear_evidence import ClearEvidence
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, CandidacyId, EvidenceId
from domain.rulebook.evidence_rules import REPLACEMENT_DAYS
from tests.given.files.specimens import LOCKED, PDF
from tests.given.servers.forks import killed_at
from tests.given.waiting import until
from tests.given.webapi.child_environment import environment_of
from tests.given.webapi.erasures import decided
from tests.given.webapi.evidence import erase_papers
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.uploading_browser import Browser
from tests.given.webapi.whole_path import apply, done, etag
from webapi.evidence import worker as working
from webapi.evidence.worker import keep_working, work_off
from webapi.privacy.erasure import erase
from webapi.upkeep.alarms import alarms
from webapi.upkeep.letters import send_waiting
from webapi.upkeep.startup import acquis

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


@pytest.fixture
def candidacy(world: World) -> UUID:
    world.projector.catch_up()
    world.acquis.jobs.find_lost()  # left by earlier tests
    work_off(world.acquis)
    return apply(world, world.marie)


def put_in(who: Caller, candidacy: UUID, content: bytes = PDF, name: str = "cv.pdf") -> str:
    """Upload a piece that stays under check; return its id."""
    return str(done(who.upload(candidacy, content, name, checked=False))["id"])


def pieces(caller: Caller, candidacy: UUID) -> list[Any]:
    answer: Any = caller.get(f"/api/v1/candidacies/{candidacy}/evidence").json
    return list(answer["items"])


def checks(world: World, candidacy: UUID) -> list[str]:
    return [piece["check"] for piece in pieces(world.marie, candidacy)]


def run(world: World, statement: str, *given: object) -> None:
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, given)


def asked(world: World, question: str) -> list[Any]:
    with world.looking.connection() as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def taken(world: World) -> Job:
    job = world.acquis.jobs.claim(("check",))
    assert job is not None
    return job


def test_worker_takes_one_file_per_person_and_the_least_recently_served_person_next(world, candidacy):
    theirs = apply(world, world.nadia)
    for number in range(3):
        put_in(world.marie, candidacy, b"%d" % number, "a.txt")
    for number in range(2):
        put_in(world.nadia, theirs, b"%d" % number, "a.txt")
    jobs = world.acquis.jobs
    first, second = taken(world), taken(world)
    assert {first.person, second.person} == {world.marie.id, world.nadia.id}
    assert jobs.claim(("check",)) is None, "each has one file looked at, and no second one"
    order = []
    for job in (first, second):
        order.append(job.person)
        jobs.done(job)
    while (job := jobs.claim(("check",))) is not None:
        order.append(job.person)
        jobs.done(job)
    assert order[:2] == order[2:4], "who was served before waits until the other was"
    assert Counter(order) == {world.marie.id: 3, world.nadia.id: 2}


def test_check_of_a_piece_is_not_blocked_by_a_film_of_the_same_person(world, candidacy):
    jobs, film = world.acquis.jobs, EvidenceId(uuid4())
    jobs.put("film", film, CandidacyId(candidacy), world.marie.id)
    taken = jobs.claim()
    assert taken is not None
    jobs.put("film", EvidenceId(uuid4()), CandidacyId(candidacy), world.marie.id)
    assert jobs.claim() is None, "one film of a person at a time"
    put_in(world.marie, candidacy)
    assert world.worked_off() == 1
    assert checks(world, candidacy) == ["cleared"]
    assert jobs.goes_on(taken)
    work_off(world.acquis)  # its copy
    jobs.done(taken)
    assert jobs.claim() is not None, "the other film"
    jobs.purge(world.marie.id)


def test_job_of_a_killed_worker_is_taken_over_after_twenty_seconds(world, candidacy):
    put_in(world.marie, candidacy)

    def working() -> None:
        with acquis(Settings.from_environment()) as opened:
            work_off(opened, ("check",))

    killed_at("enter", "ClearEvidence.execute", 1, working, environment_of(world))
    assert world.worked_off() == 0, "its turn is held for twenty seconds after its last sign of life"
    assert checks(world, candidacy) == ["pending"]
    run(world, "update desk.turn set held_until = held_until - interval '20 seconds'")
    assert world.worked_off() == 1
    assert checks(world, candidacy) == ["cleared"]
    assert world.acquis.jobs.claim(("check",)) is None


def test_file_that_kills_its_worker_three_times_is_refused(world, candidacy):
    put_in(world.marie, candidacy)
    for _ in range(TRIES):
        taken(world)
        run(world, "update desk.turn set held_until = null")
    world.worked_off()
    (piece,) = pieces(world.marie, candidacy)
    assert (piece["check"], piece["reason"]) == ("refused", "inspection-limits")


def test_missing_check_job_is_restored_from_the_sealed_log(world, candidacy):
    jobs = world.acquis.jobs
    after = jobs.find_lost()
    evidence = put_in(world.marie, candidacy)
    run(world, "delete from desk.job where evidence = %s", evidence)
    assert world.worked_off() == 0
    world.projector.catch_up()
    head = jobs.find_lost(after)
    assert head > after
    assert world.worked_off() == 1
    assert checks(world, candidacy) == ["cleared"]
    assert jobs.find_lost(after) >= head
    assert jobs.claim(("check",)) is None, "a piece that has its verdict is not looked at again"


def test_missing_file_leaves_the_check_pending_and_raises_an_alarm(world, candidacy):
    evidence = put_in(world.marie, candidacy)
    path = world.acquis.settings.data / "evidence" / "kept" / evidence[:2] / f"{evidence}.age"
    away = path.rename(path.with_suffix(".away"))
    for _ in range(2 * TRIES):
        world.worked_off()
        world.jobs_wait(minutes=11)
    assert checks(world, candidacy) == ["pending"]
    (alarm,) = (each for each in alarms(world.acquis) if each.slug == "jobs-waiting")
    assert "EvidenceMissing" in alarm.en
    away.rename(path)
    world.worked_off()
    assert checks(world, candidacy) == ["cleared"]


def test_integrity_alert_during_a_check_leaves_the_piece_pending(world, candidacy, monkeypatch):
    put_in(world.marie, candidacy)

    def doubted(*_: object) -> None:
        raise LogDoubted

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ClearEvidence, "execute", doubted)
        world.worked_off()
    assert checks(world, candidacy) == ["pending"]
    world.jobs_wait(minutes=1)
    world.worked_off()
    assert checks(world, candidacy) == ["cleared"]


def test_queue_of_one_person_s_files_raises_no_alarm_while_it_advances(world, candidacy):
    for number in range(2):
        put_in(world.marie, candidacy, b"%d" % number, "a.txt")
    world.jobs_wait(minutes=11)
    assert world.acquis.jobs.waiting().late, "nobody looks at any"
    world.acquis.jobs.done(taken(world))
    assert not world.acquis.jobs.waiting().late
    assert world.worked_off() == 1


def test_copy_that_fails_at_every_try_is_given_up(world, candidacy, monkeypatch):
    evidence = put_in(world.marie, candidacy)
    world.worked_off()
    monkeypatch.setattr(working, "make_copy", lambda *_: 1 // 0)
    for _ in range(TRIES + 1):
        work_off(world.acquis)
        world.jobs_wait(minutes=1)
    kept = world.acquis.copies.find(UUID(evidence))
    assert kept is not None
    assert kept.reason == "copy-limits"


def test_piece_under_check_is_served_only_to_its_candidate(world, candidacy):
    named = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    evidence = put_in(world.marie, candidacy)
    there = f"/api/v1/candidacies/{candidacy}/evidence/{evidence}"
    for caller in (world.hugo, world.rose, world.sacha):
        world.refuses(409, "under-check", lambda caller=caller: caller.get(f"{there}/content"))
        assert [piece["check"] for piece in pieces(caller, candidacy)] == ["pending"]
    world.refuses(409, "under-check", lambda: world.hugo.get(f"{there}/copy"))
    assert world.marie.get(f"{there}/content").data == PDF
    world.worked_off()
    for caller in (world.hugo, world.rose, world.sacha, world.marie):
        assert caller.get(f"{there}/content").data == PDF


def test_piece_refused_before_filing_is_hidden_from_the_assessor(world, candidacy):
    named = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    refused, cleared = put_in(world.marie, candidacy, LOCKED), put_in(world.marie, candidacy, PDF)
    world.worked_off()
    seen = {
        who: [piece["id"] for piece in pieces(getattr(world, who), candidacy)] for who in ("hugo", "rose", "marie")
    }
    assert seen == {"hugo": [cleared], "rose": [refused, cleared], "marie": [refused, cleared]}


def filed(world: World, candidacy: UUID, evidence: str) -> None:
    shown = etag(world.marie, f"/api/v1/candidacies/{candidacy}/evidence")
    body = {"evidence": [evidence]}
    done(world.marie.post(f"/api/v1/candidacies/{candidacy}/validation-files", body, If_Match=shown))


def newer(world: World, candidacy: UUID, older: str) -> Any:
    body = {"statement": "x", "title": "x", "competences": [1], "replaces": older}
    return world.marie.post(f"/api/v1/candidacies/{candidacy}/evidence", body)


def test_filed_piece_refused_at_its_check_is_notified_and_replaceable(world, candidacy):
    for who in (world.marie, world.rose):
        world.acquis.accounts.add(who.id, f"{uuid4().hex}@example.org", "drawn for this test", drawn=True)
    evidence = put_in(world.marie, candidacy, LOCKED)
    filed(world, candidacy, evidence)
    world.projector.catch_up()
    world.worked_off()
    (piece,) = pieces(world.marie, candidacy)
    last = world.clock.today() + timedelta(days=REPLACEMENT_DAYS)
    assert (piece["state"], piece["check"], piece["reason"]) == ("filed", "refused", "unscannable")
    assert piece["replaceable_until"] == last.isoformat()
    sent_before = set((world.acquis.settings.data / "mail").glob("*"))
    send_waiting(world.acquis)
    letters = set((world.acquis.settings.data / "mail").glob("*")) - sent_before
    for who in (world.marie, world.rose):
        (letter,) = [letter for letter in letters if str(who.id) in letter.name]
        told = message_from_bytes(letter.read_bytes(), policy=policy.default).get_content()
        assert f"/candidacies/{candidacy}/evidence/{evidence}" in told, "both are told which one"
    done(newer(world, candidacy, evidence))
    first, second = pieces(world.marie, candidacy)
    assert (first["replaced_by"], second["state"]) == (second["id"], "filed")
    assert first["replaceable_until"] is None, "its place is taken"


def test_filed_piece_withdrawn_under_check_and_then_refused_is_still_replaceable(world, candidacy):
    browser = Browser(world, world.marie, f"{uuid4().hex}@example.org", candidacy)
    evidence = put_in(world.marie, candidacy, LOCKED)
    filed(world, candidacy, evidence)
    done(newer(world, candidacy, evidence))
    world.projector.catch_up()
    world.worked_off()
    world.projector.catch_up()
    offered = f'<option value="{evidence}">'
    page = browser.client.get(browser.page).text
    assert ("peut y être remplacée" in page, offered in page) == (True, True)
    done(newer(world, candidacy, evidence))
    world.projector.catch_up()
    page = browser.client.get(browser.page).text
    assert ("peut y être remplacée" in page, offered in page) == (False, False)
    opened = browser.client.get(f"{browser.page}?block=1").text
    served = opened.split('id="competence-1"', 1)[1].split('id="competence-2"', 1)[0]
    assert "cv.pdf" not in served, "as the standing says"
    assert "Traitement automatique ·" in browser.client.get(f"{browser.page}/history").text


def test_refusal_of_a_piece_withdrawn_before_its_check_sends_no_letter(world, candidacy):
    world.acquis.accounts.add(world.marie.id, f"{uuid4().hex}@example.org", "drawn for this test", drawn=True)
    done(newer(world, candidacy, put_in(world.marie, candidacy, LOCKED)))
    send_waiting(world.acquis)
    sent_before = set((world.acquis.settings.data / "mail").glob("*"))
    world.worked_off()
    assert checks(world, candidacy) == ["refused", "cleared"]
    send_waiting(world.acquis)
    assert not set((world.acquis.settings.data / "mail").glob("*")) - sent_before


def test_replacement_of_a_refused_filed_piece_is_refused_after_the_rulebook_s_time(world, candidacy):
    evidence = put_in(world.marie, candidacy, LOCKED)
    filed(world, candidacy, evidence)
    world.worked_off()
    world.clock.set(world.clock.today() + timedelta(days=REPLACEMENT_DAYS + 1))
    world.refuses(409, "replaced-too-late", partial(newer, world, candidacy, evidence))


def test_jobs_of_a_person_are_deleted_with_their_papers(world):
    jobs, theirs = world.acquis.jobs, decided(world)
    work_off(world.acquis)
    jobs.put("copy", EvidenceId(uuid4()), CandidacyId(theirs), world.marie.id)
    asked = world.acquis.request_of(OPERATOR)
    erase(world.acquis, world.marie.id, [Retention.PAPERS], ErasureGround.REQUEST, asked)
    assert jobs.claim() is None
    world.projector.catch_up()
    jobs.find_lost()
    jobs.find_uncopied(frozenset())
    assert jobs.claim() is None, "nothing is looked at that nobody can open"


def test_file_erased_before_its_check_gets_no_verdict(world, candidacy):
    put_in(world.marie, candidacy)
    erase_papers(world)
    assert world.worked_off() == 1
    assert world.acquis.jobs.claim() is None
    assert checks(world, candidacy) == ["pending"]


def test_copy_is_made_after_the_check_and_again_when_it_is_lost(world, candidacy):
    evidence = put_in(world.marie, candidacy)
    assert work_off(world.acquis) == 2, "its check, then its copy"
    assert world.acquis.copies.of(CandidacyId(candidacy))[UUID(evidence)].ready
    world.acquis.copies.remove(UUID(evidence))
    world.projector.catch_up()
    world.acquis.jobs.find_uncopied(frozenset())
    assert work_off(world.acquis) == 1
    assert world.acquis.copies.of(CandidacyId(candidacy))[UUID(evidence)].ready


def test_stopped_worker_releases_its_job_without_counting_a_try(world, candidacy, monkeypatch):
    monkeypatch.setattr(working, "LEAVE", 0.1)
    evidence = put_in(world.marie, candidacy)
    world.worked_off()
    stop, pid = threading.Event(), INSPECTORS.warm()
    worker = threading.Thread(target=keep_working, args=(world.acquis, stop), daemon=True)
    os.kill(pid, signal.SIGSTOP)  # makes its copy take long
    try:
        worker.start()
        while not asked(world, "select from desk.turn where holder is not null"):
            time.sleep(0.01)
        stop.set()
        worker.join(5)
        assert not worker.is_alive(), "whoever runs the house waits for no film"
        assert asked(world, "select tries, waits_for from desk.job where kind = 'copy'") == [(0, "stopped")]
    finally:
        stop.set()
        os.killpg(pid, signal.SIGKILL)

    def tried_again() -> bool:
        world.jobs_wait(minutes=1)
        work_off(world.acquis)  # the stopped thread may still mistake the new inspector's end for its own
        return world.acquis.copies.find(UUID(evidence)) is not None

    until(tried_again)
    assert world.acquis.copies.of(CandidacyId(candidacy))[UUID(evidence)].ready


@pytest.mark.skipif(not can_convert(), reason="LibreOffice is not installed here")
def test_copy_missing_for_want_of_libreoffice_is_made_once_it_is_installed(world, candidacy, monkeypatch):
    monkeypatch.setattr(working, "REST", 0.1)
    evidence = EvidenceId(UUID(put_in(world.marie, candidacy)))
    work_off(world.acquis)
    world.projector.catch_up()
    with world.acquis.files.aside() as made:
        lacks = Copied("none", None, NEEDS_CONVERTER)
        world.acquis.copies.put(evidence, CandidacyId(candidacy), world.marie.id, made, lacks)
    stop = threading.Event()
    worker = threading.Thread(target=keep_working, args=(world.acquis, stop), daemon=True)
    worker.start()
    try:
        until(lambda: (kept := world.acquis.copies.find(evidence)) and kept.ready)
    finally:
        stop.set()
        worker.join()
    kept = world.acquis.copies.find(evidence)
    assert kept is not None
    assert kept.ready


def test_failure_of_a_worker_whose_turn_is_over_is_ignored(world, candidacy):
    evidence = put_in(world.marie, candidacy)
    world.worked_off()
    job = world.acquis.jobs.claim(("copy",))
    assert job is not None
    world.acquis.jobs.again(job, "stopped", counts=False)
    working.carry_out(world.acquis, replace(job, tries=TRIES + 1))
    assert world.acquis.copies.find(UUID(evidence)) is None
    world.jobs_wait(minutes=1)
    work_off(world.acquis)
    assert world.acquis.copies.of(CandidacyId(candidacy))[UUID(evidence)].ready


def test_inspector_survives_a_termination_signal_to_its_process_group():
    pid = INSPECTORS.warm()
    assert inspection.works()
    os.killpg(pid, signal.SIGTERM)
    assert inspection.works()
    assert INSPECTORS.warm() == pid


def test_work_command_does_the_waiting_jobs(world, candidacy):
    put_in(world.marie, candidacy)
    result = acquis_beside(world)("work", "--once", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["done"] >= 2, "its check and its copy"
    assert checks(world, candidacy) == ["cleared"]
