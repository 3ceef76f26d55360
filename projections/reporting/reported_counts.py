"""Numbers of candidacies by the criteria of figures, at the end of each year, made from their rows over time.

A page of figures reads these few rows, instead of a hundred thousand candidacies.
"""

from __future__ import annotations

from typing import Final

from projections.engine.projection import Added

REPORTED_COUNTS: Final = Added("reported_counts", {}, of=("reported_candidacies",))
