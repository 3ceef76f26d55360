"""Which account of an installation reads which of its secrets, and writes into the folder of the checkpoints."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.settings import Settings
from webapi.upkeep.settings_files import InstallationSettings, ServiceAccounts, hand_over, under, write

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to other accounts")
WEB, SIGNER, BACKUP, NGINX = "daemon", "bin", "sys", "nobody"
"""ServiceAccounts of every Debian, in place of those of an installation."""
READ = {
    "web.url": WEB, "web-keys.url": WEB, "secret": WEB, "master": WEB, "web.env": WEB,
    "worker.url": WEB, "worker-keys.url": WEB, "worker.env": WEB,
    "projector.url": SIGNER, "projector.secret": SIGNER, "projector.env": SIGNER, "checkpoint.key": SIGNER,
    "backup.url": BACKUP, "backup-keys.url": BACKUP, "backup.secret": BACKUP, "backup.env": BACKUP,
    "witness.url": None, "migrate.url": None, "migrate.env": None,
}  # fmt: skip


@pytest.fixture
def installed() -> Iterator[tuple[Path, Settings]]:
    """The settings of an installation, as `acquis init` writes and hands them over, without its database."""
    place = Path(tempfile.mkdtemp(prefix="accounts-"))
    place.chmod(0o755)
    folder, data = place / "etc", place / "data"
    about = InstallationSettings(
        data=data, house="Maison", database="dbname=x user=y", public_url="https://x.example", email="a@x.example"
    )
    write(folder, about)
    for name in READ:
        if name.endswith(".url"):
            (folder / name).write_text("postgresql://somebody:secret@127.0.0.1/x\n")
            (folder / name).chmod(0o600)
    with under(folder / "web.env") as settings:
        settings.checkpoint_key.parent.mkdir(parents=True)
        settings.checkpoint_key.write_text("key")
        settings.checkpoint_key.chmod(0o600)
        settings.checkpoint_folder.mkdir()
        (settings.checkpoint_folder / "00000001.note").write_text("note")
        hand_over(folder, settings, ServiceAccounts.named(WEB, projector=SIGNER, backup=BACKUP))
        yield folder, settings
    shutil.rmtree(place)


def can(account: str, does: str, *files: Path) -> bool:
    """Whether an account, in no group but its own, may do this with the files."""
    whose = pwd.getpwnam(account)
    command = ["sh", "-c", f"{does} >/dev/null 2>&1", "sh", *map(str, files)]
    return (
        subprocess.run(command, check=False, user=whose.pw_uid, group=whose.pw_gid, extra_groups=[]).returncode == 0
    )


def test_no_account_reads_a_secret_of_another_duty(installed: tuple[Path, Settings]) -> None:
    folder, settings = installed
    there = {path.name: path for path in [*folder.iterdir(), settings.checkpoint_key]}
    assert there.keys() == READ.keys()
    for name, path in there.items():
        readers = {account for account in (WEB, SIGNER, BACKUP, NGINX) if can(account, 'cat "$1"', path)}
        assert readers == ({READ[name]} - {None}), name
        assert not any(can(account, 'echo >> "$1"', path) for account in (WEB, BACKUP, NGINX)), name


def test_the_signer_alone_writes_checkpoints_and_the_web_reads_them(installed: tuple[Path, Settings]) -> None:
    folder = installed[1].checkpoint_folder
    note, register = folder / "00000001.note", folder / "erasures.jsonl"
    for account in (WEB, BACKUP, NGINX):
        for does in (
            'echo >> "$1"',
            'rm -f "$1" && test ! -e "$1"',
            'mv "$1" "$1.away"',
            'touch "$(dirname "$1")/new"',
        ):
            assert not can(account, does, note), (account, does)
        assert not can(account, 'mv "$1" "$1.away"', folder), account
    assert can(WEB, 'cat "$1"', note)
    assert can(WEB, 'echo >> "$1"', register), "the web adds to the register of erasures"
    assert can(SIGNER, 'cat "$1"', register), "a checkpoint says how long the register is"
    assert not can(NGINX, 'cat "$1"', note)
    assert not can(NGINX, 'cat "$1"', register)
    assert can(SIGNER, 'umask 027; echo >> "$1/00000002.note"', folder)
    assert can(WEB, 'cat "$1"', folder / "00000002.note"), "the group of the folder is the web's"
