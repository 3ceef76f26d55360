"""Rulebook file: rules on the conduct of sessions; an incomplete rule is refused at its line."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from adapters.framework_file import FileFaults, read_rulebook, shipped
from domain.framework.jury_rule import Quality
from domain.rulebook.chair_rules import SILENT as NO_CHAIR_RULE
from domain.rulebook.chair_rules import ChairAbsent, ChairRules
from domain.rulebook.rules import RemoteActivity
from domain.rulebook.session_rules import SILENT, SessionRules, Signatories, Stead

SHIPPED = shipped("rulebook-imci-demonstration.yaml")
FILE = re.sub(r"^sessions:\n(?:  .*\n)+", "", SHIPPED, flags=re.MULTILINE)
SESSIONS = """sessions:
  minutes_signed_by: all_present
  refusal_holds_minutes: false
  sign_in: true
  reason_for_excused: true
  attempts: 3
  absence_counts: true
  commission_quorum: 3
"""


def test_how_sessions_are_conducted_is_read() -> None:
    assert read_rulebook(FILE + SESSIONS).sessions == SessionRules(
        minutes_signed_by=Signatories.ALL_PRESENT,
        refusal_holds_minutes=False,
        sign_in=True,
        reason_for_excused=True,
        attempts=3,
        absence_counts=True,
        commission_quorum=3,
    )
    assert read_rulebook(FILE + SESSIONS.replace("attempts: 3", "attempts: null")).sessions.attempts is None


def test_the_work_of_a_commission_travels_only_where_the_file_says_so() -> None:
    assert read_rulebook(FILE + SESSIONS + "  commission_work_travels: true\n").sessions.commission_work_travels
    assert not read_rulebook(FILE + SESSIONS).sessions.commission_work_travels


def test_session_rules_left_out_have_all_members_present_sign_and_the_former_defaults() -> None:
    assert read_rulebook(FILE).sessions == replace(SILENT, minutes_signed_by=Signatories.ALL_PRESENT)


def test_the_chair_signs_alone_where_the_file_says_so() -> None:
    alone = SESSIONS.replace("all_present", "chair")
    assert read_rulebook(FILE + alone).sessions.minutes_signed_by is Signatories.CHAIR


def test_rulebook_may_name_who_signs_in_the_chair_s_stead() -> None:
    assert read_rulebook(FILE + SESSIONS).sessions.chair_replaced_by is None
    said = read_rulebook(FILE + SESSIONS + "  chair_replaced_by: first_appointed\n").sessions
    assert said.chair_replaced_by is Stead.FIRST_APPOINTED
    with pytest.raises(FileFaults) as refused:
        read_rulebook(FILE + SESSIONS + "  chair_replaced_by: the_eldest\n")
    assert [fault.path for fault in refused.value.faults] == ["sessions.chair_replaced_by"]


def test_the_demonstration_s_minutes_are_signed_by_all_members_present() -> None:
    said = read_rulebook(SHIPPED).sessions
    assert (said.minutes_signed_by, said.chair_replaced_by) == (Signatories.ALL_PRESENT, Stead.FIRST_APPOINTED)


@pytest.mark.parametrize("line", SESSIONS.splitlines()[1:])
def test_session_rules_must_state_every_key(line: str) -> None:
    key = line.strip().split(":", maxsplit=1)[0]
    with pytest.raises(FileFaults) as refused:
        read_rulebook(FILE + SESSIONS.replace(f"{line}\n", ""))
    assert [fault.path for fault in refused.value.faults] == [f"sessions.{key}"]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ("minutes_signed_by: nobody", "sessions.minutes_signed_by"),
        ("attempts: 0", "sessions.attempts"),
        ("commission_quorum: 0", "sessions.commission_quorum"),
    ],
)
def test_session_rule_that_no_session_can_follow_is_refused_at_its_path(wrong: str, path: str) -> None:
    key = wrong.split(":", maxsplit=1)[0]
    right = next(line.strip() for line in SESSIONS.splitlines() if line.strip().startswith(key))
    with pytest.raises(FileFaults) as refused:
        read_rulebook(FILE + SESSIONS.replace(right, wrong))
    assert [fault.path for fault in refused.value.faults] == [path]


def test_a_member_or_a_hearing_may_be_remote_where_it_says_so() -> None:
    assert read_rulebook(FILE + "remote: [member, hearing]\n").remote == (
        RemoteActivity.MEMBER,
        RemoteActivity.HEARING,
    )


CHAIR = """chair:
  absent: member
  qualities: [external, profession]
  source: règlement, art. 12
"""


def test_reader_reads_who_presides_or_applies_the_former_default() -> None:
    assert read_rulebook(FILE + CHAIR).chair == ChairRules(
        absent=ChairAbsent.MEMBER, qualities=(Quality.EXTERNAL, Quality.PROFESSION), source="règlement, art. 12"
    )
    assert read_rulebook(FILE).chair == NO_CHAIR_RULE


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("absent: member", "absent: anybody"),
        ("[external, profession]", "[external, external]"),
        ("[external, profession]", "[wise]"),
        ("  source: règlement, art. 12\n", ""),
        ("  absent: member\n", ""),
    ],
)
def test_a_rule_on_who_presides_says_who_in_the_chair_s_absence_and_by_which_text(said: str, wrong: str) -> None:
    with pytest.raises(FileFaults) as refused:
        read_rulebook(FILE + CHAIR.replace(said, wrong))
    assert all(fault.path.startswith("chair") for fault in refused.value.faults)
