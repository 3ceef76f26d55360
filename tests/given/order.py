"""Order and distribution of test files over the workers of pytest-xdist: long files first.

The workers then end at about the same time.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer

BROWSER = "tests/browser"
APART = ("test_every_page.py", "test_from_empty_to_results.py", "test_registrar_day.py", "test_registrar_sessions.py")
"""Browser tests with a site of their own: one worker runs them, while another runs all other browser tests."""
LONG = (
    "test_installation.py",
    "test_options_page.py",
    "test_reporting_page.py",
    "test_listening.py",
    "test_rights.py",
    "test_embedded.py",
    "test_every_command_decides_on_what_is.py",
    "test_nginx.py",
    "test_asked_first.py",
    "test_backup.py",
    "test_harmless.py",
    "test_nothing_leaks.py",
    "test_production.py",
    "test_erasure_killed.py",
    "test_unreleased_in_bags.py",
    "test_second_opinion.py",
    "test_restore_killed.py",
    "test_verifier_alone.py",
    "test_any_request.py",
    "test_tus_served.py",
    "test_tree.py",
    "test_reviews.py",
    "test_refusals_are_all_tested.py",
    "test_cli.py",
    "test_any_correction.py",
    "test_overtaken_by_an_erasure.py",
    "test_doubt.py",
    "test_exported_bags.py",
    "test_commissions.py",
    "test_canaries.py",
    "test_scanned_evidence.py",
    "test_oidc.py",
)
"""Files that take five seconds or more, longest first, after the browser tests."""
SHORT = ("tests/domain", "tests/stories")
"""Tests without a database: most of these files take less than a second, and run last."""


class LongFirst(LoadFileScheduling):  # type: ignore[misc]  # (pytest-xdist's base has no types)
    """Scheduler that gives all tests of a file, and of files that share a browser and its site, to one worker."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False  # by duration, not by the number of tests
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith(BROWSER):
            return str(super()._split_scope(nodeid))
        return f"{BROWSER}, {'apart' if of(nodeid) in APART else 'together'}"


def of(nodeid: str) -> str:
    """Return the name of a test's file."""
    return PurePath(nodeid.split("::", maxsplit=1)[0]).name


def place(item: pytest.Item) -> int:
    """Return the place of a test's file in the order."""
    name = of(item.nodeid)
    if item.nodeid.startswith(BROWSER):
        return -2 if name in APART else -1
    if name in LONG:
        return LONG.index(name)
    return len(LONG) + item.nodeid.startswith(SHORT)
