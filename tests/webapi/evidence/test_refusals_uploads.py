"""Tests of refusals of uploads and downloads. The numbers are those of the list of required refusals."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from adapters.files.age import Damaged
from tests.given.files.specimens import PDF, pdf_with
from tests.given.webapi.evidence import erase_papers, held
from tests.given.webapi.town import LIMIT
from tests.given.webapi.tus import KIND, TUS, begun
from tests.given.webapi.whole_path import apply, done, etag
from webapi.demonstration.paper import pdf

if TYPE_CHECKING:
    from tests.given.webapi.town import World

MEBIBYTE = 1024 * 1024
AFTER = pdf("after")


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def multipart(world: World, candidacy: UUID, body: bytes):
    return world.app.test_client().post(
        f"/api/v1/candidacies/{candidacy}/evidence",
        input_stream=io.BytesIO(body),
        content_type="multipart/form-data; boundary=frontier",
        headers=world.marie.bearer | {"Content-Length": str(len(body))},
    )


def parts(content: bytes, name: str = 'filename="cv.pdf"') -> bytes:
    return (
        b'--frontier\r\nContent-Disposition: form-data; name="competences"\r\n\r\n1\r\n--frontier\r\n'
        b'Content-Disposition: form-data; name="file"; '
        + name.encode()
        + b"\r\n\r\n"
        + content
        + b"\r\n--frontier--\r\n"
    )


def test_1_declared_length_over_the_limit_is_refused_before_the_body_is_read(world, candidacy):
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    def send():
        return world.app.test_client().post(
            f"/api/v1/candidacies/{candidacy}/evidence",
            input_stream=Unread(),
            content_type="multipart/form-data; boundary=x",
            headers=world.marie.bearer,
            environ_overrides={"CONTENT_LENGTH": str(LIMIT + 2 * MEBIBYTE)},
        )

    world.refuses(413, "too-large", send)


def test_1_file_over_the_limit_is_refused_and_its_partial_copy_deleted(world, candidacy):
    world.refuses(413, "too-large", lambda: world.marie.upload(candidacy, pdf_with(bytes(LIMIT))))


def test_3_truncated_multipart_body_is_refused_as_bad_framing(world, candidacy):
    whole = parts(PDF)
    for cut in (whole[:-20], whole[:60], b"--frontier\r\n\r\n", b"nothing at all"):
        world.refuses(400, "bad-framing", lambda cut=cut: multipart(world, candidacy, cut))


class Silence(io.RawIOBase):
    """A body that stops after its first bytes until the read times out."""

    def __init__(self, said: bytes) -> None:
        super().__init__()
        self._said = said

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._said:
            raise TimeoutError
        given, self._said = self._said[: len(buffer)], self._said[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


@pytest.mark.parametrize("way", ["a file", "a part", "JSON"])
def test_3_sender_that_falls_silent_gets_a_refusal_and_may_send_again(world, candidacy, way):
    evidence = f"/api/v1/candidacies/{candidacy}/evidence"
    method, path, said, kind = {
        "a file": ("POST", evidence, parts(PDF)[:-20], "multipart/form-data; boundary=frontier"),
        "a part": ("PATCH", begun(world.marie, candidacy), b"", KIND),  # received bytes of a portion would be kept
        "JSON": ("POST", evidence, b'{"statement": "', "application/json"),
    }[way]

    def send() -> Any:
        return world.app.test_client().open(
            path,
            method=method,
            content_type=kind,
            headers=world.marie.bearer | TUS | {"Upload-Offset": "0"},
            environ_overrides={"CONTENT_LENGTH": "5000", "wsgi.input": Silence(said)},
        )

    world.refuses(408, "bad-framing", send)


def test_4_empty_file_is_refused(world, candidacy):
    world.refuses(422, "empty-file", lambda: world.marie.upload(candidacy, b""))


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + bytes(64), b"\x7fELF\x02\x01\x01" + bytes(64)])
def test_5_program_named_as_a_pdf_is_refused(world, candidacy, content):
    world.refuses(415, "type-mismatch", lambda: world.marie.upload(candidacy, content))


def test_8_svg_with_a_script_is_refused(world, candidacy):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    world.refuses(415, "type-mismatch", lambda: world.marie.upload(candidacy, svg, "dessin.svg", "image/svg+xml"))


def test_6_file_with_a_wrong_content_type_is_stored_under_the_detected_one(world, candidacy):
    done(world.marie.upload(candidacy, PDF, "photo.png", "image/png"))
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["media_type"] == "application/pdf"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\x00b.pdf", "é" * 4096 + ".pdf", "cv\u202efdp.exe", "CON", "..\\..\\windows\\system32"],
)
def test_17_hostile_file_name_is_only_displayed_and_never_used_as_a_path(world, candidacy, name):
    before = set(world.pieces())
    evidence = done(multipart(world, candidacy, parts(PDF, f'filename="{name}"')))["id"]
    assert set(world.pieces()) - before == {f"kept/{evidence[:2]}/{evidence}.age"}
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert len(piece["name"]) <= 255
    assert not any(character in piece["name"] for character in "\0\u202e\r\n")
    content = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content")
    disposition = content.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert not any(character in disposition for character in "/\\\0")


def test_32_endless_json_body_on_an_upload_route_is_refused_early(world, candidacy):
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any, /) -> int:
            data = (b'{"statement": "' + b"a" * len(buffer) if not self.given else b"a" * len(buffer))[: len(buffer)]
            buffer[: len(data)] = data
            self.given += len(data)
            return len(data)

    body = Endless()

    def ask() -> Any:
        return world.app.test_client().post(
            f"/api/v1/candidacies/{candidacy}/evidence",
            content_type="application/json",
            headers=world.marie.bearer,
            environ_overrides={
                "HTTP_TRANSFER_ENCODING": "chunked",
                "wsgi.input_terminated": True,
                "wsgi.input": body,
            },
        )

    assert ask().status_code == 413
    assert body.given < MEBIBYTE + LIMIT // 2


def test_17_text_named_as_a_program_is_served_with_a_txt_ending(world, candidacy):
    evidence = done(world.marie.upload(candidacy, "Réussi : je l'ai fait.\n".encode(), "cv.pdf.vbs", "text/plain"))[
        "id"
    ]
    content = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content")
    assert 'filename="cv.pdf.vbs.txt"' in content.headers["Content-Disposition"]


def test_18_quotes_and_line_breaks_in_a_file_name_inject_no_header(world, candidacy):
    name = "filename*=UTF-8''a%22%3B%20x%3D%22%0D%0ASet-Cookie%3A%20evil%3D1%0D%0A%C3%A9.pdf"
    evidence = done(multipart(world, candidacy, parts(PDF, name)))["id"]
    content = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content")
    assert "Set-Cookie" not in content.headers
    disposition = content.headers["Content-Disposition"]
    assert disposition == (
        'attachment; filename="a__ x=___Set-Cookie: evil=1___.pdf"; '
        "filename*=UTF-8''a%22%3B%20x%3D%22__Set-Cookie%3A%20evil%3D1__%C3%A9.pdf"
    )


def test_30_content_is_always_a_sandboxed_attachment_in_whole_or_in_part(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    path = f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    whole = world.marie.get(path)
    part = world.marie.get(path, Range="bytes=1-3")
    head = world.app.test_client().head(path, headers=world.marie.bearer, buffered=True)
    beyond = world.marie.get(path, Range=f"bytes={len(PDF) + 10}-")
    assert (whole.status_code, whole.data) == (200, PDF)
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"PDF", f"bytes 1-3/{len(PDF)}")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(PDF)))
    assert (beyond.status_code, beyond.mimetype) == (416, "application/problem+json")
    for answer in (whole, part, head):
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "Set-Cookie" not in answer.headers


def test_upload_without_a_file_or_competences_is_refused(world, candidacy):
    no_file = b'--frontier\r\nContent-Disposition: form-data; name="competences"\r\n\r\n1\r\n--frontier--\r\n'
    world.refuses(422, "invalid", lambda: multipart(world, candidacy, no_file))
    world.refuses(422, "invalid", lambda: world.marie.upload(candidacy, competences=[]))
    world.refuses(422, "invalid", lambda: world.marie.upload(candidacy, competences=["one"]), inputs=["one"])
    client, way = world.app.test_client(), f"/api/v1/candidacies/{candidacy}/evidence"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):  # last: no boundary
        world.refuses(
            415,
            "type-mismatch",
            lambda kind=kind: client.post(way, data=b"x", content_type=kind, headers=world.marie.bearer),
        )


def test_27_form_with_more_than_a_thousand_parts_is_refused(world, candidacy):
    field = b'--frontier\r\nContent-Disposition: form-data; name="competences"\r\n\r\n1\r\n'
    world.refuses(413, "too-large", lambda: multipart(world, candidacy, field * 1001 + parts(PDF)))


@pytest.mark.parametrize("breaks", [b"\r", b"\n", b"\r\n", b"\r\n--frontie"], ids=repr)
@pytest.mark.parametrize("part", ["a field", "the file"])
def test_27_huge_part_of_line_breaks_is_refused_within_five_seconds(world, candidacy, breaks, part):
    """Werkzeug GHSA-hrfv-mqp8-q5rw: a parser that searched its whole buffer again for each portion."""
    huge = breaks * (LIMIT // len(breaks) + 100_000)
    field = b'--frontier\r\nContent-Disposition: form-data; name="competences"\r\n\r\n%b\r\n' % huge
    body = field + parts(PDF) if part == "a field" else parts(huge)
    began = time.process_time()
    world.refuses(413, "too-large", lambda: multipart(world, candidacy, body))
    assert time.process_time() - began < 5


def test_refused_upload_leaves_no_file(world, candidacy):
    world.refuses(422, "unknown-competence", lambda: world.marie.upload(candidacy, competences=[31]))
    world.refuses(404, "not-found", lambda: world.nadia.upload(candidacy))


def test_74_upload_sent_again_with_its_key_is_the_same_piece(world, candidacy):
    first = done(world.marie.upload(candidacy, Idempotency_Key="one"))
    head, files = world.head(), world.files()
    assert done(world.marie.upload(candidacy, Idempotency_Key="one")) == first
    assert (world.head(), world.files()) == (head, files)
    other = pdf("other")
    for again in (
        lambda: world.marie.upload(candidacy, other, Idempotency_Key="one"),
        lambda: world.marie.upload(candidacy, competences=[2], Idempotency_Key="one"),
    ):
        world.refuses(422, "idempotency-key-reused", again)


def test_upload_refused_as_busy_keeps_its_file_for_the_next_try(world, candidacy):
    """After Busy the fact may have been recorded, so a file that may belong to a piece is kept."""
    before = world.pieces()
    with held(world, candidacy):
        answer = world.marie.upload(candidacy, Idempotency_Key="busy")
        assert (answer.status_code, answer.json["type"]) == (503, "/problems/busy")
    assert len(world.pieces()) == len(before) + 1
    piece = done(world.marie.upload(candidacy, Idempotency_Key="busy"))["id"]
    assert len(world.pieces()) == len(before) + 1
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content").data == PDF


def test_74_file_removed_by_a_refused_duplicate_request_is_restored_by_the_other(world, candidacy):
    before = set(world.pieces())
    with held(world, candidacy):
        assert world.marie.upload(candidacy, Idempotency_Key="twice").status_code == 503
    (kept,) = set(world.pieces()) - before
    with ThreadPoolExecutor(1) as pool:
        with held(world, candidacy):
            second = pool.submit(world.marie.upload, candidacy, Idempotency_Key="twice")
            time.sleep(0.5)  # the second request has found the file and waits for the lock
            (world.acquis.settings.data / "evidence" / kept).unlink()
        piece = done(second.result())["id"]
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content").data == PDF


def test_erased_piece_gives_410_erased(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    path = f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    erase_papers(world)
    world.refuses(410, "erased", lambda: world.marie.get(path))
    world.acquis.files.remove(UUID(evidence))
    world.refuses(410, "erased", lambda: world.marie.get(path))
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert (piece["name"], piece["digest"], piece["size"]) == (None, None, len(PDF))
    history = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").json["items"]
    assert [each["unread"] for each in history if each["fact"] == "EvidenceSubmitted"] == [
        {"name": "erased", "digest": "erased"}
    ]


def test_piece_uploaded_after_an_erasure_is_readable_and_the_earlier_one_stays_erased(world, candidacy):
    before = done(world.marie.upload(candidacy))["id"]
    erase_papers(world)
    after = done(world.marie.upload(candidacy, AFTER))["id"]
    base = f"/api/v1/candidacies/{candidacy}/evidence"
    assert world.marie.get(f"{base}/{after}/content").data == AFTER
    world.refuses(410, "erased", lambda: world.marie.get(f"{base}/{before}/content"))


def test_78_upload_sent_again_after_an_erasure_restores_no_file(world, candidacy):
    evidence = done(world.marie.upload(candidacy, Idempotency_Key="before"))["id"]
    erase_papers(world)
    world.acquis.files.remove(UUID(evidence))
    before = world.files()
    assert done(world.marie.upload(candidacy, Idempotency_Key="before"))["id"] == evidence
    assert world.files() == before
    path = f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    world.refuses(410, "erased", lambda: world.marie.get(path))


def test_file_damaged_on_disk_is_cut_off_or_refused(world, candidacy):
    evidence = done(world.marie.upload(candidacy, pdf_with(bytes(200_000))))["id"]
    kept = world.acquis.settings.data / "evidence" / "kept" / evidence[:2] / f"{evidence}.age"
    changed = bytearray(kept.read_bytes())
    changed[100_000] ^= 1
    kept.write_bytes(changed)
    path = f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    with pytest.raises(Damaged):  # the answer is cut off, which its length shows
        world.marie.get(path)
    changed[-1] ^= 1
    kept.write_bytes(changed)  # detected before the first byte is sent
    world.refuses(500, "evidence-missing", lambda: world.marie.get(path))


def test_61_withdrawal_of_filed_evidence_is_refused(world, candidacy):
    base = f"/api/v1/candidacies/{candidacy}"
    piece = done(world.marie.upload(candidacy))["id"]
    done(world.marie.post(f"{base}/validation-files", {"evidence": [piece]}, If_Match=etag(world.marie, base)))
    shown = etag(world.marie, base)
    withdrawal = f"{base}/evidence/{piece}/withdrawal"
    world.refuses(409, "dossier-frozen", lambda: world.marie.post(withdrawal, {}, If_Match=shown))
    redirection = f"{base}/evidence/{piece}/redirections"
    world.refuses(409, "dossier-frozen", lambda: world.marie.post(redirection, {"competences": [2]}, If_Match=shown))


def test_82_missing_file_gives_500_and_never_an_empty_body(world, candidacy):
    evidence = done(world.marie.upload(candidacy))["id"]
    (world.acquis.settings.data / "evidence" / "kept" / evidence[:2] / f"{evidence}.age").unlink()
    path = f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    world.refuses(500, "evidence-missing", lambda: world.marie.get(path))
