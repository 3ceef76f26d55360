"""How do the pages say what is shown of a piece: its check, its reading copy, its original?"""

from __future__ import annotations

from typing import Final

COPY_WORDS: Final[dict[str, tuple[str, str]]] = {
    "piece.back": ("Revenir à la candidature", "Back to the candidacy"),
    "piece.of": ("Preuve {n} sur {of}", "Piece {n} of {of}"),
    "piece.nav": ("Autres preuves de ce dossier", "Other pieces of this dossier"),
    "piece.previous": ("Précédente : {name}", "Previous: {name}"),
    "piece.next": ("Suivante : {name}", "Next: {name}"),
    # its check
    "check.pending": ("Vérification en cours", "Being checked"),
    "check.refused": ("Refusée", "Refused"),
    "check.pending_says": (
        "Vérification en cours : cette preuve s'affichera ici une fois vérifiée. Elle compte à la date de son dépôt.",
        "Being checked: this piece will be shown here once it is. It counts on the day on which it was put in.",
    ),
    "check.refused_says": (
        "Cette preuve a été refusée à la vérification.",
        "This piece was refused when it was checked.",
    ),
    "check.quarantined_says": (
        "Un antivirus a trouvé quelque chose dans ce fichier : il ne s'ouvre pas. Déposez-en une version saine.",
        "A virus scanner found something in this file: it cannot be opened. Put in a clean version of it.",
    ),
    # its reading copy
    "copy.title": ("Copie de lecture", "Reading copy"),
    "copy.says": (
        "Vous lisez une copie, dans laquelle rien ne peut s'exécuter. L'original reste tel qu'il a été déposé.",
        "You are reading a copy, in which nothing can run. The original stays as it was put in.",
    ),
    "copy.pending": (
        "Copie de lecture en préparation : revenez dans quelques instants.",
        "The reading copy is being made: come back in a moment.",
    ),
    "copy.reload": ("Recharger la page", "Load the page again"),
    "copy.unavailable": ("Copie de lecture indisponible.", "No reading copy is available."),
    "copy.page": ("Page {n}", "Page {n}"),
    "copy.alt": ("Page {n} sur {of}, en image", "Page {n} of {of}, as a picture"),
    "copy.alt_one": ("{name}, en image", "{name}, as a picture"),
    "copy.text_of": ("Texte de la page {n}", "Text of page {n}"),
    "copy.text": ("Texte de la page", "Text of the page"),
    "copy.no_text": ("Aucun texte n'a pu être extrait de cette page.", "No text could be extracted from this page."),
    "copy.texts": ("Afficher le texte de chaque page", "Show the text of each page"),
    "copy.no_texts": ("Replier le texte des pages", "Fold the text of the pages"),
    "copy.pages": ("Pages {first} à {last} sur {of}", "Pages {first} to {last} of {of}"),
    "copy.pages_nav": ("Pages de cette preuve", "Pages of this piece"),
    "copy.pages_before": ("Pages précédentes", "Pages before"),
    "copy.pages_after": ("Pages suivantes", "Pages after"),
    "copy.video": ("Film : {name}", "Film: {name}"),
    "copy.audio": ("Enregistrement sonore : {name}", "Sound recording: {name}"),
    "copy.not_played": (
        "Votre navigateur ne lit pas ce type de film ou de son : téléchargez l'original.",
        "Your browser does not play this kind of film or sound: download the original.",
    ),
    # its original
    "original.title": ("L'original, tel qu'il a été déposé", "The original, as it was put in"),
    "original.says": (
        "Il peut contenir ce que la copie ne montre pas, et s'ouvre avec un programme de votre ordinateur.",
        "It may hold what the copy does not show, and it opens with a program of your computer.",
    ),
    "original.says_alone": (
        "Rien n'en a été retiré, et il s'ouvre avec un programme de votre ordinateur.",
        "Nothing was taken out of it, and it opens with a program of your computer.",
    ),
    "original.download": ("Télécharger l'original ({size})", "Download the original ({size})"),
    "original.not_yet": (
        "Un original ne se télécharge qu'une fois la preuve vérifiée et acceptée.",
        "An original can be downloaded only once the piece has been checked and has passed.",
    ),
}
