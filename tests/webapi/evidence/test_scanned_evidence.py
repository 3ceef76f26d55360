"""Tests of the virus scanner, quarantine, and pieces that were never scanned."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from socket import socket
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zipfile import ZipFile

import psycopg2
import pytest

from adapters.files.clamd import EICAR, Clamd, ScannerUnavailable
from adapters.operations.jobs import alarms
from domain.commands.evidence.note_scan import NoteScan
from domain.evidence.facts import EvidenceQuarantined
from domain.ports import OPERATOR, CandidacyId, EvidenceId
from domain.rulebook.evidence_rules import EvidenceRules
from tests.given.files import reading_copies as copies
from tests.given.files.scanners import SIGNATURE, clamd, scripted
from tests.given.files.specimens import PDF
from tests.given.log.packing import canonical, seal
from tests.given.webapi.audit_bags import about, fetched, report_of
from tests.given.webapi.evidence import TEXT, held
from tests.given.webapi.evidence_limits import declared, under
from tests.given.webapi.scanned_house import NOWHERE, announced, behind
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.tus import arrived, begin, put_in
from tests.given.webapi.uploading_browser import Browser
from tests.given.webapi.whole_path import apply, done, etag, plan
from webapi.privacy.personal_export import export_zip
from webapi.signing.checkpoint_key import create
from webapi.upkeep.rescan import DOWN, rescan

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

SMALL = replace(NOWHERE, most=100_000)
AHEAD = SMALL.most + 65 * 1024
"""Length of a body that exceeds the scanner's limit with any form around it."""


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    with clamd() as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def signing(town: World) -> None:
    create(town.acquis)


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def pieces(world: World, candidacy: UUID) -> list[dict[str, Any]]:
    answer: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json
    return list(answer["items"])


def content(caller: Caller, candidacy: UUID, evidence: str) -> TestResponse:
    return caller.get(f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content")


def noted(world: World, candidacy: UUID, evidence: str, finding: str | None) -> None:
    """Record a scan as `acquis evidence scan` does."""
    world.acquis.do(
        NoteScan(
            candidacy=CandidacyId(candidacy),
            evidence=EvidenceId(UUID(evidence)),
            scanner="ClamAV 1.4",
            finding=finding,
        ),
        OPERATOR,
    )


def last_fact(world: World) -> tuple[str, str, str]:
    """Return the newest fact of the log: its type, role and body."""
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select type, body::jsonb ->> 'as', body from log.event order by position desc limit 1")
        kind, role, body = cursor.fetchone() or ("", "", "")
    return kind, role, body


def scan_of(piece: dict[str, Any]) -> str:
    """Return the scanner's result for a checked piece, or the state of its check."""
    return ("clean" if piece["scanned"] else "unscanned") if piece["check"] == "cleared" else str(piece["check"])


def test_19_eicar_file_is_quarantined_at_its_check_and_served_to_no_one(world, candidacy, scanner):
    with behind(world, scanner):
        evidence = done(world.marie.upload(candidacy, EICAR, "virus de Marie.txt"))["id"]
    (piece,) = pieces(world, candidacy)
    assert (piece["id"], piece["check"]) == (evidence, "quarantined")
    kind, role, body = last_fact(world)
    assert (kind, role) == (EvidenceQuarantined.__name__, "system")
    said = json.loads(body)
    assert said["finding"] == f"{SIGNATURE}.UNOFFICIAL"
    assert said["scanner"].startswith("ClamAV ")
    assert said["candidacy"] == str(candidacy)
    assert not {"virus de Marie", hashlib.sha256(EICAR).hexdigest(), "EICAR"} & set(body.split('"'))
    for caller in (world.marie, world.rose, world.sacha):
        world.refuses(409, "quarantined", lambda caller=caller: content(caller, candidacy, evidence))
    assert SIGNATURE in world.marie.get(f"/api/v1/candidacies/{candidacy}/history").text


def test_19_infected_upload_under_a_used_key_does_not_quarantine_the_clean_piece(world, candidacy, scanner):
    with behind(world, scanner):
        done(world.marie.upload(candidacy, PDF, "cv.pdf", Idempotency_Key="once"))
        sent = partial(world.marie.upload, candidacy, EICAR, "virus.txt", Idempotency_Key="once")
        world.refuses(422, "idempotency-key-reused", sent)
    assert [scan_of(each) for each in pieces(world, candidacy)] == ["clean"]


def test_19_upload_in_several_requests_is_scanned(world, candidacy, scanner):
    path = arrived(world.marie, candidacy, EICAR, name="virus.txt")
    assert put_in(world.marie, candidacy, path).status_code == 201
    with behind(world, scanner):
        world.worked_off()
    assert [each["check"] for each in pieces(world, candidacy)] == ["quarantined"]


def test_20_piece_stays_under_check_and_hidden_while_the_scanner_is_down(world, candidacy, scanner):
    """An unreachable scanner is no verdict on a file: the file waits and the operator is alerted."""
    with behind(world, NOWHERE):
        evidence = done(world.marie.upload(candidacy))["id"]
        assert [each["check"] for each in pieces(world, candidacy)] == ["pending"]
        world.jobs_wait(minutes=11)
        world.worked_off()
        world.jobs_wait(minutes=11)
    waiting = world.acquis.jobs.waiting()
    assert (waiting.late, waiting.waits_for) == (True, "scanner-unavailable")
    (alarm,) = alarms(waiting)
    assert alarm.slug == "jobs-waiting"
    assert "scanner-unavailable" in alarm.fr
    for caller in (world.rose, world.sacha):
        world.refuses(409, "under-check", lambda caller=caller: content(caller, candidacy, evidence))
    assert content(world.marie, candidacy, evidence).data == PDF
    with behind(world, scanner):
        world.worked_off()
    assert [scan_of(each) for each in pieces(world, candidacy)] == ["clean"]
    assert content(world.rose, candidacy, evidence).data == PDF
    assert not list(alarms(world.acquis.jobs.waiting()))


def test_21_file_above_the_scanner_s_limit_is_refused(world, candidacy, scanner):
    with behind(world, replace(scanner, most=len(PDF) - 1)):
        world.refuses(422, "beyond-scanner", lambda: world.marie.upload(candidacy))


def test_21_upload_above_the_scanner_s_limit_is_refused_before_it_is_sent(world, candidacy):
    uploads = f"/api/v1/candidacies/{candidacy}/uploads"
    with behind(world, SMALL):
        for asked in (begin, declared):
            answer = world.refuses(422, "beyond-scanner", lambda asked=asked: asked(world.marie, candidacy, AHEAD))
            assert str(SMALL.most) in answer.json["violations"][0]["title"]
        told = world.app.test_client().options(uploads, headers=world.marie.bearer)
        assert told.headers["Tus-Max-Size"] == str(SMALL.most)
        room: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json
        assert room["room"]["largest"] == SMALL.most
        assert begin(world.marie, candidacy, SMALL.most).status_code == 201


def test_21_file_that_the_scanner_reads_only_in_part_is_refused(world, candidacy):
    virus = b"x" * 2000 + EICAR
    with clamd(looks=1000) as honest, behind(world, honest):
        done(world.marie.upload(candidacy, virus, "virus.txt"))
    (piece,) = pieces(world, candidacy)
    assert (piece["check"], piece["reason"]) == ("refused", "beyond-scanner")
    assert "antivirus" in piece["reason_in_words"]


def test_file_without_findings_is_clean(world, candidacy, scanner):
    with behind(world, scanner):
        done(world.marie.upload(candidacy))
    assert scan_of(pieces(world, candidacy)[0]) == "clean"


def test_piece_is_unscanned_without_a_scanner(world, candidacy):
    done(world.marie.upload(candidacy))
    assert scan_of(pieces(world, candidacy)[0]) == "unscanned"


def test_scan_of_signed_minutes_is_scanned_for_viruses(world, scanner):
    session = plan(world).removeprefix("/api/v1/jury-sessions/")
    with behind(world, scanner):
        world.refuses(422, "malware-detected", lambda: minutes(world, session, EICAR))


def test_21_signed_minutes_above_the_scanner_s_limit_are_refused_unread(world):
    session = plan(world).removeprefix("/api/v1/jury-sessions/")
    with behind(world, SMALL):
        answer = world.refuses(422, "beyond-scanner", lambda: announced(world, session, AHEAD))
    assert str(SMALL.most) in answer.json["violations"][0]["title"]


def minutes(world: World, session: str, file: bytes) -> TestResponse:
    return world.app.test_client().post(
        f"/api/v1/jury-sessions/{session}/transcription",
        data={"file": (io.BytesIO(file), "pv.pdf", "application/pdf")},
        headers=world.rose.bearer | {"If-Match": '"1"'},
    )


def test_quarantined_piece_is_served_to_no_one_until_it_is_cleared(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    noted(world, candidacy, evidence, "Worm")
    assert scan_of(pieces(world, candidacy)[0]) == "quarantined"
    for caller in (world.marie, world.rose, world.sacha):
        world.refuses(409, "quarantined", lambda caller=caller: content(caller, candidacy, evidence))
    noted(world, candidacy, evidence, None)
    assert scan_of(pieces(world, candidacy)[0]) == "clean"
    assert content(world.marie, candidacy, evidence).data == PDF


def shows(page: str) -> int:
    """Return the number of competences with evidence that the page shows."""
    counted = re.findall(r"Avec une pièce\s: (\d+) sur", page)
    assert len(counted) == 4, "each block says how many"
    return sum(map(int, counted))


def test_quarantined_piece_is_shown_as_such_and_replaceable_by_the_candidate(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", candidacy)
    assert shows(browser.client.get(browser.page).text) == 1
    for path in ("", f"/evidence/{evidence}"):
        assert "sans antivirus" in browser.client.get(f"{browser.page}{path}").text
    noted(world, candidacy, evidence, "Worm")
    world.projector.catch_up()
    page = browser.client.get(browser.page).text
    assert "En quarantaine" in page
    assert shows(page) == 0, "as the standing says: what is unfit shows no competence"
    assert f'<option value="{evidence}">' in page
    said = browser.client.get(f"{browser.page}/evidence/{evidence}").text
    assert "Un antivirus a trouvé" in said
    assert "/original" not in said
    for path in ("original", "pages/1", "media"):
        assert browser.client.get(f"{browser.page}/evidence/{evidence}/{path}").status_code == 409


def test_quarantined_piece_can_be_withdrawn_from_the_page(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    noted(world, candidacy, evidence, "Worm")
    world.projector.catch_up()
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", candidacy)
    shown = browser.client.get(browser.page).text
    assert f"/evidence/{evidence}/withdrawal" in shown
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    done(world.marie.post(f"{way}/{evidence}/withdrawal", {}, If_Match=etag(world.marie, way)))
    world.projector.catch_up()
    page = browser.client.get(browser.page).text
    assert "Retirée" in page
    assert "En quarantaine" not in page
    assert f"/evidence/{evidence}/withdrawal" not in page


def test_quarantined_piece_cannot_be_filed_and_a_filed_one_shows_its_quarantine(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    noted(world, candidacy, evidence, "Worm")
    way = f"/api/v1/candidacies/{candidacy}/evidence"

    def send():
        shown = etag(world.marie, way)
        return world.marie.post(way.replace("evidence", "validation-files"), {"evidence": [evidence]}, If_Match=shown)

    world.refuses(409, "quarantined", send)
    noted(world, candidacy, evidence, None)
    done(send())
    noted(world, candidacy, evidence, "Worm")
    (piece,) = pieces(world, candidacy)
    assert (piece["state"], scan_of(piece)) == ("filed", "quarantined")


def test_unscanned_piece_is_opened_only_by_its_candidate_when_the_rulebook_says_so(world, scanner):
    under(world, EvidenceRules(unscanned_opens=False, source="art. 7"))
    candidacy = apply(world, world.marie)
    evidence = done(world.marie.upload(candidacy))["id"]
    assert content(world.marie, candidacy, evidence).data == PDF
    for caller in (world.rose, world.sacha):
        world.refuses(403, "not-scanned", lambda caller=caller: content(caller, candidacy, evidence))
    noted(world, candidacy, evidence, None)
    assert content(world.rose, candidacy, evidence).data == PDF
    with behind(world, scanner):
        seen = done(world.marie.upload(candidacy, b"vu"))["id"]
    assert content(world.rose, candidacy, seen).status_code == 200
    body = {"statement": "x", "title": "x", "competences": [1]}
    text = done(world.marie.post(f"/api/v1/candidacies/{candidacy}/evidence", body))["id"]
    assert content(world.rose, candidacy, text).data == b"x\n"


def scan(world: World, scanner: Clamd, *options: str) -> tuple[int, dict[str, Any]]:
    """Run `acquis evidence scan`; return its exit code and its answer."""
    given = {"ACQUIS_CLAMD_URL": scanner.address, "ACQUIS_CLAMD_MIB": "1"}
    result = acquis_beside(world)("evidence", "scan", "--json", *options, **given)
    assert result.exit_code in {0, 1}, result.output
    return result.exit_code, json.loads(result.stdout)


def test_evidence_scan_scans_unscanned_pieces_and_quarantines_or_clears_them(world, candidacy, scanner):
    scan(world, scanner, "--all")  # what other tests left
    virus = done(world.marie.upload(candidacy, EICAR, "virus.txt"))["id"]
    copies.put(world.acquis, virus, candidacy, world.marie.id, copies.pages("Une page"), pages=1)
    done(world.marie.upload(candidacy))
    done(world.marie.post(f"/api/v1/candidacies/{candidacy}/evidence", TEXT))
    code, said = scan(world, scanner)
    assert virus not in copies.there(world.acquis.files), "its copy goes at once"
    assert (code, said["pieces"], said["clean"]) == (1, 2, 1)
    assert said["findings"] == [{"evidence": virus, "finding": f"{SIGNATURE}.UNOFFICIAL", "new": True}]
    assert [scan_of(piece) for piece in pieces(world, candidacy)] == ["quarantined", "clean", "clean"]
    head = world.head()
    assert scan(world, scanner) == (0, said | {"pieces": 0, "clean": 0, "findings": []})
    code, again = scan(world, scanner, "--all")
    assert (code, [each["new"] for each in again["findings"] if each["evidence"] == virus]) == (0, [False])
    assert world.head() == head, "what is said already is noted once more"


def test_evidence_scan_of_all_clears_a_quarantined_piece_without_findings(world, candidacy, scanner):
    evidence = done(world.marie.upload(candidacy))["id"]
    noted(world, candidacy, evidence, "Worm")
    scan(world, scanner)
    assert scan_of(pieces(world, candidacy)[0]) == "quarantined", "only --all looks again"
    scan(world, scanner, "--all")
    assert scan_of(pieces(world, candidacy)[0]) == "clean"


def test_evidence_scan_counts_an_unreadable_file_and_continues(world, candidacy, scanner):
    lost, _ = (done(world.marie.upload(candidacy))["id"] for _ in range(2))
    path = world.acquis.settings.data / "evidence" / "kept" / lost[:2] / f"{lost}.age"
    away = path.rename(path.with_suffix(".away"))
    path.symlink_to(path)  # a loop: opening it is an error of the disk
    code, said = scan(world, scanner, "--all")
    away.replace(path)
    assert (code, said["unreadable"], said["clean"]) == (1, 1, said["pieces"] - 1 - len(said["findings"]))


def dies_of(*words: bytes) -> Callable[[socket], None]:
    """Return a scanner that ends without an answer on files with one of these words and finds nothing else."""

    def answer(connection: socket) -> None:
        with connection.makefile("rb") as asked:
            if asked.read(9) == b"zVERSION\0":
                connection.sendall(b"ClamAV 1.4\0")
                return
            content = asked.read(1)  # the NUL that ends the command
            while size := int.from_bytes(asked.read(4)):
                content += asked.read(size)
        if not any(word in content for word in words):
            connection.sendall(b"stream: OK\0")

    return answer


def test_evidence_scan_counts_a_file_without_answer_and_continues(world, candidacy):
    done(world.marie.upload(candidacy, b"deadly to it", "a.txt"))
    after = done(world.marie.upload(candidacy, b"harmless", "b.txt"))["id"]
    with scripted(dies_of(b"deadly")) as scanner:
        code, said = scan(world, scanner)
    assert (code, said["unanswered"]) == (1, 1)
    assert {piece["id"]: scan_of(piece) for piece in pieces(world, candidacy)}[after] == "clean"


def test_evidence_scan_leaves_a_locked_dossier_to_the_next_scan_and_continues(world, candidacy):
    locked, after = (done(world.marie.upload(candidacy, said, "a.txt"))["id"] for said in (b"first", b"second"))
    with scripted(dies_of()) as scanner, held(world, UUID(locked)):
        assert scan(world, scanner)[1]["unanswered"] == 1
        assert {piece["id"]: scan_of(piece) for piece in pieces(world, candidacy)}[after] == "clean"
        assert scan_of(pieces(world, candidacy)[0]) == "unscanned"


def test_evidence_scan_stops_when_several_files_in_a_row_get_no_answer(world, candidacy):
    for number in range(DOWN):
        done(world.marie.upload(candidacy, b"deadly %d" % number, "a.txt"))
    with scripted(dies_of(b"deadly")) as scanner, pytest.raises(ScannerUnavailable):
        rescan(replace(world.acquis, scanner=scanner))


def test_evidence_scan_fails_without_a_reachable_scanner(world, candidacy):
    done(world.marie.upload(candidacy))
    run, head = acquis_beside(world), world.head()
    assert run("evidence", "scan").exit_code == 1
    assert run("evidence", "scan", ACQUIS_CLAMD_URL=NOWHERE.address).exit_code == 1
    assert world.head() == head


def test_doctor_stops_a_start_for_a_careless_scanner_but_not_for_an_unreachable_one(
    world,
):
    run = acquis_beside(world)

    def said(address: str, most: int = 2**20) -> tuple[int, list[str]]:
        given = {"ACQUIS_CLAMD_URL": address, "ACQUIS_CLAMD_MIB": "1", "ACQUIS_MAX_UPLOAD_BYTES": str(most)}
        result = run("doctor", "--before-start", "--json", **given)
        answer = json.loads(result.stdout)
        return result.exit_code, [each for each in answer["wrong"] + answer["late"] if "scanner" in each]

    code, (down,) = said(NOWHERE.address)
    assert (code, "does not answer: pieces stay under check" in down) == (0, True)
    with clamd(alerts=False, most=2**20, looks=1000) as careless:
        code, (passes,) = said(careless.address)
    assert (code, "AlertExceedsMax" in passes) == (1, True)
    with clamd(most=2**19, looks=2**23) as lower:
        code, (turns_away,) = said(lower.address)
    assert (code, "raise StreamMaxLength in clamd.conf" in turns_away) == (0, True)
    with clamd(most=2**20, looks=2**23) as careful:
        assert said(careful.address) == (0, [])
        code, (short,) = said(careful.address, 2**21)
        assert (code, "ACQUIS_MAX_UPLOAD_BYTES" in short) == (0, True)


def test_personal_export_omits_the_file_of_a_quarantined_piece(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    noted(world, candidacy, evidence, "Worm")
    world.projector.catch_up()
    with export_zip(world.acquis, world.marie.id, world.marie.actor) as file, ZipFile(file) as packed:
        said = json.loads(packed.read("person.json"))
        assert not [name for name in packed.namelist() if name.startswith("files/")]
    (piece,) = said["files"]
    assert (piece["file"], piece["quarantined"]) == (None, True)


def test_personal_export_contains_restricted_unscanned_files_only_for_their_candidate(world, scanner):
    under(world, EvidenceRules(unscanned_opens=False, source="art. 7"))
    candidacy = apply(world, world.marie)
    unseen = done(world.marie.upload(candidacy, b"personne ne m'a vu"))["id"]
    with behind(world, scanner):
        seen = done(world.marie.upload(candidacy, b"vu"))["id"]

    def handed_to(caller: Caller) -> tuple[dict[str, Any], str]:
        world.projector.catch_up()
        with export_zip(world.acquis, world.marie.id, caller.actor) as file, ZipFile(file) as packed:
            said = json.loads(packed.read("person.json"))["files"]
            page = packed.read("summary.html").decode()
            names = packed.namelist()
        for each in said:
            assert each["file"] is None or each["file"] in names
        return {each["evidence"]: each for each in said if each["evidence"] in {unseen, seen}}, page

    theirs, _ = handed_to(world.marie)
    assert theirs[unseen]["file"]
    assert theirs[seen]["file"]
    told, page = handed_to(world.rose)
    assert (told[unseen]["file"], told[unseen]["unchecked"]) == (None, True)
    assert told[seen]["file"]
    assert "vérification non passée" in page
    assert "qu&#x27;aucun antivirus n&#x27;a analysé" in page
    noted(world, candidacy, unseen, None)
    told, _ = handed_to(world.rose)
    assert told[unseen]["file"]


def test_audit_bag_omits_restricted_unscanned_files_and_says_why(world, scanner, tmp_path):
    under(world, EvidenceRules(unscanned_opens=False, source="art. 7"))
    candidacy = apply(world, world.marie)
    unseen = done(world.marie.upload(candidacy, b"personne ne m'a vu"))["id"]
    later = done(world.marie.upload(candidacy, b"on me verra plus tard"))["id"]
    with behind(world, scanner):
        seen = done(world.marie.upload(candidacy, b"vu"))["id"]
    body = {"statement": "x", "title": "x", "competences": [1]}
    text = done(world.marie.post(f"/api/v1/candidacies/{candidacy}/evidence", body))["id"]
    scopes = [
        {"scope": "all"},
        {"scope": "candidacy", "subject": str(candidacy)},
        {"scope": "period", "first_day": "2021-02-01", "last_day": "2021-06-30"},
    ]
    for number, asked in enumerate(scopes):
        bag = fetched(world, asked, tmp_path / f"before-{number}")
        assert {each.name for each in (bag / "data/evidence").iterdir()} & {unseen, later, seen, text} == {seen, text}
        pieces = about(bag)["evidence"]
        listed = {each["evidence"]: each.get("withheld") for each in pieces}
        assert [listed[each] for each in (unseen, later, seen, text)] == ["unscanned", "unscanned", None, None]
        report = report_of(world, bag)
        assert report.sound, report.findings
        shut = {each["position"] for each in pieces if each.get("withheld") == "unscanned"}
        assert {each.position for each in report.not_checked if each.why == "not-scanned"} == shut
        assert "aucun antivirus ne l'a analysé" in " ".join(report.lines("fr"))
    noted(world, candidacy, later, None)
    bag = fetched(world, scopes[0], tmp_path / "after")
    assert (bag / "data/evidence" / later).read_bytes() == b"on me verra plus tard"
    assert report_of(world, bag).sound


def test_bag_verification_reports_a_file_falsely_withheld_as_unscanned(world, tmp_path):
    under(world, EvidenceRules())
    candidacy = apply(world, world.marie)
    evidence = done(world.marie.upload(candidacy))["id"]
    bag = fetched(world, {"scope": "candidacy", "subject": str(candidacy)}, tmp_path / "bag")
    (bag / "data/evidence" / evidence).unlink()
    said = about(bag)
    said["evidence"][0]["withheld"] = "unscanned"
    (bag / "data/export.json").write_bytes(canonical(said))
    seal(bag)
    assert [each.kind for each in report_of(world, bag).findings] == ["missing-evidence"]
