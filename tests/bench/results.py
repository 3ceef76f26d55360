"""Record of the last benchmark figures: `RESULTS.md`, with a section for each part, written by `--record`.

Notes written by hand under a part's table say why a goal is missed; recording that part again keeps them.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.pairs import HEADINGS, Figure, Skipped

PAGE = Path(__file__).with_name("RESULTS.md")
NAMED = ("eventsourcing", "flask", "marshmallow", "psycopg2-binary", "gunicorn", "cryptography")
SECTION = re.compile(r"^## (?P<name>[a-z-]+)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BY_HAND = "<!-- by hand -->"
HEAD = f"""# Benchmark results

Written by `python -m tests.bench [NAMES…] --record`, with a section for each part of the bench. Both sides of a
ratio are measured in turns within one run. The first pair is discarded; the table has the median and the range of
the others. The verdict is `holds` or `missed` if every pair agrees, and `not decided` if the goal lies inside the
range. The notes below
`{BY_HAND}` say why a goal is missed, and what would reach it.

"""


def record(found: Mapping[str, Sequence[Figure | Skipped]], pairs: int, ran: str, page: Path = PAGE) -> None:
    """Write the sections of the measured parts; keep the others, and the notes written by hand."""
    known = page.read_text() if page.exists() else HEAD
    sections = {each["name"]: each["body"] for each in SECTION.finditer(known)}
    for name, figures in found.items():
        _, mark, by_hand = sections.get(name, "").partition(BY_HAND)
        said = f"{mark}{by_hand.rstrip()}\n" if mark else ""
        sections[name] = f"\n{ran}, {pairs} pairs.\n\n{_table(figures)}\n{said and f'{chr(10)}{said}'}\n"
    page.write_text(
        HEAD + "".join(f"## {name}\n{body.rstrip()}\n\n" for name, body in sections.items()).rstrip() + "\n"
    )


def machine(server_version: str) -> str:
    """Return the day, the processor, and the versions of what is measured."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    versions = ", ".join(f"{name} {version(name)}" for name in NAMED)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_head()}:"
        f" {os.cpu_count()} × {model[1] if model else platform.machine()}, load {os.getloadavg()[0]:.1f} at the end,"
        f" Python {platform.python_version()}, PostgreSQL {server_version}, {versions}"
    )


def _head() -> str:
    """Return the commit, and whether anything but this page has changed since."""
    commit = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":/", f":!/tests/bench/{PAGE.name}")
    return f"{commit}, changed since" if changed else commit


def _git(*asked: str) -> str:
    done = subprocess.run(("git", *asked), cwd=PAGE.parent, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _table(figures: Sequence[Figure | Skipped]) -> str:
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(each.cells for each in figures)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    notes = [f"- {each.name}: {note.strip()}" for each in figures for note in each.notes]
    return "\n".join([*lines, *([""] if notes else []), *notes])
