"""Check of the decisions against the rules, and of the opened values and files against their facts.

Facts are read once, in order of position. Each personal field that the auditor may read is opened with its own key
(`values.py`). The commands are run again (`domain/replay/judge.py`), and a fact that they would refuse is a finding.
At the end the files are compared with the facts that describe them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from adapters.verify.bag import QUARANTINED, UNCHECKED, UNSCANNED, Bag, BagPiece, digest
from adapters.verify.facts import Decoded, Unreadable, decode
from adapters.verify.proof import Finding, LogLine
from adapters.verify.values import (
    ERASED,
    LOST,
    NOT_FOR_AUDITORS,
    NOT_FOR_YOU,
    OPENED,
    WITHHELD,
    Entries,
    Entry,
    values,
    written,
)
from domain.candidacy.facts import CandidacyOpened, EvidenceSubmitted
from domain.evidence.facts import EvidenceCleared, EvidenceQuarantined
from domain.fact import Fact, RecordedFact
from domain.framework.facts import FrameworkPublished
from domain.jury.facts import MinutesTranscribed, SessionPlanned
from domain.people.facts import PersonErased
from domain.replay.judge import Unchecked, Unfinished, replay_in_part
from domain.rulebook.evidence_rules import PieceForm
from domain.rulebook.facts import RulebookPublished

COPIED: Final[dict[type[Fact], str]] = {FrameworkPublished: "definition", RulebookPublished: "rules"}
"""The facts that the bag also holds as a readable file, with the member that the file holds."""
BEGINNINGS: Final[dict[str, type[Fact]]] = {"candidacy": CandidacyOpened, "session": SessionPlanned}
"""The first fact of what an export covers, by its kind."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)
AT_ONCE: Final = timedelta(minutes=1)
"""The longest time in which the facts of one command are written, even next to concurrent writes."""
SEVERAL: Final = re.compile(rb'","n":([1-9][0-9]*),"position":[0-9]+,"recorded_at":"[^"]*","stream":"[^"]*","type"')
"""The part of a line after the body, for a fact that is not its append's first."""


@dataclass(frozen=True, kw_only=True)
class Shut:
    """A personal field that stays sealed: its person, its class, the reason (`erased`, `lost`, `not-for-you`)."""

    position: int
    field: str
    kept: str
    of: str
    why: str | None


@dataclass(frozen=True, kw_only=True)
class NotChecked:
    """A check that this bag does not allow."""

    why: str
    position: int | None = None
    file: str | None = None
    stream: str | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceDescription:
    """A piece of evidence as its fact describes it, with the digest if that field was opened."""

    position: int
    size: int
    media_type: str
    digest: Any


@dataclass
class Replayed:
    """The results of reading the facts."""

    findings: list[Finding] = field(default_factory=list)
    until: datetime = NEVER
    """The time of the last recording."""
    shut: list[Shut] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    opened: int = 0
    judged: set[int] = field(default_factory=set)
    """Positions of the decisions that the rules judged."""
    pieces: dict[str, EvidenceDescription] = field(default_factory=dict)
    quarantined: set[str] = field(default_factory=set)
    strict: set[str] = field(default_factory=set)
    """The rulebooks that show unscanned pieces to their candidate only, and the candidacies under them."""
    unchecked: set[str] = field(default_factory=set)
    """The pieces not checked yet, or refused."""
    unscanned: set[str] = field(default_factory=set)
    """The unscanned pieces under those rulebooks."""
    copies: dict[str, str] = field(default_factory=dict)
    """The digest of the readable copy of each publication, by file."""
    erased: dict[tuple[str, str], int] = field(default_factory=dict)
    """The position of the last order of erasure, by person and class."""
    begun: set[tuple[str, type[Fact]]] = field(default_factory=set)
    """The first facts of candidacies and sessions, by stream."""

    def found(self, kind: str, **where: Any) -> None:
        """Note a finding."""
        self.findings.append(Finding(kind=kind, **where))


def replayed(bag: Bag, lines: Iterable[LogLine], whole: frozenset[str] | None) -> Replayed:
    """Open fields, run the rules, and hash the evidence; `whole` are the complete streams, None for a whole log."""
    found = Replayed()
    told = _told(bag, lines, found, part=whole is not None)
    unfinished: list[Unfinished] = []
    earlier = bag.export.earlier_rules if bag.export else 0
    for each in replay_in_part(told, _here(bag, whole), _lasts(bag), earlier_rules=earlier):
        if isinstance(each, Unchecked):
            found.judged.discard(each.position)
            found.not_checked.append(
                NotChecked(why="rests-on-what-is-not-here", position=each.position, stream=str(each.stream))
            )
        elif isinstance(each, Unfinished):
            unfinished.append(each)
        else:
            found.found("unlawful-decision", position=each.position, detail=each.rule)
    for each in unfinished:
        _unfinished(each, found)
    if earlier:
        found.judged = {position for position in found.judged if position > earlier}
        found.not_checked.append(NotChecked(why="earlier-rules", position=earlier))
    _only_said(found)
    _evidence(bag, found)
    _copies(bag, found)
    if whole is not None:
        _scope(bag, found, whole)
    histories = bag.export.histories if bag.export else {}
    found.not_checked += [NotChecked(why=why, stream=stream) for stream, why in sorted(histories.items())]
    found.not_checked += [NotChecked(why="left-by-a-computer", file=name) for name in bag.left]
    return found


def _unfinished(append: Unfinished, found: Replayed) -> None:
    """Note an incomplete append: at the very end of these facts it may continue; elsewhere it is a finding."""
    last = append.last
    if found.until - last.at > AT_ONCE:
        found.found("unlawful-decision", position=append.position, detail=append.rule)
    else:
        found.not_checked.append(
            NotChecked(why="rests-on-what-is-not-here", position=last.position, stream=str(last.stream))
        )


def _lasts(bag: Bag) -> dict[UUID, int]:
    """Return the number of the last fact here of each append with several, read in advance from the lines' ends."""
    lasts = {}
    for raw in bag.lines("facts.ndjson"):
        if several := SEVERAL.search(raw):
            with suppress(ValueError):  # not a line; the proof reports it
                lasts[UUID(raw[14:50].decode("ascii"))] = int(several[1])
    return lasts


@dataclass(frozen=True)
class _AllBut:
    """All streams except these."""

    cut: frozenset[UUID]

    def __contains__(self, stream: object) -> bool:
        return stream not in self.cut


def _here(bag: Bag, whole: frozenset[str] | None) -> Container[UUID] | None:
    """Return the streams that are complete here; in a whole log, all except those that it cuts short."""
    cut = frozenset(UUID(stream) for stream in bag.export.histories) if bag.export else frozenset()
    if whole is None:
        return _AllBut(cut) if cut else None
    return {UUID(stream) for stream in whole} - cut


def _told(bag: Bag, lines: Iterable[LogLine], found: Replayed, *, part: bool) -> Iterator[RecordedFact]:
    openings, withheld = (Entries(name, bag.lines(name), found.found) for name in (OPENED, WITHHELD))
    for line in lines:
        here = openings.at(line.position), withheld.at(line.position)
        try:
            decoded = decode(line)
        except Unreadable as error:
            found.found("malformed-line", position=line.position, file="facts.ndjson", detail=str(error))
            continue
        clear = _opened(line, decoded, *here, found, part=part)
        _remember(line, decoded.told.fact, clear, found)
        found.until = max(found.until, decoded.told.stamp.at)
        yield decoded.told
    openings.end()
    withheld.end()


def _opened(
    line: LogLine, decoded: Decoded, keys: list[Entry], withheld: list[Entry], found: Replayed, *, part: bool
) -> dict[str, Any]:
    """Return the opened values; note the others with their reason, which the facts must not contradict."""
    clear, reasons = values(line, decoded, keys, withheld, found.found)
    found.opened += len(clear)
    for name in sorted(decoded.sealed.keys() - {each["field"] for each in keys}):
        sealed, why = decoded.sealed[name], reasons.get(name)
        waits = isinstance(decoded.told.fact, MinutesTranscribed)  # the scan shows unreleased results
        if why == NOT_FOR_YOU and not part and not waits and sealed.kept not in NOT_FOR_AUDITORS:
            found.found("unaccounted-value", position=line.position, file=WITHHELD, detail=f"{name}: {why}")
        found.shut.append(
            Shut(position=line.position, field=name, kept=sealed.kept.value, of=str(sealed.of), why=why)
        )
    return clear


def _remember(line: LogLine, fact: Fact, clear: dict[str, Any], found: Replayed) -> None:
    """Store the data with which the bag's files are compared at the end."""
    if fact.decides:
        found.judged.add(line.position)
    if line.version == 1 and isinstance(fact, tuple(BEGINNINGS.values())):
        found.begun.add((line.stream, type(fact)))
    _scans(line, fact, found)
    match fact:
        case EvidenceSubmitted(evidence=evidence) | MinutesTranscribed(scan=evidence):
            found.pieces[str(evidence)] = EvidenceDescription(
                position=line.position, size=fact.size, media_type=fact.media_type, digest=clear.get("digest")
            )
        case PersonErased(retention=retention):
            found.erased[line.stream, retention.value] = line.position
        case FrameworkPublished() | RulebookPublished():
            member = COPIED[type(fact)]
            with suppress(UnicodeEncodeError):  # not a text that an exporter could write
                copy = written({"id": line.stream, member: json.loads(line.body)[member]})
                found.copies.setdefault(f"data/frameworks/{line.stream}.json", hashlib.sha256(copy).hexdigest())
        case _:
            pass


def _scans(line: LogLine, fact: Fact, found: Replayed) -> None:
    """Store the data of a fact that decides whether a piece's file is closed to the bag's reader."""
    match fact:
        case RulebookPublished(rules=rules) if not rules.evidence.unscanned_opens:
            found.strict.add(line.stream)
        case CandidacyOpened(rulebook=rulebook) if str(rulebook) in found.strict:
            found.strict.add(line.stream)
        case EvidenceSubmitted(evidence=evidence, form=PieceForm.FILE):
            found.unchecked.add(str(evidence))
            found.unscanned |= {str(evidence)} if line.stream in found.strict else set()
        case EvidenceQuarantined():
            found.quarantined.add(line.stream)
        case EvidenceCleared(scanner=scanner, media_type=media_type):
            found.quarantined.discard(line.stream)
            found.unchecked -= {line.stream} if media_type else set()
            found.unscanned -= {line.stream} if scanner else set()
        case _:
            pass


def _only_said(found: Replayed) -> None:
    """Note the values whose reason for staying sealed only the bag states.

    Erased, but not by these facts: the erasure came later, or the log was restored since. Lost: nothing confirms it,
    and anybody who passed the bag on could claim it for any value.
    """
    for each in found.shut:
        if each.why == LOST:
            found.not_checked.append(NotChecked(why="loss-claimed", position=each.position))
        elif each.why == ERASED and found.erased.get((each.of, each.kept), 0) < each.position:
            found.not_checked.append(NotChecked(why="erasure-not-in-facts", position=each.position))


def _evidence(bag: Bag, found: Replayed) -> None:
    """Hash each file, and compare it and its listing with its fact: each of the three needs the others.

    A bag holds no quarantined file: if the facts do not state the quarantine, it may have happened later, or be a
    false claim. A bag also holds no unchecked file, and no unscanned file under a rulebook that hides it: unless the
    facts state this, the file counts as missing.
    """
    here = dict(bag.evidence())
    for name, path in here.items():
        piece, file = found.pieces.get(name), f"data/evidence/{name}"
        if piece is None or piece.size != path.stat().st_size or piece.digest != digest(path):
            found.found("changed-evidence", position=piece.position if piece else None, file=file)
    listed = {piece.evidence: piece for piece in bag.export.evidence} if bag.export else {}
    expected = {name: piece for name, piece in found.pieces.items() if piece.digest is not None}
    for name in sorted((listed.keys() | expected.keys()) - here.keys()):
        position = (expected.get(name) or listed[name]).position
        why = listed[name].withheld if name in listed else None
        if why == UNCHECKED and name in found.unchecked:
            found.not_checked.append(NotChecked(why="check-not-passed", position=position))
        elif why == UNSCANNED and name in found.unscanned:
            found.not_checked.append(NotChecked(why="not-scanned", position=position))
        elif why != QUARANTINED:
            found.found("missing-evidence", position=position, file=f"data/evidence/{name}")
        elif name not in found.quarantined:
            found.not_checked.append(NotChecked(why="quarantine-claimed", position=position))
    for name in sorted(listed.keys() | (expected.keys() & here.keys())):
        said, piece = listed.get(name), expected.get(name)
        if not said or not piece or (said.file, *_of(said)) != (f"evidence/{name}", *_of(piece)):
            found.found("unknown-format", file="data/export.json", detail=f"evidence {name}")


def _of(piece: BagPiece | EvidenceDescription) -> tuple[int, str]:
    return piece.position, piece.media_type


def _copies(bag: Bag, found: Replayed) -> None:
    """Check that the readable frameworks and rulebooks are those that the facts publish."""
    for name in sorted(name for name in bag.files if name.startswith("data/frameworks/")):
        if found.copies.get(name) != digest(bag.folder / name):
            found.found("wrong-copy", file=name)
    for name in sorted(found.copies.keys() - bag.files):
        found.found("missing-file", file=name)


def _scope(bag: Bag, found: Replayed, whole: frozenset[str]) -> None:
    """Check that a partial export begins with its subject's first fact; its completeness cannot be checked."""
    found.not_checked.append(NotChecked(why="completeness-claimed", file="data/export.json"))
    export = bag.export
    beginning = BEGINNINGS.get(export.kind) if export else None
    if export and beginning and not (export.subject in whole and (export.subject, beginning) in found.begun):
        found.found("wrong-scope", file="data/export.json", detail=f"{export.kind} {export.subject}")
