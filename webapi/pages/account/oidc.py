"""How do people sign in with an account that they have elsewhere, and link it to their own here?"""

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
"""The name under which the browser keeps what binds it to those whom it sent to a provider."""
INVITED: Final = "invited"
"""Under which it keeps the secret of the invitation that somebody left for a provider with."""


@bp.get("/<provider>")
@public
def sign_in(provider: str) -> ResponseReturnValue:
    """Send a visitor to a provider to sign in; who has signed in already goes on, unless they are to do it again."""
    wanted, here = inside(request.args.get("next", "")), visitor()
    if here is None:
        return redirect(_sent(provider, SignInPurpose.SIGN_IN, None, wanted), 303)
    return redirect(
        _sent(provider, SignInPurpose.AGAIN, here.who, wanted) if "again" in request.args else wanted, 303
    )


@bp.post("/<provider>/link")
@allowed(*GRANTED)
def link(provider: str) -> ResponseReturnValue:
    """Send somebody who is signed in, and proves it again, to a provider, to link who they are there.

    By a page, as no form may lead a browser to another site.
    """
    title = _known(provider).provider.title
    if (error := unproved()) is not None:
        return shown_again(page(error=error, at=asked_again()), error)
    address = _sent(provider, SignInPurpose.LINK, actor().who, url_for("identities.show"))
    return render_template("account/redirect.html", address=address, provider=title)


@bp.post("/<provider>/invitation")
@public
def join(provider: str) -> ResponseReturnValue:
    """Send somebody who was invited to a provider, to open their account with who they are there."""
    title, secret = _known(provider).provider.title, request.form.get("invitation", "")
    address = _sent(provider, SignInPurpose.JOIN, ticket_of(OneTimeCode.INVITATION, secret).person, "/")
    session[INVITED] = secret
    return render_template("account/redirect.html", address=address, provider=title)


@bp.get("/<provider>/callback")
@public
def callback(provider: str) -> ResponseReturnValue:
    """Take back whom we sent: sign them in, link the identity that they proved, or open their account with it."""
    conversation, errand = _known(provider), _back(provider)
    code = request.args.get("code", "")
    proof = conversation.finish(code, _address(provider), nonce=errand.nonce, verifier=errand.verifier)
    if errand.why is SignInPurpose.LINK:
        return _linked(conversation.provider, proof, errand.person)
    if errand.why is SignInPurpose.JOIN:
        return _joined(conversation.provider, proof, errand.person)
    return _signed_in(conversation.provider, proof, errand)


def _sent(provider: str, why: SignInPurpose, person: PersonId | None, wanted: str) -> str:
    """Where somebody goes, once it is remembered that they went."""
    acquis().rate_limits.spend(*to_go_elsewhere())
    sent = _known(provider).begin(_address(provider), again=why is SignInPurpose.AGAIN)
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(24))
    errand = Errand(nonce=sent.nonce, verifier=sent.verifier, why=why, person=person, next=wanted)
    acquis().identities.send(sent.state, browser, provider, errand)
    return sent.address


def _back(provider: str) -> Errand:
    """What was remembered of who comes back; raises LoginFailed for whom this browser did not send, or twice."""
    browser = session.get(BROWSER)
    state = request.args.get("state", "")
    found = acquis().identities.back(state, browser, provider) if isinstance(browser, str) and state else None
    issuer = request.args.get("iss")  # RFC 9207: which of several providers answers
    if found is None or issuer not in {None, _known(provider).provider.issuer}:
        raise LoginFailed
    return found


def _linked(provider: Provider, proof: Proof, person: PersonId | None) -> ResponseReturnValue:
    here = visitor()
    if person is None or here is None or here.who != person:
        raise LoginFailed
    if acquis().identities.link(Identity(provider=provider.name, sub=proof.sub), person):
        acquis().account_events.note(person, What.IDENTITY_LINKED)
        tell_owner(acquis(), person, "identity_linked", provider=provider.title)
    return redirect(url_for("identities.show", done="identities.linked"), 303)


def _joined(provider: Provider, proof: Proof, person: PersonId | None) -> ResponseReturnValue:
    """Open the account of whom the link of the invitation names, which proves the address, and let them in."""
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
    """Let in whose identity it is; after their code, if they have a second factor here and the provider asks none.

    Who is to sign in again does it as who they are, and there: not by a session that lasts still at the provider.
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


def _just_now(at: datetime | None) -> bool:
    return at is not None and at > datetime.now(UTC) - FRESH


def _known(provider: str) -> Conversation:
    found = acquis().providers.get(provider)
    if found is None:
        abort(404)
    return found


def _address(provider: str) -> str:
    """Where a provider sends people back to."""
    return our_address(f"/oidc/{provider}/callback")
