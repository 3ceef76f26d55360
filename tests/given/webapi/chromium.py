"""The browser for tests of pages: the machine's chromium, without windows if that package is installed.

It draws the same pages with half the work.
"""

from __future__ import annotations

import shutil
from typing import Final

PACKAGE: Final = "chromium-headless-shell"
"""Debian's package, and the name of its program."""
CHROMIUM: Final = shutil.which(PACKAGE) or shutil.which("chromium")
"""The path of the browser; None if there is none."""
HURRY: Final = (
    "const waits = setTimeout; window.setTimeout = (does, after, ...given) => waits(does, after / 10, ...given);"
)
"""Tests shorten the pauses of a page's script from seconds to tenths of seconds."""
