"""A user's own API tokens: listing, making and revoking them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from domain.ports import Actor, Role
from domain.refusal import Refused
from webapi.accounts import tokens as issuing
from webapi.accounts.authentication import GRANTED, actor, allowed
from webapi.accounts.token_scopes import SCOPES
from webapi.accounts.tokens import TokenAsked, in_days, issue
from webapi.current import acquis
from webapi.pages.account.confirm_identity import asked_again, asking, unproved
from webapi.pages.filled import form_of
from webapi.pages.form_errors import shown_again
from webapi.pages.kept_form import stands_on
from webapi.pages.stale_form import bring_back
from webapi.pages.visitor import chosen_roles, has_both_factors, let_in, must_have_factor, private, said_done
from webapi.problems import STATUS, language
from webapi.words import phrase

bp = Blueprint("own_tokens", __name__, url_prefix="/account/tokens")
bp.before_request(let_in)
bp.before_request(bring_back)
bp.after_request(private)

DAYS: Final = (30, 90, 180, 366)
LONGEST_LABEL: Final = 200
LONGEST_BACK: Final = 2000
INCOMPLETE: Final = phrase("Choisissez un rôle qui est le vôtre, une durée et au moins une portée.")
FAMILY_WORDS: Final = {
    "catalogue": phrase("Certifications, règlements, droit, organismes"),
    "persons": phrase("Personnes"),
    "tokens": phrase("Jetons"),
    "dossiers": phrase("Candidatures et dossiers"),
    "evidence": phrase("Preuves"),
    "assessments": phrase("Évaluations"),
    "juries": phrase("Sessions de jury et décisions"),
    "sittings": phrase("Épreuves"),
    "audits": phrase("Exports pour l'audit"),
    "reports": phrase("Rapports"),
    "feed": phrase("Flux de faits"),
}
ACT_WORDS: Final = {
    "read": phrase("Lire"),
    "write": phrase("Écrire"),
    "*": phrase("Tout ce que permet le rôle"),
}


@bp.get("")
@allowed(*GRANTED)
def show() -> ResponseReturnValue:
    """Show the user's tokens, and the form for a new one, filled in again if the user had to sign in meanwhile."""
    done = phrase("Le jeton ne vaut plus rien.") if said_done() == "tokens.revoked" else ""
    sent = form_of("make")
    return _page(done=done, typed=_typed(sent.values if sent.kept else request.args))


@bp.post("")
@allowed(*GRANTED)
@stands_on("own_tokens.show", "make")
def make() -> ResponseReturnValue:
    """Make a token in one of the user's roles, after a proof of identity; the token is shown this once.

    If the role requires a second factor, the user must have one: the token itself asks for none.
    """
    label, role = request.form.get("label", "").strip(), request.form.get("role", "")
    days, scopes = request.form.get("days", ""), request.form.getlist("scopes")
    typed = _typed(request.form)
    if not (0 < len(label) <= LONGEST_LABEL and label.isprintable()):
        return _page(
            error=(phrase("Dites à quoi il sert, en deux cents caractères au plus."), 0), at="label", typed=typed
        ), 422
    if role not in chosen_roles() or days not in map(str, DAYS) or not set(scopes) <= set(SCOPES) or not scopes:
        return _page(error=(INCOMPLETE, 0), typed=typed), 422
    if must_have_factor(Role(role)) and not has_both_factors():
        return redirect("/account/second-factor", 303)
    if (error := unproved()) is not None:
        return shown_again(_page(error=error, at=asked_again(), typed=typed), error)
    holder = Actor(person=actor().who, role=Role(role))
    asked = TokenAsked(holder=holder, label=label, expires_at=in_days(int(days)), scopes=scopes)
    try:
        made = issue(acquis(), asked, by=holder.who)
    except Refused as refusal:
        return _page(refused=refusal.sentence(language()), typed=typed), STATUS[refusal.kind]
    return _page(made=made.secret)


@bp.post("/<uuid:token>/revocation")
@allowed(*GRANTED)
def revoke(token: UUID) -> ResponseReturnValue:
    """Revoke one of the user's tokens; do nothing if it has ended or belongs to somebody else."""
    issuing.revoke(acquis(), actor().who, token, by=actor().who)
    return redirect(url_for("own_tokens.show", done="tokens.revoked"), 303)


def _typed(given: MultiDict[str, str]) -> dict[str, Any]:
    """Return what the user typed into the form, to show it again."""
    plain = {name: given[name][:LONGEST_LABEL] for name in ("label", "role", "days") if name in given}
    return plain | {"scopes": given.getlist("scopes")}


def _page(*, typed: dict[str, Any] | None = None, **shown: Any) -> str:
    """Return the page; the newest token comes first, and those that have ended come last."""
    now = datetime.now(UTC)
    held = acquis().tokens.held(actor().who)[::-1]
    ended = {each.id for each in held if each.revoked_at is not None or each.expires_at <= now}
    back = url_for("own_tokens.show", **typed or {})
    return render_template(
        "account/tokens.html",
        typed=typed or {},
        tokens=sorted(held, key=lambda each: each.id in ended),
        ended=ended,
        days=DAYS,
        families=FAMILY_WORDS,
        acts=ACT_WORDS,
        **asking(back if len(back) < LONGEST_BACK else url_for("own_tokens.show")),
        **shown,
    )
