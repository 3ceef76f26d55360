"""Roles that require a second factor on the pages."""

from __future__ import annotations

from typing import Final

from adapters.settings import Settings
from domain.ports import Role

ALWAYS: Final = frozenset({Role.ADMIN.value})
"""Roles that require it in every installation: an administrator controls all accounts."""


def roles_that_require_factor(settings: Settings) -> frozenset[str]:
    """Return the roles that require a second factor: those in the settings, and administrator.

    The demonstration does not require one for its administrator: its visitors have no password and no telephone.
    """
    asked = frozenset(settings.second_factor)
    return asked if settings.demonstration is not None else asked | ALWAYS
