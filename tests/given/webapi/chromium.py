"""Which browser looks at the pages? The machine's own chromium: the one without windows, if it is there.

It draws the same, by half the work: nobody looks at the windows of the other one either.
"""

from __future__ import annotations

import shutil
from typing import Final

PACKAGE: Final = "chromium-headless-shell"
"""Debian's, and its program's name."""
CHROMIUM: Final = shutil.which(PACKAGE) or shutil.which("chromium")
"""Where it lies; None where there is neither."""
HURRY: Final = (
    "const waits = setTimeout; window.setTimeout = (does, after, ...given) => waits(does, after / 10, ...given);"
)
"""Of a page that waits seconds before it tries again, a test waits for tenths of them."""
