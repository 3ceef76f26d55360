"""Runner of the benchmarks: `make bench`, or `python -m tests.bench [NAMES…] [--short] [--record]`.

With ACQUIS_BENCH=smoke every part runs once at a small size, so that CI notices a broken one.
"""

from __future__ import annotations

import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from tests.bench import (
    append,
    backup,
    candidacies,
    checkpoints,
    demo,
    feed,
    figures,
    grown,
    heavy,
    http,
    idle,
    long_stream,
    pages,
    peers,
    questions,
    reads,
    rebuild,
    reports,
    results,
    sealing,
    size,
    soak,
    upload,
    verify,
    visible,
    watching,
    worst_files,
    year,
)
from tests.bench.pairs import PAIRS, SHORT, Failed, Figure, Skipped, table
from tests.bench.server import Server, run, server
from tests.bench.sizes import SMOKE

BENCHES: dict[str, Callable[[Server, int], Sequence[Figure | Skipped]]] = {
    "append": append.figures,
    "peers": peers.figures,
    "watching": watching.figures,
    "candidacies": candidacies.figures,
    "proof": checkpoints.proof,
    "checkpointing": checkpoints.checkpointing,
    "sealing": sealing.figures,
    "idle": idle.figures,
    "http": http.figures,
    "pages": pages.figures,
    "reads": reads.figures,
    "visible": visible.figures,
    "figures": figures.figures,
    "heavy": heavy.figures,
    "upload": upload.figures,
    "worst-files": worst_files.figures,
    "bytes": size.figures,
    "rebuild": rebuild.figures,
    "standing": rebuild.standing,
    "why": questions.why_not,
    "as-of": questions.as_of,
    "what-if": questions.what_if,
    "feed": feed.figures,
    "long-stream": long_stream.figures,
    "reports": reports.figures,
    "verify": verify.figures,
    "demo": demo.figures,
    "backup": backup.figures,
    "soak": soak.figures,
    "grown": grown.figures,
    "year": year.figures,
}
OPTIONS = frozenset({"--short", "--record"})
"""`--short`: three pairs instead of eleven, and smaller sizes. `--record`: write the figures to `RESULTS.md`."""


def main(arguments: list[str]) -> int:
    """Measure the figures of these names, all by default; return 1 for a missed goal or an error, 2 for wrong usage.

    At small sizes only a broken part is an error: the figures mean nothing.
    """
    names = [argument for argument in arguments if not argument.startswith("-")] or list(BENCHES)
    if not set(names) <= set(BENCHES) or not set(arguments) - set(names) <= OPTIONS:
        sys.stderr.write(f"python -m tests.bench [{'] ['.join([*BENCHES, *sorted(OPTIONS)])}]\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # stops children and server on the way out
    pairs = 1 if SMOKE else SHORT if "--short" in arguments else PAIRS
    began = time.monotonic()
    found: dict[str, Sequence[Figure | Skipped]] = {}
    with server() as running:
        ((on,),) = run(running.embedded.dsn("postgres"), "show server_version")
        for name in names:
            sys.stderr.write(f"{name} …\n")
            begun = time.monotonic()
            found[name] = measured(name, running, pairs)
            sys.stderr.write(f"{name}: {time.monotonic() - begun:.0f} s\n")
            if "--record" in arguments:
                results.record({name: found[name]}, pairs, results.machine(on))
    every = [each for figures in found.values() for each in figures]
    sys.stdout.write(f"{table(every)}\n")
    sys.stdout.write(
        f"{results.machine(on)}, {pairs} pairs in turns after one discarded, {time.monotonic() - began:.0f} s\n"
    )
    wrong = {"failed"} if SMOKE else {"missed", "failed"}
    return 1 if any(each.cells[-1] in wrong for each in every) else 0


def measured(name: str, running: Server, pairs: int) -> Sequence[Figure | Skipped]:
    """Return the figures of one part; an error in it does not stop the others."""
    try:
        return BENCHES[name](running, pairs)
    except Exception as error:  # noqa: BLE001  (it is a row of the table, and the exit code says so)
        traceback.print_exc()
        return [Failed(name, f"{type(error).__name__}: {error}")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
