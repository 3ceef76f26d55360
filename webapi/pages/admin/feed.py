"""Page of the subscriptions to the feed: receivers, their progress, and dead letters (abonnements au flux)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain.ports import Role
from domain.refusal import Refused
from projections.standing.feed import newest
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.feed.subscribing import subscribe_webhook
from webapi.pages.account.confirm_identity import asking, unproved
from webapi.pages.desk import Desk, not_taken, shown_with
from webapi.pages.filled import UNFIT, FilledForm, InvalidForm, read, sent_form
from webapi.pages.kept_form import stands_on
from webapi.requests import Body, Name, Text
from webapi.words import phrase

bp = Desk("subscriptions", __name__, url_prefix="/admin/feed")
bp.entry(Role.ADMIN, 45, phrase("Flux de faits"), "send", "show")
TROUBLES: Final = {
    "private-address": phrase("cette adresse est celle d'un réseau privé"),
    "https": phrase("sans https, rien n'est envoyé d'ici"),
    "ACQUIS_SECRET_KEY": phrase("son secret ne s'ouvre plus : supprimez l'abonnement et refaites-le"),
    "ACQUIS_NATS_URL": phrase("aucun serveur NATS n'est indiqué"),
    "TimeoutError": phrase("le destinataire ne répond pas à temps"),
    "SSLError": phrase("son certificat n'est pas valable"),
}
UNREACHED: Final = phrase("le destinataire n'est pas joignable")
ANSWERS: Final = phrase("le destinataire répond {status}")
"""Texts of the last failure of a delivery."""


class WebhookForm(Body):
    """A webhook: its purpose and its address."""

    label = Name(1, 200, required=True)
    address = Text(1, 2000, required=True)


@bp.get("")
@allowed(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Show the subscriptions, and what could not be delivered to each."""
    return _page()


@bp.post("")
@allowed(Role.ADMIN)
@stands_on("subscriptions.show", "subscribe")
def subscribe() -> ResponseReturnValue:
    """Send the feed to a webhook, after a proof of identity; its secret is shown this once."""
    sent = sent_form("subscribe")
    try:
        said = read(WebhookForm(), sent)
        if (error := unproved()) is not None:
            return shown_with(sent, lambda: _page(error=error), {}, UNFIT)
        _, secret = subscribe_webhook(acquis(), said["label"], said["address"])
    except (InvalidForm, Refused) as why:
        return not_taken(sent, show, {}, why)
    return _page(made=secret)


@bp.form("/<uuid:subscription>/again", show, Role.ADMIN, done="Les événements abandonnés vont être renvoyés.")
def send_again(_sent: FilledForm, subscription: UUID) -> None:
    """Send all dead letters of a subscription again."""
    acquis().subscriptions.send_again(subscription)


@bp.form("/<uuid:subscription>/removal", show, Role.ADMIN, done="Abonnement supprimé : plus rien n'y est envoyé.")
def remove(_sent: FilledForm, subscription: UUID) -> None:
    """Delete a subscription."""
    acquis().subscriptions.remove(subscription)


def _page(**shown: Any) -> ResponseReturnValue:
    found = acquis().subscriptions.all()
    return render_template(
        "admin/feed.html",
        subscriptions=found,
        dead={each.id: acquis().subscriptions.dead(each.id) for each in found if each.dead},
        newest=newest(acquis().database),
        met=_met,
        **asking(url_for("subscriptions.show")),
        **shown,
    )


def _met(trouble: str) -> tuple[str, dict[str, str]]:
    """Return the phrase for a failed delivery, and the values of its gaps."""
    if trouble.isdecimal():
        return ANSWERS, {"status": trouble}
    return TROUBLES.get(trouble, UNREACHED), {}
