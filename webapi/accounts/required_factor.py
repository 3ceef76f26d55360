"""Roles in which one acts on the pages with a second factor only."""

from __future__ import annotations

from typing import Final

from adapters.settings import Settings
from domain.ports import Role

ALWAYS: Final = frozenset({Role.ADMIN.value})
"""Roles that require a second factor in every installation, whatever is set: who has one rules over all accounts."""


def roles_that_require_factor(settings: Settings) -> frozenset[str]:
    """Return the roles that require a second factor: those that are set, and the administrator's.

    The demonstration requires none of its administrator: its visitors have no password and no telephone.
    """
    asked = frozenset(settings.second_factor)
    return asked if settings.demonstration is not None else asked | ALWAYS
