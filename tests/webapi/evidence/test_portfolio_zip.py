"""Tests of the portfolio's export and import as ZIP, from Acquis or from another system."""

from __future__ import annotations

import io
import json
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from structlog.testing import capture_logs

from domain.commands.evidence.note_piece_scan import NotePieceScan
from domain.ports import OPERATOR, EvidenceId, PieceId
from tests.given.files.specimens import PDF
from tests.given.webapi.portfolios import ADDRESS, keep, kept, packed
from tests.given.webapi.whole_path import done

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

SAID: dict[str, Any] = {"title": "Plan <b>", "dated": "2019-05-04", "employer": "Ville", "reflection": "Non."}
LEAP2A = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:leap2="http://terms.leapspecs.org/" xmlns:categories="http://wiki.leapspecs.org/2A/categories/"
 xmlns:portfolio="http://mahara.example/export/1/2022/">
<id>http://mahara.example/export/1/2022/</id><title>Export</title>
<leap2:version>http://www.leapspecs.org/2010-07/2A/</leap2:version>
<author><name>Marie Exemple</name></author><updated>2022-01-02T10:00:00+01:00</updated>
<entry><title>Marie Exemple</title><id>portfolio:artefactinternal</id><updated>2022-01-02T10:00:00+01:00</updated>
 <content type="text">Moi</content><rdf:type rdf:resource="leap2:person"/></entry>
<entry><title>Plan de com.pdf</title><id>portfolio:artefact12</id><published>2019-05-04T08:00:00+02:00</published>
 <updated>2021-06-01T08:00:00+02:00</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
 <p>Fait en <em>2019</em>.</p><p>Deux mois.</p></div></content><rdf:type rdf:resource="leap2:resource"/>
 <category term="Offline" scheme="categories:resource_type#"/>
 <link rel="enclosure" type="application/pdf" href="files/12-plan%20de%20com.pdf" length="9"/>
 <link rel="leap2:is_part_of" href="portfolio:view3"/></entry>
<entry><title>Premier billet</title><id>portfolio:artefact13</id><updated>2020-02-03T08:00:00+01:00</updated>
 <content type="html">&lt;p&gt;J'ai animé &amp;eacute;galement.&lt;/p&gt;</content>
 <rdf:type rdf:resource="leap2:entry"/></entry>
<entry><title>Ma page</title><id>portfolio:view3</id><updated>2022-01-02T10:00:00+01:00</updated>
 <content type="text">Une page</content><rdf:type rdf:resource="leap2:selection"/></entry>
</feed>"""


def bring(who: Caller, content: bytes) -> TestResponse:
    who.world.catch_up()
    form = {"file": (io.BytesIO(content), "portfolio.zip", "application/zip")}
    answer = who.world.app.test_client().post(f"{ADDRESS}/import", data=form, headers=who.bearer)
    who.world.worked_off()
    return answer


def told(who: Caller) -> list[dict[str, Any]]:
    """Return the caller's kept pieces without their ids and dates."""
    apart = ("id", "position", "version", "kept_on", "put_into")
    return [{name: value for name, value in each.items() if name not in apart} for each in kept(who)]


def test_portfolio_export_is_readable_offline_and_imports_unchanged(world: World) -> None:
    done(keep(world.marie, serves=["RNCP31936:4,7"], **SAID))
    done(world.marie.post(ADDRESS, {"title": "Blog", "link": "https://blog.example/"}))
    done(world.marie.post(ADDRESS, {"title": "Récit", "statement": "Un récit."}))
    whole = world.marie.get(f"{ADDRESS}/export").data
    with zipfile.ZipFile(io.BytesIO(whole)) as got:
        assert got.namelist() == ["files/001-projet.pdf", "portfolio.json", "index.html"]
        assert got.read("files/001-projet.pdf") == PDF
        page = got.read("index.html").decode()
    assert 'href="files/001-projet.pdf"' in page
    assert "Plan &lt;b&gt;" in page
    assert "<b>" not in page
    assert bring(world.nadia, whole).json == {"kept": 3, "not_kept": []}
    assert told(world.nadia) == told(world.marie)
    again: Any = bring(world.nadia, whole).json
    assert (again["kept"], [each["reason"] for each in again["not_kept"]]) == (0, [None] * 3)
    assert len(kept(world.nadia)) == 3


def test_leap2a_import_keeps_its_files_and_texts(world: World) -> None:
    archive = packed(("leap2a.xml", LEAP2A), ("files/12-plan de com.pdf", PDF), ("index.html", "<p>"))
    assert bring(world.marie, archive).json == {"kept": 2, "not_kept": []}
    plan, entry = kept(world.marie)
    assert (plan["title"], plan["name"], plan["dated"]) == ("Plan de com.pdf", "Plan de com.pdf", "2019-05-04")
    assert plan["reflection"] == "Fait en 2019.\nDeux mois."
    assert (plan["form"], plan["check"]) == ("file", "cleared")
    assert (entry["title"], entry["form"], entry["dated"]) == ("Premier billet", "statement", "2020-02-03")
    text: Any = world.marie.get(f"{ADDRESS}/{entry['id']}/copy").json
    assert text["text"] == "J'ai animé également.\n"


def test_portfolio_import_reports_refused_pieces_and_keeps_the_others(world: World) -> None:
    pieces = [
        {"title": "Bon", "name": "a.pdf", "file": "files/a.pdf"},
        {"title": "Programme", "name": "b.pdf", "file": "files/b"},
        {"title": "Lien", "name": "c", "form": "link", "text": "ftp://c.example/"},
    ]
    listed = json.dumps({"format": "acquis-portfolio/1", "pieces": pieces})
    program = b"\x7fELF" + bytes(60)
    answer: Any = bring(
        world.marie, packed(("portfolio.json", listed), ("files/a.pdf", PDF), ("files/b", program))
    ).json
    assert answer["kept"] == 1
    assert {each["title"]: each["reason"] for each in answer["not_kept"]} == {
        "Programme": "type-mismatch",
        "Lien": "link-not-accepted",
    }
    assert [each["title"] for each in kept(world.marie)] == ["Bon"]


def test_portfolio_import_of_a_foreign_or_malicious_archive_is_refused(world: World) -> None:
    entity = '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY x "y">]><feed><entry><title>&x;</title></entry></feed>'
    refused = {
        "not-a-portfolio": [
            PDF,
            packed(("a.pdf", PDF)),
            packed(("portfolio.json", "{}")),
            packed(
                ("portfolio.json", b'{"format": "acquis-portfolio/1", "pieces": [{"title": "\xe9", "name": "x"}]}')
            ),
            packed(("portfolio.json", json.dumps({"format": "other/1", "pieces": []}))),
        ],
        "invalid-file": [
            packed(("leap2a.xml", entity)),
            packed(("leap2a.xml", "<feed>")),
            b"PK\x03\x04" + bytes(60),
            packed(
                (
                    "portfolio.json",
                    json.dumps(
                        {"format": "acquis-portfolio/1", "pieces": [{"title": "x", "name": "x", "file": "no"}]}
                    ),
                )
            ),
        ],
        "unsafe-names": [packed(("leap2a.xml", LEAP2A), ("../out", b"x"))],
        "archive-limits": [packed(("leap2a.xml", LEAP2A), ("bomb", bytes(60 * 1024**2)))],
    }
    before = world.files()
    for slug, archives in refused.items():
        for archive in archives:
            answer = bring(world.marie, archive)
            assert (answer.status_code, answer.json["type"]) == (422, f"/problems/{slug}"), (slug, archive[:40])  # type: ignore[index]  # a refusal is an object
    assert (kept(world.marie), world.files()) == ([], before)


def test_portfolio_import_of_a_slow_archive_is_quick_or_refused(world: World) -> None:
    open_tag = f'<feed><entry><title>x</title><content type="html">&lt;{"a" * 60_000}</content></entry></feed>'
    begun = time.monotonic()
    assert bring(world.marie, packed(("leap2a.xml", open_tag))).json == {"kept": 1, "not_kept": []}
    assert time.monotonic() - begun < 10, "a tag that never ends is looked for once"
    file = {"name": "a.pdf", "file": "a.pdf"}
    many = [{"title": str(n), "name": "a", "form": "statement", "text": "x"} for n in range(501)]
    over = [{"title": str(n)} | file for n in range(110)]
    for pieces, slug in ((many, "portfolio-full"), (over, "archive-limits")):
        listed = json.dumps({"format": "acquis-portfolio/1", "pieces": pieces})
        answer = bring(world.marie, packed(("portfolio.json", listed), ("a.pdf", bytes(10 * 1024**2))))
        assert answer.json["type"] == f"/problems/{slug}"  # type: ignore[index]  # a refusal is an object
    assert len(kept(world.marie)) == 1


def test_portfolio_import_limits_fields_like_the_form(world: World) -> None:
    serves = [{"certification": f"RNCP{n}", "competences": [-1, 4, 4, 10**30, *range(20, 700)]} for n in range(30)]
    odd = [{"certification": code, "competences": [1]} for code in ("", "R", "R" * 21, "R\x00", "\u202e\u202e")]
    said = {"title": "Plan\x00\u202e\n de com", "employer": "Vil\x07le", "reflection": " \x00", "mission": "Un texte"}
    piece = {"name": "a", "form": "statement", "text": "Un récit.", "serves": odd + serves, **said}
    none = {"name": "b", "form": "statement", "text": "Un autre.", "title": "\x00", "serves": odd}
    listed = json.dumps({"format": "acquis-portfolio/1", "pieces": [piece, none]})
    assert bring(world.marie, packed(("portfolio.json", listed))).json == {"kept": 2, "not_kept": []}
    first, second = kept(world.marie)
    assert (first["title"], first["employer"], first["reflection"]) == ("Plan de com", "Ville", None)
    assert (second["title"], second["serves"]) == ("…", [])
    assert len(first["serves"]) == 20
    assert {tuple(each["competences"][:3]) for each in first["serves"]} == {(4, 20, 21)}
    assert {len(each["competences"]) for each in first["serves"]} == {500}
    again = {name: first[name] for name in ("title", "employer", "mission", "serves")}
    done(world.marie.post(f"{ADDRESS}/{first['id']}/description", again))


def test_portfolio_export_lists_a_quarantined_piece_without_its_file(world: World) -> None:
    piece = PieceId(UUID(done(keep(world.marie))["id"]))
    world.acquis.do(NotePieceScan(piece=piece, scanner="ClamAV 1.4", finding="Eicar"), OPERATOR)
    with zipfile.ZipFile(io.BytesIO(world.marie.get(f"{ADDRESS}/export").data)) as got:
        (listed,) = json.loads(got.read("portfolio.json"))["pieces"]
        assert got.namelist() == ["portfolio.json", "index.html"]
    assert (listed["file"], listed["check"], listed["title"]) == (None, "quarantined", "projet.pdf")


def test_portfolio_export_continues_when_a_file_is_missing(world: World) -> None:
    lost = done(keep(world.marie, title="Perdu"))["id"]
    done(keep(world.marie, title="Gardé"))
    world.acquis.portfolio.remove(EvidenceId(UUID(lost)))
    world.catch_up()
    with capture_logs() as said:
        whole = world.marie.get(f"{ADDRESS}/export").data
    assert [each["log_level"] for each in said if each["event"] == "evidence missing"] == ["critical"]
    with zipfile.ZipFile(io.BytesIO(whole)) as got:
        assert got.namelist() == ["files/002-projet.pdf", "portfolio.json", "index.html"]
        pieces = json.loads(got.read("portfolio.json"))["pieces"]
        assert "Ce fichier ne s&#x27;ouvre plus" in got.read("index.html").decode()
    assert [(each["title"], each["file"]) for each in pieces] == [("Perdu", None), ("Gardé", "files/002-projet.pdf")]
    assert bring(world.nadia, whole).json == {"kept": 1, "not_kept": []}


def test_leap2a_import_of_a_million_elements_is_refused_before_parsing(world: World) -> None:
    tiny = LEAP2A.replace("</feed>", "<a/>" * 1_050_000 + "</feed>")
    world.refuses(422, "archive-limits", lambda: bring(world.marie, packed(("leap2a.xml", tiny))))


def test_portfolio_import_of_a_compressed_large_list_takes_little_server_memory(world: World) -> None:
    """A limited child process reads 32 MiB of JSON or 4 MiB of Leap2A and returns a short answer."""
    pieces = b'{"title":"","name":""}' + b',{"title":"","name":""}' * 1_390_000
    noise = random.randbytes(85_000).hex().encode()  # noqa: S311  (an archive that packs better is refused)
    ours = b'{"format":"acquis-portfolio/1","pieces":[' + pieces + b'],"x":"' + noise + b'"}'
    entry = b'<entry><title>x</title><content type="text">' + b"x" * 2_000 + b"</content></entry>"
    archives = [
        packed(("portfolio.json", ours)),
        packed(("leap2a.xml", b"<feed>" + entry * 1_990 + b"</feed>")),
    ]
    bring(world.marie, packed(("portfolio.json", b"{}")))
    for archive in archives:
        assert len(archive) < 200_000
        with peak_memory() as grown:
            answer = bring(world.marie, archive)
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/portfolio-full")  # type: ignore[index]  # a refusal is an object
        assert grown() < 48 * 1024**2, (
            "180 MiB of this list, and 470 MB of a worse one, when the process that serves read it"
        )


@contextmanager
def peak_memory() -> Iterator[Callable[[], int]]:
    """Yield a function that returns the peak growth of this process's resident memory in the block, in bytes."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = resident("VmRSS")
    yield lambda: resident("VmHWM") - before


def resident(name: str) -> int:
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(lines[name].split()[0]) * 1024
