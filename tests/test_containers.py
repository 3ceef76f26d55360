"""The containers (`deploy/Containerfile`, `deploy/compose.yaml`): their commands exist. The tests start none."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg2.extensions import make_dsn

from tests.generated import reference
from tests.given.servers.clusters import another_server
from tests.given.servers.databases import as_url

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: Any = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
IMAGE = (DEPLOY / "Containerfile").read_text("utf-8")
CAPABLE = {"init": ["CHOWN", "DAC_OVERRIDE", "FOWNER"], "backup": ["DAC_OVERRIDE"]}
"""The capabilities left to each container: the backup reads the others' files, and init gives them their owners."""
OURS = {name: each for name, each in COMPOSE["services"].items() if each["image"] == "acquis"}


def test_every_service_uses_settings_of_init_and_an_existing_command() -> None:
    known = {words for words, _ in reference.commands()}
    assert len(OURS) > 6
    for name, service in OURS.items():
        whose, *words = service.get("entrypoint", [None])[1:] + service.get("command", [])
        assert whose == "init" or (DEPLOY / "env" / f"{whose}.env").exists(), name
        for called in re.findall(r"\\bacquis ([a-z-]+(?: [a-z-]+)?)", " ".join(words)):
            assert {called, called.split()[0]} & known, (name, called)


def test_a_service_is_nobody_s_superuser_changes_no_program_and_is_looked_at() -> None:
    assert re.search(r"^USER 990:990$", IMAGE, re.MULTILINE)
    assert "HEALTHCHECK" in IMAGE
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert (service.get("user") == "root") == (name in {"init", "backup"}), name
        assert service.get("cap_add", []) == CAPABLE.get(name, []), name
        signs = any(each.startswith("signer:") for each in service["volumes"])
        assert signs == (name in {"init", "projector"}), f"{name} and the key of the checkpoints"
        assert (service.get("user") == "991:991") == (name == "projector"), name
        assert (name == "init") == ("migrate_url" in service.get("secrets", ())), name
    assert "test" in OURS["web"]["healthcheck"]
    assert set(COMPOSE["volumes"]) <= {
        each.split(":")[0] for all_ in COMPOSE["services"].values() for each in all_.get("volumes", ())
    }


def test_files_copied_into_the_image_exist() -> None:
    for line in re.findall(r"^COPY (?!--)(.+)$", IMAGE, re.MULTILINE):
        for each in shlex.split(line)[:-1]:
            assert (DEPLOY.parent / each).exists(), each


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_entry_point_sets_up_and_then_runs_each_process_under_its_own_settings(tmp_path: Path) -> None:
    run = tmp_path / "entry"
    text = (DEPLOY / "container" / "run").read_text("utf-8")
    for there in ("/etc/acquis", "/run/secrets"):
        assert there in text
        (tmp_path / there.strip("/")).mkdir(parents=True)
        text = text.replace(there, f"{tmp_path}{there}")
    run.write_text(text, "utf-8")
    run.chmod(0o755)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "en_GB.UTF-8"}

    def said(*arguments: str) -> str:
        done = subprocess.run((run, *arguments), env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    account = pwd.getpwuid(os.geteuid()).pw_name
    given = ("--public-url", "https://acquis.example", "--house", "École Exemple", "--email", "admin@acquis.example")
    more = ("--certification", "titre-options-example", "--data", str(tmp_path / "data"), "--account", account,
            "--signer-account", account, "--backup-account", account)  # fmt: skip
    with another_server() as server:
        (tmp_path / "run" / "secrets" / "migrate_url").write_text(as_url(make_dsn(server, dbname="acquis")))
        assert "password: " in said("init", *given, *more)
        assert "Administrator: admin@acquis.example" in said("init", *given, *more)
        said("web", "acquis", "doctor", "--before-start")
        said("projector", "acquis", "check-log")
        said("web", "acquis", "erasures", "settle")
        assert "Backup written" in said("backup", "acquis", "backup", "--out", str(tmp_path / "backup"))
