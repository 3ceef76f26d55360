"""Output on a terminal: encoding and language."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


def write_whatever_comes() -> None:
    """Make standard output escape characters that its encoding lacks (`✗` in cp1252), as standard error does."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def language() -> str:
    """Return "fr", unless the terminal's locale is English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.lower().startswith("en") else "fr"
