"""What do letters say, in French and in English?

A letter that somebody asked for is in one language, its reader's. What an owner is told of their account is in both,
French first: whoever acted may be somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIGNED: Final = (
    "Ce message est envoyé par un automate ; personne ne lit les réponses.",
    "This message is sent by a machine; nobody reads answers to it.",
)


@dataclass(frozen=True)
class Words:
    """The subject and the text of a letter, in French and in English."""

    subject: tuple[str, str]
    fr: str
    en: str


LETTERS: Final[dict[str, Words]] = {
    "evidence_refused": Words(
        ("Une de vos preuves est refusée", "One of your pieces of evidence is refused"),
        """
Bonjour,

Une preuve que vous avez déposée est refusée :
{link}

{why}

Elle ne peut pas figurer dans votre dossier de validation : déposez-en une
autre à sa place.
""",
        """
Hello,

A piece of evidence that you put in is refused:
{link}

{why}

It cannot be listed in your validation file: put in another in its place.
""",
    ),
    "filed_evidence_refused": Words(
        ("Une preuve d'un dossier déposé est refusée", "A piece of evidence of a filed dossier is refused"),
        """
Bonjour,

Une preuve d'un dossier de validation déposé est refusée :
{link}

{why}

Elle peut être remplacée jusqu'au {by} inclus, tant qu'aucun jury n'examine
le dossier. Le dossier reste déposé à sa date.
""",
        """
Hello,

A piece of evidence of a validation file that was filed is refused:
{link}

{why}

It may be replaced until {by}, that day included, while no jury has taken
the dossier up. The dossier remains filed on its day.
""",
    ),
    "result_to_advisor": Words(
        ("Le résultat d'une personne que vous accompagnez", "The result of somebody whom you accompany"),
        """
Bonjour,

Le résultat d'une personne que vous accompagnez vient de lui être notifié
(Code du travail, article R6412-7) : {found}.

De qui il s'agit :
{link}
""",
        """
Hello,

The result of somebody whom you accompany has just been notified to them
(Code du travail, article R6412-7): {found}.

Whose it is:
{link}
""",
    ),
    "invitation": Words(
        ("Votre accès à Acquis", "Your access to Acquis"),
        """
Bonjour,

Vous êtes invité à vous connecter à Acquis, le registre des
certifications, comme {roles}.

Choisissez votre mot de passe ici, dans les sept jours :
{link}

Vous vous connecterez ensuite avec l'adresse {to}. Si vous n'attendiez pas
cette invitation, ignorez-la.
""",
        """
Hello,

You are invited to sign in to Acquis, the register of certifications, as
{roles}.

Choose your password here, within seven days:
{link}

You will then sign in with the address {to}. If you did not expect this
invitation, ignore it.
""",
    ),
    "log_doubted": Words(
        ("Alarme : le journal d'Acquis est mis en doute", "Alarm: the log of Acquis is in doubt"),
        """
Bonjour,

La relecture du journal a trouvé ce qui suit :

{found}

Rien n'est plus consigné et rien n'est signé ; on peut lire. Ne changez rien
à la base : l'exploitant suit « The log is in doubt » de
deploy/RUNBOOK.md. État du service :
{link}
""",
        """
Hello,

Reading the log again has found this:

{found}

Nothing is recorded any more and nothing is signed; one may read. Change
nothing in the database: the operator follows "The log is in doubt" in
deploy/RUNBOOK.md. State of the service:
{link}
""",
    ),
    "sign_up": Words(
        ("Confirmez votre inscription à Acquis", "Confirm that you sign up for Acquis"),
        """
Bonjour,

Quelqu'un, vous sans doute, a demandé à ouvrir un compte de candidat avec
cette adresse.

Pour l'ouvrir, choisissez votre mot de passe ici, dans les vingt-quatre
heures :
{link}

Si ce n'était pas vous, ignorez ce message : rien ne sera enregistré.
""",
        """
Hello,

Somebody, probably you, asked to open a candidate's account with this
address.

To open it, choose your password here, within twenty-four hours:
{link}

If it was not you, ignore this message: nothing will be recorded.
""",
    ),
    "already_known": Words(
        ("Vous avez déjà un compte Acquis", "You already have an Acquis account"),
        """
Bonjour,

Quelqu'un, vous sans doute, a demandé à ouvrir un compte avec cette
adresse : il y en a déjà un.

Si vous avez oublié votre mot de passe, demandez-en un nouveau ici :
{link}

Si ce n'était pas vous, ignorez ce message.
""",
        """
Hello,

Somebody, probably you, asked to open an account with this address: there is
one already.

If you have forgotten your password, ask for a new one here:
{link}

If it was not you, ignore this message.
""",
    ),
    "password_reset": Words(
        ("Choisir un nouveau mot de passe", "Choose a new password"),
        """
Bonjour,

Quelqu'un, vous sans doute, a demandé un nouveau mot de passe pour cette
adresse.

Choisissez-le ici, dans l'heure ; le lien ne sert qu'une fois :
{link}

Si ce n'était pas vous, ignorez ce message : votre mot de passe reste le
même.
""",
        """
Hello,

Somebody, probably you, asked for a new password for this address.

Choose it here, within the hour; the link serves once:
{link}

If it was not you, ignore this message: your password stays the same.
""",
    ),
    "password_changed": Words(
        ("Votre mot de passe a changé", "Your password has changed"),
        """
Bonjour,

Le mot de passe de votre compte vient d'être changé, et vos autres
connexions ont été fermées.

Si ce n'était pas vous, choisissez-en un autre tout de suite :
{link}

Les jetons faits sur votre compte valent toujours ; révoquez ici ceux que
vous ne reconnaissez pas :
{tokens}
""",
        """
Hello,

The password of your account has just been changed, and your other sessions
were ended.

If it was not you, choose another one at once:
{link}

The tokens made on your account are valid still; revoke here those that you
do not recognise:
{tokens}
""",
    ),
    "password_chosen": Words(
        ("Votre mot de passe a changé", "Your password has changed"),
        """
Bonjour,

Un nouveau mot de passe vient d'être choisi pour votre compte, par un lien
envoyé à cette adresse. Toutes vos connexions ont été fermées, et tous vos
jetons révoqués : les programmes qui s'en servaient en demandent d'autres.

Si ce n'était pas vous, choisissez-en un autre tout de suite :
{link}
""",
        """
Hello,

A new password has just been chosen for your account, by a link that was sent
to this address. All your sessions were ended, and all your tokens revoked:
programs that used them need others.

If it was not you, choose another one at once:
{link}
""",
    ),
    "factor_on": Words(
        ("La double authentification protège votre compte", "A second factor protects your account"),
        """
Bonjour,

La double authentification vient d'être mise en place sur votre compte : pour vous
connecter, il faut désormais aussi un code de ce téléphone.

Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :
{link}

Puis prévenez qui tient ce site : lui seul peut la désactiver.
""",
        """
Hello,

A second factor has just been set up on your account: from now on signing in
takes a code from that telephone as well.

If it was not you, choose another password at once:
{link}

Then tell whoever runs this site: only they can take this second factor off.
""",
    ),
    "factor_off": Words(
        ("Votre double authentification est désactivée", "Your second factor is switched off"),
        """
Bonjour,

La double authentification de votre compte vient d'être désactivée : votre mot de
passe suffit désormais.

Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :
{link}
""",
        """
Hello,

The second factor of your account has just been switched off: your password
is now enough.

If it was not you, choose another password at once:
{link}
""",
    ),
    "recovery_used": Words(
        ("Un code de secours a servi", "A recovery code was used"),
        """
Bonjour,

Quelqu'un vient de se servir d'un code de secours de votre compte.

Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :
{link}
""",
        """
Hello,

Somebody has just used a recovery code of your account.

If it was not you, choose another password at once:
{link}
""",
    ),
    "token_made": Words(
        ("Un jeton a été fait sur votre compte", "A token was made on your account"),
        """
Bonjour,

Un jeton vient d'être fait sur votre compte : le programme à qui on le donne
agit pour vous, dans le rôle : {role}.

Si ce n'était pas vous, révoquez-le ici, puis changez de mot de passe :
{link}
""",
        """
Hello,

A token has just been made on your account: the program that is given it
acts for you, in the role: {role}.

If it was not you, revoke it here, then change your password:
{link}
""",
    ),
    "identity_linked": Words(
        ("Une identité est liée à votre compte", "An identity is linked to your account"),
        """
Bonjour,

Une identité de {provider} vient d'être liée à votre compte : elle l'ouvre
désormais, sans mot de passe.

Si ce n'était pas vous, déliez-la ici, puis changez de mot de passe :
{link}
""",
        """
Hello,

An identity of {provider} has just been linked to your account: from now on
it opens it, without a password.

If it was not you, unlink it here, then change your password:
{link}
""",
    ),
    "identity_unlinked": Words(
        ("Une identité est déliée de votre compte", "An identity is unlinked from your account"),
        """
Bonjour,

Une identité de {provider} vient d'être déliée de votre compte : elle ne
l'ouvre plus, et les connexions qu'elle avait ouvertes sont fermées.

Si ce n'était pas vous, choisissez un autre mot de passe tout de suite :
{link}
""",
        """
Hello,

An identity of {provider} has just been unlinked from your account: it opens
it no more, and the sessions that it began are ended.

If it was not you, choose another password at once:
{link}
""",
    ),
}
"""By kind."""
