"""Certifications for which candidates' national numbers are collected, and the ground of each (NIR, CPF)."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.commands.organisation.decide_nir_collection import DecideNirCollection
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import NirCollectionDecided
from domain.ports import Role
from projections.framework.certification_catalogue import certifications
from projections.told import sealed_facts
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.pages.desk import Desk
from webapi.words import phrase

bp = Desk("national_numbers", __name__, url_prefix="/admin/national-numbers")
bp.entry(Role.ADMIN, 70, phrase("Numéros nationaux"), "shield", "show")


@bp.get("")
@allowed(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Show each certification with the last decision, and a form to decide otherwise."""
    titles = {each.code: each.title for each in certifications(acquis().database, limit=None)}
    streams = {Certifiers.id_of(code): code for code in titles}
    decided = {
        streams[each.stamp.stream]: (each.fact, each.stamp.on)
        for each in sealed_facts(acquis().database, streams, [NirCollectionDecided.__name__])
    }
    return render_template("admin/national_numbers.html", titles=titles, decided=decided)


@bp.act("", DecideNirCollection, show, done="Décision enregistrée.")
def decide() -> None:
    """Decide whether national numbers are collected for a certification."""
