"""Was each decision lawful on the facts then known, and do the opened values and files belong to their facts?

Facts come by in order of position, each read once; each personal field that the auditor may read is opened with its
own key (`values.py`); the commands run again (`domain/replay/judge.py`), and what they would refuse is found. At the
end files are held against the facts that describe them.
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

from adapters.verify.bag import QUARANTINED, UNCHECKED, UNSCANNED, Bag, Piece, digest
from adapters.verify.facts import Decoded, Unreadable, decode
from adapters.verify.proof import Finding, Line
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
from domain.rulebook.evidence_rules import Form
from domain.rulebook.facts import RulebookPublished

COPIED: Final[dict[type[Fact], str]] = {FrameworkPublished: "definition", RulebookPublished: "rules"}
"""What is published stands in the bag once more, readable: by the member that holds it."""
BEGINNINGS: Final[dict[str, type[Fact]]] = {"candidacy": CandidacyOpened, "session": SessionPlanned}
"""The first fact of what an export covers, by its kind."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)
AT_ONCE: Final = timedelta(minutes=1)
"""Within which time what one command recorded is written, whatever is written beside it."""
SEVERAL: Final = re.compile(rb'","n":([1-9][0-9]*),"position":[0-9]+,"recorded_at":"[^"]*","stream":"[^"]*","type"')
"""What follows the body in the line of a fact that is not its append's first."""


@dataclass(frozen=True, kw_only=True)
class Shut:
    """A personal field that nobody opens here: of whom, which class, why (`erased`, `lost`, `not-for-you`)."""

    position: int
    field: str
    kept: str
    of: str
    why: str | None


@dataclass(frozen=True, kw_only=True)
class NotChecked:
    """Something of which this bag does not say whether it is sound."""

    why: str
    position: int | None = None
    file: str | None = None
    stream: str | None = None


@dataclass(frozen=True, kw_only=True)
class Described:
    """A piece of evidence as its fact describes it; the digest where it was opened."""

    position: int
    size: int
    media_type: str
    digest: Any


@dataclass
class Replayed:
    """What the facts themselves gave."""

    findings: list[Finding] = field(default_factory=list)
    until: datetime = NEVER
    """When the last of them was recorded."""
    shut: list[Shut] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    opened: int = 0
    judged: set[int] = field(default_factory=set)
    """Positions of the decisions on which the rules gave their verdict."""
    pieces: dict[str, Described] = field(default_factory=dict)
    quarantined: set[str] = field(default_factory=set)
    strict: set[str] = field(default_factory=set)
    """The rulebooks that keep what no scanner saw from others than its candidate, and the candidacies under them."""
    unchecked: set[str] = field(default_factory=set)
    """The pieces whose check is not over, or refused them."""
    unscanned: set[str] = field(default_factory=set)
    """The pieces that they keep from them."""
    copies: dict[str, str] = field(default_factory=dict)
    """The digest of the readable copy of what was published, by file."""
    erased: dict[tuple[str, str], int] = field(default_factory=dict)
    """Where the erasure of a person's class was ordered last."""
    begun: set[tuple[str, type[Fact]]] = field(default_factory=set)
    """The first facts of candidacies and sessions, by stream."""

    def found(self, kind: str, **where: Any) -> None:
        """Note that something is wrong."""
        self.findings.append(Finding(kind=kind, **where))


def replayed(bag: Bag, lines: Iterable[Line], whole: frozenset[str] | None) -> Replayed:
    """Open, replay, and re-hash the evidence; `whole` streams only where not all are (None)."""
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
    """What was recorded at the very end of these facts may go on beyond them; anything else was cut short."""
    last = append.last
    if found.until - last.at > AT_ONCE:
        found.found("unlawful-decision", position=append.position, detail=append.rule)
    else:
        found.not_checked.append(
            NotChecked(why="rests-on-what-is-not-here", position=last.position, stream=str(last.stream))
        )


def _lasts(bag: Bag) -> dict[UUID, int]:
    """The number of the last fact here of each append that recorded several: read ahead, of the lines' two ends."""
    lasts = {}
    for raw in bag.lines("facts.ndjson"):
        if several := SEVERAL.search(raw):
            with suppress(ValueError):  # no line's, as the proof finds
                lasts[UUID(raw[14:50].decode("ascii"))] = int(several[1])
    return lasts


@dataclass(frozen=True)
class _AllBut:
    """Every stream but these."""

    cut: frozenset[UUID]

    def __contains__(self, stream: object) -> bool:
        return stream not in self.cut


def _here(bag: Bag, whole: frozenset[str] | None) -> Container[UUID] | None:
    """The streams that are here to their end: of a whole log all, but for those of which it leaves something out."""
    cut = frozenset(UUID(stream) for stream in bag.export.histories) if bag.export else frozenset()
    if whole is None:
        return _AllBut(cut) if cut else None
    return {UUID(stream) for stream in whole} - cut


def _told(bag: Bag, lines: Iterable[Line], found: Replayed, *, part: bool) -> Iterator[RecordedFact]:
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
    line: Line, decoded: Decoded, keys: list[Entry], withheld: list[Entry], found: Replayed, *, part: bool
) -> dict[str, Any]:
    """The values that open; the others are listed with the reason given, which the facts must not belie."""
    clear, reasons = values(line, decoded, keys, withheld, found.found)
    found.opened += len(clear)
    for name in sorted(decoded.sealed.keys() - {each["field"] for each in keys}):
        sealed, why = decoded.sealed[name], reasons.get(name)
        waits = isinstance(decoded.told.fact, MinutesTranscribed)  # the scan says what is not released yet
        if why == NOT_FOR_YOU and not part and not waits and sealed.kept not in NOT_FOR_AUDITORS:
            found.found("unaccounted-value", position=line.position, file=WITHHELD, detail=f"{name}: {why}")
        found.shut.append(
            Shut(position=line.position, field=name, kept=sealed.kept.value, of=str(sealed.of), why=why)
        )
    return clear


def _remember(line: Line, fact: Fact, clear: dict[str, Any], found: Replayed) -> None:
    """Keep of a fact what the files of the bag are held against at the end."""
    if fact.decides:
        found.judged.add(line.position)
    if line.version == 1 and isinstance(fact, tuple(BEGINNINGS.values())):
        found.begun.add((line.stream, type(fact)))
    _scans(line, fact, found)
    match fact:
        case EvidenceSubmitted(evidence=evidence) | MinutesTranscribed(scan=evidence):
            found.pieces[str(evidence)] = Described(
                position=line.position, size=fact.size, media_type=fact.media_type, digest=clear.get("digest")
            )
        case PersonErased(retention=retention):
            found.erased[line.stream, retention.value] = line.position
        case FrameworkPublished() | RulebookPublished():
            member = COPIED[type(fact)]
            with suppress(UnicodeEncodeError):  # a text that no exporter could write
                copy = written({"id": line.stream, member: json.loads(line.body)[member]})
                found.copies.setdefault(f"data/frameworks/{line.stream}.json", hashlib.sha256(copy).hexdigest())
        case _:
            pass


def _scans(line: Line, fact: Fact, found: Replayed) -> None:
    """Keep what a fact says of whether the file of a piece is closed to who reads the bag."""
    match fact:
        case RulebookPublished(rules=rules) if not rules.evidence.unscanned_opens:
            found.strict.add(line.stream)
        case CandidacyOpened(rulebook=rulebook) if str(rulebook) in found.strict:
            found.strict.add(line.stream)
        case EvidenceSubmitted(evidence=evidence, form=Form.FILE):
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
    """What is shut on the bag's word alone.

    Erased, but not by the facts: it was erased after them, or their log was restored since. Lost: nothing bears that
    out, and whoever hands the bag on could say it of any value.
    """
    for each in found.shut:
        if each.why == LOST:
            found.not_checked.append(NotChecked(why="loss-claimed", position=each.position))
        elif each.why == ERASED and found.erased.get((each.of, each.kept), 0) < each.position:
            found.not_checked.append(NotChecked(why="erasure-not-in-facts", position=each.position))


def _evidence(bag: Bag, found: Replayed) -> None:
    """Hash each file again, and hold it, and what is listed of it, against its fact: none is without the others.

    A file in quarantine is in no bag: where the facts do not say that it is, it may be since, or be merely claimed.
    Nor is one that has not passed its check, or that no scanner saw under a rulebook that keeps it: that the facts
    say, or it is missing.
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


def _of(piece: Piece | Described) -> tuple[int, str]:
    return piece.position, piece.media_type


def _copies(bag: Bag, found: Replayed) -> None:
    """Whether the frameworks and rulebooks that people read are those that the facts publish."""
    for name in sorted(name for name in bag.files if name.startswith("data/frameworks/")):
        if found.copies.get(name) != digest(bag.folder / name):
            found.found("wrong-copy", file=name)
    for name in sorted(found.copies.keys() - bag.files):
        found.found("missing-file", file=name)


def _scope(bag: Bag, found: Replayed, whole: frozenset[str]) -> None:
    """Part of a log: what it covers is there from its beginning; that it is there to its end nobody can see here."""
    found.not_checked.append(NotChecked(why="completeness-claimed", file="data/export.json"))
    export = bag.export
    beginning = BEGINNINGS.get(export.kind) if export else None
    if export and beginning and not (export.subject in whole and (export.subject, beginning) in found.begun):
        found.found("wrong-scope", file="data/export.json", detail=f"{export.kind} {export.subject}")
