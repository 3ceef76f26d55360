"""What is shared here?"""

from __future__ import annotations

FIGURE = "figure"
