"""The systemd units: each service has the rights that it needs and few others, in case of an intruder."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[1] / "deploy" / "systemd").glob("*.service"))
CLOSED = {
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "ProtectProc=invisible", "PrivateTmp=yes",
    "PrivateDevices=yes", "ProtectClock=yes", "ProtectHostname=yes", "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes", "ProtectKernelTunables=yes", "ProtectControlGroups=yes", "CapabilityBoundingSet=",
    "LockPersonality=yes", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "RestrictNamespaces=yes",
    "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
}  # fmt: skip


SIGNER = {"acquis-projector", "acquis-rebuild-check"}
"""Units under the signer's account; all others run under the web's, except the backup."""
BACKUP = {"acquis-backup", "acquis-restore-check"}
"""Units under the backup's account, which read all stored data and write none of it."""
WORKS = {
    "acquis-worker", "acquis-mail", "acquis-deadlines", "acquis-erasures-due", "acquis-erasures-settle",
    "acquis-evidence-reap", "acquis-evidence-scan", "acquis-evidence-scrub",
}  # fmt: skip
"""Units that use the worker's database login, by a file read after the web's, which takes precedence."""
MOST = {"acquis-worker": 3.0, "acquis-backup": 1.9, "acquis-restore-check": 1.9}
"""The highest exposure by systemd's measure for units that need more than the others (1.5)."""
READS_NOTHING = {"CapabilityBoundingSet="}
DRAWS = {
    "ProtectProc=invisible", "ProtectKernelTunables=yes", "ProtectControlGroups=yes", "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service",
}  # fmt: skip
"""Restrictions that the worker lacks: it draws office files in namespaces, which are restricted further."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_is_closed_but_for_what_it_needs(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    needed = DRAWS if unit.stem == "acquis-worker" else set()
    reads_all = unit.stem in BACKUP
    assert sorted(CLOSED - needed - (READS_NOTHING if reads_all else set()) - set(lines)) == []
    capable = [line for line in lines if line.startswith("AmbientCapabilities")]
    assert capable == (["AmbientCapabilities=CAP_DAC_READ_SEARCH"] if reads_all else [])
    assert any(line.startswith("StateDirectory=") for line in lines) == ("StateDirectoryMode=0700" in lines)
    # the web may read the signer's checkpoints by their group, and no other file of the signer
    assert ("UMask=0027" if unit.stem == "acquis-projector" else "UMask=0077") in lines


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_runs_under_the_account_of_its_duty_and_reads_that_one_s_settings(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    settings = {line.rpartition("/")[2] for line in lines if line.startswith("EnvironmentFile=")}
    account = next(line.partition("=")[2] for line in lines if line.startswith("User="))
    assert (account == "acquis-signer") == (unit.stem in SIGNER), "the signer's account runs nothing else"
    assert (account == "acquis-backup") == (unit.stem in BACKUP)
    own = {"worker.env"} if unit.stem in WORKS else set()
    duties = {"acquis": "web.env", "acquis-signer": "projector.env", "acquis-backup": "backup.env"}
    assert settings == {"migrate.env" if unit.stem == "acquis-restore-check" else duties[account]} | own
    groups = {line for line in lines if line.startswith(("Group=", "SupplementaryGroups="))}
    socket = {"Group=acquis-socket", "SupplementaryGroups=acquis"}
    assert groups == (socket if unit.stem == "acquis-web" else {f"Group={account}"})
    checkpoints = [line for line in lines if line.startswith("ReadWritePaths=") and "checkpoints" in line]
    if account == "acquis":
        written = {line.rpartition("/")[2] for line in checkpoints}
        assert written == {"erasures.jsonl"}, "each start mends the register, and writes no checkpoint"


def test_file_drawing_process_is_not_stopped_with_its_worker() -> None:
    (worker,) = (unit for unit in UNITS if unit.stem == "acquis-worker")
    assert "KillMode=mixed" in worker.read_text("utf-8").splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here: install systemd")
def test_systemd_understands_each_line_and_finds_little_left_open(tmp_path: Path) -> None:
    """tests/test_installation.py runs each command of a unit as written."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("acquis", "gunicorn"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    copies: list[Path] = []
    for unit in UNITS[0].parent.iterdir():
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(unit.read_text("utf-8").replace("/opt/acquis/.venv/bin", str(programs)), "utf-8")
    verified = subprocess.run(
        ("systemd-analyze", "verify", "--man=no", *copies), capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    services = [copy for copy in copies if copy.suffix == ".service"]
    looked = ["systemd-analyze", "security", "--offline=true", "--no-pager", *map(str, services)]
    said = subprocess.run(looked, capture_output=True, text=True, check=False).stdout
    exposed = {name: float(level) for name, level in re.findall(r"for (\S+)\.service: (\S+) ", said)}
    assert len(exposed) == len(UNITS)
    assert {name for name, level in exposed.items() if level > MOST.get(name, 1.5)} == set()


def test_there_are_units_to_look_at() -> None:
    assert len(UNITS) >= 8


def test_a_backup_and_a_tried_restore_have_a_timer_that_the_manual_enables() -> None:
    folder = UNITS[0].parent
    manual = (folder.parent / "docs" / "install.md").read_text("utf-8")
    for name, command in (("backup", "backup --into /var/backups/acquis --keep 14"),
                          ("restore-check", "restore-check /var/backups/acquis")):  # fmt: skip
        assert f"/acquis {command}\n" in (folder / f"acquis-{name}.service").read_text("utf-8")
        assert "Persistent=true" in (folder / f"acquis-{name}.timer").read_text("utf-8"), "a night it was off counts"
        assert f"acquis-{name}.timer" in next(
            line for line in manual.splitlines() if "enable --now acquis-backup" in line
        )
