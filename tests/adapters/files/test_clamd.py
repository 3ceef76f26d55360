"""The client of the virus scanner: it passes the scanner's verdict on, and takes nothing else for one."""

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


def test_19_scanner_returns_the_name_of_what_clamav_finds(scanner: Clamd) -> None:
    assert said(scanner, EICAR) == f"{SIGNATURE}.UNOFFICIAL"
    assert said(scanner, bytes(200_000) + EICAR + bytes(100_000)) == f"{SIGNATURE}.UNOFFICIAL"


def test_file_is_clean_when_clamav_finds_nothing(scanner: Clamd) -> None:
    assert said(scanner, EICAR[:-1]) is None
    assert said(scanner, bytes(MOST)) is None


def test_the_version_is_the_scanner_s_own(scanner: Clamd) -> None:
    assert scanner.version().startswith("ClamAV ")


def test_21_file_above_the_configured_limit_is_not_even_sent() -> None:
    nowhere = Clamd(address="unix:///nowhere/clamd.sock", most=10)
    with pytest.raises(BeyondScanner):
        nowhere.scan(io.BytesIO(bytes(11)), 11)


def test_21_a_file_above_the_daemon_s_own_limit_does_not_pass(scanner: Clamd) -> None:
    """Cover a configured limit that is larger than the daemon's own."""
    wrongly = Clamd(address=scanner.address, most=10**9, silence=20)
    with pytest.raises(BeyondScanner):
        said(wrongly, bytes(MOST + 1))
    with pytest.raises(BeyondScanner):
        said(wrongly, bytes(4_000_000))  # the daemon hangs up while the client still sends


def test_21_probe_finds_a_daemon_that_says_ok_of_files_it_does_not_look_at(scanner: Clamd) -> None:
    """Probe a careless daemon as `acquis doctor` does; ClamAV is careless by default."""
    assert scanner.probe() == Probed()
    with clamd(alerts=False, looks=1000) as careless:
        assert said(careless, bytes(2000) + EICAR) is None
        assert careless.probe().careless


def test_21_probe_accepts_a_daemon_that_says_which_files_it_did_not_look_at() -> None:
    with clamd(looks=1000) as honest:
        with pytest.raises(BeyondScanner):
            said(honest, bytes(2000) + EICAR)
        assert honest.probe() == Probed(short_of=("MaxFileSize",))


def test_21_probe_names_the_setting_to_raise_when_a_daemon_takes_less_than_configured() -> None:
    """Guard against a former fault: the daemon rejected the probe, and `acquis doctor` reported no problem."""
    with clamd(most=MOST) as scanner:
        larger = Clamd(address=scanner.address, most=2 * MOST, silence=20)
        assert larger.probe() == Probed(short_of=("StreamMaxLength",))


@pytest.mark.parametrize("size", [1000, 65_536, 400_000, 1_000_003])
def test_21_probe_has_exactly_the_configured_size(size: int) -> None:
    probe, sent = _Archive(size), b""
    while part := probe.read(1):
        sent += part
    assert len(sent) == size
    assert ZipFile(io.BytesIO(sent)).read("eicar.com") == EICAR


def test_scanner_raises_unavailable_when_nothing_listens_on_its_tcp_address() -> None:
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
def test_scanner_accepts_a_well_formed_answer(answer: bytes) -> None:
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
def test_20_scanner_is_unavailable_when_its_answer_is_malformed(answer: bytes) -> None:
    with scripted(answering(answer)) as fake, pytest.raises(ScannerUnavailable):
        said(fake, b"x")


def test_20_scanner_is_unavailable_when_it_hangs_up_early() -> None:
    with scripted(lambda _connection: None) as fake, pytest.raises(ScannerUnavailable):
        said(fake, bytes(MOST))


def test_20_scanner_is_unavailable_when_it_says_ok_before_the_whole_file_was_sent() -> None:
    with scripted(answering(b"stream: OK\0", hear=False)) as fake, pytest.raises(ScannerUnavailable):
        said(fake, bytes(MOST))


@contextmanager
def set_at_last(event: Event) -> Iterator[None]:
    """Set the event when the block ends, also by an exception."""
    try:
        yield
    finally:
        event.set()


def test_20_scanner_is_unavailable_when_it_stays_silent_beyond_the_timeout() -> None:
    given_up = Event()

    def silent(connection: socket.socket) -> None:
        heard(connection)
        given_up.wait()  # without a time limit

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


def test_20_scanner_is_unavailable_when_its_answer_drips_beyond_the_timeout() -> None:
    def drip(connection: socket.socket) -> None:
        heard(connection)
        while True:  # until the client closes the connection
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


def test_scan_raises_the_error_of_reading_the_file() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ValueError("damaged")

    with scripted(answering(b"stream: OK\0")) as fake, pytest.raises(ValueError, match="damaged"):
        fake.scan(Broken(), 1)


def test_shipped_clamd_limits_cover_the_largest_archive_that_the_inspection_admits() -> None:
    """ClamAV counts an archive and its content: the limits admit every archive that the inspection passes."""
    limits = dict(re.findall(r"^(\w+) (\d+)M$", LINES.read_text(), re.MULTILINE))
    sent = Settings(data=Path("nowhere")).max_upload_bytes // MIB
    assert int(limits["StreamMaxLength"]) >= sent
    assert int(limits["MaxFileSize"]) >= max(sent, LARGEST_ENTRY // MIB)
    assert int(limits["MaxScanSize"]) >= sent + LARGEST_WHOLE // MIB
