"""The child process that parses a file: it has limits, knows the file's key only, and its death harms nobody."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.files.age import encrypt
from adapters.files.blobs import StorageUnavailable
from adapters.files.inspection import believed, inspect, try_out
from adapters.files.inspection.found import HEIC, PDF, TEXT, DetectedType
from adapters.files.inspection.refusals import InspectionLimits, TypeMismatch
from adapters.files.sandbox.asking import AT_ONCE, INSPECTORS, InspectionUnavailable, Inspectors
from adapters.files.sandbox.child import DESCRIPTORS, give_up
from adapters.files.sandbox.terms import INSPECT, MIB, TASKS
from tests.given.files import specimens as made
from tests.given.servers.forks import forked
from tests.given.servers.server_log import overheard
from tests.given.waiting import until

LOADS = """
import sys, adapters.files.store, adapters.files.reading_copy
print({"pikepdf", "pypdfium2", "PIL", "pillow_heif", "av", "olefile"} & set(sys.modules))
"""
WARMS = """
import os
from adapters.files.sandbox.asking import INSPECTORS
print(INSPECTORS.warm(), flush=True)
os.kill(os.getpid(), 9)
"""
LOOKS = """
import sys, pathlib
from adapters.files.inspection import believed, inspect, try_out
print(inspect(pathlib.Path(sys.argv[1]), bytes(range(32)), sys.argv[2]).media_type)
"""
READS = "+dac_read_search"
"""The capability to read files that belong to other accounts."""
SECRET = bytes(range(32))


@pytest.fixture
def aside(tmp_path: Path) -> Path:
    return put(tmp_path / "aside", made.PDF)


def put(path: Path, content: bytes) -> Path:
    with path.open("wb") as target:
        encrypt(io.BytesIO(content), target, SECRET)
    return path


def server() -> int:
    return INSPECTORS.warm()


def children(of: int | None = None) -> list[int]:
    parent = of or server()
    return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def ready(child: int, file: Path) -> bool:
    """Whether the process is this file's child (not an ending one of another file) and its last limit is set."""
    try:
        held = [os.readlink(each) for each in Path(f"/proc/{child}/fd").iterdir()]  # noqa: PTH115
        return str(file) in held and "Max processes             0 " in Path(f"/proc/{child}/limits").read_text()
    except OSError:
        return False


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Path]:
    """Return the path of a file that never ends, so that its reader waits."""
    os.mkfifo(tmp_path / "endless")
    held = os.open(tmp_path / "endless", os.O_RDWR)
    yield tmp_path / "endless"
    os.close(held)


def examined(path: Path, by: Inspectors = INSPECTORS) -> DetectedType:
    with path.open("r+b", buffering=0) as file:
        return believed(by.ask_of_file(INSPECT, file.fileno(), bytes(16), PDF))


@pytest.fixture
def waiting(endless: Path) -> Iterator[int]:
    """Return a child that examines the endless file."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(examined, endless)
        while not (there := [child for child in children() if ready(child, endless)]):
            time.sleep(0.005)
        yield there[0]
        with suppress(ProcessLookupError):
            os.kill(there[0], signal.SIGALRM)  # the signal that its own timer sends at the time limit
        with pytest.raises(InspectionLimits):
            asked.result(10)


def test_a_file_is_examined(aside: Path) -> None:
    assert inspect(aside, SECRET, PDF) == DetectedType(media_type=PDF, pages=1)


def test_refusal_of_a_child_is_raised_in_the_parent(tmp_path: Path) -> None:
    with pytest.raises(TypeMismatch):
        inspect(put(tmp_path / "elf", made.ELF), SECRET, PDF)


def test_a_file_that_does_not_open_as_it_was_written_is_the_store_s_trouble(aside: Path) -> None:
    changed = bytearray(aside.read_bytes())
    changed[-1] ^= 1
    aside.write_bytes(changed)
    with pytest.raises(StorageUnavailable):
        inspect(aside, SECRET, PDF)


def test_inspection_is_unavailable_when_a_caller_waits_too_long_for_a_child(endless: Path, aside: Path) -> None:
    busy = Inspectors(turn=0.05)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(examined, endless, busy) for _ in range(AT_ONCE)]
        while len([child for child in children(busy.warm()) if ready(child, endless)]) < AT_ONCE:
            time.sleep(0.005)
        with pytest.raises(InspectionUnavailable):
            inspect(aside, SECRET, PDF, busy)
        for child in children(busy.warm()):
            os.kill(child, signal.SIGALRM)
        for each in asked:
            with pytest.raises(InspectionLimits):
                each.result(10)
    assert inspect(aside, SECRET, PDF, busy).media_type == PDF
    busy.end()


def test_a_file_larger_than_what_is_read_at_once_is_examined_as_well(tmp_path: Path) -> None:
    assert inspect(put(tmp_path / "long", b"A line of a long text.\n" * 800_000), SECRET, TEXT).media_type == TEXT


def test_a_child_that_is_ended_refuses_its_file_and_no_other(waiting: int, aside: Path) -> None:
    assert inspect(aside, SECRET, PDF).media_type == PDF  # next to the child that waits
    os.kill(waiting, signal.SIGKILL)
    assert inspect(aside, SECRET, PDF).media_type == PDF


def test_a_child_has_little_time_memory_and_room_and_nothing_of_ours(waiting: int) -> None:
    limits = Path(f"/proc/{waiting}/limits").read_text()
    for name, most in (
        ("cpu time", INSPECT.processor),
        ("file size", 0),
        ("core file size", 0),
        ("processes", 0),
        ("open files", DESCRIPTORS),
    ):
        (line,) = [line for line in limits.splitlines() if line.startswith(f"Max {name}")]
        assert line.split(f"Max {name}")[1].split()[:2] == [str(most)] * 2
    (memory,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert INSPECT.memory < int(memory.split()[3]) < INSPECT.memory + 1536 * MIB
    assert Path(f"/proc/{waiting}/environ").read_bytes() == b"LC_ALL=C.UTF-8\0"
    assert Path(f"/proc/{waiting}/oom_score_adj").read_text() == "1000\n"
    descriptors = [os.readlink(each) for each in Path(f"/proc/{waiting}/fd").iterdir()]  # noqa: PTH115
    assert sum(each.startswith("socket:") for each in descriptors) == 1
    assert len(descriptors) == 5  # three standard streams, its file, its answer socket


def test_a_child_cannot_write_or_take_more_memory(tmp_path: Path) -> None:
    hears, says = os.pipe()
    if not (pid := os.fork()):
        os.closerange(3, says)
        os.closerange(says + 1, 1024)
        os.write(says, tried(tmp_path / "note"))
        os._exit(0)
    os.close(says)
    with os.fdopen(hears, "rb") as heard:
        assert heard.read() == b"MemoryError OSError 0"
    os.waitpid(pid, 0)


def tried(note: Path) -> bytes:
    """Return the errors that a child meets when it takes more memory and when it writes."""
    said = []
    give_up(INSPECT)
    for attempt in (lambda: bytearray(2 * INSPECT.memory), lambda: note.write_bytes(b"x")):
        try:
            attempt()
        except (MemoryError, OSError) as error:
            said.append(type(error).__name__)
    return " ".join([*said, str(resource.getrlimit(resource.RLIMIT_NPROC)[0])]).encode()


def test_a_server_that_is_gone_is_started_again(aside: Path) -> None:
    before = server()
    os.kill(before, signal.SIGKILL)
    assert inspect(aside, SECRET, PDF).media_type == PDF
    assert server() != before


@pytest.mark.parametrize(("python", "code"), [("/bin/false", "1"), ("/nowhere", "null")])
def test_a_server_that_cannot_start_is_said_in_the_log(
    aside: Path, monkeypatch: pytest.MonkeyPatch, python: str, code: str
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with overheard() as said, pytest.raises(InspectionUnavailable):
        inspect(aside, SECRET, PDF, Inspectors())
    (line,) = said.getvalue().splitlines()
    assert '"inspection unavailable"' in line
    assert f'"code": {code}' in line
    assert '"error"' in line


def test_a_line_of_text_is_examined_to_see_whether_anything_can_be() -> None:
    assert try_out() == DetectedType(media_type=TEXT)


def test_many_at_once_are_each_answered_with_their_own(tmp_path: Path) -> None:
    files = [put(tmp_path / str(pages), made.PDF if pages % 2 else b"text") for pages in range(12)]
    kinds = {path: PDF if number % 2 else TEXT for number, path in enumerate(files)}
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda path: inspect(path, SECRET, kinds[path]).media_type, files))
    assert found == [*kinds.values()]


def test_a_copy_of_the_process_has_a_server_of_its_own(aside: Path) -> None:
    ours = server()

    def looks() -> None:
        assert inspect(aside, SECRET, PDF).media_type == PDF
        assert server() != ours
        INSPECTORS.end()

    process = forked(looks, {})
    assert process.returncode == 0, process.stderr
    assert inspect(aside, SECRET, PDF).media_type == PDF
    assert server() == ours


def test_the_server_ends_with_its_process() -> None:
    said = subprocess.run(
        [sys.executable, "-c", WARMS],
        capture_output=True,
        text=True,
        check=False,
    )
    line = Path(f"/proc/{said.stdout.strip()}/cmdline")
    until(lambda: not line.exists() or not line.read_bytes())  # ended, if not yet buried


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b'{"media_type": "application/pdf", "pages": 1}',
        b'{"media_type": "text/html", "pages": 1}\n',
        b'{"media_type": "application/pdf", "pages": "1"}\n',
        b'{"media_type": "application/pdf", "pages": -1}\n',
        b'{"media_type": ["a"], "pages": 1}\n',
        b'{"refused": "not-a-refusal"}\n',
        b"[]\n",
        b"{\n",
        b"\xff\n",
    ],
)
def test_malformed_answer_of_a_child_is_not_believed(answer: bytes) -> None:
    with pytest.raises(InspectionLimits):
        believed(answer)


def test_a_child_for_each_task_has_its_limits() -> None:
    """A check has ten seconds of processor time; a copy has more, and a film the most."""
    assert INSPECT.processor == 10
    for task in TASKS.values():
        assert task.processor < task.wall
        assert task.memory <= 1024 * MIB


def test_a_photograph_is_decoded_by_a_child_of_an_account_that_may_start_no_process(tmp_path: Path) -> None:
    """The decoder starts a thread, which the system counts as a process for every account except root."""
    path = put(tmp_path / "photo", made.photograph())
    as_nobody = ["setpriv", "--reuid=65534", "--clear-groups", f"--inh-caps={READS}", f"--ambient-caps={READS}"]
    command = [*as_nobody, sys.executable, "-c", LOOKS, str(path), HEIC]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.strip() == HEIC, said.stderr


def test_parent_process_loads_no_module_that_parses_files() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LOADS],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "set()"
