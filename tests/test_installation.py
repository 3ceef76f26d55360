"""The installation (`deploy/docs/install.md`): the test runs its blocks, one after another."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.given.played_page import did_as_written, marked

ROOT = Path(__file__).parents[1]
GIVEN = ROOT / "tests" / "given" / "servers"
PAGE = "install.md"
DEBIAN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
AFTER = """
systemctl start acquis-feed
for timer in /etc/systemd/system/acquis-*.timer; do
  task=$(basename "$timer" .timer)
  systemctl start "$task" || { journalctl -o cat -u "$task" | tail -n 5; systemctl reset-failed "$task"; }
done
acquis checkpoint-key rotate > /dev/null
for unit in acquis-web acquis-worker acquis-mail acquis-feed acquis-projector; do
  process=$(systemctl show -P MainPID "$unit")
  told=/proc/$process/status
  user=$(awk '/^Uid:/ { print $2 }' "$told") group=$(awk '/^Gid:/ { print $2 }' "$told")
  groups=$(sed -n 's/^Groups:[[:space:]]*//p' "$told" | xargs | tr ' ' ,)
  inside() {
    nsenter -t "$process" -m setpriv --reuid "$user" --regid "$group" --groups "$groups" --inh-caps=-all "$@"
  }
  for file in /etc/acquis/* /var/lib/acquis-signer/keys/checkpoint.key; do
    if inside test -r "$file"; then echo "$unit reads ${file##*/}"; fi
  done
  if inside touch /var/lib/acquis-checkpoints/forged; then echo "$unit writes checkpoints"; fi
done 2> /dev/null
systemctl --failed --no-legend
systemctl is-active acquis-web acquis-projector acquis-worker acquis-mail acquis-feed
echo all of it
"""
"""What else the units do: one that the page starts only where it is wanted, and each timer's task; a key is replaced.

Without a scanner, the task that asks it ends, saying so: the page begins its timer where there is one.
"""
WORKERS = {"worker.env", "worker.url", "worker-keys.url"}
WEBS = {"web.env", "web.url", "web-keys.url", "secret", "master", "smtp.url", *WORKERS}
SIGNERS = {"projector.env", "projector.url", "projector.secret", "checkpoint.key"}
"""The settings and keys that the web's account may read, and those for the signer's account."""
UNTIL_INSTALLED = 2
"""The number of blocks that use the network: packages, then Acquis itself."""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a machine within this one")
@pytest.mark.timeout(600)  # it installs from locked requirements and runs the whole page
def test_every_block_of_the_installation_page_runs(tmp_path: Path) -> None:
    said = on_a_machine_of_its_own([*marked(PAGE), AFTER], tmp_path)
    did_as_written(PAGE, said, tmp_path)
    assert said.rstrip().endswith("active\n" * 5 + "all of it"), said[-3000:]
    assert said.count("Job for") == 1, said[-3000:]
    for unit in ("web", "worker", "mail", "feed", "projector"):
        its = SIGNERS if unit == "projector" else WEBS
        found = set(re.findall(rf"^acquis-{unit} reads (\S+)$", said, re.MULTILINE))
        assert found == its, f"acquis-{unit} reads, in its own namespace"
        assert (f"acquis-{unit} writes checkpoints" in said) == (unit == "projector")
    assert "ACQUIS_CLAMD_URL" in said, said[-3000:]


def test_every_unit_is_in_the_installation_page() -> None:
    page = (ROOT / "deploy" / "docs" / PAGE).read_text("utf-8")
    units = {each.name.removesuffix(".service") for each in (ROOT / "deploy" / "systemd").iterdir()}
    tasks = {name for name in units if f"{name}.timer" in units}
    assert {name for name in units - tasks if name not in page} == set()


def on_a_machine_of_its_own(blocks: list[str], folder: Path) -> str:
    """Run the blocks and return their output; the packages are installed already."""
    stand_ins = folder / "stand-ins"
    stand_ins.mkdir()
    (stand_ins / "apt-get").write_text("#!/bin/sh\nexit 0\n")
    (stand_ins / "apt-get").chmod(0o755)
    scripts = [folder / "before.sh", folder / "after.sh"]
    for file, part in zip(scripts, (blocks[:UNTIL_INSTALLED], blocks[UNTIL_INSTALLED:]), strict=True):
        file.write_text("\n".join(part), "utf-8")
    apart = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
    left = ("ACQUIS_", "PG", "LC_", "LANG", "PYTHON", "PIP_FIND_LINKS", "VIRTUAL_ENV")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(left)}
    here = {"PATH": f"{stand_ins}:{DEBIAN}", "REPOSITORY": str(ROOT), "LC_MESSAGES": "en_GB.UTF-8"}
    here["PERL_BADLANG"] = "0"  # Debian's wrappers of PostgreSQL warn at length that this machine lacks that locale
    done = subprocess.run(
        (*apart, "bash", GIVEN / "private_machine.sh", *scripts),
        env=outside | here,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=580,
    )
    return done.stdout
