"""Candidate's own application: certification, open route and rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.people.state_birth_and_sex import StateBirthAndSex
from domain.framework.definition import Definition, RouteRow
from domain.framework.framework import Framework
from domain.framework.jury_rule import Sex
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Recorded, Role
from domain.refusal import NotFound, Refused
from domain.rulebook.rulebook import Rulebook
from projections.candidacy.candidacy_overview import candidacies
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.forms import Many, number, text
from webapi.pages.birth_said import born
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import loaded, loaded_or_new, on_file, rulebooks, stream
from webapi.words import phrase

bp = Desk("applying", __name__, url_prefix="/apply")
bp.entry(Role.CANDIDATE, 60, phrase("Candidater"), "plus", "choose")


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A certification that is open for applications today, with its open routes and its rulebook."""

    framework: UUID
    definition: Definition
    rulebook: UUID
    routes: tuple[RouteRow, ...]


@bp.get("")
@allowed(Role.CANDIDATE)
def choose() -> ResponseReturnValue:
    """Show the certifications that are open."""
    found = (offer(each.framework) for each in certifications(acquis().database, limit=None))
    mine = candidacies(acquis().database, candidate=actor().who, limit=None)
    return render_template(
        "candidate/choose.html",
        offers=[each for each in found if each],
        mine={each.framework: each.candidacy for each in mine},
        sexes=list(Sex),
        **_stated(),
    )


def _stated() -> dict[str, Any]:
    """Return the candidate's birth and sex, as far as they are on file."""
    told = stream(actor().who)
    sex = on_file(told, "sex")
    return {"born": on_file(told, "born"), "sex": Sex(sex) if sex else None}


@bp.act(
    "/me",
    StateBirthAndSex,
    choose,
    done="C'est enregistré.",
    only=Role.CANDIDATE,
    without=("person", "born"),
)
def state() -> dict[str, Any]:
    """State the user's sex, or their day and place of birth, if it is not on file yet."""
    return {"person": actor().who, "born": born()}


@bp.get("/<uuid:framework>")
@allowed(Role.CANDIDATE)
def apply(framework: UUID) -> ResponseReturnValue:
    """Show the form to choose the route, the option or the blocks, and to accept the rulebook."""
    found = offer(framework)
    if found is None:
        raise NotFound(framework)
    return render_template(
        "candidate/apply.html", offer=found, rules=loaded(Rulebook, found.rulebook).content, at="applying.choose"
    )


@bp.get("/rulebook/<uuid:rulebook>")
@allowed(Role.CANDIDATE)
def read(rulebook: UUID) -> ResponseReturnValue:
    """Show a rulebook before it is accepted."""
    return render_template("candidate/rulebook.html", rules=loaded(Rulebook, rulebook).content, at="applying.choose")


def _theirs(recorded: Recorded, **_ids: UUID) -> str:
    """Return the address of the new candidacy."""
    (opened,) = (each for each in recorded.facts if isinstance(each, CandidacyOpened))
    candidacy = Candidacy.id_of(opened.candidate, opened.framework, opened.route)
    return url_for("candidacy.show", candidacy=candidacy)


@bp.act(
    "/<uuid:framework>",
    OpenCandidacy,
    apply,
    done="Candidature ouverte.",
    lead=_theirs,
    signs=False,
    only=Role.CANDIDATE,
    without=("candidate", "began_on"),
    blocks=Many(0, 99, number(1, 999)),
    option=text(40),
)
def send(framework: UUID) -> dict[str, Any]:
    """Open the user's candidacy."""
    del framework  # the address gives it
    return {"candidate": actor().who}


def offer(framework: UUID) -> Offer | None:
    """Return what is open for applications today in this framework version, or None."""
    found, today = loaded(Framework, framework), acquis().clock.today()
    registration = loaded_or_new(Registration, Registration.id_of(FrameworkId(framework)))
    rulebook = _rulebook(found.content.certifier)
    routes = tuple(row for row in found.content.routes if _admits(found, row))
    if rulebook is None or not routes or registration.obstacles(today, found.content):
        return None
    return Offer(framework=framework, definition=found.content, rulebook=rulebook, routes=routes)


def _admits(found: Framework, row: RouteRow) -> bool:
    """Return whether a route admits candidates today."""
    try:
        found.admit(row.route, acquis().clock.today())
    except Refused:
        return False
    return True


def _rulebook(certifier: str) -> UUID | None:
    """Return the last version of a certifier's rulebook."""
    published = [said for _, said in rulebooks(0, 1000) if said["certifier"] == certifier]
    return max(published, key=lambda said: int(said["version"]))["id"] if published else None
