"""Metrics: each process counts separately and the counts are summed; restarts, forks and full disks lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.process import metrics
from adapters.settings import SettingError, Settings
from tests.given.counting import counted, counting

__all__ = ["counting"]

COUNTS = """
import sys
from pathlib import Path
from adapters.process import metrics
from adapters.settings import Settings
metrics.begin(Settings(data=Path(sys.argv[1]), metrics="127.0.0.1:1"), "web")
metrics.FACTS.add(by=2)
print("counted", flush=True)
sys.stdin.read()
"""


def process(data: Path) -> subprocess.Popen[str]:
    """Start a process that counts two facts and waits."""
    started = subprocess.Popen(
        [sys.executable, "-c", COUNTS, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout
    assert started.stdout.readline() == "counted\n"
    return started


def facts(folder: Path) -> float:
    """Return the number of facts that all processes have counted."""
    return sum(value for name, _, value in counted(folder) if name == "acquis_appended_facts_total")


def test_counters_of_two_processes_are_summed_and_survive_a_restart(tmp_path: Path):
    folder = tmp_path / "metrics"
    both = [process(tmp_path), process(tmp_path)]
    assert facts(folder) == 4
    for each in both:
        each.kill()
        each.communicate()
    assert facts(folder) == 4
    after = process(tmp_path)
    assert facts(folder) == 6
    after.communicate()
    assert sorted(path.name for path in folder.glob("*.lock")) == ["0.lock", "1.lock"], "a place is taken again"


def test_a_forked_child_counts_nothing_and_holds_no_place(counting: Path):
    metrics.FACTS.add()
    child = os.fork()
    if not child:
        metrics.FACTS.add(by=100)
        os._exit(len(metrics._held))  # noqa: SLF001  (the inherited descriptor has no public name)
    assert os.waitpid(child, 0)[1] == 0
    metrics.FACTS.add()
    assert facts(counting) == 2


def test_a_file_that_was_torn_is_begun_anew(tmp_path: Path):
    folder = tmp_path / "metrics"
    process(tmp_path).communicate()
    torn = folder / "counter_0.db"
    torn.write_bytes(torn.read_bytes().replace(b'"acquis', b"\xff\xff\xff\xff\xff\xff\xff"))
    process(tmp_path).communicate()
    assert facts(folder) == 2


def test_room_is_there_before_anything_is_counted(counting: Path):
    """A write to a mapped file without space on a full disk would end the process."""
    for path in counting.glob("*.db"):
        assert path.stat().st_blocks * 512 >= metrics.ROOM, path.name


def test_where_there_is_no_room_nothing_is_counted_and_everything_goes_on(tmp_path: Path):
    (tmp_path / "metrics").touch()
    metrics.begin(Settings(data=tmp_path, metrics="127.0.0.1:1"), "tests")
    metrics.FACTS.add()
    assert metrics._process == []  # noqa: SLF001  (no public name shows that it does not count)


def test_without_a_setting_not_even_the_library_is_loaded(tmp_path: Path):
    asks = "import sys, webapi.wsgi, webapi.cli.work; print('prometheus_client' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout == "False\n"


@pytest.mark.parametrize(
    ("listens", "token", "taken"),
    [
        ("127.0.0.1:9464", "", True),
        ("[::1]:9464", "", True),
        ("0.0.0.0:9464", "", False),
        ("10.0.0.3:9464", "", False),
        ("10.0.0.3:9464", "t" * 32, True),
        ("acquis.example:9464", "t" * 32, False),
        ("127.0.0.1", "", False),
    ],
)
def test_beyond_this_machine_it_is_shown_to_who_has_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listens: str, token: str, *, taken: bool
):
    monkeypatch.setenv("ACQUIS_DATA", str(tmp_path))
    monkeypatch.setenv("ACQUIS_METRICS", listens)
    monkeypatch.setenv("ACQUIS_METRICS_TOKEN", token)
    if taken:
        assert Settings.from_environment().metrics == listens
    else:
        with pytest.raises(SettingError):
            Settings.from_environment()
