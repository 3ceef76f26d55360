"""Words of the upload script of the pages."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from adapters.files.store import EmptyFile
from webapi.language import UNITS, unbroken
from webapi.words import phrase
from webapi.words.catalogue import Words

NO_COMPETENCE: Final = phrase("Cochez au moins une compétence que cette preuve montre.")
NO_FILE: Final = phrase("Choisissez un fichier à déposer.")


def sending_script(say: Words) -> str:
    """Return the words as a separate script, which browsers cache: they are as long as the rest of a page."""
    return f"var acquisSending = {msgspec.json.encode(sending_words(say)).decode()};\n"


def sending_version(say: Words) -> str:
    """Return the digest of the script, used as its version."""
    return hashlib.sha256(sending_script(say).encode()).hexdigest()[:12]


def sending_words(say: Words) -> dict[str, Any]:
    """Return the states of an upload, the announcements for screen readers, and the errors.

    The keys are those of `acquis-upload.js`, which fills in the braces.
    """
    return {
        "states": {
            "chosen": say("Prêt"),
            "known": say("Reprise possible"),
            "queued": say("En attente"),
            "sending": say("Envoi en cours"),
            "paused": say("Suspendu"),
            "stopped": say("Arrêté"),
            "ending": say("Annulation"),
            "offline": say("Interrompu, reprise automatique"),
            "checking": say("Dépôt"),
            "refused": say("Refusé"),
            "done": say("Déposée ; vérification en cours"),
        },
        "said": {
            "sending": say("Envoi de {name}."),
            "paused": say("Envoi de {name} suspendu."),
            "offline": say("Envoi de {name} interrompu : il reprend dès que possible."),
            "checking": say("{name} est arrivé et en cours de dépôt."),
            "done": say("{name} : preuve déposée, en cours de vérification."),
            "cancelled": say("Envoi de {name} annulé."),
        },
        "units": UNITS[0 if say.language == "fr" else 1],
        "empty": unbroken(EmptyFile.sentence(say.language)),
        "progress": say("Envoi de {name}"),
        "amount": say("{sent} sur {total} ({percent} %)"),
        "none": say("aucune"),
        "ended": say("Cet envoi a pris fin : Reprendre envoie le fichier depuis le début."),
        "signed_out": say(
            "Votre session a pris fin : connectez-vous de nouveau dans un autre onglet, puis choisissez Reprendre."
        ),
        "second_factor": say(
            "La double authentification est demandée : mettez-la en place, puis choisissez Reprendre."
        ),
        "being_checked": say(
            "Ce fichier est en cours de dépôt et ne peut être annulé maintenant : Reprendre, ou encore Annuler."
        ),
        "unsure": say(
            "Le serveur ne répond pas, et cette preuve est peut-être déposée : choisissez encore Annuler, "
            "ou Reprendre."
        ),
        "then_resume": say("Choisissez ensuite Reprendre."),
        "failed": say("Le fichier n'a pas pu être déposé ({status}). Réessayez dans un instant."),
        "no_competence": say(NO_COMPETENCE),
        "no_file": say(NO_FILE),
        "instead": say("Remplace {name}"),
    }
