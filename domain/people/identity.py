"""Kinds of documents that prove an identity; the kind is kept, never the number nor a copy."""

from __future__ import annotations

from domain.fact import Term


class IdentityDocument(Term):
    """The kind of document against which an identity was checked (pièce d'identité)."""

    IDENTITY_CARD = "identity_card", "carte d'identité", "identity card"
    PASSPORT = "passport", "passeport", "passport"
    RESIDENCE_PERMIT = "residence_permit", "titre de séjour", "residence permit"
    DRIVING_LICENCE = "driving_licence", "permis de conduire", "driving licence"
    OTHER = "other", "autre pièce", "another document"


class CivilDocument(Term):
    """The kind of document by which an identity on file is corrected (justificatif d'identité ou d'état civil)."""

    IDENTITY_CARD = "identity_card", "carte d'identité", "identity card"
    PASSPORT = "passport", "passeport", "passport"
    RESIDENCE_PERMIT = "residence_permit", "titre de séjour", "residence permit"
    BIRTH_RECORD = "birth_record", "acte de naissance", "birth record"
    MARRIAGE_RECORD = "marriage_record", "acte de mariage", "marriage record"
    FAMILY_RECORD = "family_record", "livret de famille", "family record book"
    JUDGMENT = "judgment", "jugement ou décision d'état civil", "judgment or decision of civil status"
