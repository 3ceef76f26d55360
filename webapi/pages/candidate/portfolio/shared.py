"""Private links, with which a user shows pieces of their portfolio for a time, and their uses."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain.commands.evidence.give_private_link import GivePrivateLink
from domain.commands.evidence.revoke_private_link import RevokePrivateLink
from domain.evidence.private_link import LONGEST
from domain.ports import Role
from domain.refusal import NotFound, Refused
from domain.rulebook.evidence_rules import EvidenceCheck
from webapi.accounts.authentication import allowed
from webapi.api.private_links import GIVEN
from webapi.current import acquis
from webapi.evidence.portfolio import portfolio
from webapi.evidence.private_links import give, given
from webapi.forms import filled
from webapi.pages.desk import Desk
from webapi.pages.filled import UNFIT, FilledForm, InvalidForm, form_of, intent, read, sent_form
from webapi.pages.kept_form import stands_on
from webapi.pages.visitor import our_address
from webapi.problems import STATUS, language, note_refusal

bp = Desk("shared", __name__, url_prefix="/portfolio/links")

USUAL: Final = timedelta(days=30)
"""How long a link is valid by default."""
NOTHING: Final = ("Tick the pieces to show.", "Cochez les pièces à montrer.")


@bp.get("")
@allowed(Role.CANDIDATE)
def show() -> ResponseReturnValue:
    """Show the user's links with their uses, and the form for a new link."""
    return _page(form_of("give_link"))


@bp.post("")
@allowed(Role.CANDIDATE)
@stands_on("shared.show", "give_link")
def give_link() -> ResponseReturnValue:
    """Create a link; its address is shown this once, in the answer itself."""
    sent = sent_form("give_link")
    try:
        command = _command(sent)
        _, secret = give(command, intent(sent, command, signs=False))
    except NotFound:
        raise
    except InvalidForm as wrong:
        sent.errors = {name: said[language() == "fr"] for name, said in wrong.errors.items()}
        return _page(sent), UNFIT
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        sent.refusal = refusal
        return _page(sent), STATUS[refusal.kind]
    return _page(FilledForm(name="give_link"), made=our_address(url_for("selection.show", secret=secret)))


@bp.act("/<uuid:link>/revocation", RevokePrivateLink, show, done="Lien révoqué : il ne montre plus rien.")
def revoke(link: UUID) -> None:
    """Revoke a link before its last day."""


def _command(sent: FilledForm) -> GivePrivateLink:
    """Return the command of the form; raise InvalidForm."""
    if not sent.values.getlist("pieces"):
        raise InvalidForm({"pieces": NOTHING})
    command: GivePrivateLink = filled(GivePrivateLink, read(GIVEN(), sent))
    return command


def _page(sent: FilledForm, *, made: str = "") -> str:
    pieces, today = portfolio(), acquis().clock.today()
    return render_template(
        "candidate/portfolio/links.html",
        f=sent,
        made=made,
        links=given()[::-1],
        titles={each.file.id: each.title for each in pieces},
        usable=[
            each for each in pieces[::-1] if each.file.check not in {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED}
        ],
        usual=today + USUAL,
        first=today + timedelta(days=1),
        last=today + LONGEST,
        at="pieces.show_all",
    )
