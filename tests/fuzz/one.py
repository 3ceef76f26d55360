"""One target, fuzzed until its time is up: `python -m tests.fuzz.one MODULE NAME [libFuzzer's options]`.

Run by `tests.fuzz` in a process of its own, which ends at the first exception that the target does not declare.
"""

from __future__ import annotations

import importlib
import logging
import sys
import warnings

import atheris

OURS = ["adapters.files", "adapters.framework_file", "adapters.log.note", "adapters.verify"]
OURS += [
    "webapi.evidence.upload_stream",
    "webapi.requests",
    "webapi.evidence.tus",
    "webapi.edge.paging",
    "tests.fuzz",
]

if __name__ == "__main__":
    module, name = sys.argv.pop(1), sys.argv.pop(1)
    logging.disable()
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=OURS):
        target = importlib.import_module(module).TARGETS[name]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
