"""Texts of law published as rules, with their dates and how they are known; and the acts that each role may do."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Final

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.framework_file import LAWS, read_law, shipped
from domain import commands
from domain.commands.rulebook.repeal_rule_set import RepealRuleSet
from domain.ports import NOBODY, Role
from domain.rulebook.law import Law
from domain.rulebook.rule_set import HowKnown, Provision, RuleSetDate
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.forms import PAST, text
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import law as published
from webapi.words import phrase

bp = Desk("law_read", __name__, url_prefix="/registrar", only=Role.REGISTRAR)

KNOWN: Final = {
    HowKnown.READ: (phrase("lu"), "good"),
    HowKnown.SUMMARY: (phrase("connu par un résumé"), "wait"),
    HowKnown.NOT_READ: (phrase("non lu"), "wait"),
}
CHOSEN: Final = {RuleSetDate.PARCOURS: phrase("début du parcours"), RuleSetDate.SESSION: phrase("jour de la session")}
PROVIDES: Final = {
    Provision.JURY: phrase("composition du jury, liens, voix prépondérante"),
    Provision.ADMISSIBILITY: phrase("délai de recevabilité, effet du silence"),
    Provision.JURY_WITHIN: phrase("délai du jury"),
    Provision.NOTICE_WITHIN: phrase("délai de notification"),
    Provision.DECLARATION_WITHIN: phrase("transmission au compte personnel de formation"),
    Provision.RULEBOOK: phrase("valeurs d'un règlement (dérogation)"),
    Provision.JURY_CHANGES: phrase("ce qu'une dérogation change du jury"),
    Provision.LAPSE: phrase("caducité de la recevabilité"),
    Provision.YEARLY_FILES: phrase("dossiers par année civile"),
    Provision.CORRECTION_WITHIN: phrase("correction des données transmises"),
    Provision.PARTNER_CHANGE_WITHIN: phrase("changements d'habilitation à déclarer"),
    Provision.NOTICE_TO_ADVISOR: phrase("l'accompagnateur est informé du résultat"),
    Provision.BENEFIT_END: phrase("bénéfice d'un enregistrement qui a pris fin"),
    Provision.BENEFIT_SUSPENSION: phrase("bénéfice d'un enregistrement suspendu"),
    Provision.NATIONAL_NUMBER: phrase("le NIR parmi les données transmises"),
}
SUBJECTS: Final = {
    "candidacy": phrase("Candidatures"),
    "evidence": phrase("Pièces"),
    "assessment": phrase("Évaluations"),
    "exam": phrase("Épreuves et aménagements"),
    "jury": phrase("Jurys"),
    "register": phrase("Registre et déclarations"),
    "appeal": phrase("Réexamens et rectifications"),
    "fraud": phrase("Fraudes"),
    "deadlines": phrase("Notifications"),
    "people": phrase("Personnes"),
    "organisation": phrase("Organismes"),
    "framework": phrase("Certifications"),
    "rulebook": phrase("Règlements et droit"),
}
"""The name of each subject, that is the area of an act."""
SHIPPED: Final = dict(
    zip(
        LAWS,
        (
            phrase("Validation des acquis de l'expérience (VAE)"),
            phrase("Compte personnel de formation (CPF)"),
            phrase("Enregistrement d'une certification, et sa fin"),
            phrase("Habilitations de partenaires"),
        ),
        strict=True,
    )
)
"""The subject of each file of law that comes with the application."""
FRENCH: Final = re.compile(r" ?\(([^()]+)\)")


@dataclass(frozen=True)
class LawAct:
    """An act, in both languages, and the roles that may do it."""

    en: str
    fr: str
    roles: tuple[Role, ...]


@cache
def acts() -> dict[str, list[LawAct]]:
    """Return all acts by subject, worded as in the docstrings of the commands."""
    found: dict[str, list[LawAct]] = {subject: [] for subject in SUBJECTS}
    for each in walk_packages(commands.__path__, f"{commands.__name__}."):
        subject = each.name.split(".")[2]
        if not each.ispkg and subject in found:
            module = import_module(each.name)
            classes = (kind for kind in vars(module).values() if isinstance(kind, type))
            sent = (kind for kind in classes if kind.__module__ == each.name and "roles" in vars(kind))
            found[subject] += [_act(kind) for kind in sent if vars(kind)["roles"] - NOBODY]
    return found


def _act(command: type[Any]) -> LawAct:
    first = (inspect.getdoc(command) or "").partition("\n\n")[0].replace("\n", " ").partition(". ")[0].rstrip(".")
    french = FRENCH.search(first)
    said = french[1] if french else first
    return LawAct(
        en=FRENCH.sub("", first, count=1).strip(),
        fr=said[0].upper() + said[1:],
        roles=tuple(role for role in Role if role in command.roles - NOBODY),
    )


@bp.get("/law")
@allowed(Role.REGISTRAR)
def show_law() -> ResponseReturnValue:
    """Show the texts that are published as rules; those in force today come first."""
    law: Law = published()
    today = acquis().clock.today()
    sets = sorted(law.sets.values(), key=lambda each: (each.last is not None and each.last < today, each.reference))
    return render_template(
        "registrar/law.html",
        sets=sets,
        repealed=law.repealed,
        known=KNOWN,
        chosen=CHOSEN,
        provides=PROVIDES,
        shipped={name: said for name, said in SHIPPED.items() if not _ids(name) <= law.sets.keys()},
    )


@cache
def _ids(name: str) -> frozenset[str]:
    """Return the ids of the texts in a file that comes with the application."""
    return frozenset(each.id for each in read_law(shipped(name)))


@bp.act("/law/repeal", RepealRuleSet, show_law, done="Abrogation enregistrée.",
        rule_set=text(200), confirms_past=PAST)  # fmt: skip
def repeal() -> None:
    """Record the last day of a text that a later one repeals."""


@bp.get("/rights")
@allowed(Role.REGISTRAR)
def show_rights() -> ResponseReturnValue:
    """Show the acts and the roles that may do them."""
    return render_template("registrar/rights.html", subjects=SUBJECTS, acts=acts())
