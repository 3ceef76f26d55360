"""What have the asker and the child agreed on? The asker loads none of what reads files."""

from __future__ import annotations

from typing import Final

BEGUN: Final = b"+"
"""Said by the child as soon as its limits hold; without it, no child was made."""
KEY: Final = 16
"""How long the file's own key is, that the asker sends."""
DAMAGED: Final = "damaged"
"""The verdict on a file that does not open as it was written."""
WALL: Final = 45
"""Seconds for a verdict in all, waiting included."""
