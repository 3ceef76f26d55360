"""Tests of a person's portfolio: kept pieces, copies in candidacies, checks, export and erasure."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from domain.commands.evidence.note_piece_scan import NotePieceScan
from domain.commands.evidence.note_scan import NoteScan
from domain.ports import OPERATOR, CandidacyId, EvidenceId, PieceId
from projections.people.about_person import newest
from tests.given.files.scanners import scripted
from tests.given.files.specimens import PDF, pdf_with
from tests.given.webapi.erasures import erasures, fates
from tests.given.webapi.portfolios import ADDRESS, keep, kept
from tests.given.webapi.scanned_house import behind
from tests.given.webapi.whole_path import apply, done, etag
from webapi.evidence.same_file import spread
from webapi.evidence.worker import work_off
from webapi.privacy.personal_export import export_zip
from webapi.upkeep.rescan import rescan
from webapi.upkeep.scrubbing import reap, scrub

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

SAID: dict[str, Any] = {
    "title": "Plan de communication",
    "dated": "2019-05-04",
    "employer": "Ville de Lyon",
    "mission": "Community manager",
    "reflection": "J'ai appris à dire non.",
}
SERVES = [{"certification": "RNCP31936", "competences": [4, 7]}]


def put_into(who: Caller, candidacy: UUID, piece: str, *competences: int) -> TestResponse:
    """Put a copy of a kept piece into a candidacy and run its check."""
    who.world.catch_up()
    body = {"piece": piece, "competences": list(competences or (1,))}
    answer = who.post(f"/api/v1/candidacies/{candidacy}/evidence", body)
    who.world.worked_off()
    return answer


def evidence(who: Caller, candidacy: UUID) -> list[dict[str, Any]]:
    answer: Any = who.get(f"/api/v1/candidacies/{candidacy}/evidence").json
    return list(answer["items"])


def checks(who: Caller, *candidacies: UUID) -> list[str]:
    """Return the check states of the kept pieces, then of the pieces of these candidacies."""
    of = [kept(who), *(evidence(who, each) for each in candidacies)]
    return [piece["check"] for pieces in of for piece in pieces]


def test_portfolio_piece_is_kept_described_and_read_only_by_its_person(world: World) -> None:
    piece = done(keep(world.marie, serves=["RNCP31936:7,4"], **SAID))["id"]
    (found,) = kept(world.marie)
    assert found | SAID == found
    assert (found["serves"], found["name"], found["check"], found["put_into"]) == (
        SERVES,
        "projet.pdf",
        "cleared",
        [],
    )
    assert world.marie.get(f"{ADDRESS}/{piece}/content").data == PDF
    anew = {"title": "Plan", "serves": []}
    done(world.marie.post(f"{ADDRESS}/{piece}/description", anew))
    shown: Any = world.marie.get(f"{ADDRESS}/{piece}").json
    assert (shown["title"], shown["employer"], shown["serves"], shown["digest"]) == (
        "Plan",
        None,
        [],
        found["digest"],
    )
    assert kept(world.nadia) == []
    for path in ("", "/content", "/copy"):
        assert world.nadia.get(f"{ADDRESS}/{piece}{path}").status_code == 404
    assert world.nadia.post(f"{ADDRESS}/{piece}/description", anew).status_code == 404
    assert world.nadia.post(f"{ADDRESS}/{piece}/removal").status_code == 404
    for other in (world.rose, world.sacha, world.ulysse, world.hugo):
        assert other.get(ADDRESS).status_code == 403


def test_portfolio_keeps_untitled_files_links_and_statements(world: World) -> None:
    done(keep(world.marie, name="cv.pdf"))
    done(world.marie.post(ADDRESS, {"title": "Mon blog", "link": "https://blog.example/", "serves": SERVES}))
    done(world.marie.post(ADDRESS, {"title": "Récit", "statement": "Un récit."}))
    found = kept(world.marie)
    assert [(each["title"], each["form"], each["check"]) for each in found] == [
        ("cv.pdf", "file", "cleared"),
        ("Mon blog", "link", "cleared"),
        ("Récit", "statement", "cleared"),
    ]
    assert found[1]["serves"] == SERVES
    assert world.marie.read(f"{ADDRESS}/{found[2]['id']}/copy")["text"] == "Un récit.\n"


def test_portfolio_piece_with_invalid_fields_is_refused(world: World) -> None:
    before = world.files()
    unfit = ({"serves": "RNCP31936:x"}, {"dated": "hier"}, {"reflection": "x" * 20_001}, {"stranger": "x"})
    for said in (*unfit, {"title": ["Un", "Deux"]}):
        assert keep(world.marie, **said).status_code == 422, said
    assert (kept(world.marie), world.files()) == ([], before)


def test_portfolio_entry_needs_exactly_one_of_link_and_statement(world: World) -> None:
    for both in ({}, {"link": "https://a.example/", "statement": "b"}):
        assert world.marie.post(ADDRESS, {"title": "x", **both}).status_code == 422


def test_portfolio_request_repeated_with_its_key_keeps_one_piece(world: World) -> None:
    body, key = {"title": "Récit", "statement": "Un récit."}, {"Idempotency_Key": "k"}
    first, again = (done(world.marie.post(ADDRESS, body, **key))["id"] for _ in range(2))
    assert first == again
    assert len(kept(world.marie)) == 1
    assert world.marie.post(ADDRESS, body | {"title": "Autre"}, **key).status_code == 422


def test_portfolio_piece_is_copied_into_candidacies_as_independent_pieces(world: World) -> None:
    """A withdrawn copy leaves the kept piece, and removal of the kept piece leaves the copies."""
    one, two = apply(world, world.marie), apply(world, world.marie, "VAE")
    piece = done(keep(world.marie, **SAID))["id"]
    first, second = (done(put_into(world.marie, each, piece, 2, 3))["id"] for each in (one, two))
    assert len({piece, first, second}) == 3
    (found,) = kept(world.marie)
    assert found["put_into"] == [
        {"candidacy": str(one), "evidence": first},
        {"candidacy": str(two), "evidence": second},
    ]
    (there,) = evidence(world.marie, one)
    assert (there["competences"], there["digest"], there["check"]) == ([2, 3], found["digest"], "cleared")
    assert world.rose.get(f"/api/v1/candidacies/{one}/evidence/{first}/content").data == PDF

    base = f"/api/v1/candidacies/{one}"
    done(world.marie.post(f"{base}/evidence/{first}/withdrawal", {}, If_Match=etag(world.marie, base)))
    assert checks(world.marie, two) == ["cleared", "cleared"]
    done(world.marie.post(f"{ADDRESS}/{piece}/removal"))
    assert kept(world.marie) == []
    assert world.marie.get(f"{ADDRESS}/{piece}").status_code == 404
    assert put_into(world.marie, one, piece).status_code == 404
    assert world.marie.get(f"/api/v1/candidacies/{two}/evidence/{second}/content").data == PDF
    assert not any(piece in name for name in world.files())
    assert scrub(world.acquis).sound


def test_portfolio_piece_of_another_person_cannot_be_put_into_a_candidacy(world: World) -> None:
    """Neither by another candidate nor by the registrar who keys a candidate's papers."""
    theirs, hers = apply(world, world.nadia), apply(world, world.marie)
    piece = done(keep(world.marie))["id"]
    assert put_into(world.nadia, theirs, piece).status_code == 404
    assert put_into(world.rose, hers, piece).status_code == 404
    assert put_into(world.marie, theirs, piece).status_code == 404


def test_portfolio_piece_refused_at_its_check_cannot_be_put_into_a_candidacy(world: World) -> None:
    candidacy = apply(world, world.marie)
    piece = done(keep(world.marie, b"%PDF-1.7\nno pdf at all"))["id"]
    assert checks(world.marie) == ["refused"]
    world.refuses(409, "refused-at-check", lambda: put_into(world.marie, candidacy, piece))


@pytest.fixture
def family(world: World) -> tuple[str, dict[UUID, str]]:
    """Return a kept piece and its copies in two candidacies."""
    candidacies = apply(world, world.marie), apply(world, world.marie, "VAE")
    piece = done(keep(world.marie))["id"]
    return piece, {each: done(put_into(world.marie, each, piece))["id"] for each in candidacies}


@pytest.mark.parametrize("first", ["piece", "copy"])
def test_scanner_s_finding_quarantines_the_piece_and_all_its_copies(
    world: World, family: tuple[str, dict[UUID, str]], first: str
) -> None:
    piece, copies = family
    before = newest(world.acquis.database)
    candidacy, copy = next(iter(copies.items()))
    found: dict[str, Any] = {"scanner": "ClamAV 1.4", "finding": "Eicar-Signature"}
    if first == "piece":
        world.acquis.do(NotePieceScan(piece=PieceId(UUID(piece)), **found), OPERATOR)
    else:
        of = CandidacyId(candidacy), EvidenceId(UUID(copy))
        world.acquis.do(NoteScan(candidacy=of[0], evidence=of[1], **found), OPERATOR)
    spread(world.acquis, before)
    assert checks(world.marie, *copies) == ["quarantined"] * 3
    world.refuses(409, "quarantined", lambda: put_into(world.marie, candidacy, piece))
    world.refuses(409, "quarantined", lambda: world.marie.get(f"{ADDRESS}/{piece}/content"))
    head = world.head()
    spread(world.acquis)
    assert world.head() == head  # recorded once, also when repeated


def test_later_clean_scan_clears_the_piece(world: World, family: tuple[str, dict[UUID, str]]) -> None:
    """An earlier finding does not return to pieces scanned since or put in later."""
    piece, copies = family
    world.acquis.do(NotePieceScan(piece=PieceId(UUID(piece)), scanner="ClamAV 1.4", finding="Eicar"), OPERATOR)
    spread(world.acquis)
    world.acquis.do(NotePieceScan(piece=PieceId(UUID(piece)), scanner="ClamAV 1.5", finding=None), OPERATOR)
    first, second = copies
    done(put_into(world.marie, first, piece))
    spread(world.acquis)
    assert checks(world.marie, first, second) == ["cleared", "quarantined", "cleared", "quarantined"]


def finds(word: bytes) -> Callable[[socket], None]:
    """Return a scanner that finds something only in files that contain this word."""

    def answer(connection: socket) -> None:
        with connection.makefile("rb") as asked:
            if asked.read(9) == b"zVERSION\0":
                connection.sendall(b"ClamAV 1.4\0")
                return
            content = asked.read(1)  # the NUL that ends the command
            while size := int.from_bytes(asked.read(4)):
                content += asked.read(size)
        connection.sendall(b"stream: Found FOUND\0" if word in content else b"stream: OK\0")

    return answer


def test_full_scan_covers_kept_pieces_and_quarantines_their_copies(world: World) -> None:
    word = uuid4().hex.encode()
    candidacy = apply(world, world.marie)
    piece = done(keep(world.marie, pdf_with(word)))["id"]
    done(put_into(world.marie, candidacy, piece))
    done(keep(world.nadia))
    with scripted(finds(word)) as scanner, behind(world, scanner):
        found = rescan(world.app.extensions["acquis"], every=True)
        assert {each.finding for each in found.findings} == {"Found"}
        assert checks(world.marie, candidacy) == ["quarantined"] * 2
        assert checks(world.nadia) == ["cleared"]
        assert rescan(world.app.extensions["acquis"]).pieces == 0
        (again,) = (done(keep(world.marie, pdf_with(word), checked=False))["id"],)
        world.worked_off()  # its own check finds it
    assert {each["id"]: each["check"] for each in kept(world.marie)} == {piece: "quarantined", again: "quarantined"}


def test_portfolio_piece_has_a_reading_copy(world: World) -> None:
    piece = done(keep(world.marie))["id"]
    assert world.marie.read(f"{ADDRESS}/{piece}/copy")["reason"] == "being-made"
    work_off(world.acquis)
    shown: Any = world.marie.get(f"{ADDRESS}/{piece}/copy").json
    assert (shown["state"], shown["kind"]) == ("ready", "pages")
    assert world.marie.get(f"{ADDRESS}/{piece}/copy/pages/1").mimetype == "image/webp"


def test_lost_check_job_of_a_portfolio_piece_is_found(world: World) -> None:
    done(keep(world.marie, checked=False))
    world.acquis.jobs.purge(world.marie.id, kept=True)
    assert checks(world.marie) == ["pending"]
    world.acquis.jobs.find_lost()
    world.worked_off()
    assert checks(world.marie) == ["cleared"]


def test_erasure_of_the_portfolio_leaves_the_copies_in_candidacies(world: World) -> None:
    """Neither a candidacy in progress nor a legal hold delays it, and nothing else is erased."""
    candidacy = apply(world, world.marie)
    piece = done(keep(world.marie, **SAID))["id"]
    done(put_into(world.marie, candidacy, piece))
    hold = {"classes": ["papers", "portfolio"], "ground": "Contrôle."}
    done(world.rose.post(f"/api/v1/persons/{world.marie.id}/legal-holds", hold))
    world.catch_up()
    answer = world.ulysse.post(erasures(world.marie), {"classes": ["portfolio", "papers"]})
    assert fates(answer) == {"portfolio": (True, None), "papers": (False, "legal_hold")}
    assert kept(world.marie) == []
    assert world.marie.get(f"{ADDRESS}/{piece}").status_code == 404
    assert not any(piece in name for name in world.files())
    assert [each["check"] for each in evidence(world.marie, candidacy)] == ["cleared"]
    assert scrub(world.acquis).sound
    done(keep(world.marie, **SAID))
    assert [each["title"] for each in kept(world.marie)] == [SAID["title"]]


def test_personal_export_contains_the_portfolio_only_for_its_person(world: World) -> None:
    done(keep(world.marie, pdf_with(b"mine"), **SAID))
    out = done(keep(world.marie, **SAID | {"title": "Supprimé"}))["id"]
    done(world.marie.post(f"{ADDRESS}/{out}/removal"))
    for asking, hers in ((world.marie, True), (world.rose, False)):
        world.catch_up()
        with (
            export_zip(world.acquis, world.marie.id, asking.actor) as packed,
            ZipFile(io.BytesIO(packed.read())) as got,
        ):
            whole = json.loads(got.read("person.json"))
        assert (SAID["reflection"] in json.dumps(whole, ensure_ascii=False)) is hers
        files = [each["name"] for each in whole["files"] if each["file"]]
        assert files == (["projet.pdf"] if hers else [])


def test_reaper_keeps_the_files_of_the_portfolio(world: World) -> None:
    done(keep(world.marie))
    kept_files = world.files()
    reap(world.acquis, most=True)
    assert world.files() == kept_files
