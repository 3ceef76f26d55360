"""Texts of letters, in French. The catalogues hold the English and a certifier's own texts.

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
    "completion_asked": (
        phrase("Votre dossier de faisabilité est à compléter"),
        phrase("Le certificateur demande de compléter votre dossier de faisabilité."),
        phrase("Ce qu'il demande, et où le remettre :\n{link}"),
    ),
    "admissible": (
        phrase("Votre demande est recevable"),
        phrase("Votre demande est recevable."),
        phrase("Les étapes suivantes, et leurs dates :\n{link}"),
    ),
    "not_admissible": (
        phrase("La recevabilité de votre demande est décidée"),
        phrase("Le certificateur a décidé de la recevabilité de votre demande."),
        phrase("La décision, son motif et vos recours :\n{link}"),
    ),
    "admissibility_reconsidered": (
        phrase("La recevabilité de votre demande est réexaminée"),
        phrase("Le certificateur réexamine la recevabilité de votre demande, qui est de nouveau ouverte."),
        phrase("Pourquoi, et la suite :\n{link}"),
    ),
    "summoned": (
        phrase("Votre convocation devant le jury"),
        phrase("Vous êtes convoqué devant le jury le {on} : {place}."),
        phrase("Votre dossier, et comment vous préparer :\n{link}"),
    ),
    "juror_appointed": (
        phrase("Votre convocation comme membre d'un jury"),
        phrase("Vous êtes nommé dans le jury qui se réunit le {on} : {place}."),
        phrase("La session, et les liens à déclarer avant ce jour :\n{link}"),
    ),
    "juror_removed": (
        phrase("Vous ne siégez plus dans ce jury"),
        phrase("Vous n'êtes plus membre du jury qui se réunit le {on} : ne vous déplacez pas."),
        phrase("Vos sessions :\n{link}"),
    ),
    "session_moved": (
        phrase("Le jury est reporté"),
        phrase("Le jury prévu le {before} est reporté au {on} : {place}."),
        phrase("Votre page est à jour :\n{link}"),
    ),
    "session_cancelled": (
        phrase("Le jury est annulé"),
        phrase("Le jury prévu le {on} est annulé : ne vous déplacez pas."),
        phrase("La suite paraît ici :\n{link}"),
    ),
    "summons_withdrawn": (
        phrase("Votre convocation devant le jury ne tient plus"),
        phrase("Votre convocation devant le jury ne tient plus : ne vous déplacez pas."),
        phrase("La raison, et la suite :\n{link}"),
    ),
    "called_to_sitting": (
        phrase("Votre convocation à une épreuve"),
        phrase("Vous êtes convoqué à une épreuve le {on} : {place}."),
        phrase("Ce que vous devez savoir avant ce jour :\n{link}"),
    ),
    "sitting_cancelled": (
        phrase("L'épreuve est annulée"),
        phrase("L'épreuve prévue le {on} est annulée : ne vous déplacez pas."),
        phrase("La suite paraît ici :\n{link}"),
    ),
    "result_out": (
        phrase("Votre résultat est publié"),
        phrase("Le jury a décidé, et votre résultat est publié."),
        phrase("Votre résultat, bloc par bloc, avec les voies et les délais de recours :\n{link}"),
        phrase("Les délais de recours courent du jour de ce message."),
    ),
    "decision_rectified": (
        phrase("La décision du jury est rectifiée"),
        phrase("Une erreur matérielle a été corrigée dans la décision du jury à votre sujet."),
        phrase("La décision rectifiée, avec les voies et les délais de recours :\n{link}"),
        phrase("Les délais de recours courent du jour de ce message."),
    ),
    "decision_annulled": (
        phrase("La décision du jury est annulée"),
        phrase("La décision du jury à votre sujet est annulée."),
        phrase("La raison, la suite et vos recours :\n{link}"),
        phrase("Les délais de recours courent du jour de ce message."),
    ),
    "decision_restored": (
        phrase("La décision du jury vaut de nouveau"),
        phrase("La décision du jury à votre sujet, qui avait été annulée, vaut de nouveau."),
        phrase("La décision, avec les voies et les délais de recours :\n{link}"),
        phrase("Les délais de recours courent du jour de ce message."),
    ),
    "review_answered": (
        phrase("Votre demande de réexamen a une réponse"),
        phrase("Le certificateur a répondu à votre demande de réexamen d'une décision du jury."),
        phrase("La réponse, son motif et vos recours :\n{link}"),
    ),
    "title_fell": (
        phrase("Un titre prononcé pour vous ne vaut plus"),
        phrase("Le titre qu'un jury avait prononcé pour vous ne vaut plus."),
        phrase("La raison, ce qui reste acquis et vos recours :\n{link}"),
    ),
    "title_restored": (
        phrase("Un titre prononcé pour vous vaut de nouveau"),
        phrase("Le titre qu'un jury avait prononcé pour vous, et qui était tombé, vaut de nouveau."),
        phrase("Votre résultat :\n{link}"),
    ),
    "credit_fell": (
        phrase("Un bloc ne compte plus dans votre candidature"),
        phrase("Un bloc acquis ailleurs, ou plusieurs, comptaient dans votre candidature et n'y comptent plus."),
        phrase("Lesquels, pourquoi, et ce qui vous reste à acquérir :\n{link}"),
    ),
    "credit_restored": (
        phrase("Un bloc compte de nouveau dans votre candidature"),
        phrase("Un bloc, ou plusieurs, qui ne comptaient plus dans votre candidature y comptent de nouveau."),
        phrase("Lesquels, et ce qui vous reste à acquérir :\n{link}"),
    ),
    "fraud_hearing": (
        phrase("Vous serez entendu sur un signalement"),
        phrase("Un signalement vous concerne. Vous serez entendu le {on}."),
        phrase("Ce qui est signalé :\n{link}"),
        phrase("Si vous ne pouvez pas venir ce jour-là, prévenez le certificateur."),
    ),
    "fraud_decided": (
        phrase("Une décision est prise sur le signalement qui vous concerne"),
        phrase("Une décision est prise sur le signalement sur lequel vous avez été appelé à vous expliquer."),
        phrase("La décision et son motif :\n{link}"),
    ),
    "sanction_pronounced": (
        phrase("Une sanction est prononcée à votre égard"),
        phrase("Une sanction prévue par le règlement est prononcée à votre égard."),
        phrase("Laquelle, et pourquoi :\n{link}"),
    ),
    "finding_answered": (
        phrase("Votre demande de réexamen a une réponse"),
        phrase("Le certificateur a répondu à votre demande de réexamen d'une fraude établie ou d'une sanction."),
        phrase("La réponse et son motif :\n{link}"),
    ),
    "finding_lifted": (
        phrase("La décision de fraude à votre égard est levée"),
        phrase("La fraude qui avait été établie à votre égard ne compte plus, ni ses sanctions."),
        phrase("Depuis quand, et ce qui vaut de nouveau :\n{link}"),
    ),
    "sanction_lifted": (
        phrase("Une sanction à votre égard est levée"),
        phrase("Une sanction qui avait été prononcée à votre égard est levée."),
        phrase("Laquelle, et depuis quand :\n{link}"),
    ),
    "address_confirm": (
        phrase("Confirmez votre adresse"),
        phrase(
            "Le certificateur veut désormais vous écrire à cette adresse, {to}, qui servira aussi à vous connecter."
        ),
        phrase("Connectez-vous comme d'habitude et confirmez-la ici, dans les sept jours :\n{link}"),
        phrase("Si ce n'est pas vous, ignorez ce message : rien ne change."),
    ),
    "address_asked": (
        phrase("Votre adresse va changer"),
        phrase(
            "Le certificateur a demandé que votre compte passe à une autre adresse. Il y passera quand on aura suivi "
            "le lien qui vient d'y être envoyé."
        ),
        phrase("Si vous n'avez rien demandé, prévenez le certificateur, et changez de mot de passe :\n{link}"),
    ),
    "address_changed": (
        phrase("Votre adresse a changé"),
        phrase("On ne vous écrira plus à cette adresse : une autre l'a remplacée."),
        phrase("Si vous n'avez rien demandé, prévenez le certificateur. La page de connexion :\n{link}"),
    ),
    "decision_taken_back": (
        phrase("Une décision de votre jury est reprise"),
        phrase("La présidence de votre jury revient sur une décision, qui est à prendre de nouveau."),
        phrase("Laquelle, et pourquoi :\n{link}"),
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
    "doubt_accepted": (
        phrase("Acquis : quelqu'un accepte ce qui est mis en doute dans le journal"),
        phrase("L'exploitant ou un administrateur propose de laisser subsister ce qui suit :"),
        "{found}",
        phrase(
            "Cela compte dès qu'une seconde personne le confirme : un autre administrateur sur la page Installation, "
            "ou l'exploitant (acquis doubt confirm). Si personne de votre équipe ne l'a fait, alertez l'exploitant. "
            "État du service :\n{link}"
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
    "sole_registrar_declared": (
        phrase("Un gestionnaire unique est déclaré"),
        phrase(
            "Un administrateur a déclaré que le certificateur n'a qu'un gestionnaire : il confirme seul ce qui "
            "demande deux personnes."
        ),
        phrase("La déclaration, son motif et qui l'a faite :\n{link}"),
        phrase("Si ce n'est pas le cas, faites-la retirer."),
    ),
    "sole_registrar_withdrawn": (
        phrase("La déclaration d'un gestionnaire unique est retirée"),
        phrase("Ce qui demande deux personnes en demande deux de nouveau."),
        phrase("La déclaration, et pourquoi elle est retirée :\n{link}"),
    ),
    "role_proposed": (
        phrase("Un rôle est proposé, qui s'accorde à deux"),
        phrase(
            "Le rôle de {role} est proposé pour une personne. Il n'est accordé que si un second administrateur le "
            "confirme."
        ),
        phrase("Pour qui, et qui l'a proposé :\n{link}"),
        phrase("Si vous n'attendiez pas cette proposition, écartez-la et prévenez les autres administrateurs."),
    ),
    "role_given": (
        phrase("Un rôle qui s'accorde à deux est accordé"),
        phrase("Le rôle de {role} vient d'être accordé à une personne."),
        phrase("À qui :\n{link}"),
        phrase("Si ce n'était pas convenu, retirez-le et prévenez les autres administrateurs."),
    ),
    "access_token_made": (
        phrase("Un jeton d'administrateur a été fait"),
        phrase(
            "Un administrateur a fait un jeton qui peut écrire sur les personnes : inviter, accorder et retirer des "
            "rôles."
        ),
        phrase("À qui il est, et où le révoquer :\n{link}"),
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
    """Return the subject and the text of a letter, wrapped to the width of mail except for inserted values."""
    subject, *paragraphs = (say(each) for each in LETTERS[kind])
    text = "\n\n".join(map(_lines, (say(HELLO), *paragraphs)))
    return _plain(subject), text.format(**values)


def _lines(paragraph: str) -> str:
    """Return a paragraph in lines; no line begins with closing punctuation, and its own line breaks stay."""
    wrapped = (
        textwrap.wrap(each, WIDE, break_long_words=False, break_on_hyphens=False) for each in paragraph.split("\n")
    )
    return _plain("\n".join(line for lines in wrapped for line in lines))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
