"""Threads that read a type for the first time at once: without `adapters.typed_json` the process ends."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MET = """
import sys
from dataclasses import make_dataclass
from threading import Barrier, Thread
from adapters.typed_json import made_as, read_as

sys.setswitchinterval(1e-6)
wrong = []

def meet(kind, barrier):
    barrier.wait()
    for read, given in ((read_as(kind), b'{"leaf": {"a": {"n": 1}}}'), (made_as(kind), {"leaf": {"a": {"n": 1}}})):
        if read(given).leaf.a.n != 1:
            wrong.append(kind)

for _ in range(50):
    kinds = [make_dataclass(name, [("n", int)]) for name in "abcdef"]
    leaf = make_dataclass("Leaf", [("a", kinds[0]), *((kind.__name__, kind | None, None) for kind in kinds[1:])])
    whole = [make_dataclass(f"Whole{n}", [("leaf", leaf)]) for n in range(4)]
    barrier = Barrier(len(whole))
    threads = [Thread(target=meet, args=(kind, barrier)) for kind in whole]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
assert not wrong, wrong
"""


def test_threads_that_meet_a_type_at_once_read_it_whole() -> None:
    met = subprocess.run([sys.executable, "-c", MET], cwd=ROOT, capture_output=True, text=True, check=False)
    assert met.returncode == 0, met.stderr


def test_no_class_is_read_by_msgspec_without_it() -> None:
    """Types that msgspec knows without inspection, such as UUID, are allowed."""
    wrong = []
    for path in (path for folder in ("adapters", "projections", "webapi") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="Decoder" | "convert" | "decode") as called, args=given, keywords=named
                ):
                    kinds = [
                        *given[called.attr != "Decoder" :],
                        *(each.value for each in named if each.arg == "type"),
                    ]
                    if "msgspec" in ast.unparse(called) and not all(ast.unparse(kind) == "UUID" for kind in kinds):
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert {place.split(":")[0] for place in wrong} == {"adapters/typed_json.py"}, wrong
