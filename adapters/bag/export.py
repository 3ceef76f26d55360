"""Export of part of the log as the bag of ADR 0011, from one snapshot, in bounded memory.

`planned` first determines what the bag will hold, so that the export can be recorded before it is written. Facts are
written as stored, even if somebody changed them: the verifier finds the changes.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec

from adapters.bag.checkpoints import chosen, signer
from adapters.bag.closed import Closed
from adapters.bag.dictionary import dictionary
from adapters.bag.folder import BagFile, BagFolder
from adapters.bag.opening import OpenedField, Opener
from adapters.bag.scope import Covered, ExportSelection, select
from adapters.bag.snapshot import LogSnapshot, snapshot
from adapters.bag.summary import ExportSummary, Summary
from adapters.bag.untold import untold
from adapters.database.pool import Database
from adapters.files.age import Damaged
from adapters.files.store import EvidenceErased, EvidenceMissing, EvidenceStore
from adapters.keys.vault import Vault
from adapters.log.check import EARLIER_RULES
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.codec import UNREADABLE
from adapters.log.line import COLUMNS, line_of
from adapters.log.note import Checkpoint
from adapters.log.tree import Tree
from domain.candidacy.facts import EvidenceSubmitted
from domain.framework.facts import FrameworkPublished
from domain.jury.facts import MinutesTranscribed
from domain.organisation.facts import ExportScope
from domain.ports import EvidenceId
from domain.refusal import Refused
from domain.rulebook.facts import RulebookPublished

FILES = {EvidenceSubmitted.__name__: "evidence", MinutesTranscribed.__name__: "scan"}
"""The facts that name a file, with the field that names it."""
LEAVES = "select index, position, hash from log.leaf where index >= %(first)s and index < %(end)s order by index"
FORMAT = "acquis-audit/1"
WHOLE = """
from log.fact e left join log.leaf l using (position)
 where e.position <= (select max(position) from log.leaf where index < %(size)s)
   and not exists (select 1 from unnest(%(untold)s::bigint[]) as left_out (at) where left_out.at = e.position)
"""
PART = """
from log.fact e join log.leaf l using (position)
 where l.index < %(size)s and (e.stream = any(%(streams)s::uuid[]) or e.position = any(%(positions)s::bigint[]))
   and not exists (select 1 from unnest(%(untold)s::bigint[]) as left_out (at) where left_out.at = e.position)
"""
BEGUN = """
select count(l.position) from log.fact e left join log.leaf l on l.position = e.position and l.index < %(size)s
 where e.stream = %(subject)s and e.version = 1 having count(*) > 0
"""


class NothingSealed(Refused):
    """An export is made up to a checkpoint, and nothing of this stands under one yet: wait for the next."""

    fr = "Un export s'arrête à un point de contrôle, et rien de ceci n'est encore sous aucun : attendez le prochain."


class ErasedMeanwhile(Refused):
    """Something in this export was erased while it was written, so that it is not given out: ask for it again."""

    fr = "Une donnée de cet export a été effacée pendant sa rédaction : il n'est pas remis ; redemandez-le."
    kind = "busy"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The planned content of a bag: its scope, the newest checkpoint, the number of facts."""

    covered: Covered
    selection: ExportSelection
    checkpoint: Checkpoint
    facts: int
    snapshot: LogSnapshot
    older: tuple[int, ...] = ()
    """Sizes of the auditor's own checkpoints, whose consistency with the newest one the bag proves."""

    @property
    def root(self) -> str:
        """The root of the newest checkpoint, in base64."""
        return _base64(self.checkpoint.root)

    @property
    def source(self) -> tuple[str, dict[str, Any]]:
        """The SQL source of these facts, and its parameters."""
        return _source(self.selection, self.checkpoint.size)


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """Writer of bags, from the log and its tree, with the keys, the evidence and the checkpoints."""

    database: Database
    vault: Vault
    files: EvidenceStore
    checkpoints: CheckpointFolder

    @contextmanager
    def planned(self, covered: Covered, size: int | None = None, older: Sequence[int] = ()) -> Iterator[Planned]:
        """Yield the plan of a bag, up to the checkpoint of `size`, or the newest; raises NothingSealed.

        The bag also proves consistency from the checkpoints of the sizes in `older`, whether they are stored here or
        not.
        """
        checkpoint = self.checkpoints.newest() if size is None else self.checkpoints.at_least(size)
        if checkpoint is None:
            raise NothingSealed
        with snapshot(self.database) as held:
            selection = select(covered, held, checkpoint.size)
            about = held.candidacies(checkpoint.size) if selection.everything else sorted(selection.candidacies)
            selection.untold = untold(held, about, checkpoint.size, unreleased=covered.unreleased)
            source, given = _source(selection, checkpoint.size)
            ((facts,),) = held.all(f"select count(*) {source}", **given)
            if _too_early(covered, held, checkpoint.size):
                raise NothingSealed
            yield Planned(
                covered=covered,
                selection=selection,
                checkpoint=checkpoint,
                facts=facts,
                snapshot=held,
                older=tuple(each for each in older if 0 < each < checkpoint.size),
            )

    def write(self, planned: Planned, out: BagFolder) -> None:
        """Write the bag; raises ErasedMeanwhile."""
        with out as bag:
            _Writing(self, planned, bag).whole()


class _Writing:
    """A bag being written."""

    def __init__(self, acquis: Exporter, planned: Planned, bag: BagFolder) -> None:
        self._house = acquis
        self._planned = planned
        self._bag = bag
        self._tree = Tree(acquis.database)
        self._opener = Opener(acquis.vault, planned.selection)
        self._made_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._log = planned.checkpoint.origin.partition("/")[2]
        self._evidence: list[dict[str, Any]] = []
        self._closed = Closed(planned.snapshot)
        self._persons: set[UUID] = set()
        self._keys = acquis.checkpoints.keys()
        self._next = 0

    def whole(self) -> None:
        """Write everything, facts first; the manifests come last, when the folder is closed."""
        self._facts()
        self._checkpoints()
        self._erasures()
        with self._bag.file("summary.html") as page:
            planned = self._planned
            untold = planned.selection.untold.positions
            summary = Summary(planned.snapshot, self._opener, planned.checkpoint.size, untold)
            for part in summary.page(self._about(), planned.selection):
                page.write(part.encode())
        self._bag.write("dictionary.html", dictionary().encode())
        self._bag.write("export.json", _json(self._export()))
        self._bag.say(
            Bagging_Date=self._made_at[:10],
            External_Description="Acquis audit export / export d'audit Acquis",
            External_Identifier=f"{self._planned.checkpoint.origin} {self._planned.checkpoint.size}",
        )
        if self._opener.erased_since():
            raise ErasedMeanwhile

    # Facts and their files

    def _facts(self) -> None:
        source, given = self._planned.source
        with ExitStack() as files:
            facts, leaves, opened, withheld = (
                files.enter_context(self._bag.file(f"{name}.ndjson"))
                for name in ("facts", "leaves", "opened", "withheld")
            )
            for rows in self._planned.snapshot.batches(
                f"select {COLUMNS}, l.index, l.hash {source} order by e.position", **given
            ):
                for row, proof in zip(rows, self._proofs(rows), strict=True):
                    facts.write(line_of(row) + b"\n")
                    self._leaf(leaves, row, proof)
                    self._meet(row)
                self._open(rows, opened, withheld)
            self._leaves_without_facts(leaves, self._planned.checkpoint.size)

    def _leaf(self, leaves: BagFile, row: tuple[Any, ...], proof: dict[str, Any]) -> None:
        """Write a fact's leaf as the database stores it; a fact without a leaf gets none."""
        position, index, kept = row[0], row[8], row[9]
        if index is not None:
            self._leaves_without_facts(leaves, index)
            leaves.write(_json({"index": index, "position": position, "hash": _base64(bytes(kept))} | proof))
            self._next = index + 1

    def _leaves_without_facts(self, leaves: BagFile, end: int) -> None:
        """Write the leaves before `end` whose facts are gone from a log that should be complete."""
        if self._planned.selection.everything and end > self._next:
            for rows in self._planned.snapshot.batches(LEAVES, first=self._next, end=end):
                for index, position, kept in rows:
                    leaf = {"index": index, "position": position, "hash": _base64(bytes(kept))}
                    left_out = position in self._planned.selection.untold.positions
                    leaves.write(_json(leaf | {"left_out": True} if left_out else leaf))

    def _proofs(self, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Return the inclusion proofs of some facts of a partial export; empty ones if the tree is broken."""
        if self._planned.selection.everything:
            return [{}] * len(rows)
        indexes = [row[8] for row in rows]
        try:
            proofs = self._tree.inclusions(indexes, self._planned.checkpoint.size)
        except (LookupError, ValueError):
            proofs = [[] for _ in rows]
        return [{"proof": [_base64(step) for step in proof]} for proof in proofs]

    def _open(self, rows: list[tuple[Any, ...]], opened: BagFile, withheld: BagFile) -> None:
        digests = set()
        for each in self._opener.of(rows):
            (opened if isinstance(each, OpenedField) else withheld).write(_json(each.line()))
            if isinstance(each, OpenedField) and each.field == "digest":
                digests.add(each.position)
        for row in rows:
            if row[0] in digests and row[3] in FILES:
                with suppress(*UNREADABLE, FileExistsError):
                    self._copy(row)

    def _meet(self, row: tuple[Any, ...]) -> None:
        """Note the persons that a fact is about, and write published frameworks and rulebooks as readable files."""
        _, stream, _, name, body, *_ = row
        with suppress(*UNREADABLE, FileExistsError):
            told = msgspec.json.decode(body)
            self._persons |= {UUID(held["of"]) for held in told.get("sealed", {}).values()}
            for cls, member in ((FrameworkPublished, "definition"), (RulebookPublished, "rules")):
                if name == cls.__name__:
                    self._bag.write(f"frameworks/{stream}.json", _json({"id": str(stream), member: told[member]}))

    def _copy(self, row: tuple[Any, ...]) -> None:
        """Add a piece of evidence, decrypted; a missing piece, or one closed to the reader, is only listed."""
        position, stream, _, kind, body, _, _, recorded, *_ = row
        told = msgspec.json.decode(body)
        evidence = EvidenceId(UUID(told[FILES[kind]]))
        person = UUID(told["sealed"]["digest"]["of"])
        name = f"evidence/{evidence}"
        listed = {"evidence": str(evidence), "file": name, "position": position, "media_type": told["media_type"]}
        self._evidence.append(listed)
        if why := self._closed.why(evidence, kind, stream, told):
            listed["withheld"] = why
            return
        with (
            suppress(EvidenceMissing, EvidenceErased, Damaged),
            self._house.files.open(evidence, person, recorded) as content,
            self._bag.file(name) as entry,
        ):
            shutil.copyfileobj(content, entry)

    # Proofs and keys

    def _checkpoints(self) -> None:
        notes = chosen(self._house.checkpoints.path, self._planned.checkpoint.size)
        for note in notes:
            self._bag.write(f"checkpoints/{note.name}", note.read_bytes())
            if (stamp := note.with_suffix(".tsr")).exists():
                self._bag.write(f"checkpoints/{stamp.name}", stamp.read_bytes())
        for key in self._keys:
            self._bag.write(f"keys/{key.id.hex()}.vkey", f"{key}\n".encode())
        for name, vouched in self._house.checkpoints.endorsements().items():
            self._bag.write(f"keys/{name}", vouched)
        if self._planned.selection.everything:
            return
        with self._bag.file("consistency.ndjson") as proofs:
            sizes = [int(note.stem) for note in notes]
            led = [(size, sizes[-1]) for size in sorted(set(self._planned.older) - set(sizes))]
            for old, new in sorted([*pairwise(sizes), *led]):
                proofs.write(_json({"old": old, "new": new, "proof": self._consistency(old, new)}))

    def _consistency(self, old: int, new: int) -> list[str]:
        try:
            return [_base64(step) for step in self._tree.consistency(old, new)]
        except (LookupError, ValueError):
            return []

    def _erasures(self) -> None:
        with self._bag.file("erasures.ndjson") as file:
            for erasure in self._house.vault.register.entries():
                if erasure.person in self._persons:
                    file.write(_json(erasure.claims()))

    # Description of the export

    def _export(self) -> dict[str, Any]:
        planned = self._planned
        covered = planned.covered
        ((earlier,),) = planned.snapshot.all(EARLIER_RULES)
        return {
            "format": FORMAT,
            "log": self._log,
            "made_at": self._made_at,
            "scope": {
                "kind": covered.scope.value,
                "subject": None if covered.subject is None else str(covered.subject),
                "first_day": None if covered.first_day is None else covered.first_day.isoformat(),
                "last_day": None if covered.last_day is None else covered.last_day.isoformat(),
            },
            "size": planned.checkpoint.size,
            "root": planned.root,
            "facts": planned.facts,
            "whole_streams": [str(stream) for stream in planned.selection.whole],
            "left_out": _left_out(planned.selection),
            "key": signer(planned.checkpoint, self._keys),
            "evidence": self._evidence,
        } | ({"earlier_rules": earlier} if earlier else {})

    def _about(self) -> ExportSummary:
        covered, untold = self._planned.covered, self._planned.selection.untold
        about = f" {covered.subject}" if covered.subject else ""
        days = f" {covered.first_day} – {covered.last_day}" if covered.first_day else ""
        french = {
            ExportScope.ALL: "tout le journal",
            ExportScope.CANDIDACY: "une candidature",
            ExportScope.SESSION: "une session",
            ExportScope.PERIOD: "une période",
        }
        english = {ExportScope.ALL: "the whole log"} | {
            kind: f"one {kind.value}" for kind in ExportScope if kind is not ExportScope.ALL
        }
        return ExportSummary(
            log=self._log,
            made_at=self._made_at,
            scope=(french[covered.scope] + about + days, english[covered.scope]),
            size=self._planned.checkpoint.size,
            root=self._planned.root,
            facts=self._planned.facts,
            left_out=bool(untold.histories or (self._planned.selection.everything and untold.positions)),
        )


def _left_out(selection: ExportSelection) -> dict[str, Any]:
    """Return a description of the omissions: all histories that could hold left-out facts, whether they do or not.

    The number of left-out facts is given for a whole log only: a small number would reveal a jury's decision.
    """
    histories = sorted(selection.untold.histories.items())
    return {
        "histories": [{"stream": str(stream), "why": why} for stream, why in histories],
        "facts": len(selection.untold.positions) if selection.everything else None,
    }


def _too_early(covered: Covered, snapshot: LogSnapshot, size: int) -> bool:
    """Return whether the candidacy or session began only after the checkpoint."""
    if covered.subject is None:
        return False
    return snapshot.all(BEGUN, subject=str(covered.subject), size=size) == [(0,)]


def _source(selection: ExportSelection, size: int) -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {"size": size, "untold": sorted(selection.untold.positions)}
    if selection.everything:
        return WHOLE, given
    return PART, given | {"streams": sorted(selection.streams), "positions": sorted(selection.positions)}


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
