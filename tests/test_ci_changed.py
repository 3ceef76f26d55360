"""`.ci/changed`: CI runs the long tests of a store exactly when the store changed since the last version."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STORES = ("adapters/log", "projections")
NOBODY = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": os.devnull,
}


class Repository:
    """A clone of a repository with some commits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *words: str) -> None:
        subprocess.run(("git", *words), cwd=self.folder, env=NOBODY, check=True, capture_output=True)

    def commit(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", f"--message={path}: {text.splitlines()[0]}")

    def version(self, number: str) -> None:
        self.commit("pyproject.toml", f'[project]\nname = "acquis"\nversion = "{number}"\n')

    def changed(self) -> tuple[bool, str]:
        """Return the answer of `.ci/changed`, and its reason."""
        command = (str(ROOT / ".ci/changed"), *STORES)
        ran = subprocess.run(command, cwd=self.folder, env=NOBODY, check=False, capture_output=True, text=True)
        assert ran.returncode in {0, 1}, ran.stderr
        assert ran.stderr == ""
        return ran.returncode == 0, ran.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository with a version that includes the store."""
    folder = tmp_path / "origin"
    folder.mkdir()
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("README.md", "first")
    made.commit("adapters/log/log.py", "before")
    made.commit("projections/read.py", "before")
    made.version("0.1.0")
    return made


def test_no_check_runs_when_no_store_changed_since_the_version(repository: Repository) -> None:
    repository.commit("webapi/app.py", "a page")
    repository.commit("adapters/logs_of_others.py", "no store")
    yes, why = repository.changed()
    assert (yes, why.split(" since ")[0]) == (False, "nothing in adapters/log projections changed")
    assert why.endswith("(pyproject.toml: [project])")


def test_a_store_that_changed_is_named_with_its_files(repository: Repository) -> None:
    repository.commit("adapters/log/log.py", "after")
    repository.commit("adapters/log/other.py", "new")
    yes, why = repository.changed()
    assert yes
    assert why.endswith("adapters/log (2)")


def test_the_next_version_ends_it(repository: Repository) -> None:
    repository.commit("projections/table.py", "new")
    assert repository.changed()[0]
    repository.version("0.2.0")
    assert not repository.changed()[0]


def test_change_in_the_version_s_own_commit_counts(repository: Repository) -> None:
    (repository.folder / "projections" / "table.py").write_text("new", "utf-8")
    repository.version("0.2.0")
    yes, why = repository.changed()
    assert yes
    assert why.endswith("projections (1)")
    repository.commit("webapi/app.py", "a page")
    assert repository.changed()[0]
    repository.version("0.3.0")
    assert not repository.changed()[0]


def test_other_lines_of_the_project_file_are_not_versions(repository: Repository) -> None:
    repository.commit("projections/table.py", "new")
    repository.commit("pyproject.toml", '[project]\nname = "acquis"\nversion = "0.1.0"\nreadme = "README.md"\n')
    assert repository.changed()[0]


def test_a_change_that_was_taken_back_counts(repository: Repository) -> None:
    repository.commit("adapters/log/log.py", "after")
    repository.commit("adapters/log/log.py", "before")
    assert repository.changed()[0]


def test_change_reverted_on_a_merged_branch_counts(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--create", "side")
    repository.commit("adapters/log/log.py", "after")
    repository.commit("adapters/log/log.py", "before")
    repository.git("switch", "--quiet", "main")
    repository.commit("webapi/app.py", "a page")
    repository.git("merge", "--quiet", "--no-ff", "--message=both", "side")
    assert repository.changed()[0]


def test_uncommitted_changes_count(repository: Repository) -> None:
    (repository.folder / "projections" / "new table.py").write_text("new", "utf-8")
    yes, why = repository.changed()
    assert yes
    assert why.endswith("projections (1)")


def test_a_shallow_clone_without_the_version_s_commit_asks_everything(repository: Repository) -> None:
    repository.commit("webapi/app.py", "a page")
    origin = repository.folder.as_uri()
    for depth, asked in (("1", True), ("2", True), ("3", False)):
        repository.git("clone", "--quiet", f"--depth={depth}", origin, f"../{depth}")
        clone = Repository(repository.folder.parent / depth)
        assert clone.changed()[0] == asked, f"depth {depth}"


def test_where_a_store_was_moved_everything_is_asked(repository: Repository) -> None:
    repository.git("mv", "projections", "read_models")
    repository.git("commit", "--quiet", "--message=moved")
    repository.version("0.2.0")
    assert repository.changed() == (True, "projections does not exist: update the list in .ci/run")


def test_paths_that_ci_checks_exist() -> None:
    (stores,) = re.findall(r"^STORES=\((.+)\)$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    assert [store for store in stores.split() if not (ROOT / store).is_dir()] == []


def test_without_a_history_everything_is_asked(tmp_path: Path) -> None:
    for store in STORES:
        (tmp_path / store).mkdir(parents=True)
    assert Repository(tmp_path).changed() == (True, "there is no Git history")
