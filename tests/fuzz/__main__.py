"""Does any of our parsers say what it does not declare? `make fuzz`, or `python -m tests.fuzz [NAMES…]`.

Each target runs in a process of its own for FUZZ_SECONDS (an hour; 2 in CI), two at a time, from seeds made by code.
A target that is planted with a bug must be found, or nothing is said of the others.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import asked, files, planted, written

MODULES = (planted, files, asked, written)
ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("FUZZ_SECONDS", "3600"))
AT_ONCE = 2
MOST_BYTES = 64 * 1024
SLOW, LARGE = 70, 71
"""How libFuzzer ends when one input took too long, or too much memory."""
LONGEST_SHOWN = 4096
UNITS = re.compile(r"number_of_executed_units: (\d+)")


@dataclass(frozen=True)
class Run:
    """How the fuzzing of a target ended: how many inputs it read, and what was found."""

    name: str
    inputs: int
    found: str = ""


def main(names: list[str]) -> int:
    """Fuzz these targets, all by default; 1 when something was found, or the planted bug was not; 2 on misuse."""
    there = {name: module.__name__ for module in MODULES for name in module.TARGETS}
    if not set(names) <= set(there):
        sys.stderr.write(f"python -m tests.fuzz [{'] ['.join(there)}]\n")
        return 2
    wanted = ["planted", *(name for name in names or there if name != "planted")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(lambda name: told(fuzzed(there[name], name)), wanted))
    control, *others = runs
    if not control.found:
        sys.stdout.write("The planted bug was not found: what follows proves nothing.\n")
    return int(not control.found or any(run.found for run in others))


def fuzzed(module: str, name: str) -> Run:
    """Fuzz one target until its time is up, or something is found."""
    target = next(each.TARGETS[name] for each in MODULES if each.__name__ == module)
    with tempfile.TemporaryDirectory() as folder:
        corpus, artifacts = Path(folder) / "corpus", Path(folder) / "found"
        for path in (corpus, artifacts):
            path.mkdir()
        for number, seed in enumerate(target.seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        options = [
            f"-max_total_time={SECONDS}", f"-max_len={MOST_BYTES}", "-timeout=60", "-rss_limit_mb=3072",
            "-print_final_stats=1", f"-artifact_prefix={artifacts}/", str(corpus),
        ]  # fmt: skip
        said = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.one", module, name, *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        inputs = sum(map(int, UNITS.findall(said.stdout + said.stderr)))
        if said.returncode == 0 or (target.limited and said.returncode in {SLOW, LARGE}):
            return Run(name, inputs)
        return Run(name, inputs, _what(said.stdout + said.stderr, artifacts))


def _what(output: str, artifacts: Path) -> str:
    """What was raised, and the input that raises it."""
    raised = re.search(r"(?:Uncaught Python exception: ===\n)(.*?)(?:\n==\d+==|\Z)", output, re.DOTALL)
    shown = [raised[1] if raised else output[-LONGEST_SHOWN:]]
    for path in artifacts.iterdir():
        shown += [path.name, base64.b64encode(path.read_bytes()).decode()[:LONGEST_SHOWN]]
    return "\n".join(shown)


def told(run: Run) -> Run:
    """Print one line for a run, and what was found below it."""
    planted_one = run.name == "planted"
    ending = "found, as it must be" if planted_one and run.found else "FOUND" if run.found else "nothing found"
    sys.stdout.write(f"{run.name:14} {run.inputs:>9} inputs  {ending}\n")
    if run.found and not planted_one:
        sys.stdout.write(f"{run.found}\n")
    sys.stdout.flush()
    return run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
