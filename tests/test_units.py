"""Each service that runs here can do what it is for, and little else, should somebody get into it."""

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
    "SystemCallFilter=@system-service", "UMask=0077", "User=acquis",
}  # fmt: skip


DRAWS = {
    "ProtectProc=invisible", "ProtectKernelTunables=yes", "ProtectControlGroups=yes", "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service",
}  # fmt: skip
"""What the worker goes without: office files are drawn in a room of namespaces, which is closed further."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_is_closed_but_for_what_it_needs(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    needed = DRAWS if unit.stem == "acquis-worker" else set()
    assert sorted(CLOSED - needed - set(lines)) == []
    assert not [line for line in lines if line.startswith("AmbientCapabilities")]
    assert ("StateDirectory=acquis" in lines) == ("StateDirectoryMode=0700" in lines)


def test_what_draws_files_for_the_worker_is_not_told_to_stop_with_it() -> None:
    (worker,) = (unit for unit in UNITS if unit.stem == "acquis-worker")
    assert "KillMode=mixed" in worker.read_text("utf-8").splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here: install systemd")
def test_systemd_understands_each_line_and_finds_little_left_open(tmp_path: Path) -> None:
    """Each command of a unit is run as written by tests/test_installation.py."""
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
    assert {name for name, level in exposed.items() if level > (3.0 if name == "acquis-worker" else 1.5)} == set()


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
