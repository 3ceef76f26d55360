"""What do letters say? Their French; English, and a certifier's own words, stand in the catalogues.

A letter that somebody asked for is in one language, its reader's. What an owner is told of their account is in both,
French first: whoever acted may be somebody else.
"""

from __future__ import annotations

import textwrap
from typing import Final

from webapi.words import phrase
from webapi.words.catalogue import Words

HELLO: Final = phrase("Bonjour,")
SIGNED: Final = phrase("Ce message est envoyé par un automate ; personne ne lit les réponses.")
WIDE: Final = 78
LETTERS: Final = {
    "evidence_refused": (
        phrase("Une de vos preuves est refusée"),
        phrase("Une preuve que vous avez déposée est refusée :\n{link}"),
        "{why}",
        phrase("Elle ne peut pas figurer dans votre dossier de validation : déposez-en une autre à sa place."),
    ),
    "filed_evidence_refused": (
        phrase("Une preuve d'un dossier déposé est refusée"),
        phrase("Une preuve d'un dossier de validation déposé est refusée :\n{link}"),
        "{why}",
        phrase(
            "Elle peut être remplacée jusqu'au {by} inclus, tant qu'aucun jury n'examine le dossier. Le dossier "
            "reste déposé à sa date."
        ),
    ),
    "result_to_advisor": (
        phrase("Le résultat d'une personne que vous accompagnez"),
        phrase(
            "Le résultat d'une personne que vous accompagnez vient de lui être notifié (Code du travail, article "
            "R6412-7) : {found}."
        ),
        phrase("De qui il s'agit :\n{link}"),
    ),
    "invitation": (
        phrase("Votre accès à Acquis"),
        phrase("Vous êtes invité à vous connecter à Acquis, le registre des certifications, comme {roles}."),
        phrase("Choisissez votre mot de passe ici, dans les sept jours :\n{link}"),
        phrase(
            "Vous vous connecterez ensuite avec l'adresse {to}. Si vous n'attendiez pas cette invitation, ignorez-la."
        ),
    ),
    "log_doubted": (
        phrase("Alarme : le journal d'Acquis est mis en doute"),
        phrase("La relecture du journal a trouvé ce qui suit :"),
        "{found}",
        phrase(
            "Rien n'est plus consigné et rien n'est signé ; on peut lire. Ne changez rien à la base : "
            "l'exploitant suit « The log is in doubt » de deploy/RUNBOOK.md. État du service :\n{link}"
        ),
    ),
    "sign_up": (
        phrase("Confirmez votre inscription à Acquis"),
        phrase("Quelqu'un, vous sans doute, a demandé à ouvrir un compte de candidat avec cette adresse."),
        phrase("Pour l'ouvrir, choisissez votre mot de passe ici, dans les vingt-quatre heures :\n{link}"),
        phrase("Si ce n'était pas vous, ignorez ce message : rien ne sera enregistré."),
    ),
    "already_known": (
        phrase("Vous avez déjà un compte Acquis"),
        phrase("Quelqu'un, vous sans doute, a demandé à ouvrir un compte avec cette adresse : il y en a déjà un."),
        phrase("Si vous avez oublié votre mot de passe, demandez-en un nouveau ici :\n{link}"),
        phrase("Si ce n'était pas vous, ignorez ce message."),
    ),
    "password_reset": (
        phrase("Choisir un nouveau mot de passe"),
        phrase("Quelqu'un, vous sans doute, a demandé un nouveau mot de passe pour cette adresse."),
        phrase("Choisissez-le ici, dans l'heure ; le lien ne sert qu'une fois :\n{link}"),
        phrase("Si ce n'était pas vous, ignorez ce message : votre mot de passe reste le même."),
    ),
    "password_changed": (
        phrase("Votre mot de passe a changé"),
        phrase("Le mot de passe de votre compte vient d'être changé, et vos autres connexions ont été fermées."),
        phrase("Si ce n'était pas vous, choisissez-en un autre tout de suite :\n{link}"),
        phrase(
            "Les jetons faits sur votre compte valent toujours ; révoquez ici ceux que vous ne reconnaissez pas "
            ":\n{tokens}"
        ),
    ),
    "password_chosen": (
        phrase("Votre mot de passe a changé"),
        phrase(
            "Un nouveau mot de passe vient d'être choisi pour votre compte, par un lien envoyé à cette adresse. "
            "Toutes vos connexions ont été fermées, et tous vos jetons révoqués : les programmes qui s'en "
            "servaient en demandent d'autres."
        ),
        phrase("Si ce n'était pas vous, choisissez-en un autre tout de suite :\n{link}"),
    ),
    "factor_on": (
        phrase("La double authentification protège votre compte"),
        phrase(
            "La double authentification vient d'être mise en place sur votre compte : pour vous connecter, il "
            "faut désormais aussi un code de ce téléphone."
        ),
        phrase("Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :\n{link}"),
        phrase("Puis prévenez qui tient ce site : lui seul peut la désactiver."),
    ),
    "factor_off": (
        phrase("Votre double authentification est désactivée"),
        phrase(
            "La double authentification de votre compte vient d'être désactivée : votre mot de passe suffit "
            "désormais."
        ),
        phrase("Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :\n{link}"),
    ),
    "recovery_used": (
        phrase("Un code de secours a servi"),
        phrase("Quelqu'un vient de se servir d'un code de secours de votre compte."),
        phrase("Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :\n{link}"),
    ),
    "token_made": (
        phrase("Un jeton a été fait sur votre compte"),
        phrase(
            "Un jeton vient d'être fait sur votre compte : le programme à qui on le donne agit pour vous, dans "
            "le rôle : {role}."
        ),
        phrase("Si ce n'était pas vous, révoquez-le ici, puis changez de mot de passe :\n{link}"),
    ),
    "identity_linked": (
        phrase("Une identité est liée à votre compte"),
        phrase(
            "Une identité de {provider} vient d'être liée à votre compte : elle l'ouvre désormais, sans mot de passe."
        ),
        phrase("Si ce n'était pas vous, déliez-la ici, puis changez de mot de passe :\n{link}"),
    ),
    "identity_unlinked": (
        phrase("Une identité est déliée de votre compte"),
        phrase(
            "Une identité de {provider} vient d'être déliée de votre compte : elle ne l'ouvre plus, et les "
            "connexions qu'elle avait ouvertes sont fermées."
        ),
        phrase("Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :\n{link}"),
    ),
}
"""By kind: the subject, then each paragraph."""


def written(kind: str, say: Words, **values: str) -> tuple[str, str]:
    """The subject and the text of a letter; its lines are no wider than mail shows, but for what is filled in."""
    subject, *paragraphs = (say(each) for each in LETTERS[kind])
    text = "\n\n".join(map(_lines, (say(HELLO), *paragraphs)))
    return _plain(subject), text.format(**values)


def _lines(paragraph: str) -> str:
    """A paragraph in lines, of which none begins with a sign that ends one; a new line of its own stays."""
    wrapped = (
        textwrap.wrap(each, WIDE, break_long_words=False, break_on_hyphens=False) for each in paragraph.split("\n")
    )
    return _plain("\n".join(line for lines in wrapped for line in lines))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
