"""Checkpoints kept outside the database, each of which continues the one before it.

A folder holds them as signed notes, `<YYYY-MM>/<size, 12 digits>.note`, and the verifier keys of the signers,
`keys/<key id>.vkey`. To rewrite the log unnoticed, somebody must also rewrite this folder and every copy of it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from adapters.disk import flush_folder
from adapters.log.doubt import LogFinding, finding, unaccepted
from adapters.log.note import Checkpoint, MalformedNote, Signature, SignedNote, VerifierKey
from adapters.log.tree import Tree
from domain.refusal import Refused, Violation

MONTHS = "[0-9]" * 4 + "-" + "[0-9]" * 2
NOTES = "[0-9]" * 12 + ".note"
NOTE = re.compile(r"([0-9]{12})\.note")
SETTLED = 2 * 10**9
"""Nanoseconds after which a folder's modification time shows reliably whether a file was added since."""
LATE = 600.0
"""Seconds that a fact may wait for a checkpoint before it counts as late."""


class LogRegressed(Refused):
    """The log does not continue its newest checkpoint: it went back or was rewritten. Restore a newer backup."""

    fr = (
        "Le journal ne prolonge pas son dernier point de contrôle : il est revenu en arrière ou a été réécrit."
        " Restaurez une sauvegarde plus récente."
    )


class CheckpointsOfAnotherLog(Refused):
    """The checkpoint folder is another log's: give each log a folder of its own (ACQUIS_CHECKPOINTS)."""

    fr = (
        "Le dossier des points de contrôle est celui d'un autre journal : donnez à chaque journal le sien"
        " (ACQUIS_CHECKPOINTS)."
    )


class CheckpointUnreadable(Refused):
    """A checkpoint or a key in the folder cannot be read: put back a copy of it before Acquis starts."""

    fr = "Un point de contrôle ou une clé du dossier est illisible : remettez-en une copie avant de démarrer Acquis."


class CheckpointFolderEmpty(Refused):
    """Keys were endorsed and facts sealed, and the checkpoint folder is empty: mount it, or bring back a copy.

    Where it is lost for good: acquis checkpoint-key begin-anew.
    """

    fr = (
        "Une clé a été endossée et des faits scellés, et le dossier des points de contrôle est vide : montez-le ou"
        " remettez-en une copie. S'il est perdu pour de bon : acquis checkpoint-key begin-anew."
    )


class CheckpointFolderInUse(Refused):
    """The checkpoint folder is not empty: nothing is begun anew in it."""

    fr = "Le dossier des points de contrôle n'est pas vide : rien n'y est recommencé."


def origin_of(tree: Tree) -> str:
    """Return the origin under which a log's checkpoints are made and signed."""
    return f"acquis/{tree.log_id()}"


class CheckpointFolder:
    """The checkpoints of one log, in files that are only added, never replaced."""

    def __init__(self, path: Path) -> None:
        """Store the path; nothing is created yet."""
        self.path = path
        self.keys_path = path / "keys"
        self._listed: dict[str, tuple[int, list[int]]] = {}

    def add(self, note_text: str) -> Path:
        """Store a checkpoint; raises LogRegressed unless it is larger than the newest, MalformedNote."""
        checkpoint = Checkpoint.parse(note_text)
        newest = self._newest_path()
        if newest and checkpoint.size <= int(newest.stem):
            raise LogRegressed(checkpoint.size, violations=(_smaller(newest, checkpoint.size),))
        month = (checkpoint.at or datetime.now(UTC)).strftime("%Y-%m")
        # never a month before the newest note's, so that the newest is in the last folder even after a clock went
        # back
        folder = self.path / max(month, newest.parent.name if newest else month)
        return place(_named(folder, checkpoint.size), str(checkpoint).encode())

    def cosign(self, size: int, *signatures: Signature) -> None:
        """Add other signers' signatures to a stored checkpoint; its text does not change."""
        path = self._path(size)
        signed = self._read(path).with_signatures(*signatures)
        _replace(path, str(signed).encode())

    def stamp(self, size: int, token: bytes) -> None:
        """Store a time-stamping authority's answer for a checkpoint."""
        place(self._path(size).with_suffix(".tsr"), token)

    def is_stamped(self, size: int) -> bool:
        """Return whether a time-stamping authority's answer for the checkpoint of a size is stored."""
        return self._path(size).with_suffix(".tsr").is_file()

    def newest(self) -> Checkpoint | None:
        """Return the largest checkpoint, or None; raises CheckpointUnreadable."""
        path = self._newest_path()
        return self._read(path) if path else None

    def all(self) -> Iterator[Checkpoint]:
        """Yield all checkpoints, the smallest first; raises CheckpointUnreadable."""
        return (self._read(_named(month, size)) for month in self._months() for size in self._sizes(month))

    def of(self, size: int) -> Checkpoint:
        """Return the checkpoint of a size; raises LookupError for an unknown size, CheckpointUnreadable."""
        return self._read(self._path(size))

    def sizes_between(self, after: int, upto: int) -> list[int]:
        """Return the sizes of the checkpoints above `after`, up to `upto`, in order."""
        found = (size for month in self._months() for size in self._sizes(month))
        return sorted({size for size in found if after < size <= upto})

    def is_empty(self) -> bool:
        """Return whether the folder holds neither checkpoints nor keys."""
        return self._newest_path() is None and not any(self.keys_path.glob("*.vkey"))

    def begun_at(self) -> int:
        """Return the size at which this folder was restarted after a loss, or 0; it lacks notes before that size."""
        begun = [json.loads(path.read_bytes()).get("size", 0) for path in self.path.glob("begun-anew-*.json")]
        return max(begun, default=0)

    def at_least(self, size: int) -> Checkpoint | None:
        """Return the smallest checkpoint that covers at least `size` leaves, or None; raises CheckpointUnreadable."""
        for month in self._months():
            sizes = self._sizes(month)
            if sizes and sizes[-1] >= size:
                return self._read(_named(month, sizes[bisect_left(sizes, size)]))
        return None

    def add_key(self, key: VerifierKey, endorsement: SignedNote | None = None) -> None:
        """Store a key, and the note in which the previous key endorses it; raises CheckpointUnreadable."""
        path = self.keys_path / f"{key.id.hex()}.vkey"
        if endorsement is not None:
            place(path.with_suffix(".endorsed"), str(endorsement).encode())
        try:
            place(path, f"{key}\n".encode())
        except FileExistsError as error:
            raise CheckpointUnreadable(path.name, violations=(_no_key(path),)) from error

    def keys(self) -> list[VerifierKey]:
        """Return the stored keys, in the order of their ids; raises CheckpointUnreadable."""
        return [_key(path) for path in sorted(self.keys_path.glob("*.vkey"))]

    def endorsements(self) -> dict[str, bytes]:
        """Return the notes in which keys endorse their successors, by file name."""
        return {path.name: path.read_bytes() for path in sorted(self.keys_path.glob("*.endorsed"))}

    def begin_anew(self, key: VerifierKey, said: bytes, at: datetime) -> Path:
        """Start this empty folder as the continuation of a lost one, and record it; raises CheckpointFolderInUse."""
        if not self.is_empty():
            raise CheckpointFolderInUse(self.path.name)
        told = place(self.path / at.strftime("begun-anew-%Y-%m-%dT%H%M%SZ.json"), said)
        self.add_key(key)
        return told

    def _newest_path(self) -> Path | None:
        for month in reversed(self._months()):
            if sizes := self._sizes(month):
                return _named(month, sizes[-1])
        return None

    def _path(self, size: int) -> Path:
        """Return the path of the checkpoint of a size; raises LookupError for an unknown size."""
        for month in reversed(self._months()):
            if size in self._sizes(month):
                return _named(month, size)
        raise LookupError(f"no checkpoint of {size} leaves")

    def _months(self) -> list[Path]:
        return sorted(self.path.glob(MONTHS))

    def _sizes(self, month: Path) -> list[int]:
        """Return the sizes of a month's checkpoints, in order; an unchanged folder is not listed again."""
        changed = month.stat().st_mtime_ns
        known = self._listed.get(month.name)
        if known is not None and known[0] == changed:
            return known[1]
        sizes = sorted(int(found[1]) for path in month.iterdir() if (found := NOTE.fullmatch(path.name)))
        if time.time_ns() - changed > SETTLED:
            self._listed[month.name] = changed, sizes
        return sizes

    def _read(self, path: Path) -> Checkpoint:
        try:
            checkpoint = Checkpoint.parse(path.read_bytes())
        except MalformedNote as error:
            raise CheckpointUnreadable(path.name, violations=(_unreadable(path),)) from error
        if checkpoint.size != int(path.stem):
            raise CheckpointUnreadable(path.name, violations=(_unreadable(path),))
        return checkpoint


def _key(path: Path) -> VerifierKey:
    try:
        return VerifierKey.parse(path.read_text("utf-8"))
    except (MalformedNote, UnicodeDecodeError) as error:
        raise CheckpointUnreadable(path.name, violations=(_no_key(path),)) from error


def _named(month: Path, size: int) -> Path:
    return month / f"{size:012}.note"


def refuse_unless_continued(tree: Tree, folder: CheckpointFolder) -> Checkpoint | None:
    """Return the folder's newest checkpoint, after checking that the log continues it.

    Raises LogRegressed, CheckpointsOfAnotherLog, CheckpointUnreadable, CheckpointFolderEmpty. At a first start the
    folder may hold a key and no checkpoint, since the key is stored before it is endorsed.
    """
    newest = folder.newest()
    if newest is None:
        if folder.is_empty() and tree.endorses():
            raise CheckpointFolderEmpty(folder.path.name, violations=(_empty(folder),))
        return None
    if newest.origin != origin_of(tree):
        raise CheckpointsOfAnotherLog(newest.origin, violations=(_anothers(folder, newest, tree),))
    behind = shorter(tree, newest)
    if behind and unaccepted(tree.database, [behind]):
        raise LogRegressed(newest.size, violations=(_behind(newest, tree.size()),))
    if not behind and (differs := rewritten(tree, newest)) and unaccepted(tree.database, [differs]):
        raise LogRegressed(newest.size, violations=(_rewritten(newest),))
    return newest


def shorter(tree: Tree, newest: Checkpoint) -> LogFinding | None:
    """Return a finding if the log has fewer leaves than a note covers."""
    return finding("log-shorter", f"note {newest.size}", newest.root) if newest.size > tree.size() else None


def rewritten(tree: Tree, newest: Checkpoint) -> LogFinding | None:
    """Return a finding if the log's stored root at a note's size differs from the note's root."""
    try:
        root = tree.peaks(newest.size).root()
    except LookupError:
        root = b""
    return finding("note-differs", f"note {newest.size}", newest.root, root) if root != newest.root else None


def is_late(tree: Tree, newest: Checkpoint | None) -> bool:
    """Return whether a fact sealed more than ten minutes ago is covered by no checkpoint."""
    return tree.waits(newest.size if newest else 0, LATE)


def place(path: Path, content: bytes, mode: int = 0o644) -> Path:
    """Write a new file atomically, and flush it and its name to the disk.

    A file with the same content stays as it is; raises FileExistsError if the content differs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, content, mode)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces an existing file
    except FileExistsError:
        if path.read_bytes() != content:
            raise
    finally:
        draft.unlink()
    flush_folder(path.parent)
    return path


def _replace(path: Path, content: bytes) -> None:
    _draft(path, content, 0o644).replace(path)
    flush_folder(path.parent)


def _draft(path: Path, content: bytes, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # e.g. a full disk; the caller tries again each minute
        draft.unlink()
        raise
    return draft


def _smaller(newest: Path, size: int) -> Violation:
    return Violation(
        "log-regressed",
        f"A checkpoint of {size} leaves does not follow {newest.name}.",
        f"Un point de contrôle de {size} feuilles ne suit pas {newest.name}.",
        str(newest),
    )


def _behind(newest: Checkpoint, size: int) -> Violation:
    return Violation(
        "log-regressed",
        f"The newest checkpoint is of {newest.size} leaves; the log holds {size}.",
        f"Le dernier point de contrôle compte {newest.size} feuilles ; le journal en contient {size}.",
        newest.origin,
    )


def _rewritten(newest: Checkpoint) -> Violation:
    return Violation(
        "log-regressed",
        f"The log's first {newest.size} leaves no longer have the root that was signed.",
        f"Les {newest.size} premières feuilles du journal n'ont plus la racine qui a été signée.",
        newest.origin,
    )


def _empty(folder: CheckpointFolder) -> Violation:
    return Violation(
        "checkpoint-folder-empty",
        f"{folder.path} holds neither checkpoints nor keys.",
        f"{folder.path} ne contient ni point de contrôle ni clé.",
        str(folder.path),
    )


def _anothers(folder: CheckpointFolder, newest: Checkpoint, tree: Tree) -> Violation:
    return Violation(
        "checkpoints-of-another-log",
        f"{folder.path} holds checkpoints of {newest.origin}; this log is {origin_of(tree)}.",
        f"{folder.path} contient les points de contrôle de {newest.origin} ; ce journal est {origin_of(tree)}.",
        str(folder.path),
    )


def _no_key(path: Path) -> Violation:
    return _is_not(path, "the verifier key of that name", "la clé de vérification de ce nom")


def _unreadable(path: Path) -> Violation:
    en, fr = "the signed note of a checkpoint of that size", "la note signée d'un point de contrôle de cette taille"
    return _is_not(path, en, fr)


def _is_not(path: Path, en: str, fr: str) -> Violation:
    return Violation("checkpoint-unreadable", f"{path} is not {en}.", f"{path} n'est pas {fr}.", str(path))
