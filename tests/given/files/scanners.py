"""Virus scanners for tests: ClamAV's daemon with one signature, and a scripted one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from adapters.files.clamd import EICAR, Clamd, ScannerUnavailable
from tests.given.waiting import until

SIGNATURE: Final = "Eicar-Test"
MOST: Final = 400_000
"""The most bytes that this daemon scans."""
CONFIG: Final = """Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
StreamMaxLength {most}
MaxFileSize {looks}
MaxScanSize {looks}
AlertExceedsMax {alerts}
MaxThreads 2
ExitOnOOM yes
"""


@contextmanager
def clamd(*, alerts: bool = True, most: int = MOST, looks: int = 4 * MOST) -> Iterator[Clamd]:
    """Run ClamAV's daemon, which finds one thing and accepts `most` bytes; skip the test if it is not installed.

    It answers OK for a file larger than `looks`, unless `alerts` is set.
    """
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("clamd is not installed (Debian: apt-get install --no-install-recommends clamav-daemon)")
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        folder = Path(name)
        (folder / "signatures").mkdir()
        (folder / "signatures" / "tests.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n")
        config = folder / "clamd.conf"
        config.write_text(CONFIG.format(folder=folder, most=most, looks=looks, alerts="yes" if alerts else "no"))
        log = (folder / "log").open("wb")
        with log, subprocess.Popen([program, f"--config-file={config}"], stdout=log, stderr=log) as running:
            try:
                yield _answering(Clamd(address=f"unix://{folder}/clamd.sock", most=most, silence=20), running)
            finally:
                running.terminate()


def _answering(scanner: Clamd, running: subprocess.Popen[bytes]) -> Clamd:
    until(lambda: running.poll() is not None or _there(scanner), "clamd does not start")
    assert running.poll() is None, "clamd does not start"
    return scanner


def _there(scanner: Clamd) -> bool:
    with suppress(ScannerUnavailable):
        scanner.version()
        return True
    return False


@contextmanager
def scripted(answer: Callable[[socket.socket], object]) -> Iterator[Clamd]:
    """Run a socket server that handles each connection as the test says."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/clamd.sock")
        server.listen()
        server.settimeout(0.05)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                with suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        connection.settimeout(5)
                        answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield Clamd(address=f"unix://{folder}/clamd.sock", most=MOST, silence=0.2, patience=0.6)
        finally:
            done.set()
            thread.join()


def heard(connection: socket.socket) -> bytes:
    """Return one whole INSTREAM: the command, then chunks up to the empty one."""
    whole = b""
    while not whole.endswith(b"\0\0\0\0"):
        more = connection.recv(1 << 16)
        if not more:
            break
        whole += more
    return whole
