"""Which change of the domain does no test see? `make mutants`, or `python -m tests.mutants [NAMES…] [--sample N]`.

mutmut makes the mutants: beside each function its changed copies, of which a name switches one on. Its own runner
starts pytest anew for each, in a process whose caches a run of all tests has filled with right answers. Here pytest
collects the tests once, and a fork for each mutant runs those that reach its function, the quick ones first and
before them those that killed a neighbour, until one fails. Verdicts go where `mutmut show NAME` and `mutmut browse`
find them, and which test killed which mutant to `mutants/killed-by.json`. What counts stands in MUTANTS.md.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import json
import math
import os
import random
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import zip_longest
from pathlib import Path
from typing import NoReturn

import pytest
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths, walk_mutatable_files
from mutmut.utils.format_utils import mangled_name_from_mutant_name as function_of

HOUSE = Path("mutants")
KILLED, SURVIVED, NO_TESTS, TIMEOUT = 1, 0, 33, 36  # as mutmut counts them
WORDS = {KILLED: "killed", TIMEOUT: "timeout", SURVIVED: "survived", NO_TESTS: "no tests"}
CONTROL, CONTROLLED = "control:", 40  # each fortieth is tried without the mutant too: nothing may fail then
ROOM = 4 * 1024**3  # a mutant that never stops asking for memory
Measured = tuple[str, dict[str, tuple[float, list[str]]]]
"""A test file's digest; how long each of its tests takes, and which functions it reaches."""


@dataclass
class Reach:
    """Which tests reach which function, and how long each takes."""

    tests: dict[str, list[str]]
    seconds: dict[str, float]


@dataclass
class Trial:
    """A plugin of pytest's: instead of one run of the tests, one for each mutant."""

    names: list[str]
    seconds: float
    until: float
    children: int
    verdicts: dict[str, int] = field(default_factory=dict)
    killers: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    killed_by: dict[str, str] = field(default_factory=dict)
    controls: dict[str, str] = field(default_factory=dict)
    _items: dict[str, pytest.Item] = field(default_factory=dict)
    _running: dict[int, tuple[str, int]] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        from hypothesis import settings as trials  # noqa: PLC0415  (pytest rewrites its asserts first)

        trials.register_profile("mutants", trials.get_profile("house"), derandomize=True, database=None)
        trials.load_profile("mutants")  # the same examples for each mutant

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        reach = self._reach(session)
        gc.freeze()  # what is there already is the children's too
        for place, name in enumerate(self.names):
            if time.monotonic() > self.until:
                break
            tests = reach.tests.get(function_of(name), [])
            if not tests:
                self.verdicts[name] = NO_TESTS
                continue
            for each in (name,) if place % CONTROLLED else (name, CONTROL + name):
                while len(self._running) >= self.children:
                    self._wait()
                self._start(session, each, reach, tests)
        while self._running:
            self._wait()
        return True

    def _reach(self, session: pytest.Session) -> Reach:
        """Asked of one run of the tests without a mutant, in children; kept for each file until it changes."""
        kept, shared = Path("reach.json"), digest(path for path in sources() if not path.name.startswith("test_"))
        files = {path: digest([Path(path)]) + shared for path in {node.partition("::")[0] for node in self._items}}
        known: dict[str, Measured] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        known = {path: told for path, told in known.items() if files.get(path) == told[0]}
        todo = [item for item in session.items if item.nodeid.partition("::")[0] not in known]
        known |= {path: (files[path], {}) for path in {item.nodeid.partition("::")[0] for item in todo}}
        waits = {}
        for n in range(self.children) if todo else ():
            if not (pid := os.fork()):
                self._measure(session, todo[n :: self.children], Path(f"reach.{n}"))
            waits[pid] = Path(f"reach.{n}")
        for pid, path in waits.items():
            _, status = os.waitpid(pid, 0)
            if status:
                raise RuntimeError(f"measuring {path} ended with {os.waitstatus_to_exitcode(status)}")
            for node, told in json.loads(path.read_text("utf-8")).items():
                known[node.partition("::")[0]][1][node] = told
        kept.write_text(json.dumps(known), "utf-8")
        reaching = {node for _, nodes in known.values() for node in nodes}
        for node in sorted(set(self._items) - reaching):
            tell(f"left out, it fails where no mutant is on: {node}\n")
        reach = Reach(defaultdict(list), {})
        for _, nodes in known.values():
            for node, (seconds, functions) in nodes.items():
                reach.seconds[node] = seconds
                for function in functions:
                    reach.tests[function].append(node)
        return reach

    def _measure(self, session: pytest.Session, items: list[pytest.Item], into: Path) -> NoReturn:
        quietly()
        set_mutant_under_test("stats")
        measured: dict[str, tuple[float, list[str]]] = {}
        failed = 0
        for item, following in zip_longest(items, items[1:]):
            state()._stats.clear()  # noqa: SLF001  (mutmut says what ran nowhere else)
            began = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed == failed:
                measured[item.nodeid] = time.process_time() - began, sorted(state()._stats)  # noqa: SLF001  (likewise)
            failed = session.testsfailed
        into.write_text(json.dumps(measured), "utf-8")
        os._exit(0)

    def _start(self, session: pytest.Session, name: str, reach: Reach, tests: list[str]) -> None:
        known = self.killers[module_of(name)]
        ordered = sorted(tests, key=lambda test: (-known[test], reach.seconds[test]))
        read, write = os.pipe()
        if pid := os.fork():
            os.close(write)
            self._running[pid] = (name, read)
            return
        quietly()
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        set_mutant_under_test(name)
        began = time.process_time()
        for test, following in zip_longest(ordered, ordered[1:]):
            signal.setitimer(signal.ITIMER_PROF, 5 + 20 * reach.seconds[test])  # of its own, however busy the machine
            item = self._items[test]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following and self._items[following])
            if session.testsfailed:
                os.write(write, test.encode())
                os._exit(KILLED)
            if time.process_time() - began > self.seconds:
                break
        os._exit(SURVIVED)

    def _wait(self) -> None:
        pid, status = os.wait()
        name, read = self._running.pop(pid)
        with open(read, encoding="utf-8") as pipe:  # noqa: PTH123  (a descriptor)
            killer = pipe.read()
        code = os.waitstatus_to_exitcode(status)
        if name.startswith(CONTROL):
            self.controls[name] = "" if code == SURVIVED else killer or f"ended by {code}"
            return
        self.verdicts[name] = TIMEOUT if code == -signal.SIGPROF else SURVIVED if code == SURVIVED else KILLED
        if killer:
            self.killers[module_of(name)][killer] += 1
            self.killed_by[name] = killer
        if self.verdicts[name] == SURVIVED or not len(self.verdicts) % 50:
            tell(f"{len(self.verdicts)} of {len(self.names)}: {name} {WORDS[self.verdicts[name]]}\n")


def tell(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def quietly() -> None:
    """A child's words are nobody's."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def module_of(name: str) -> str:
    """`domain.candidacy.candidacy` of `domain.candidacy.candidacy.xǁCandidacyǁopen__mutmut_3`."""
    return name.rpartition(".")[0]


def sources() -> list[Path]:
    """The code and its tests, where mutmut has put them."""
    return [
        path for folder in ("domain", "tests/domain", "tests/stories") for path in sorted(Path(folder).rglob("*.py"))
    ]


def digest(paths: Iterable[Path]) -> str:
    told = hashlib.sha256()
    for path in paths:
        told.update(path.read_bytes())
    return told.hexdigest()


def generated(children: int) -> dict[str, SourceFileMutationData]:
    """Each mutant's name, and the file that keeps its verdict; what has not changed is not made again."""
    set_mutant_under_test("mutant_generation")
    HOUSE.mkdir(exist_ok=True)
    with contextlib.redirect_stdout(None):
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(children)
    kept: dict[str, SourceFileMutationData] = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        kept |= dict.fromkeys(data.exit_code_by_key, data)
    return kept


def interval(seen: int, of: int) -> tuple[float, float]:
    """The shares between which the true one lies in 95 of 100 samples (Wilson)."""
    z, share = 1.96, seen / of
    middle, width = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - width) / (1 + z * z / of), (middle + width) / (1 + z * z / of)


def report(trial: Trial, of: int, took: float) -> str:
    verdicts = trial.verdicts
    counted = Counter(verdicts.values())
    seen = counted[KILLED] + counted[TIMEOUT]
    low, high = interval(seen, len(verdicts))
    unseen = sorted(name for name, verdict in verdicts.items() if verdict in {SURVIVED, NO_TESTS})
    modules = Counter(map(module_of, unseen)).most_common()
    return "\n".join(
        [
            *(f"  {name}: {WORDS[verdicts[name]]}" for name in unseen),
            *(f"{many:5} {module}" for module, many in modules),
            f"{len(verdicts)} of {of} mutants in {took:.0f} s: "
            + ", ".join(f"{counted[code]} {word}" for code, word in WORDS.items()),
            *(f"{name} fails without a mutant: {test}" for name, test in trial.controls.items() if test),
            f"{len(trial.controls)} tried without their mutant, {sum(map(bool, trial.controls.values()))} failed",
            f"seen by a test: {seen / len(verdicts):.1%} (95 %: {low:.1%} to {high:.1%})",
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    """Try the mutants of these names, all by default, or a sample of them."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants")
    asked.add_argument("names", nargs="*", help='as mutmut writes them, e.g. "domain.framework.block_rule.*"')
    asked.add_argument("--sample", type=int, help="so many, drawn evenly over all of them")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=10, help="of tests per mutant; then it counts as unseen")
    asked.add_argument("--minutes", type=float, default=math.inf, help="then no other one is begun")
    asked.add_argument("--children", type=int, default=os.cpu_count())
    given = asked.parse_args(arguments)
    kept = generated(given.children)
    names = sorted(name for name in kept if not given.names or any(fnmatch(name, each) for each in given.names))
    drawn = random.Random(given.seed).sample(names, min(given.sample or len(names), len(names)))  # noqa: S311  (no secret)
    began = time.monotonic()
    trial = Trial(drawn, given.seconds, began + 60 * given.minutes, given.children)
    os.chdir(HOUSE)
    set_mutant_under_test("stats")
    ended = pytest.main(
        ["-q", "--capture=no", "-p", "no:cacheprovider", *config().pytest_add_cli_args_test_selection],
        plugins=[trial],
    )
    Path("killed-by.json").write_text(json.dumps(trial.killed_by, indent=1), "utf-8")
    os.chdir("..")
    if ended not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} or not trial.verdicts:
        return int(ended) or 1
    for name, verdict in trial.verdicts.items():
        kept[name].exit_code_by_key[name] = verdict
    for data in set(kept.values()):
        data.save()
    sys.stdout.write(report(trial, len(names), time.monotonic() - began))
    return int(any(trial.controls.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
