"""Register of erasures: the person, retention class, date and ground of each; a file outside any database.

`erasures.jsonl`, next to the checkpoints, only ever grows: one line per erasure, flushed to disk before the key is
destroyed, with `at`, `class`, `ground`, `person`, `position`, and its evidence: `fact` (the line of its
PersonErased), its leaf's `index`, the inclusion `proof` and the signed `note` that covers it. A line without valid
evidence (`erasure_evidence.py`) erases nothing and raises an alarm. A key made up to `at` is erased, even if a
backup brings it back: every start reads this file and destroys it again. A writer that appends a line first repairs a
torn last line.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple
from uuid import UUID

from adapters.disk import flush_folder
from adapters.trouble import Trouble
from domain.fact import Retention
from domain.people.facts import ErasureGround

NAME: Final = "erasures.jsonl"
IN_FLIGHT: Final = timedelta(seconds=2)
"""Facts recorded up to this long after an erasure may have been sealed before it, and count as erased too."""


class ErasureRegisterBroken(Trouble):
    """A line of the erasure register cannot be read: without it an erased key could come back unnoticed."""


class ErasureUnproved(Trouble):
    """A line to be written in the erasure register has no valid evidence: nothing is written or destroyed."""

    def __init__(self) -> None:
        """Set the message: what to check."""
        super().__init__(
            "The log does not show that this erasure was ordered: acquis check-log says what was changed.",
            "Le journal ne montre pas que cet effacement fut ordonné : acquis check-log dit ce qui a changé.",
        )


@dataclass(frozen=True, kw_only=True)
class ErasureEvidence:
    """The evidence of an erasure: the line of its fact, its leaf's index, the inclusion proof, the signed note."""

    fact: str
    index: int
    proof: tuple[bytes, ...]
    note: str

    def told(self) -> dict[str, Any]:
        """Return the evidence as members of a line of the register."""
        proof = [base64.b64encode(each).decode("ascii") for each in self.proof]
        return {"fact": self.fact, "index": self.index, "proof": proof, "note": self.note}

    @classmethod
    def read(cls, told: dict[str, Any]) -> ErasureEvidence | None:
        """Read the evidence from a line's members; None if they lack it."""
        if "fact" not in told:
            return None
        proof = tuple(base64.b64decode(each, validate=True) for each in told["proof"])
        return cls(fact=str(told["fact"]), index=int(told["index"]), proof=proof, note=str(told["note"]))


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """One erasure: its date, person, retention class, ground, the position of its fact, and its evidence."""

    at: datetime
    person: UUID
    retention: Retention
    ground: ErasureGround
    position: int | None = None
    evidence: ErasureEvidence | None = None

    def line(self) -> bytes:
        """Return its line of the register."""
        return _written(self.claims() | (self.evidence.told() if self.evidence else {}))

    def claims(self) -> dict[str, Any]:
        """Return the erasure's members, without its evidence."""
        return {
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "class": self.retention,
            "ground": self.ground,
            "person": str(self.person),
            "position": self.position,
        }


def lines_of(path: Path) -> list[bytes]:
    """Return the complete lines of a register; none if there is no file."""
    try:
        return [line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    except FileNotFoundError:
        return []


def _written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


class Order(NamedTuple):
    """An erasure ordered in the log: its position, when it was recorded, and the line of its fact."""

    position: int
    at: datetime
    fact: str


class ErasureRegister:
    """The register in one folder; lines that other processes append are read at once."""

    def __init__(self, folder: Path, convinces: Callable[[Erasure], bool]) -> None:
        """Prepare without reading or writing. A line for which `convinces` returns False is ignored."""
        self.path = folder / NAME
        self.convinces = convinces
        self._reading = Lock()
        self._seen: tuple[int, ...] = ()
        self._read = 0  # bytes
        self._last = b""  # the line that ends there
        self._entries: list[Erasure] = []
        self._doubted: list[Erasure] = []
        self._newest: dict[tuple[UUID, Retention], Erasure] = {}
        self._noted: dict[tuple[int, UUID, Retention], Erasure] = {}

    def note(
        self,
        person: UUID,
        retention: Retention,
        ground: ErasureGround,
        *,
        order: Order | None = None,
        evidence: ErasureEvidence | None = None,
        moment: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Erasure:
        """Write an erasure to the register, flushed to disk, before its key is destroyed; return it.

        An order of the log is written once: later calls return the existing line. `moment` returns the date, and is
        called while no other process writes; the date written is never before the order itself. Raises
        ErasureUnproved.
        """
        with self._alone() as file:
            _mend(file)
            erasure = order and self.noted(person, retention, order)
            if erasure is None:
                at = moment() if order is None else max(moment(), order.at)
                position = None if order is None else order.position
                erasure = Erasure(
                    at=at, person=person, retention=retention, ground=ground, position=position, evidence=evidence
                )
                if not self.convinces(erasure):
                    raise ErasureUnproved
                _write(file, erasure.line())
            os.fsync(file)
        flush_folder(self.path.parent)
        return erasure

    def mend(self) -> None:
        """Complete or drop a last line that a crash has truncated; called at each start, before reading."""
        if self.path.exists():
            with self._alone() as file:
                _mend(file)
                os.fsync(file)

    def merge(self, copy: Path) -> int:
        """Append the lines of a copy that the register lacks; return how many. Raises ErasureRegisterBroken.

        Their dates may be older than those of existing lines: the newest erasure of a person and class is determined
        by date, not by order.
        """
        lines = [line + b"\n" for line in copy.read_bytes().split(b"\n") if line]
        if lines and _parsed(lines[-1]) is None:
            lines.pop()  # truncated when it was copied
        if any(_parsed(line) is None for line in lines):
            raise _unreadable(copy)
        with self._alone() as file:
            _mend(file)
            known = set(os.pread(file, os.fstat(file).st_size, 0).splitlines(keepends=True))
            lacking = [line for line in dict.fromkeys(lines) if line not in known]
            _write(file, b"".join(lacking))
            os.fsync(file)
        flush_folder(self.path.parent)
        return len(lacking)

    def entries(self) -> list[Erasure]:
        """Return all erasures with valid evidence, in the order of writing; raises ErasureRegisterBroken."""
        with self._reading:
            self._catch_up()
            return list(self._entries)

    def doubted(self) -> list[Erasure]:
        """Return the lines without valid evidence, which somebody forged or changed, in order."""
        with self._reading:
            self._catch_up()
            return list(self._doubted)

    def holds(self, person: UUID, retention: Retention, recorded: datetime | None = None) -> bool:
        """Return whether this class of a person's data was ever erased; with `recorded`, whether such data was."""
        newest = self.newest(person, retention)
        return newest is not None and (recorded is None or recorded <= newest.at + IN_FLIGHT)

    def noted(self, person: UUID, retention: Retention, order: Order) -> Erasure | None:
        """Return the line of an erasure that the log orders, or None.

        An older line with that position belongs to another order, from a log whose end was lost with an old backup.
        """
        with self._reading:
            self._catch_up()
            line = self._noted.get((order.position, person, retention))
        return line if line is not None and line.at >= order.at else None

    def classes_of(self, person: UUID) -> set[Retention]:
        """Return the classes of a person's data that were ever erased, even if the log no longer says so."""
        with self._reading:
            self._catch_up()
            return {retention for whose, retention in self._newest if whose == person}

    def newest(self, person: UUID, retention: Retention) -> Erasure | None:
        """Return the erasure of this class of a person's data with the latest date, or None."""
        with self._reading:
            self._catch_up()
            return self._newest.get((person, retention))

    @contextmanager
    def _alone(self) -> Iterator[int]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)  # releases the lock

    def _catch_up(self) -> None:
        try:
            about = self.path.stat()
        except FileNotFoundError:
            self._forget()
            return
        seen = (about.st_ino, about.st_size, about.st_mtime_ns)
        if seen == self._seen:
            return
        with self.path.open("rb") as file:
            file.seek(self._read - len(self._last))
            if file.read(len(self._last)) != self._last:  # another file, or a repaired one: read it again
                self._forget()
                file.seek(0)
            for line in file.read().splitlines(keepends=True):
                if not self._take(line):
                    break
        self._seen = seen

    def _forget(self) -> None:
        self._seen, self._read, self._last = (), 0, b""
        self._entries, self._doubted, self._newest, self._noted = [], [], {}, {}

    def _take(self, line: bytes) -> bool:
        whole = line.endswith(b"\n")
        erasure = _parsed(line)
        if erasure is None and whole:
            raise _unreadable(self.path, self._read)
        if erasure is None or not whole:
            return False  # truncated, or being written: the next writer decides
        convinces = self.convinces(erasure)  # raises if the log's database does not answer; the next call tries again
        self._read += len(line)
        self._last = line
        if not convinces:
            self._doubted.append(erasure)
            return True
        self._entries.append(erasure)
        pair = (erasure.person, erasure.retention)
        self._newest[pair] = max(erasure, self._newest.get(pair, erasure), key=_at)
        if erasure.position is not None:
            at = (erasure.position, *pair)
            self._noted[at] = max(erasure, self._noted.get(at, erasure), key=_at)
        return True


def _unreadable(path: Path, at: int | None = None) -> ErasureRegisterBroken:
    en, fr = ("a line", "une ligne") if at is None else (f"the line at byte {at}", f"la ligne à l'octet {at}")
    return ErasureRegisterBroken(
        f"{path}: {en} cannot be read. Put back a copy of the register.",
        f"{path} : {fr} est illisible. Remettez une copie du registre.",
    )


def _parsed(line: bytes) -> Erasure | None:
    try:
        told = json.loads(line)
        at, position = datetime.fromisoformat(told["at"]), told.get("position")
        if at.tzinfo is None:  # an ambiguous instant
            return None
        return Erasure(
            at=at,
            person=UUID(told["person"]),
            retention=Retention(told["class"]),
            ground=ErasureGround(told["ground"]),
            position=None if position is None else int(position),
            evidence=ErasureEvidence.read(told),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _at(erasure: Erasure) -> datetime:
    return erasure.at


def _mend(file: int) -> None:
    """Complete a last line that lacks only its newline; drop one that is truncated earlier."""
    size = os.fstat(file).st_size
    whole = os.pread(file, size, 0)
    torn = whole[whole.rfind(b"\n") + 1 :]
    if not torn:
        return
    if _parsed(torn):
        _write(file, b"\n")
    else:
        os.ftruncate(file, size - len(torn))


def _write(file: int, line: bytes) -> None:
    if os.write(file, line) != len(line):
        raise OSError("the disk took part of a line of the erasure register")
