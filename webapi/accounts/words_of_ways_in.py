"""How do the pages say it, about API tokens and accounts that somebody has elsewhere?"""

from __future__ import annotations

from typing import Final

WAYS_IN_WORDS: Final[dict[str, tuple[str, str]]] = {
    # accounts elsewhere
    "sign_in.elsewhere": ("Ou avec un compte que vous avez ailleurs", "Or with an account that you have elsewhere"),
    "sign_in.with": ("Se connecter avec {provider}", "Sign in with {provider}"),
    "choose.elsewhere": ("Ou sans mot de passe", "Or without a password"),
    "choose.elsewhere_lead": (
        "Vous vous connecterez avec un compte que vous avez ailleurs ; nos courriels iront à {login}.",
        "You will sign in with an account that you have elsewhere; our e-mails will go to {login}.",
    ),
    "leaving.title": ("Vous allez chez {provider}", "You are going to {provider}"),
    "leaving.lead": (
        "Votre navigateur vous y conduit. S'il ne le fait pas :",
        "Your browser is taking you there. If it does not:",
    ),
    "leaving.go": ("Continuer chez {provider}", "Go on to {provider}"),
    "identities.title": ("Mes identités", "My identities"),
    "identities.lead": (
        "Un compte lié ici vous connecte sans mot de passe. Nous n'en gardons qu'un identifiant, ni nom ni adresse.",
        "An account linked here signs you in without a password. We keep an identifier only: no name, no address.",
    ),
    "identities.none": ("Aucun fournisseur d'identité n'est proposé ici.", "No identity provider is offered here."),
    "identities.since": ("Lié le {day}", "Linked on {day}"),
    "identities.used": ("utilisé le {day}", "used on {day}"),
    "identities.not_linked": ("Non lié", "Not linked"),
    "identities.another": ("Lier ou délier une identité", "Link or unlink an identity"),
    "identities.link": ("Lier {provider}", "Link {provider}"),
    "identities.unlink": ("Délier {provider}", "Unlink {provider}"),
    "identities.linked": ("Votre identité est liée.", "Your identity is linked."),
    "identities.unlinked": (
        "Votre identité est déliée ; les connexions qu'elle avait ouvertes sont fermées.",
        "Your identity is unlinked; the sessions that it began are ended.",
    ),
    "happening.identity_linked": ("Identité liée", "Identity linked"),
    "happening.identity_unlinked": ("Identité déliée", "Identity unlinked"),
    "happening.token_made": ("Jeton fait", "Token made"),
    "happening.token_revoked": ("Jeton révoqué", "Token revoked"),
    # API tokens
    "tokens.title": ("Mes jetons", "My tokens"),
    "tokens.lead": (
        "Un jeton laisse un programme agir pour vous, dans un de vos rôles et dans les limites de sa portée.",
        "A token lets a program act for you, in one of your roles and within its scopes.",
    ),
    "tokens.made": (
        "Voici votre jeton. Copiez-le maintenant : il ne sera plus jamais montré.",
        "Here is your token. Copy it now: it will never be shown again.",
    ),
    "tokens.secret": ("Jeton", "Token"),
    "tokens.none": ("Vous n'avez aucun jeton.", "You have no token."),
    "tokens.list": ("Jetons faits", "Tokens made"),
    "tokens.until": ("jusqu'au {day}", "until {day}"),
    "tokens.ended": ("terminé", "ended"),
    "tokens.used": ("utilisé le {day}", "used on {day}"),
    "tokens.unused": ("jamais utilisé", "never used"),
    "tokens.revoke": ("Révoquer", "Revoke"),
    "tokens.revoked": ("Le jeton ne vaut plus rien.", "The token is worthless now."),
    "tokens.make": ("Faire un jeton", "Make a token"),
    "tokens.label": ("À quoi sert-il ?", "What is it for?"),
    "tokens.label_missing": (
        "Dites à quoi il sert, en deux cents caractères au plus.",
        "Say what it is for, in at most two hundred characters.",
    ),
    "tokens.incomplete": (
        "Choisissez un rôle qui est le vôtre, une durée et au moins une portée.",
        "Choose a role of yours, how long it lasts and at least one scope.",
    ),
    "tokens.role": ("Dans quel rôle ?", "In which role?"),
    "tokens.days": ("Combien de temps ?", "For how long?"),
    "tokens.days_of": ("{days} jours", "{days} days"),
    "tokens.scopes": ("Que peut-il faire ?", "What may it do?"),
    "tokens.scopes_more": ("Seulement une partie", "One part only"),
    "scope.*": ("Tout ce que permet le rôle", "All that the role may do"),
    "scope.read": ("Lire", "Read"),
    "scope.write": ("Écrire", "Write"),
    "family.catalogue": (
        "Certifications, règlements, droit, organismes",
        "Certifications, rulebooks, law, organisations",
    ),
    "family.persons": ("Personnes", "People"),
    "family.tokens": ("Jetons", "Tokens"),
    "family.dossiers": ("Candidatures et dossiers", "Candidacies and dossiers"),
    "family.evidence": ("Preuves", "Evidence"),
    "family.assessments": ("Évaluations", "Assessments"),
    "family.juries": ("Sessions de jury et décisions", "Jury sessions and decisions"),
    "family.sittings": ("Épreuves", "Sittings of épreuves"),
    "family.audits": ("Exports pour l'audit", "Audit exports"),
    "family.reports": ("Rapports", "Reports"),
}
"""Each phrase in French and in English."""
