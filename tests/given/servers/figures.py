"""Pattern of a published figure."""

from __future__ import annotations

FIGURE = "figure"
