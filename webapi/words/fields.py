"""Labels of the personal fields of facts, and the words for a field that cannot be decrypted."""

from __future__ import annotations

from typing import Final

from adapters.keys.vault import KeyState
from webapi.words import phrase

FIELDS: Final = {
    "missing": phrase("Pièces demandées"),
    "nir": phrase("NIR"),
    "asks": phrase("Correction demandée"),
    "gaps": phrase("Écarts au référentiel"),
    "recommendations": phrase("Recommandations"),
    "account": phrase("Récit"),
    "reason": phrase("Motif"),
    "statement": phrase("Exposé de la demande"),
    "reference": phrase("Référence"),
    "ground": phrase("Fondement"),
    "proof": phrase("Recherches effectuées"),
    "document": phrase("Justificatif présenté"),
    "holder": phrase("Titulaire"),
    "born": phrase("Naissance"),
    "sex": phrase("Sexe déclaré"),
    "comment": phrase("Commentaire"),
    "advice": phrase("Conseil"),
    "comments": phrase("Commentaires, par compétence"),
    "for_whom": phrase("Pour qui"),
    "title": phrase("Titre"),
    "employer": phrase("Employeur ou lieu"),
    "mission": phrase("Mission"),
    "reflection": phrase("Analyse"),
    "name": phrase("Nom"),
    "email": phrase("Adresse électronique"),
    "digest": phrase("Empreinte SHA-256"),
}
GONE: Final = {KeyState.ERASED: phrase("effacé"), KeyState.LOST: phrase("illisible, clé perdue")}
