"""The record of an act that takes two people, and the refusals to one person alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.ports import PersonId, Role
from domain.refusal import Refused

GUARDED: Final = frozenset({Role.ADMIN, Role.REGISTRAR})
"""The roles that two people give, since they have power over others' work, or over who does it."""


class ConfirmedAlone(Refused):
    """What one person proposed is confirmed by another one, whatever their roles and files."""

    fr = "Ce qu'une personne a proposé est confirmé par une autre, quels que soient ses rôles et ses dossiers."


class NothingWaits(Refused):
    """Only what was proposed, and still waits for a second person, is confirmed or rejected."""

    fr = "On ne confirme ou n'écarte que ce qui a été proposé et attend encore une seconde personne."


class AlreadyProposed(Refused):
    """What waits for a second person is not proposed again: it is confirmed, or rejected."""

    fr = "Ce qui attend une seconde personne ne se propose pas de nouveau : on le confirme, ou on l'écarte."


class RejectionUnreasoned(Refused):
    """What was proposed is rejected, or taken back, with a reason."""

    fr = "Ce qui a été proposé est écarté, ou repris, avec un motif."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class TwoPersonAct:
    """The record of an act that takes two people: who proposed it, or that one person confirmed alone.

    Neither is set if the operator recorded it.
    """

    proposed_by: PersonId | None = None
    alone: bool = False


FREELY: Final = TwoPersonAct()
"""The record of an act that takes only one person."""


def check_reason(about: object, reason: str) -> str:
    """Return the reason for a rejection; raise RejectionUnreasoned if it is blank."""
    if not reason.strip():
        raise RejectionUnreasoned(about)
    return reason
