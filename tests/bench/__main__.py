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
    "reports": reports.figures,
