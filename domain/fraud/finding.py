"""Who questions that a fraud was found, or its sanction, and was it lifted? (contestation d'une fraude établie)

As with a jury's decision, whoever reviews it looks at how it was found and at what was keyed wrongly. What is lifted
is as if it had never been found: what fell for it stands again; that it fell stays in every history.
"""

from __future__ import annotations

from domain.refusal import Refused


class NothingToLift(Refused):
    """What is questioned, and lifted, is a fraud that was found, or a sanction pronounced for it, while it stands."""

    fr = "On ne conteste et ne lève qu'une fraude établie, ou une sanction prononcée pour elle, tant qu'elle tient."
