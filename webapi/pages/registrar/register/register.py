"""Titles by their next step (entry in the register, certificate, declaration), and the register itself."""

from __future__ import annotations

from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.framework.framework import Framework
from domain.ports import Role
from projections.appeal.rectifications import rectifications
from projections.appeal.reviews import reviews
from projections.register.papers import counts, titles
from webapi.accounts.authentication import allowed, reader, reading
from webapi.current import acquis
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Desk("register", __name__, url_prefix="/registrar/register")
bp.entry(Role.REGISTRAR, 60, phrase("Registre"), "award", "show")

SHOWN: Final = 25
MOST_QUESTIONED: Final = 200
TABS: Final = {
    "enter": phrase("À inscrire"),
    "issue": phrase("Parchemins à délivrer"),
    "declare": phrase("À déclarer ou corriger"),
    "all": phrase("Registre"),
}


@bp.get("")
@allowed(Role.REGISTRAR)
def show() -> ResponseReturnValue:
    """List the titles under the tab of their next step, or those in the register."""
    tab = request.args.get("show", "all")
    tab = tab if tab in TABS else "all"
    page = request.args.get("page", "0")
    begun = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0  # noqa: PLR2004  (far enough)
    files = reader().files
    found = titles(acquis().database, tab, files=files, after=begun * SHOWN, limit=SHOWN + 1)
    waiting = counts(acquis().database, files=files)
    kept = sorted({each.framework for each in found})
    definitions = {each.id: each.content for each in reading().find_all(Framework, kept)}
    asked = reviews(acquis().database, waits=True, limit=MOST_QUESTIONED)
    proposed = rectifications(acquis().database, waits=True, files=files, limit=MOST_QUESTIONED)
    return render_template(
        "registrar/register.html",
        tab=tab,
        tabs=[(name, label, vars(waiting).get(name)) for name, label in TABS.items()],
        titles=found[:SHOWN],
        called=names({each.candidate for each in found}),
        definitions=definitions,
        questioned=len(asked) + len(proposed),
        following=url_for("register.show", show=tab, page=begun + 1) if len(found) > SHOWN else "",
        first=url_for("register.show", show=tab) if begun else "",
    )
