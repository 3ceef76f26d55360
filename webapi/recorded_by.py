"""What records a fact for want of which a rule failed? At a terminal, and of the API."""

from __future__ import annotations

from typing import Final

RECORDED_BY: Final[dict[str, tuple[str, ...]]] = {
    "certifier": (
        "acquis organisation name-certifier --keeps-register",
        "POST /api/v1/organisations/{organisation}/certifications",
    ),
    "affiliation": ("POST /api/v1/persons/{person}/affiliations",),
    "quality": ("POST /api/v1/persons/{person}/qualities",),
    "one_sex": ("POST /api/v1/jury-sessions/{session}/one-sex",),
}
"""By the kind of fact; that of somebody who works inside, or of too few years, nobody records."""
