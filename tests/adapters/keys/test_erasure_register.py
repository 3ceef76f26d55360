"""The erasure register: written before a key is destroyed, visible to every process at once, whole after a crash."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.keys.erasures import NAME, Erasure, ErasureRegister, ErasureRegisterBroken, Order
from domain.fact import Retention
from domain.people.facts import ErasureGround
from tests.given.log.vaults import at_its_word

WHO = UUID("00000000-0000-4000-8000-000000000001")
PAPERS = Retention.PAPERS
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


def erase(register: ErasureRegister, who: UUID = WHO) -> None:
    register.note(who, PAPERS, ErasureGround.REQUEST)


def many(folder: Path) -> None:
    for _ in range(20):
        erase(ErasureRegister(folder, at_its_word), uuid4())


def test_an_erasure_is_one_line_of_sorted_json(tmp_path: Path) -> None:
    erase(ErasureRegister(tmp_path / "checkpoints", at_its_word))
    (line,) = (tmp_path / "checkpoints" / NAME).read_text().splitlines()
    told = json.loads(line)
    assert list(told) == ["at", "class", "ground", "person", "position"]
    assert (told["class"], told["ground"], told["person"]) == ("papers", "request", str(WHO))
    assert told["at"].endswith("Z")


def test_erasure_register_is_readable_only_by_its_owner(tmp_path: Path) -> None:
    erase(ErasureRegister(tmp_path / "checkpoints", at_its_word))
    assert stat.S_IMODE((tmp_path / "checkpoints" / NAME).stat().st_mode) == 0o600


def test_entry_of_one_process_is_seen_by_another_that_read_the_register_before(tmp_path: Path) -> None:
    here, there = ErasureRegister(tmp_path, at_its_word), ErasureRegister(tmp_path, at_its_word)
    assert not there.holds(WHO, PAPERS)
    erase(here)
    assert there.holds(WHO, PAPERS)
    assert not there.holds(WHO, Retention.DECISION)
    erase(here)
    assert there.newest(WHO, PAPERS) == there.entries()[-1]
    assert len(there.entries()) == 2


def test_processes_that_note_at_once_lose_no_line_and_tear_none(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(many, [tmp_path] * 4))
    assert len({each.person for each in ErasureRegister(tmp_path, at_its_word).entries()}) == 80


@given(cut=st.integers(min_value=1, max_value=10_000), again=st.booleans())
def test_a_line_torn_by_a_crash_hides_no_other_and_the_next_start_mends_it(
    tmp_path_factory: pytest.TempPathFactory, cut: int, again: bool
) -> None:
    folder = tmp_path_factory.mktemp("register")
    register, torn = ErasureRegister(folder, at_its_word), uuid4()
    erase(register)
    whole = register.path.stat().st_size
    erase(register, torn)
    left = whole + cut % (register.path.stat().st_size - whole)
    os.truncate(register.path, left)
    if again:
        erase(register, WHO)
    else:
        ErasureRegister(folder, at_its_word).mend()
    survives = left == whole + len(register.entries()[0].line()) - 1  # only the line end is missing
    read = [each.person for each in ErasureRegister(folder, at_its_word).entries()]
    assert read == [WHO, *([torn] if survives else []), *([WHO] if again else [])]
    assert [each.person for each in register.entries()] == read


@pytest.mark.parametrize(
    "line",
    [
        b'{"at":"yesterday"}',
        b'{"at":"2026-01-01T00:00:00","class":"papers","ground":"request","person":"%b"}',
        b'{"at":"2026-01-01T00:00:00Z","class":"papers","ground":"request","person":"%b","position":1e999}',
        b"[" * 100_000,
    ],
    ids=["no moment", "a moment of no zone", "no position", "no line"],
)
def test_register_with_an_unreadable_line_in_the_middle_stops_every_reader(tmp_path: Path, line: bytes) -> None:
    register = ErasureRegister(tmp_path, at_its_word)
    erase(register)
    with register.path.open("ab") as file:
        file.write(line.replace(b"%b", str(WHO).encode()) + b"\n")
    erase(register)
    again = ErasureRegister(tmp_path, at_its_word)
    for _ in range(2):
        with pytest.raises(ErasureRegisterBroken, match=r"cannot be read"):
            again.holds(WHO, PAPERS)


def order(position: int, at: datetime = LONG_AGO) -> Order:
    return Order(position, at, "{}")


def once(folder: Path) -> None:
    for position in range(20):
        register = ErasureRegister(folder, at_its_word)
        register.note(WHO, PAPERS, ErasureGround.REQUEST, order=order(position))


def test_an_order_of_the_log_is_written_once_by_whichever_process(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(once, [tmp_path] * 4))
    assert [each.position for each in ErasureRegister(tmp_path, at_its_word).entries()] == list(range(20))


def test_repeated_order_returns_its_line_with_its_first_date(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path, at_its_word)
    first = register.note(WHO, PAPERS, ErasureGround.REQUEST, order=order(7))
    assert register.note(WHO, PAPERS, ErasureGround.REQUEST, order=order(7)) == first
    assert ErasureRegister(tmp_path, at_its_word).noted(WHO, PAPERS, order(7)) == first
    for other in (uuid4(), PAPERS, order(7)), (WHO, Retention.DECISION, order(7)), (WHO, PAPERS, order(8)):
        assert register.noted(*other) is None


def test_line_from_a_log_that_lost_its_end_matches_no_order_of_this_log(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path, at_its_word)
    lost = register.note(WHO, PAPERS, ErasureGround.REQUEST, order=order(7))
    later = order(7, lost.at + timedelta(seconds=1))
    again = register.note(WHO, PAPERS, ErasureGround.REQUEST, order=later)
    assert again.at >= later.at > lost.at
    assert register.noted(WHO, PAPERS, later) == again


def test_an_erasure_reaches_at_least_to_its_order(tmp_path: Path) -> None:
    ahead = order(7, datetime.now(UTC) + timedelta(hours=1))
    assert ErasureRegister(tmp_path, at_its_word).note(WHO, PAPERS, ErasureGround.REQUEST, order=ahead).at == ahead.at


def test_lines_without_a_position_are_still_read(tmp_path: Path) -> None:
    old = f'{{"at":"2020-01-01T00:00:00.000000Z","class":"papers","ground":"request","person":"{WHO}"}}\n'
    (tmp_path / NAME).write_text(old)
    register = ErasureRegister(tmp_path, at_its_word)
    assert [each.position for each in register.entries()] == [None]
    assert register.holds(WHO, PAPERS)
    assert register.holds(WHO, PAPERS, LONG_AGO)
    assert not register.holds(WHO, PAPERS, datetime(2020, 1, 2, tzinfo=UTC))


def test_newest_erasure_is_the_one_that_reaches_furthest_wherever_its_line_is(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path, at_its_word)
    erase(register)
    newest = register.newest(WHO, PAPERS)
    register.note(WHO, PAPERS, ErasureGround.REQUEST, moment=lambda: LONG_AGO)
    assert register.newest(WHO, PAPERS) == newest == ErasureRegister(tmp_path, at_its_word).newest(WHO, PAPERS)


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_replaced_register_file_is_read_again(tmp_path: Path, lines: int) -> None:
    """A copy is restored while processes run: shorter, as long, or longer than what they have read."""
    register, other = (
        ErasureRegister(tmp_path / "here", at_its_word),
        ErasureRegister(tmp_path / "there", at_its_word),
    )
    for _ in range(2):
        erase(register)
    assert len(register.entries()) == 2
    for position in range(lines):
        other.note(WHO, Retention.DECISION, ErasureGround.REQUEST, order=order(position))
    register.path.write_bytes(other.path.read_bytes())
    assert register.entries() == other.entries()
    assert not register.holds(WHO, PAPERS)
    register.path.unlink()
    assert register.entries() == []


def test_a_line_is_on_the_disk_with_its_folder_when_it_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, int]] = []

    def sync(file: int) -> None:
        path = Path(f"/proc/self/fd/{file}").readlink()
        synced.append((path.name, path.stat().st_size if path.is_file() else 0))

    monkeypatch.setattr(os, "fsync", sync)
    register = ErasureRegister(tmp_path / "checkpoints", at_its_word)
    for _ in range(2):  # also for a line that another process has written and may not have flushed
        register.note(WHO, PAPERS, ErasureGround.REQUEST, order=order(7))
    whole = register.path.stat().st_size
    assert synced == [(NAME, whole), ("checkpoints", 0)] * 2


def test_register_has_no_file_before_the_first_erasure(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "nowhere", at_its_word)
    register.mend()
    assert register.entries() == []
    assert not (tmp_path / "nowhere").exists()


# merge of two copies after the loss of a disk


def test_line_that_could_not_be_checked_for_a_while_is_checked_again(tmp_path: Path) -> None:
    """The log holds the keys that check the line: while the log does not answer, no line is skipped."""
    erase(ErasureRegister(tmp_path, at_its_word), WHO)
    away = [OSError("away")]

    def judge(_: Erasure) -> bool:
        if away:
            raise away.pop()
        return True

    register = ErasureRegister(tmp_path, judge)
    with pytest.raises(OSError, match="away"):
        register.entries()
    assert [each.person for each in register.entries()] == [WHO]


def test_two_copies_are_merged_line_by_line_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    here, there = ErasureRegister(tmp_path / "here", at_its_word), ErasureRegister(tmp_path / "there", at_its_word)
    both, mine, theirs = uuid4(), uuid4(), uuid4()
    erase(here, both)
    (tmp_path / "there").mkdir()
    there.path.write_bytes(here.path.read_bytes())
    erase(here, mine)
    erase(there, theirs)
    told = {line: None for each in (here, there) for line in each.path.read_bytes().splitlines()}
    assert here.merge(there.path) == 1
    assert here.merge(there.path) == 0
    assert there.merge(here.path) == 1
    for register in (here, there):
        assert sorted(register.path.read_bytes().splitlines()) == sorted(told)
        assert {each.person for each in register.entries()} == {both, mine, theirs}


def test_newest_erasure_is_the_latest_in_time_wherever_its_line_is(tmp_path: Path) -> None:
    here, there = ErasureRegister(tmp_path / "here", at_its_word), ErasureRegister(tmp_path / "there", at_its_word)
    erase(there)
    erase(here)
    newest = here.newest(WHO, PAPERS)
    assert here.merge(there.path) == 1
    assert here.newest(WHO, PAPERS) == newest == ErasureRegister(here.path.parent, at_its_word).newest(WHO, PAPERS)


def test_a_copy_torn_at_its_end_gives_its_whole_lines_and_a_broken_one_none(tmp_path: Path) -> None:
    here, there = ErasureRegister(tmp_path / "here", at_its_word), ErasureRegister(tmp_path / "there", at_its_word)
    erase(there)
    with there.path.open("ab") as file:
        file.write(b'{"at":"2021')
    assert here.merge(there.path) == 1
    with there.path.open("ab") as file:
        file.write(b"\n")
    erase(ErasureRegister(tmp_path / "other", at_its_word), uuid4())
    with there.path.open("ab") as file:
        file.write((tmp_path / "other" / NAME).read_bytes())
    with pytest.raises(ErasureRegisterBroken):
        here.merge(there.path)
    assert len(here.entries()) == 1
