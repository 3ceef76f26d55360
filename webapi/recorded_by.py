"""Commands and routes that record a fact whose absence breaks a rule."""

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
"""By kind of fact; no command records that someone is internal or has too few years of experience."""
