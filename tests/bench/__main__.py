"""What are the figures? `make bench`, or `python -m tests.bench [NAMES…] [--short]`."""

from __future__ import annotations

import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from tests.bench import (
    append,
    candidacies,
    checkpoints,
    demo,
    feed,
    figures,
    http,
    pages,
    questions,
    rebuild,
    reports,
    sealing,
    upload,
    verify,
    visible,
    watching,
    worst_files,
)
from tests.bench.pairs import PAIRS, SHORT, Failed, Figure, Skipped, table
from tests.bench.server import Server, server

BENCHES: dict[str, Callable[[Server, int], Sequence[Figure | Skipped]]] = {
    "append": append.figures,
    "watching": watching.figures,
    "candidacies": candidacies.figures,
    "proof": checkpoints.proof,
    "checkpointing": checkpoints.checkpointing,
    "sealing": sealing.figures,
    "http": http.figures,
    "pages": pages.figures,
    "visible": visible.figures,
    "figures": figures.figures,
    "upload": upload.figures,
    "worst-files": worst_files.figures,
    "rebuild": rebuild.figures,
    "standing": rebuild.standing,
    "why": questions.why_not,
    "as-of": questions.as_of,
    "what-if": questions.what_if,
    "feed": feed.figures,
    "reports": reports.figures,
    "verify": verify.figures,
    "demo": demo.figures,
}


def main(arguments: list[str]) -> int:
    """Measure the figures of these names, all by default; 1 when one misses its goal or breaks, 2 on misuse."""
    names = [argument for argument in arguments if not argument.startswith("-")] or list(BENCHES)
    if not set(names) <= set(BENCHES) or not set(arguments) - set(names) <= {"--short"}:
        sys.stderr.write(f"python -m tests.bench [{'] ['.join(BENCHES)}] [--short]\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # children and the server are ended on the way out
    pairs = SHORT if "--short" in arguments else PAIRS
    began = time.monotonic()
    found: list[Figure | Skipped] = []
    with server() as running:
        for name in names:
            sys.stderr.write(f"{name} …\n")
            found += measured(name, running, pairs)
    load = os.getloadavg()[0]
    sys.stdout.write(f"{table(found)}\n")
    sys.stdout.write(
        f"{os.cpu_count()} cores, load {load:.1f} at the end, Python {platform.python_version()},"
        f" {pairs} pairs in turns after one discarded, {time.monotonic() - began:.0f} s\n"
    )
    return 1 if any(each.cells[-1] in {"missed", "failed"} for each in found) else 0


def measured(name: str, running: Server, pairs: int) -> Sequence[Figure | Skipped]:
    """One part of the bench; what breaks in it hides none of the others."""
    try:
        return BENCHES[name](running, pairs)
    except Exception as error:  # noqa: BLE001  (it is a row of the table, and the exit code says so)
        traceback.print_exc()
        return [Failed(name, f"{type(error).__name__}: {error}")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
