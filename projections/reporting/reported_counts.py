"""How many candidacies were of each kind that figures tell apart, at the end of each year? Made of their readings.

A page of figures reads these few rows, and not each of a hundred thousand candidacies.
"""

from __future__ import annotations

from typing import Final

from projections.engine.projection import Added

REPORTED_COUNTS: Final = Added("reported_counts", {}, of=("reported_candidacies",))
