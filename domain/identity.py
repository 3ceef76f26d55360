"""Which papers prove who somebody is? The kind is kept, never the number nor a copy."""

from __future__ import annotations

from enum import StrEnum


class IdentityDocument(StrEnum):
    """The kind of document against which an identity was checked (pièce d'identité)."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVING_LICENCE = "driving_licence"
    OTHER = "other"
