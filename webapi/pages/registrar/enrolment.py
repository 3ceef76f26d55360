"""Enrolment of candidates: one at a time, or from a file that is checked first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.commands.candidacy.enrol_candidate import EnrolCandidate
from domain.framework.definition import Option
from domain.framework.framework import Framework
from domain.framework.jury_rule import Sex
from domain.organisation.institution import Institution, NotOfThisCentre
from domain.ports import FrameworkId, PersonId, Recorded, Role
from domain.refusal import NotFound
from projections.framework.certification_catalogue import Certification
from webapi.accounts.authentication import actor, allowed, reading
from webapi.current import acquis
from webapi.edge.tables import in_csv
from webapi.enrolment.candidate import PublishedOffer
from webapi.enrolment.enrolling import Decisions, LineOutcome, enrol, published
from webapi.enrolment.known_people import KnownPeople
from webapi.enrolment.of_centre import own_centres, trained_for
from webapi.enrolment.report import rows
from webapi.forms import NUMBER, Many, text
from webapi.pages.birth_said import born, born_on
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.pages.kept_form import stands_on
from webapi.privacy.finding import everybody
from webapi.problems import language
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("enrolment", __name__, url_prefix="/enrolment")
bp.entry(Role.REGISTRAR, 30, phrase("Inscriptions"), "plus", "new")
bp.entry(Role.CENTRE, 20, phrase("Inscriptions"), "plus", "new")

OUTCOMES: Final = {
    LineOutcome.NEW: (phrase("nouvelle personne"), "good"),
    LineOutcome.KNOWN: (phrase("personne connue"), "good"),
    LineOutcome.ASKED: (phrase("à trancher"), "wait"),
    LineOutcome.ENROLLED: (phrase("déjà inscrite"), "open"),
    LineOutcome.REFUSED: (phrase("refusée par une règle"), "bad"),
    LineOutcome.WRONG: (phrase("à corriger"), "bad"),
}
NOT_CHOSEN: Final = {"framework": ("Choose a certification.", "Choisissez une certification.")}
LIKE: Final = (
    "Somebody known resembles them: see the head of the page.",
    "Une personne connue lui ressemble : voyez en tête de la page.",
)
ASK_THE_REGISTRAR: Final = (
    "Somebody here may have this name or address: ask the registrar to enrol them.",
    "Quelqu'un ici a peut-être ce nom ou cette adresse : demandez son inscription au gestionnaire.",
)
SOMEBODY_NEW: Final = "new"


@bp.get("")
@allowed(Role.REGISTRAR, Role.CENTRE)
def new() -> ResponseReturnValue:
    """Show the form to enrol one candidate; registrars also see known people who resemble them."""
    chosen = _published().certifications
    return render_template(
        "registrar/enrol.html",
        certifications=chosen,
        options=options(chosen),
        centres=_centres(),
        sexes=list(Sex),
        like=g.get("like", ()),
        at="enrolment.new",
    )


def _to_dossier(recorded: Recorded) -> str:
    """Return the address of the new dossier; for a training centre, that of its candidates."""
    if actor().role is Role.CENTRE:
        return url_for("centre.candidates")
    opened = next(stream for stream, version in list(recorded.versions.items())[1:] if version)
    return url_for("candidacy.show", candidacy=opened)


@bp.act(
    "",
    EnrolCandidate,
    new,
    done="La personne est enregistrée et sa candidature ouverte.",
    lead=_to_dossier,
    signs=False,
    without=("born", "rulebook", "centre"),
    email=partial(fields.Email, validate=validate.Length(3, 254)),
    blocks=Many(0, 99, NUMBER),
    option=text(40),
)
def enrol_one() -> dict[str, Any]:
    """Register a person and open their candidacy.

    If the person resembles somebody known, the form asks first whether they are the same.
    """
    form = request.form
    _check_unknown(form.get("name", ""), form.get("email", ""), born_on())
    chosen = _published()
    framework = next((each for each in chosen.certifications if str(each.framework) == form.get("framework")), None)
    rulebook = chosen.rulebooks.get(framework.certifier) if framework else None
    if rulebook is None:
        raise InvalidForm(NOT_CHOSEN)
    centre = _centre()
    return {"born": born(), "rulebook": rulebook, "centre": centre and centre.id}


def _published() -> PublishedOffer:
    """Return the offer to enrol for; for a training centre, what it is habilitated to train for."""
    known = published(acquis())
    return trained_for(known, _centres(), acquis().clock.today()) if actor().role is Role.CENTRE else known


def options(offered: Sequence[Certification]) -> list[tuple[Certification, tuple[Option, ...]]]:
    """Return the options of each certification that has some."""
    sheets = reading().find_all(Framework, [FrameworkId(each.framework) for each in offered])
    found = zip(offered, (sheet.content.options for sheet in sheets), strict=True)
    return [(each, some) for each, some in found if some]


def _centres() -> list[Institution]:
    """Return the training centres that the visitor works for, if they come in that role."""
    return own_centres() if actor().role is Role.CENTRE else []


def _centre() -> Institution | None:
    """Return the centre that enrols: the only one, or the one that the form names; None for a registrar."""
    said, mine = request.form.get("centre", ""), _centres()
    return next((each for each in mine if said in {"", str(each.id)}), None)


def _check_unknown(name: str, email: str, on: date | None) -> None:
    """Raise InvalidForm if the person resembles somebody known, unless the form says that they are different."""
    if actor().role is not Role.CENTRE and request.form.get("another") == "true":
        return
    if like := KnownPeople(everybody(acquis())).like(name, email.strip() or None, on):
        if actor().role is Role.CENTRE:  # a centre may not learn who is known
            raise InvalidForm({"name": ASK_THE_REGISTRAR})
        g.like = like
        raise InvalidForm({"name": LIKE})


@bp.get("/file")
@allowed(Role.REGISTRAR, Role.CENTRE)
def file() -> ResponseReturnValue:
    """Show how a file of candidates is written, and the form to choose it."""
    return render_template("registrar/enrol_file.html", report=None, centres=_centres(), at="enrolment.new")


@bp.post("/file")
@allowed(Role.REGISTRAR, Role.CENTRE)
@stands_on("enrolment.file", "run")
def run() -> ResponseReturnValue:
    """Check a file; or, if confirmed, enrol its candidates; or download the report as CSV."""
    content = _content()
    if content is None:
        return redirect(url_for("enrolment.file"), 303)
    wanted, centre = request.form.get("do", "try"), _centre()
    if actor().role is Role.CENTRE and centre is None:
        raise NotOfThisCentre
    found = enrol(acquis(), content, actor(), _decisions(), dry_run=wanted != "enrol", centre=centre)
    if wanted == "report":
        lines = "".join(f"{line}\n" for line in in_csv(list(rows(found, language()))))
        answer = Response(lines.encode("utf-8-sig"), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="inscriptions-{found.digest[:8]}.csv"'
        return answer
    return render_template(
        "registrar/enrol_file.html",
        report=found,
        outcomes=OUTCOMES,
        content=base64.b64encode(content).decode(),
        new=SOMEBODY_NEW,
        decided=request.form,
        centres=_centres(),
        at="enrolment.new",
    )


def _content() -> bytes | None:
    """Return the file that was just chosen, or that the page passes on; None without a file."""
    if chosen := request.files.get("file"):
        return chosen.read() or None
    try:
        return base64.b64decode(request.form.get("content", ""), validate=True) or None
    except binascii.Error:
        return None


def _decisions() -> Decisions:
    """Return the person meant by each line that was asked about."""
    said = {name.removeprefix("line-"): value for name, value in request.form.items() if name.startswith("line-")}
    numbered = ((whole_number(line), value) for line, value in said.items() if value)
    return {line: _person(value) for line, value in numbered if line is not None}


def _person(value: str) -> PersonId | None:
    if value == SOMEBODY_NEW:
        return None
    try:
        return PersonId(UUID(value))
    except ValueError:
        raise NotFound(value) from None
