"""Does the virus scanner's word come through as it said it, and nothing pass for it?"""

from __future__ import annotations

import io
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Semaphore
from typing import Final
from zipfile import ZipFile

import pytest

from adapters.files.clamd import (
    AT_ONCE,
    EICAR,
    LONGEST_NAME,
    BeyondScanner,
    Clamd,
    Probed,
    ScannerUnavailable,
    _Archive,
    plain,
)
from adapters.files.inspection.archive import LARGEST_ENTRY, LARGEST_WHOLE, MIB
from adapters.settings import Settings
from tests.given.files.scanners import MOST, SIGNATURE, clamd, heard, scripted
from tests.given.servers.ports import free_port

LINES: Final = Path(__file__).parents[3] / "deploy/clamav/clamd.conf"


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    with clamd() as running:
        yield running


def said(scanner: Clamd, content: bytes) -> str | None:
    return scanner.scan(io.BytesIO(content), len(content))


def test_19_what_clamav_finds_has_its_name(scanner: Clamd) -> None:
    assert said(scanner, EICAR) == f"{SIGNATURE}.UNOFFICIAL"
    assert said(scanner, bytes(200_000) + EICAR + bytes(100_000)) == f"{SIGNATURE}.UNOFFICIAL"


def test_what_clamav_finds_nothing_in_is_clean(scanner: Clamd) -> None:
    assert said(scanner, EICAR[:-1]) is None
    assert said(scanner, bytes(MOST)) is None


def test_the_version_is_the_scanner_s_own(scanner: Clamd) -> None:
    assert scanner.version().startswith("ClamAV ")


def test_21_a_file_above_what_the_scanner_looks_at_is_not_even_sent() -> None:
    nowhere = Clamd(address="unix:///nowhere/clamd.sock", most=10)
    with pytest.raises(BeyondScanner):
        nowhere.scan(io.BytesIO(bytes(11)), 11)


def test_21_a_file_above_the_daemon_s_own_limit_does_not_pass(scanner: Clamd) -> None:
    """Where whoever set us up took it for larger than it is."""
    wrongly = Clamd(address=scanner.address, most=10**9, silence=20)
    with pytest.raises(BeyondScanner):
        said(wrongly, bytes(MOST + 1))
    with pytest.raises(BeyondScanner):
        said(wrongly, bytes(4_000_000))  # it hangs up while more is sent


def test_21_a_daemon_that_says_ok_of_what_it_does_not_look_at_is_found_out(scanner: Clamd) -> None:
    """`acquis doctor` asks; the careless one is what ClamAV is unless it is told otherwise."""
    assert scanner.probe() == Probed()
    with clamd(alerts=False, looks=1000) as careless:
        assert said(careless, bytes(2000) + EICAR) is None
        assert careless.probe().careless


def test_21_a_daemon_that_says_what_it_did_not_look_at_is_believed() -> None:
    with clamd(looks=1000) as honest:
        with pytest.raises(BeyondScanner):
            said(honest, bytes(2000) + EICAR)
        assert honest.probe() == Probed(short_of=("MaxFileSize",))


def test_21_a_daemon_that_takes_less_than_it_is_said_to_take_is_found_out_with_the_setting_to_raise() -> None:
    """It was asked, turned the probe away, and `acquis doctor` was content."""
    with clamd(most=MOST) as scanner:
        larger = Clamd(address=scanner.address, most=2 * MOST, silence=20)
        assert larger.probe() == Probed(short_of=("StreamMaxLength",))


@pytest.mark.parametrize("size", [1000, 65_536, 400_000, 1_000_003])
def test_21_the_probe_is_of_the_very_size(size: int) -> None:
    probe, sent = _Archive(size), b""
    while part := probe.read(1):
        sent += part
    assert len(sent) == size
    assert ZipFile(io.BytesIO(sent)).read("eicar.com") == EICAR


def test_what_is_reached_over_tcp_is_heard_as_well() -> None:
    with pytest.raises(ScannerUnavailable):
        said(Clamd(address=f"tcp://127.0.0.1:{free_port()}", most=MOST), b"x")


def answering(*parts: bytes, hear: bool = True):
    def answer(connection: socket.socket) -> None:
        if hear:
            heard(connection)
        for part in parts:
            connection.sendall(part)

    return answer


@pytest.mark.parametrize("answer", [b"stream: OK\0", b"stream: OK"])
def test_a_plain_word_is_believed(answer: bytes) -> None:
    with scripted(answering(answer[:3], answer[3:])) as fake:
        assert said(fake, b"x") is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK and more\0",
        b"stream: OK\0stream: Worm FOUND\0",
        b"stream: lstat() failed. ERROR\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"stream:  FOUND",
        b"\xff" * 10_000,
    ],
)
def test_20_what_is_no_plain_word_is_no_answer(answer: bytes) -> None:
    with scripted(answering(answer)) as fake, pytest.raises(ScannerUnavailable):
        said(fake, b"x")


def test_20_who_hangs_up_early_has_not_answered() -> None:
    with scripted(lambda _connection: None) as fake, pytest.raises(ScannerUnavailable):
        said(fake, bytes(MOST))


def test_20_an_ok_before_all_was_heard_is_none() -> None:
    with scripted(answering(b"stream: OK\0", hear=False)) as fake, pytest.raises(ScannerUnavailable):
        said(fake, bytes(MOST))


@contextmanager
def set_at_last(event: Event) -> Iterator[None]:
    """However the block ends."""
    try:
        yield
    finally:
        event.set()


def test_20_who_says_nothing_is_not_waited_for_beyond_its_time() -> None:
    given_up = Event()

    def silent(connection: socket.socket) -> None:
        heard(connection)
        given_up.wait()  # however long that is

    with scripted(silent) as fake, set_at_last(given_up), pytest.raises(ScannerUnavailable):
        said(fake, b"x")


def test_20_a_scanner_that_says_nothing_holds_few_and_the_others_wait_for_no_more_than_their_turn() -> None:
    begun, over = Semaphore(0), Event()

    class Content(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() == 0:
                begun.release()
            return super().read(size)

    with scripted(lambda _: over.wait()) as mute, ThreadPoolExecutor(AT_ONCE) as pool, set_at_last(over):
        waiting = replace(mute, silence=3600, patience=3600, turn=0.1)
        held = [pool.submit(waiting.scan, Content(b"x"), 1) for _ in range(AT_ONCE)]
        assert all(begun.acquire(timeout=10) for _ in held)
        with pytest.raises(ScannerUnavailable):
            said(waiting, b"x")
        assert not any(each.done() for each in held), "they are waited for still"
        over.set()
        assert [type(each.exception()) for each in held] == [ScannerUnavailable] * AT_ONCE


def test_20_who_drips_is_not_waited_for_beyond_its_time() -> None:
    def drip(connection: socket.socket) -> None:
        heard(connection)
        while True:  # until nobody hears it any more
            connection.sendall(b"O")
            time.sleep(0.05)

    with scripted(drip) as fake, pytest.raises(ScannerUnavailable):
        said(fake, b"x")


@pytest.mark.parametrize("name", ["Heuristics.Limits.Exceeded.MaxFileSize", "Heuristics.Encrypted.PDF"])
def test_21_a_finding_that_says_why_it_was_not_looked_at_is_no_finding(name: str) -> None:
    with scripted(answering(f"stream: {name} FOUND\0".encode())) as fake, pytest.raises(BeyondScanner):
        said(fake, b"x")


def test_a_name_of_a_finding_cannot_break_the_line_that_shows_it() -> None:
    hostile = b'stream: Worm\r\n<b>"\xe2\x80\xae\x1b[2J FOUND'
    with scripted(answering(hostile + b"\0")) as fake:
        found = said(fake, b"x")
    assert found
    assert found.isprintable()
    assert not set(found) & set('<>"\r\n')
    assert len(plain(b"a" * 10_000)) == LONGEST_NAME


def test_what_reading_the_file_raises_is_raised() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ValueError("damaged")

    with scripted(answering(b"stream: OK\0")) as fake, pytest.raises(ValueError, match="damaged"):
        fake.scan(Broken(), 1)


def test_the_daemon_s_lines_for_a_house_look_at_all_that_the_inspection_lets_an_archive_hold() -> None:
    """The archive counts and what it holds counts again: one that the inspection passes is not too much."""
    limits = dict(re.findall(r"^(\w+) (\d+)M$", LINES.read_text(), re.MULTILINE))
    sent = Settings(data=Path("nowhere")).max_upload_bytes // MIB
    assert int(limits["StreamMaxLength"]) >= sent
    assert int(limits["MaxFileSize"]) >= max(sent, LARGEST_ENTRY // MIB)
    assert int(limits["MaxScanSize"]) >= sent + LARGEST_WHOLE // MIB
