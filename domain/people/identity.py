"""Which papers prove who somebody is? The kind is kept, never the number nor a copy."""

from __future__ import annotations

from domain.fact import Term


class IdentityDocument(Term):
    """The kind of document against which an identity was checked (pièce d'identité)."""

    IDENTITY_CARD = "identity_card", "carte d'identité", "identity card"
    PASSPORT = "passport", "passeport", "passport"
    RESIDENCE_PERMIT = "residence_permit", "titre de séjour", "residence permit"
    DRIVING_LICENCE = "driving_licence", "permis de conduire", "driving licence"
    OTHER = "other", "autre pièce", "another document"
