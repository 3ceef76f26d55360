"""Export of the views to a data lake: a folder of Parquet files to which each run adds the changes.

    FOLDER/manifest.json
    FOLDER/view=v1_blocks/up_to_position=4120/readings-1b0c55d2.parquet

A file holds the rows that began or ended since the previous run. The manifest names all files, and is replaced
atomically at the end of a run: it names no file of a killed run, which the next run deletes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from adapters.disk import flush_folder, written_whole
from domain.refusal import Refused
from projections.reporting.contract import ReportingView
from projections.reporting.export import RowSelection, ViewSnapshot
from projections.reporting.views import VIEWS

FORMAT: Final = "acquis-lake/1"
MANIFEST: Final = "manifest.json"
OURS: Final = ("view=*/up_to_position=*/readings-*.parquet", "view=*/up_to_position=*/.readings-*", f".{MANIFEST}.*")
"""The files that runs write: complete ones, and drafts of killed runs."""


class NotALake(Refused):
    """That folder holds something else: give an empty one, or one to which this command wrote."""

    fr = "Ce dossier contient autre chose : donnez-en un vide, ou que cette commande a rempli."
    kind = "bad_request"


class OfAnotherLog(Refused):
    """That folder follows another log: each house needs one of its own."""

    fr = "Ce dossier suit un autre journal : il en faut un par maison."
    kind = "bad_request"


class AheadOfTheLog(Refused):
    """That folder stands at a later position than the log, which was restored or is a copy: give an empty folder."""

    fr = (
        "Ce dossier en est à une position que le journal n'a pas atteinte : le journal a été restauré, ou c'est une "
        "copie. Donnez un dossier vide."
    )
    kind = "bad_request"


class BeingWritten(Refused):
    """Another run is writing to that folder: wait until it ends."""

    fr = "Un autre export écrit dans ce dossier : attendez qu'il finisse."
    kind = "bad_request"


@dataclass(frozen=True, kw_only=True)
class LakeFile:
    """One file: the rows of a view that began or ended after `since`, as they are at `up_to`."""

    path: str
    since: int
    up_to: int
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The state of a lake: its log, position and edition of the views, and the parts of each view."""

    log: str
    edition: str
    position: int
    views: dict[str, list[LakeFile]]

    def text(self) -> str:
        """Return the JSON text; `keys` identify rows: of two equal ones, the one in the later file counts."""
        views = {
            name: {"keys": [*VIEWS[name].keys, "valid_from_position"], "files": [asdict(part) for part in parts]}
            for name, parts in self.views.items()
        }
        head = {"format": FORMAT, "log": self.log, "edition": self.edition, "position": self.position}
        return json.dumps(head | {"views": views}, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest | None:
    """Return a folder's manifest, None if nothing was exported to it; raises NotALake."""
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        if said["format"] != FORMAT:
            raise NotALake
        views = {name: [LakeFile(**part) for part in view["files"]] for name, view in said["views"].items()}
        return Manifest(log=said["log"], edition=said["edition"], position=said["position"], views=views)
    except FileNotFoundError:
        written = {each for pattern in OURS for each in folder.glob(pattern)}
        above = {parent for each in written for parent in each.parents}
        if any(each not in written and each not in above for each in folder.iterdir() if not _empty(each)):
            raise NotALake from None
        return None
    except (ValueError, KeyError, TypeError):
        raise NotALake from None


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Result of a run: the lake's position, the parts written, and whether everything was written again."""

    position: int
    whole: bool
    parts: list[LakeFile] = field(default_factory=list)


def export_to(folder: Path, seen: ViewSnapshot) -> Exported:
    """Bring a lake to the views' position, from one snapshot of all of them.

    Everything is written again if the views are of another edition. Raises NotALake, OfAnotherLog, AheadOfTheLog,
    BeingWritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = read_manifest(folder)
        if before and before.log != str(seen.log):
            raise OfAnotherLog
        if before and before.position > seen.position:
            raise AheadOfTheLog
        going_on = before if before and before.edition == str(seen.edition) else None
        if going_on and going_on.position == seen.position:
            _sweep(folder, going_on)
            return Exported(position=seen.position, whole=False)
        views, parts = dict[str, list[LakeFile]](), list[LakeFile]()
        for view in VIEWS.values():
            known = going_on.views.get(view.name, []) if going_on else []
            new = _written(folder, view, seen, going_on.position if going_on and known else 0)
            if new.rows or not known:  # an empty view is written too, with its columns
                known = [*known, new]
                parts.append(new)
            views[view.name] = known
        now = Manifest(log=str(seen.log), edition=str(seen.edition), position=seen.position, views=views)
        with written_whole(folder / MANIFEST) as out:
            out.write(now.text().encode())
        _sweep(folder, now)
        return Exported(position=seen.position, whole=going_on is None, parts=parts)


def _written(folder: Path, view: ReportingView, seen: ViewSnapshot, since: int) -> LakeFile:
    name = f"readings-{str(seen.edition)[:8]}.parquet"  # a file that a manifest names is never written again
    path = folder / f"view={view.name}" / f"up_to_position={seen.position}" / name
    path.parent.mkdir(parents=True, exist_ok=True)  # readable for anybody who may read the folder
    flush_folder(path.parent.parent)
    with written_whole(path) as out:
        seen.write(view, "parquet", out, RowSelection(since=since))
    from pyarrow import parquet  # noqa: PLC0415  (an extra; without it nothing was written)

    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    return LakeFile(
        path=path.relative_to(folder).as_posix(),
        since=since,
        up_to=seen.position,
        rows=parquet.read_metadata(path).num_rows,
        bytes=path.stat().st_size,
        sha256=digest,
    )


def _sweep(folder: Path, manifest: Manifest) -> None:
    """Delete the files that the manifest does not name: of an earlier edition, of a killed run, or without rows."""
    named = {folder / part.path for parts in manifest.views.values() for part in parts}
    for each in {each for pattern in OURS for each in folder.glob(pattern)} - named:
        each.unlink()
    for each in [*folder.glob("view=*/up_to_position=*"), *folder.glob("view=*")]:
        if _empty(each):
            each.rmdir()
    flush_folder(folder)


def _empty(place: Path) -> bool:
    return place.is_dir() and all(_empty(each) for each in place.iterdir())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingWritten from None
        yield
    finally:
        os.close(held)
