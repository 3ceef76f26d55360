"""Service accounts: programs that read reports, and their tokens (comptes de service)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.ports import Actor, PersonId, Recorded, Role
from domain.refusal import NotFound, Refused
from webapi.accounts.authentication import actor, allowed
from webapi.accounts.services import as_service, register_service
from webapi.accounts.tokens import TokenAsked, in_days, issue
from webapi.current import acquis
from webapi.pages.account.confirm_identity import asking, unproved
from webapi.pages.desk import Desk, not_taken, shown_with
from webapi.pages.filled import UNFIT, FilledForm, InvalidForm, intent, read, sent_form
from webapi.pages.kept_form import stands_on
from webapi.privacy.disclosure import names
from webapi.requests import Body, Id, Name
from webapi.words import phrase

bp = Desk("services", __name__, url_prefix="/admin/services")
bp.entry(Role.ADMIN, 40, phrase("Comptes de service"), "key", "show")
DAYS: Final = (30, 90, 180, 366)
SCOPES: Final = {
    "reports:read": phrase("Lire les rapports"),
    "feed:read": phrase("Suivre le flux d'événements, sans données personnelles"),
    "read": phrase("Lire tout ce que voit le rôle des rapports"),
    "*": phrase("Tout ce que peut le rôle des rapports"),
}


class ServiceForm(Body):
    """A service account: its name."""

    name = Name(1, 200, required=True)


class ServiceToken(Body):
    """A token of a service: purpose, days of validity and scope."""

    service = Id(required=True)
    label = Name(1, 200, required=True)
    days = fields.Integer(required=True, validate=validate.OneOf(DAYS))
    scope = fields.String(required=True, validate=validate.OneOf(list(SCOPES)))


@bp.get("")
@allowed(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Show the services and their tokens."""
    return _page()


@bp.form("", show, Role.ADMIN, done="Compte de service ouvert : faites-lui un jeton.")
def register(sent: FilledForm) -> Recorded:
    """Register a service account."""
    name = read(ServiceForm(), sent)["name"]
    asked = intent(sent, as_service(name), signs=False)
    return register_service(acquis(), acquis().request(asked), name)


@bp.post("/tokens")
@allowed(Role.ADMIN)
@stands_on("services.show", "make_token")
def make_token() -> ResponseReturnValue:
    """Make a token for a service, after a proof of identity; the token is shown this once."""
    sent = sent_form("make_token")
    try:
        said = read(ServiceToken(), sent)
        if not acquis().services.includes(said["service"]):
            raise NotFound(said["service"])
        if (error := unproved()) is not None:
            return shown_with(sent, lambda: _page(error=error), {}, UNFIT)
        made = issue(acquis(), _token_request(said), by=actor().who)
    except (InvalidForm, Refused) as why:
        return not_taken(sent, show, {}, why)
    return _page(made=made.secret)


def _token_request(said: dict[str, Any]) -> TokenAsked:
    holder = Actor(person=PersonId(said["service"]), role=Role.REPORTER)
    return TokenAsked(holder=holder, label=said["label"], expires_at=in_days(said["days"]), scopes=[said["scope"]])


def _page(**shown: Any) -> ResponseReturnValue:
    services: list[Any] = acquis().services.all()
    ids = [each["id"] for each in services]
    tokens, now = acquis().tokens.of_all(ids), datetime.now(UTC)
    return render_template(
        "admin/services.html",
        services=services,
        called=names(ids),
        tokens={service: [each for each in held if not each.revoked_at] for service, held in tokens.items()},
        now=now,
        days=DAYS,
        scopes=SCOPES,
        **asking(url_for("services.show")),
        **shown,
    )
