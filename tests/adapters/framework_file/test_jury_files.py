"""Juries of certification files: every form is read, and a rule that no panel can meet is refused at its line."""

from __future__ import annotations

from importlib import resources

import pytest

from adapters.framework_file import FileFaults, read
from domain.framework.jury_rule import JuryRule, PanelShare, Quality, Quota

README = resources.files("adapters.framework_file").joinpath("README.md").read_text("utf-8")
EXAMPLE = README.split("```yaml\n")[1].split("```")[0]
HEAD = EXAMPLE[: EXAMPLE.index("juries:\n")]


def jury(text: str) -> JuryRule:
    (found,) = read(f"{HEAD}juries:\n  - id: J1\n    text: x\n{text}").juries
    return found


def faults(text: str) -> list[tuple[str, str]]:
    """Return the faulty lines of the jury with their messages."""
    file = f"{HEAD}juries:\n  - id: J1\n    text: x\n{text}"
    try:
        read(file)
    except FileFaults as refused:
        return [(file.split("\n")[fault.line - 1].strip(), fault.en) for fault in refused.faults]
    return []


def test_a_jury_of_which_the_sheet_says_nothing_is_a_name_and_its_words() -> None:
    assert jury("") == JuryRule(id="J1", size=None, externals=0, employers=0, employees=0, balances=(), text="x")


def test_a_jury_in_general() -> None:
    found = jury(
        """\
    minimum: 3
    chair: false
    quorum: 2/3
    quotas:
      - {quality: external, share: 50%}
      - {quality: profession, count: 1, years: 5}
      - {quality: qualified, count: 1}
"""
    )
    assert (found.size, found.minimum, found.chair, found.quorum) == (None, 3, False, PanelShare(parts=2, of=3))
    assert found.quotas == (
        Quota(quality=Quality.EXTERNAL, share=PanelShare(parts=50, of=100)),
        Quota(quality=Quality.PROFESSION, count=1, years=5),
        Quota(quality=Quality.QUALIFIED, count=1),
    )
    assert jury("    quorum: 4\n").quorum == 4


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            "    size: 3\n    quotas:\n      - {quality: profession, count: 4}\n",
            "- {quality: profession",
            "4 members of",
        ),
        ("    size: 3\n    quorum: 4\n", "quorum: 4", "The quorum is more than the members"),
        ("    size: 3\n    minimum: 4\n", "minimum: 4", "The least number of members is more than"),
        (
            "    quotas:\n      - {quality: employers, share: 2/3}\n      - {quality: employees, share: 2/3}\n",
            "- {quality: employers",
            "2 members from outside are required",
        ),
        (
            "    quotas:\n      - {quality: external, count: 1, years: 2}\n",
            "- {quality: external",
            "Years are counted",
        ),
        ("    size: 101\n", "size: 101", "A jury has 100 members at most"),
        ("    minimum: 101\n", "minimum: 101", "A jury has 100 members at most"),
        ("    quorum: half\n", "quorum: half", "A whole number from 1"),
        ("    quorum: 3/2\n", "quorum: 3/2", "A share is a fraction"),
    ],
)
def test_jury_rule_that_no_panel_can_meet_is_refused_at_its_line(text: str, line: str, said: str) -> None:
    ((where, what),) = faults(text)
    assert (where[: len(line)], what[: len(said)]) == (line, said)


def test_a_fault_is_told_once_however_often_its_place_is_read() -> None:
    ((_, what),) = faults("    size: 3\n    balances:\n      - {scope: panel}\n")
    assert what == 'The key "difference" is missing.'
