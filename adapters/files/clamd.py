"""Client of the virus scanner: ClamAV's daemon, over a socket (INSTREAM).

The daemon answers OK for a file that it did not scan, such as one above its limits, unless it is configured otherwise
(AlertExceedsMax). Therefore no file above `most` bytes is sent, which should be the daemon's own limit, and a finding
about its limits is not a virus. An unexpected answer is a failure: no file passes because the scanner is down.
"""

from __future__ import annotations

import io
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, Final
from zipfile import ZipFile

import structlog

from adapters.files.age import Reads
from domain.refusal import Refused, Violation

log = structlog.get_logger(__name__)

CHUNK: Final = 64 * 1024
LONGEST_ANSWER: Final = 4096
LONGEST_NAME: Final = 100
PATIENCE: Final = 300.0
"""Seconds that the scan of one file may take in all."""
AT_ONCE: Final = 2
"""Files that one process scans at the same time, which limits the threads that a hanging daemon blocks."""
TURN: Final = 20.0
"""Seconds to wait for a turn."""
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless test file for virus scanners (split in two, so that scanners do not report this module)."""
CLEAN: Final = b"stream: OK"
FOUND: Final = re.compile(rb"stream: ([^\0]+) FOUND")
TOO_LARGE: Final = b"INSTREAM size limit exceeded. ERROR"
LIMIT: Final = b"Heuristics.Limits."
SETTING: Final = re.compile(r"Max[A-Za-z]+")
NOT_LOOKED_AT: Final = ("Heuristics.Limits.", "Heuristics.Encrypted.")
"""Findings which say that the daemon did not scan the whole file."""
UNUSUAL: Final = re.compile(r"[^A-Za-z0-9._:/+()\[\] -]")


class MalwareDetected(Refused):
    """A file in which the virus scanner finds something is not accepted: put in a clean version of it."""

    fr = "Un fichier dans lequel l'antivirus trouve quelque chose n'est pas accepté : déposez-en une version saine."
    kind = "invalid"


class BeyondScanner(Refused):
    """The virus scanner looks at a file as a whole: make this one smaller, or take its password off."""

    fr = "L'antivirus analyse chaque fichier en entier : allégez ou découpez celui-ci, ou ôtez son mot de passe."
    kind = "invalid"


class ScannerUnavailable(Refused):
    """The virus scanner does not answer now, and nothing is accepted that it has not seen: try again in a moment."""

    fr = "L'antivirus ne répond pas en ce moment, et rien n'est accepté sans lui : réessayez dans un instant."
    kind = "busy"


@dataclass(frozen=True, kw_only=True)
class Probed:
    """Result of a probe of the scanner: whether it reports unscanned files as clean, and which settings are too low.

    `short_of`: the settings of clamd.conf that prevent the scan of a file of the largest size to accept.
    """

    careless: bool = False
    short_of: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clamd:
    """The daemon at `address`: `unix:///path` or `tcp://host:port`; it scans files of `most` bytes at most.

    `silence` is the number of seconds without an answer, as during a scan; `patience` the number of seconds for one
    file in all, after the wait for a `turn`.
    """

    address: str
    most: int
    silence: float = 100.0
    patience: float = PATIENCE
    turn: float = TURN
    _turns: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(AT_ONCE), init=False, repr=False, compare=False
    )

    def scan(self, content: Reads, size: int) -> str | None:
        """Return the scanner's name for its finding in a file of `size` bytes; None when it finds nothing.

        Raises BeyondScanner, ScannerUnavailable, and what reading raises.
        """
        self.check_size(size)
        said, whole = self._asked(content)
        return _finding(said, whole=whole)

    def _asked(self, content: Reads) -> tuple[bytes, bool]:
        """Return the daemon's answer about this content, and whether it received all of it."""
        with self._reached() as line:
            line.say(b"zINSTREAM\0")
            whole = _send(content, line)
            return line.answer(), whole

    def check_size(self, size: int) -> None:
        """Raise BeyondScanner for a file too large for the daemon to scan completely."""
        if size > self.most:
            en, fr = f"{self.most} bytes at most.", f"{self.most} octets au plus."
            largest = Violation("largest-scanned", en, fr, "the virus scanner's limit", "la limite de l'antivirus")
            raise BeyondScanner(self.most, violations=(largest,))

    def probe(self) -> Probed:
        """Scan a file of the largest size to accept, with a test virus at its very end.

        Raises ScannerUnavailable.
        """
        said, whole = self._asked(_Archive(self.most))
        if said == TOO_LARGE:
            return Probed(short_of=("StreamMaxLength",))
        if said == CLEAN and whole:
            return Probed(careless=True, short_of=("MaxFileSize", "MaxScanSize"))
        if (found := FOUND.fullmatch(said)) and found[1].startswith(LIMIT):
            named = SETTING.findall(found[1].decode("ascii", "replace"))
            return Probed(short_of=tuple(named) or ("MaxFileSize", "MaxScanSize"))
        _finding(said, whole=whole)
        return Probed()

    def version(self) -> str:
        """Return the scanner's version with that of its signatures; raises ScannerUnavailable."""
        with self._reached() as line:
            line.say(b"zVERSION\0")
            said = line.answer()
        if not said.startswith(b"ClamAV"):
            raise _other(said)
        return plain(said)

    @contextmanager
    def _reached(self) -> Iterator[_Line]:
        if not self._turns.acquire(timeout=self.turn):
            log.error("virus scanner busy")
            raise ScannerUnavailable
        try:
            with _connected(self.address, self.silence) as connection:
                yield _Line(connection, self.silence, monotonic() + self.patience)
        except _Silent as error:
            log.error("virus scanner unavailable", error=type(error.__cause__).__name__)  # noqa: TRY400  (no traceback)
            raise ScannerUnavailable from error
        finally:
            self._turns.release()


def plain(said: bytes) -> str:
    """Return the scanner's answer as one line of printable characters."""
    text = said.decode("ascii", "replace").strip()
    return UNUSUAL.sub("_", text)[:LONGEST_NAME] or "unnamed"


class _Silent(Exception):  # noqa: N818  (named after what happened)
    """The daemon cannot be reached, or does not answer."""


@dataclass
class _Line:
    """A connection to the daemon, with a time limit for every step."""

    connection: socket.socket
    silence: float
    until: float

    def say(self, data: bytes) -> None:
        with self._in_time():
            self.connection.sendall(data)

    def answer(self) -> bytes:
        """Return the answer, up to its NUL."""
        said = b""
        while not said.endswith(b"\0") and len(said) <= LONGEST_ANSWER:
            with self._in_time():
                more = self.connection.recv(LONGEST_ANSWER)
            if not more:
                break
            said += more
        return said.rstrip(b"\0")

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            self.connection.settimeout(max(0.001, min(self.silence, self.until - monotonic())))
            yield
        except OSError as error:
            raise _Silent from error


class _Archive:
    """A ZIP of exactly `size` bytes, generated as it is read: zeros, then the scanners' test file."""

    def __init__(self, size: int) -> None:
        around = sum(map(len, _made(0)))
        self._parts = _made(max(0, size - around))

    def read(self, _size: int, /) -> bytes:
        return next(self._parts, b"")


def _made(padding: int) -> Iterator[bytes]:
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        with archive.open("padding", "w", force_zip64=True) as member:
            for begin in range(0, padding, CHUNK):
                member.write(bytes(min(CHUNK, padding - begin)))
                yield sink.taken()
        archive.writestr("eicar.com", EICAR)
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Buffer that holds the written bytes until the reader takes them."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken


def _connected(address: str, silence: float) -> socket.socket:
    try:
        if address.startswith("unix://"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(silence)
            try:
                connection.connect(address.removeprefix("unix://"))
            except BaseException:
                connection.close()
                raise
            return connection
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=silence)
    except OSError as error:
        raise _Silent from error


def _send(content: Reads, line: _Line) -> bool:
    """Send the content in chunks; return False if the daemon stops reading; its answer then explains why."""
    while chunk := content.read(CHUNK):
        with suppress(_Silent):
            line.say(struct.pack(">L", len(chunk)) + chunk)
            continue
        return False
    with suppress(_Silent):
        line.say(struct.pack(">L", 0))
        return True
    return False


def _finding(said: bytes, *, whole: bool) -> str | None:
    if said == CLEAN and whole:
        return None
    if said == TOO_LARGE:
        raise BeyondScanner
    if found := FOUND.fullmatch(said):
        name = plain(found[1])
        if name.startswith(NOT_LOOKED_AT):
            raise BeyondScanner
        return name
    raise _other(said)


def _other(said: bytes) -> ScannerUnavailable:
    """Log an unexpected answer, and return ScannerUnavailable."""
    log.error("virus scanner answers otherwise", said=plain(said))
    return ScannerUnavailable()
