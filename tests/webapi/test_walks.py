"""Tests that the request lists of `deploy/docs/architecture.md` name the files that run during a request."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final

from tests.given.webapi.uploading_browser import Browser
from tests.given.webapi.whole_path import apply, assessed, done, etag, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import World

ROOT = Path(__file__).parents[2]
OURS = ("adapters/", "domain/", "projections/", "webapi/")
WALKS: Final = (
    (ROOT / "deploy/docs/architecture.md").read_text("utf-8").partition("\n## Four requests, file by file\n")[2]
)
SHARED, UPLOAD, RULING, THEN, OPENING = re.split(r"^### .*$", WALKS, flags=re.MULTILINE)
PATH = re.compile(r"`([a-z]+/[\w/]+\.(?:py|js))`")
MOST: Final = {UPLOAD: 15, RULING: 12, THEN: 8}
ELSEWHERE: Final = {
    "webapi/static/acquis-upload.js",  # in the browser
    "webapi/pages/candidate/candidacy.py",  # without scripts
    "webapi/evidence/upload_stream.py",
    "webapi/evidence/worker.py",  # later, in another process
    "webapi/api/deliberations.py",  # read at start-up: it declares
    "domain/jury/facts.py",  # has no functions of its own
    "adapters/files/s3.py",
    "domain/standing/why.py",  # another question
    "webapi/explain/explanation.py",
    "projections/candidacy/candidacy_overview.py",  # of a dossier that the process has not met
    "projections/asking.py",
}
"""Files that a walk names and that do not run during the request."""


@contextmanager
def traced() -> Iterator[set[str]]:
    """Yield the set of project files of which a function runs meanwhile."""
    found = set[CodeType]()

    def note(frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call":
            found.add(frame.f_code)

    files = set[str]()
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)
        paths = {Path(code.co_filename) for code in found}
        names = {path.relative_to(ROOT).as_posix() for path in paths if path.is_relative_to(ROOT)}
        files |= {name for name in names if name.startswith(OURS)}


def check(walk: str, files: set[str]) -> None:
    """Check that the walk names exactly the files that ran and is not too long."""
    named, shared = set(PATH.findall(walk)), set(PATH.findall(SHARED))
    assert sorted(files - named - shared) == [], "these ran, and the walk does not name them"
    assert sorted(named - files - ELSEWHERE) == [], "the walk names these, and they did not run"
    assert len(re.findall(r"^\d+\. `", walk, re.MULTILINE)) <= MOST[walk]


def test_walk_of_an_upload_by_a_browser_names_the_files_that_run(world: World) -> None:
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))
    with traced() as files:
        path = browser.begin(name="Mémoire.pdf").headers["Location"]
        assert browser.send(path).status_code == 204
        assert browser.put_in(path, 3).status_code == 201
    check(UPLOAD, files)


def test_walk_of_a_decision_by_a_juror_names_the_files_that_run(world: World) -> None:
    candidacy = apply(world, world.marie)
    done(world.marie.upload(candidacy, competences=range(1, 31)))
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    with traced() as files:
        open_session(world, session)
    assert set(PATH.findall(OPENING)) - files == set(), "the walk names these, and they did not run"
    deliberation = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = [{"competence": number, "acquired": True} for number in range(1, 31)]
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, deliberation)))
    shown, decisions = etag(world.jules, deliberation), [{"block": block, "granted": True} for block in (1, 2)]
    with traced() as files:
        done(
            world.jules.post(
                f"{deliberation}/decision", {"outcome": "unanimous", "decisions": decisions}, If_Match=shown
            )
        )
    check(RULING, files)
    world.projector.catch_up()
    base = f"/api/v1/candidacies/{candidacy}"
    with traced() as files:
        answer: Any = world.app.test_client().get(f"{base}/standing?as_of=2021-06-14", headers=world.marie.bearer)
    assert (answer.status_code, answer.json["outcome"]) == (200, "in_progress")
    check(THEN, files)
