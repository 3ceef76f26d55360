"""Reader of a BagIt bag for an auditor (ADR 0011); nothing in it is trusted."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from adapters.verify.proof import UUID_FORM, CheckpointNote, Endorsement, Finding, Key, Malformed, unbase64

FORMAT = "acquis-audit/1"
KINDS = {kind: kind for kind in ("all", "candidacy", "session", "period")}
LEFT_OUT = frozenset({"results-not-released", "not-for-auditors"})
"""The possible reasons for an omission."""
MANIFEST_LINE = re.compile(r"([0-9A-Fa-f]{64}) [ *](\S.*)")
DECLARATION = re.compile(r"BagIt-Version: [0-9]+\.[0-9]+\nTag-File-Character-Encoding: UTF-8\n?")
BUFFER = 1 << 18
KNOWN = re.compile(
    r"bagit\.txt|bag-info\.txt|(tag)?manifest-sha256\.txt|data/("
    r"export\.json|(facts|leaves|consistency|opened|withheld|erasures)\.ndjson|(summary|dictionary)\.html|"
    r"checkpoints/[0-9]{12}\.(note|tsr)|keys/[0-9a-f]{8}\.(vkey|endorsed)|"
    rf"evidence/{UUID_FORM}|frameworks/{UUID_FORM}\.json)"
)
"""All file names that the format has: no other file is part of a bag."""
QUARANTINED, UNCHECKED, UNSCANNED = WITHHELD_FOR = "quarantined", "unchecked", "unscanned"
"""The reasons for which the file of a listed piece is not in the bag."""
LEFT = re.compile(r"(.*/)?(\.DS_Store|\._[^/]*|[Tt]humbs\.db|[Dd]esktop\.ini)")
"""Files that an operating system leaves in a folder that somebody viewed."""
R = TypeVar("R")


class NoBag(Exception):  # noqa: N818  (named after what happened)
    """The path holds nothing to verify, which is wrong usage and not a finding."""

    def __init__(self, french: str, english: str) -> None:
        """Set the reason, in both languages."""
        super().__init__(english)
        self.french = french


@dataclass(frozen=True)
class Lines:
    """The lines of a file, with their ends; the file is read again for each iteration."""

    path: Path | None

    def __iter__(self) -> Iterator[bytes]:
        if self.path is not None:
            with self.path.open("rb", buffering=BUFFER) as file:
                yield from file


@dataclass(frozen=True, kw_only=True)
class BagPiece:
    """A piece of evidence as the bag lists it; `withheld` is the reason why its file is left out, or None."""

    evidence: str
    file: str
    position: int
    media_type: str
    withheld: str | None = None


@dataclass(frozen=True, kw_only=True)
class Export:
    """The content of `export.json`, which describes the bag."""

    log: str
    kind: str
    subject: str | None
    made_at: str
    size: int
    root: bytes
    facts: int
    whole_streams: frozenset[str]
    key: Key | None
    evidence: tuple[BagPiece, ...]
    histories: dict[str, str] = field(default_factory=dict)
    """The streams that may have left-out facts, with the reasons."""
    left_out: int = 0
    """The number of facts left out, in a whole log."""
    earlier_rules: int = 0
    """The last position recorded by a version with other rules, as the bag says."""

    @classmethod
    def read(cls, raw: bytes) -> Export:
        """Parse `export.json`; raises Malformed."""
        try:
            said = json.loads(raw)
            if said["format"] != FORMAT:
                raise Malformed(f"format {said['format']}")
            scope, streams = said["scope"]["kind"], frozenset(said["whole_streams"])
            pieces = tuple(_piece(each) for each in said["evidence"])
            export = cls(
                log=str(said["log"]),
                kind=KINDS[scope],
                subject=_subject(said["scope"]),
                made_at=str(said["made_at"]),
                size=_whole(said["size"]),
                root=unbase64(said["root"], 32),
                facts=_whole(said["facts"]),
                whole_streams=streams,
                key=Key.read(said["key"]) if said["key"] else None,
                evidence=pieces,
                earlier_rules=_whole(said.get("earlier_rules", 0)),
                **_left_out(said.get("left_out")),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Malformed(str(error) or type(error).__name__) from error
        if export.size < 0 or export.facts < 0:
            raise Malformed("size or facts")
        if not all(isinstance(each, str) and re.fullmatch(UUID_FORM, each) for each in streams):
            raise Malformed("whole_streams")
        return export


def _subject(scope: dict[str, Any]) -> str | None:
    """Return the id of a scope's candidacy or session, and check a period's two days; raises Malformed."""
    kind, subject, days = scope["kind"], scope["subject"], (scope["first_day"], scope["last_day"])
    about = kind in {"candidacy", "session"}
    if about != (subject is not None) or (about and not re.fullmatch(UUID_FORM, subject)):
        raise Malformed(f"scope {kind} {subject}")
    if kind == "period":
        first, last = (date.fromisoformat(day) for day in days)
        if first > last or days != (first.isoformat(), last.isoformat()):
            raise Malformed(f"scope {days}")
    elif days != (None, None):
        raise Malformed(f"scope {kind} {days}")
    return str(subject) if about else None


def _left_out(said: Any) -> dict[str, Any]:
    """Return the bag's description of its omissions, empty without one; raises Malformed."""
    if said is None:
        return {}
    histories = {each["stream"]: each["why"] for each in said["histories"]}
    if not all(re.fullmatch(UUID_FORM, stream) and why in LEFT_OUT for stream, why in histories.items()):
        raise Malformed("left_out")
    return {"histories": histories, "left_out": 0 if said["facts"] is None else _whole(said["facts"])}


def _piece(said: dict[str, Any]) -> BagPiece:
    if said.get("withheld", QUARANTINED) not in WITHHELD_FOR:
        raise Malformed("withheld")
    return BagPiece(
        evidence=str(said["evidence"]),
        file=str(said["file"]),
        position=_whole(said["position"]),
        media_type=str(said["media_type"]),
        withheld=said.get("withheld"),
    )


def _whole(said: Any) -> int:
    if type(said) is not int:
        raise Malformed("a number is none")
    return said


@dataclass
class Bag:
    """A bag: its export, its files by name, its checkpoints with the proofs between them, and its findings.

    `left` are the files that an operating system left in the folder; they are not among its `files`.
    """

    folder: Path
    files: frozenset[str]
    left: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    export: Export | None = None
    checkpoints: list[CheckpointNote] = field(default_factory=list)
    endorsements: list[Endorsement] = field(default_factory=list)
    steps: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)

    def lines(self, name: str) -> Lines:
        """Return the lines of a file of `data/`; no lines for a missing file."""
        name = f"data/{name}"
        return Lines(self.folder / name if name in self.files else None)

    def evidence(self) -> Iterator[tuple[str, Path]]:
        """Yield the files of pieces of evidence, each with its id, which is its name."""
        for name in sorted(self.files):
            if name.startswith("data/evidence/"):
                yield name.removeprefix("data/evidence/"), self.folder / name

    def found(self, kind: str, file: str, detail: str = "") -> None:
        """Note a finding about a file."""
        self.findings.append(Finding(kind=kind, file=file, detail=detail))


def open_bag(folder: Path) -> Bag:
    """Read everything except facts, leaves and evidence; raises NoBag if there is no folder."""
    if not folder.is_dir():
        raise NoBag(f"{folder} : ce dossier n'existe pas.", f"{folder}: there is no such folder.")
    bag = _looked_into(folder)
    _manifests(bag)
    bag.export = _read(bag, "data/export.json", Export.read)
    for name in sorted(bag.files):
        if name.startswith("data/checkpoints/") and name.endswith(".note"):
            note = _read(bag, name, lambda raw, name=name: CheckpointNote.read(raw, name))  # type: ignore[misc]
            bag.checkpoints += [note] if note else []
            if note and name != f"data/checkpoints/{note.size:012}.note":
                bag.found("unknown-format", name, f"≠ {note.size}")
        elif name.startswith("data/keys/") and name.endswith(".endorsed"):
            vouched = _read(bag, name, lambda raw, name=name: Endorsement.read(raw, name))  # type: ignore[misc]
            bag.endorsements += [vouched] if vouched else []
    bag.checkpoints.sort(key=lambda checkpoint: checkpoint.size)
    for name in ("data/facts.ndjson", "data/leaves.ndjson"):
        if name not in bag.files:
            bag.found("missing-file", name)
    if not bag.checkpoints:
        bag.found("missing-file", "data/checkpoints")
    if bag.export and bag.export.kind != "all":
        _steps(bag)
    _says_what_was_signed(bag)
    return bag


def _says_what_was_signed(bag: Bag) -> None:
    """Check that `export.json` names the newest checkpoint, its log, and a key of that log."""
    if bag.export is None or not bag.checkpoints:
        return
    newest, said = bag.checkpoints[-1], bag.export
    if (newest.size, newest.root) != (said.size, said.root):
        bag.found("wrong-root", "data/export.json")
    for name in sorted({newest.origin, said.key.name if said.key else newest.origin} - {f"acquis/{said.log}"}):
        bag.found("other-log", "data/export.json", name)


def _read(bag: Bag, name: str, read: Callable[[bytes], R]) -> R | None:
    if name not in bag.files:
        bag.found("missing-file", name)
        return None
    try:
        return read((bag.folder / name).read_bytes())
    except Malformed as error:
        bag.found("unknown-format", name, str(error))
        return None


def _looked_into(folder: Path) -> Bag:
    """Return the bag with its plain files; other entries of the folder become findings."""
    names = dict(_names(folder))
    bag = Bag(folder, frozenset(name for name, plain in names.items() if plain))
    for name in sorted(names.keys() - bag.files):
        bag.found("unknown-file", name)
    return bag


def _names(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield the names in the folder, and whether each is a plain file; links and devices are never opened."""
    for where, folders, names in os.walk(folder, onerror=_unreadable):
        for name in [*names, *(each for each in folders if Path(where, each).is_symlink())]:
            path = Path(where, name)
            yield path.relative_to(folder).as_posix(), path.is_file() and not path.is_symlink()


def _unreadable(error: OSError) -> None:
    """Raise the error, since files in an unreadable folder must not count as missing."""
    raise error


def _manifests(bag: Bag) -> None:
    """Check each file against the manifests (RFC 8493), which detects accidents; the proofs detect attacks."""
    if "bagit.txt" not in bag.files:
        bag.found("missing-file", "bagit.txt")
    elif not DECLARATION.fullmatch((bag.folder / "bagit.txt").read_text("utf-8", "replace")):
        bag.found("unknown-format", "bagit.txt")
    listed = _manifest(bag, "manifest-sha256.txt")
    for name in sorted(bag.files):
        if name not in listed and LEFT.fullmatch(name):
            bag.left.append(name)
        elif not KNOWN.fullmatch(name):
            bag.found("unknown-file", name)
        elif name not in listed and name.startswith("data/"):
            bag.found("manifest-mismatch", name)
    if "tagmanifest-sha256.txt" in bag.files:
        _manifest(bag, "tagmanifest-sha256.txt")
    bag.files = bag.files.difference(bag.left)


def _manifest(bag: Bag, manifest: str) -> set[str]:
    """Check the files that a manifest lists; return their names."""
    listed: set[str] = set()
    if manifest not in bag.files:
        bag.found("missing-file", manifest)
        return listed
    for line in (bag.folder / manifest).read_text("utf-8", "replace").splitlines():
        found = MANIFEST_LINE.fullmatch(line)
        if not found:
            bag.found("unknown-format", manifest, line[:80])
            continue
        name = found[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        listed.add(name)
        if name not in bag.files:
            bag.found("missing-file", name)
        elif digest(bag.folder / name) != found[1].lower():
            bag.found("manifest-mismatch", name)
    return listed


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _steps(bag: Bag) -> None:
    """Read the consistency proofs between neighbouring checkpoints; report each missing proof."""
    name = "data/consistency.ndjson"
    for raw in bag.lines("consistency.ndjson"):
        try:
            said = json.loads(raw)
            bag.steps[_whole(said["old"]), _whole(said["new"])] = [unbase64(step, 32) for step in said["proof"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            bag.found("unknown-format", name)
    sizes = sorted({checkpoint.size for checkpoint in bag.checkpoints})
    for old, new in pairwise(sizes):
        if (old, new) not in bag.steps:
            bag.found("bad-proof", name, f"{old}-{new}")
