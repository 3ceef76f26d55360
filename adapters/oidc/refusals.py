"""Refusals of sign-ins with an identity provider."""

from __future__ import annotations

from domain.refusal import Refused


class LoginFailed(Refused):
    """Who signs in elsewhere comes back in the browser in which they began, once, within ten minutes."""

    fr = "Qui se connecte ailleurs revient dans le navigateur où il a commencé, une fois, dans les dix minutes."
    kind = "bad_request"


class Unauthenticated(Refused):
    """What the identity provider sent does not prove who you are: sign in again."""

    fr = "Ce que le fournisseur d'identité a envoyé ne prouve pas qui vous êtes : connectez-vous de nouveau."
    kind = "unauthenticated"


class IdentityUnlinked(Refused):
    """An identity that nobody linked opens nothing, whatever its e-mail address: sign in otherwise, then link it."""

    fr = (
        "Une identité que personne n'a liée n'ouvre rien, quelle que soit son adresse : connectez-vous autrement, "
        "puis liez-la."
    )


class IdentityTaken(Refused):
    """An identity is one person's: this one opens another file; the registrar can link two files of one person."""

    fr = (
        "Une identité n'est qu'à une personne : celle-ci ouvre un autre dossier, et le gestionnaire peut lier deux "
        "dossiers d'une même personne."
    )


class IdentityAlreadyLinked(Refused):
    """A person has one identity at each provider: unlink the one before you link another."""

    fr = "Une personne a une identité chez chaque fournisseur : déliez la première avant d'en lier une autre."


class NotSignedInAgain(Refused):
    """The provider does not say that you have just signed in there: sign out there, or choose a password here."""

    fr = (
        "Le fournisseur ne dit pas que vous venez de vous y connecter : déconnectez-vous-y d'abord, ou choisissez un "
        "mot de passe ici, par courriel."
    )
    kind = "forbidden"


class LastWayIn(Refused):
    """The last way to sign in is not taken away: choose a password first."""

    fr = "On ne retire pas la dernière façon de se connecter : choisissez d'abord un mot de passe."


class ProviderUnavailable(Refused):
    """The identity provider does not answer as it should: try again in a moment, or sign in otherwise."""

    fr = "Le fournisseur d'identité ne répond pas comme il le doit : réessayez, ou connectez-vous autrement."
    kind = "busy"
