"""Tests of temporary plaintext bags, which are removed after sending or after a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from webapi.privacy.export_folder import TemporaryFolder, sweep
from webapi.upkeep.startup import acquis

ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal, sys
from pathlib import Path
from webapi.privacy.export_folder import TemporaryFolder
aside = TemporaryFolder(Path(sys.argv[1]))
(aside.folder / "bag").mkdir()
(aside.folder / "bag" / "facts.ndjson").write_text("in clear")
os.kill(os.getpid(), signal.SIGKILL)
"""


def lying(data: Path) -> list[str]:
    return sorted(path.name for path in data.glob("export-*"))


def killed(data: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(data)], cwd=ROOT, check=False)
    assert len(lying(data)) == 1


def test_sweep_removes_the_folder_of_a_killed_process_but_not_one_in_use(tmp_path):
    killed(tmp_path)
    sending = TemporaryFolder(tmp_path)
    (sending.folder / "bag").write_text("being sent")
    sweep(tmp_path)
    assert lying(tmp_path) == [sending.folder.name]
    sending.remove()
    sending.remove()
    assert lying(tmp_path) == []


def test_start_of_the_application_sweeps_leftover_bags(settings):
    settings.data.mkdir(exist_ok=True)
    killed(settings.data)
    with acquis(settings):
        assert lying(settings.data) == []


def test_erasure_sweeps_leftover_bags(world):
    killed(world.acquis.settings.data)
    done = world.ulysse.post(f"/api/v1/persons/{world.nadia.id}/erasures", {"classes": ["identity"]})
    assert done.json["status"] == "erasure-complete"
    assert lying(world.acquis.settings.data) == []


def test_sweep_of_a_missing_data_folder_does_nothing(tmp_path):
    sweep(tmp_path / "nowhere")
