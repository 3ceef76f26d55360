"""Signing in with a provider's account (OpenID Connect), and linking it to an account here."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from adapters.oidc.conversation import Conversation
from adapters.oidc.proof import Proof
from adapters.oidc.providers import Provider
from adapters.oidc.refusals import IdentityTaken, IdentityUnlinked, LoginFailed, NotSignedInAgain
from adapters.operations.account_events import What
from adapters.operations.identities import Came, Errand, Identity, SignInPurpose
from adapters.operations.one_time_codes import OneTimeCode
from domain.ports import PersonId
from webapi.accounts.authentication import GRANTED, actor, allowed, public
from webapi.accounts.invitations import accept_by
from webapi.accounts.known_browser import remember
from webapi.accounts.owner_letters import tell_owner
from webapi.accounts.throttling import to_go_elsewhere
from webapi.current import acquis
from webapi.pages.account.confirm_identity import FRESH, asked_again, unproved
from webapi.pages.account.identities import page
from webapi.pages.account.joining import USED_UP, ticket_of
from webapi.pages.account.sign_in import arrive_by, half_way
from webapi.pages.form_errors import shown_again
from webapi.pages.visitor import inside, let_in, our_address, private, visitor
from webapi.problems import Answered

bp = Blueprint("oidc", __name__, url_prefix="/oidc")
bp.before_request(let_in)
bp.after_request(private)

BROWSER: Final = "oidc"
"""The session's key for the secret that binds this browser to the requests that it sent to a provider."""
INVITED: Final = "invited"
"""The session's key for the secret of the invitation with which somebody went to a provider."""


@bp.get("/<provider>")
@public
def sign_in(provider: str) -> ResponseReturnValue:
    """Send a visitor to a provider to sign in; redirect a signed-in one, unless they were asked to sign in again."""
    wanted, user = inside(request.args.get("next", "")), visitor()
    if user is None:
        return redirect(_sent(provider, SignInPurpose.SIGN_IN, None, wanted), 303)
    return redirect(
        _sent(provider, SignInPurpose.AGAIN, user.who, wanted) if "again" in request.args else wanted, 303
    )


@bp.post("/<provider>/link")
@allowed(*GRANTED)
def link(provider: str) -> ResponseReturnValue:
    """Send a signed-in user, after a proof of identity, to a provider to link their identity there.

    The answer is a page that redirects: the content policy lets no form lead a browser to another site.
    """
    title = _known(provider).provider.title
    if (error := unproved()) is not None:
        return shown_again(page(error=error, at=asked_again()), error)
    address = _sent(provider, SignInPurpose.LINK, actor().who, url_for("identities.show"))
    return render_template("account/redirect.html", address=address, provider=title)


@bp.post("/<provider>/invitation")
@public
def join(provider: str) -> ResponseReturnValue:
    """Send an invited person to a provider, to open their account with their identity there."""
    title, secret = _known(provider).provider.title, request.form.get("invitation", "")
    address = _sent(provider, SignInPurpose.JOIN, ticket_of(OneTimeCode.INVITATION, secret).person, "/")
    session[INVITED] = secret
    return render_template("account/redirect.html", address=address, provider=title)


@bp.get("/<provider>/callback")
@public
def callback(provider: str) -> ResponseReturnValue:
    """Receive a user back from a provider: sign them in, link their identity, or open their account with it."""
    conversation, errand = _known(provider), _back(provider)
    code = request.args.get("code", "")
    proof = conversation.finish(code, _address(provider), nonce=errand.nonce, verifier=errand.verifier)
    if errand.why is SignInPurpose.LINK:
        return _linked(conversation.provider, proof, errand.person)
    if errand.why is SignInPurpose.JOIN:
        return _joined(conversation.provider, proof, errand.person)
    return _signed_in(conversation.provider, proof, errand)


def _sent(provider: str, why: SignInPurpose, person: PersonId | None, wanted: str) -> str:
    """Return the provider's address to redirect to, and store what is needed when the user comes back."""
    acquis().rate_limits.spend(*to_go_elsewhere())
    sent = _known(provider).begin(_address(provider), again=why is SignInPurpose.AGAIN)
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(24))
    errand = Errand(nonce=sent.nonce, verifier=sent.verifier, why=why, person=person, next=wanted)
    acquis().identities.send(sent.state, browser, provider, errand)
    return sent.address


def _back(provider: str) -> Errand:
    """Return what was stored for the user who comes back.

    Raises LoginFailed if this browser was not sent to the provider, or comes back a second time.
    """
    browser = session.get(BROWSER)
    state = request.args.get("state", "")
    found = acquis().identities.back(state, browser, provider) if isinstance(browser, str) and state else None
    issuer = request.args.get("iss")  # RFC 9207: tells which provider answers
    if found is None or issuer not in {None, _known(provider).provider.issuer}:
        raise LoginFailed
    return found


def _linked(provider: Provider, proof: Proof, person: PersonId | None) -> ResponseReturnValue:
    user = visitor()
    if person is None or user is None or user.who != person:
        raise LoginFailed
    if acquis().identities.link(Identity(provider=provider.name, sub=proof.sub), person):
        acquis().account_events.note(person, What.IDENTITY_LINKED)
        tell_owner(acquis(), person, "identity_linked", provider=provider.title)
    return redirect(url_for("identities.show", done="identities.linked"), 303)


def _joined(provider: Provider, proof: Proof, person: PersonId | None) -> ResponseReturnValue:
    """Open the account of the invited person, whose address the link proves, and let them in."""
    secret, identity = session.pop(INVITED, ""), Identity(provider=provider.name, sub=proof.sub)
    held = ticket_of(OneTimeCode.INVITATION, secret)
    if person is None or held.person != person:
        raise LoginFailed
    if not accept_by(acquis(), secret, held, identity):
        raise Answered(410, USED_UP)
    remember(held.about["email"])
    tell_owner(acquis(), person, "identity_linked", provider=provider.title)
    return arrive_by(_came(provider, proof), person, "/")


def _signed_in(provider: Provider, proof: Proof, errand: Errand) -> ResponseReturnValue:
    """Sign in the owner of the identity.

    They give their code first if they have a second factor here and the provider does not require one. A user who has
    to sign in again does so with the same account, and at the provider itself: a session still open there is not
    enough.
    """
    identity = Identity(provider=provider.name, sub=proof.sub)
    known = acquis().identities.whose(identity)
    if known is None:
        raise IdentityUnlinked
    if errand.why is SignInPurpose.AGAIN and known != errand.person:
        raise IdentityTaken
    if errand.why is SignInPurpose.AGAIN and not _just_now(proof.authenticated_at):
        raise NotSignedInAgain
    if not provider.second_factor and acquis().factors.on(known) is not None:
        return half_way(known, {"next": errand.next, "id_token": proof.id_token, **vars(identity)})
    return arrive_by(_came(provider, proof), known, errand.next)


def _came(provider: Provider, proof: Proof) -> Came:
    return Came(
        identity=Identity(provider=provider.name, sub=proof.sub),
        id_token=proof.id_token,
        authenticated_at=proof.authenticated_at,
        alone=not provider.second_factor,
    )


def _just_now(moment: datetime | None) -> bool:
    return moment is not None and moment > datetime.now(UTC) - FRESH


def _known(provider: str) -> Conversation:
    found = acquis().providers.get(provider)
    if found is None:
        abort(404)
    return found


def _address(provider: str) -> str:
    """Return the address to which a provider sends users back."""
    return our_address(f"/oidc/{provider}/callback")
