"""A bag packed from ADR 0011 and the log's SQL only: the reference for the product's own writer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.given.log.random_logs import Signer, b64, leaf
from tests.given.log.second_opinion import mth, path, subproof


@dataclass
class Row:
    """A sealed fact: its line as the database writes it, and its leaf as the database stores it."""

    line: bytes
    index: int
    position: int
    hash: bytes


@dataclass
class Packing:
    """The content of a bag."""

    log: str
    rows: list[Row]
    signer: Signer
    older: tuple[int, ...] = ()
    opened: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[dict[str, Any]] = field(default_factory=list)
    evidence: dict[str, bytes] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    """Streams that are left out, so that the bag is a part of the log."""

    def pack(self, folder: Path) -> Path:
        """Write the bag."""
        hashes = [leaf(row.line) for row in self.rows]
        size = len(hashes)
        kept = [row for row in self.rows if json.loads(row.line)["stream"] not in self.left_out]
        sizes = sorted({*self.older, size})
        data = folder / "data"
        for name in ("checkpoints", "keys", "evidence", "frameworks"):
            (data / name).mkdir(parents=True)
        for each in sizes:
            note = self.signer.note(each, mth(hashes[:each]), origin=f"acquis/{self.log}")
            (data / "checkpoints" / f"{each:012}.note").write_bytes(note)
        (data / "keys" / f"{self.signer.id.hex()}.vkey").write_text(self.signer.key + "\n")
        (data / "facts.ndjson").write_bytes(b"".join(row.line + b"\n" for row in kept))
        leaves: list[dict[str, Any]] = [
            {"hash": b64(row.hash), "index": row.index, "position": row.position} for row in kept
        ]
        if self.left_out:
            leaves = [each | {"proof": [b64(step) for step in path(each["index"], hashes)]} for each in leaves]
            steps = [
                {"old": old, "new": new, "proof": [b64(step) for step in subproof(old, hashes[:new])]}
                for old, new in pairwise(sizes)
            ]
            (data / "consistency.ndjson").write_bytes(lines(steps))
        (data / "leaves.ndjson").write_bytes(lines(leaves))
        positions = {row.position for row in kept}
        for name, entries in (("opened", self.opened), ("withheld", self.withheld)):
            (data / f"{name}.ndjson").write_bytes(lines([e for e in entries if e["position"] in positions]))
        (data / "erasures.ndjson").write_bytes(b"")
        listed = self._evidence(data, kept)
        self._published(data, kept)
        export = {
            "format": "acquis-audit/1",
            "log": self.log,
            "made_at": "2022-07-01T08:00:00Z",
            "scope": {
                "kind": "period" if self.left_out else "all",
                "subject": None,
                "first_day": "2019-01-01" if self.left_out else None,
                "last_day": "2023-01-01" if self.left_out else None,
            },
            "size": size,
            "root": b64(mth(hashes)),
            "facts": len(kept),
            "whole_streams": sorted({json.loads(row.line)["stream"] for row in kept}),
            "key": self.signer.key,
            "evidence": listed,
        }
        (data / "export.json").write_bytes(canonical(export))
        (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        seal(folder)
        return folder

    def _evidence(self, data: Path, kept: list[Row]) -> list[dict[str, Any]]:
        listed = []
        for row in kept:
            fact = json.loads(row.line)
            body = json.loads(fact["body"])
            if fact["type"] == "EvidenceSubmitted" and body["evidence"] in self.evidence:
                file = f"evidence/{body['evidence']}"
                (data / file).write_bytes(self.evidence[body["evidence"]])
                about = {"evidence": body["evidence"], "file": file, "media_type": body["media_type"]}
                listed.append(about | {"position": row.position})
        return listed

    def _published(self, data: Path, kept: list[Row]) -> None:
        """Return the frameworks and rulebooks, readable."""
        for row in kept:
            fact = json.loads(row.line)
            for name, member in (("FrameworkPublished", "definition"), ("RulebookPublished", "rules")):
                if fact["type"] == name:
                    said = {"id": fact["stream"], member: json.loads(fact["body"])[member]}
                    (data / f"frameworks/{fact['stream']}.json").write_bytes(canonical(said) + b"\n")


def seal(folder: Path) -> None:
    """Write the manifests again, as anybody who changes a bag would."""
    payload = sorted(each.relative_to(folder).as_posix() for each in (folder / "data").rglob("*") if each.is_file())
    _manifest(folder, "manifest-sha256.txt", payload)
    _manifest(folder, "tagmanifest-sha256.txt", ["bagit.txt", "manifest-sha256.txt"])


def _manifest(folder: Path, manifest: str, names: list[str]) -> None:
    hashed = ((hashlib.sha256((folder / name).read_bytes()).hexdigest(), name) for name in names)
    (folder / manifest).write_text("".join(f"{digest}  {name}\n" for digest, name in hashed))


def canonical(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def lines(entries: list[dict[str, Any]]) -> bytes:
    return b"".join(canonical(each) + b"\n" for each in entries)
