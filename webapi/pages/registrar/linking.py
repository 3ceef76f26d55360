"""Review of two files of one person, side by side: consequences, proposal and confirmation of the link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.reject_link import RejectLink
from domain.people.facts import LinkProposed
from domain.people.person import Person
from domain.ports import PersonId, Recorded, Role
from projections.candidacy.candidacy_overview import candidacies
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.pages.desk import Desk
from webapi.pages.second_person import addresses, confirmation, proof_asked, prove
from webapi.privacy.disclosure import loaded, names, on_file, personal, rebuilt, stream

bp = Desk("linking", __name__, url_prefix="/people/<uuid:person>/link/<uuid:other>")


@bp.get("")
@allowed(Role.REGISTRAR)
def show(person: UUID, other: UUID) -> ResponseReturnValue:
    """Show both files, the consequences of a link, and how far it has got."""
    ids: dict[str, Any] = {"person": person, "other": other}
    told = stream(person)
    first = rebuilt(Person, PersonId(person), told)
    loaded(Person, other)
    called = names({person, other})
    said = [each for each in told if isinstance(each.fact, LinkProposed) and each.fact.other == other]
    return render_template(
        "registrar/linking.html",
        linked=other in first.same_as,
        files=[_file(each, called.get(each)) for each in (person, other)],
        titles={each.framework: each for each in certifications(acquis().database, limit=None)},
        c=confirmation(first.links_waiting.get(PersonId(other))),
        reason=personal(said[-1]).get("reason") or "" if said and PersonId(other) in first.links_waiting else "",
        urls=addresses("linking", **ids),
        at="people.list_people",
        proof=proof_asked(url_for("linking.show", **ids)),
    )


def _file(person: UUID, name: str | None) -> dict[str, object]:
    """Return what distinguishes one file from the other."""
    told = stream(person)
    return {
        "id": person,
        "name": name,
        "born": on_file(told, "born"),
        "email": on_file(told, "email"),
        "roles": sorted(rebuilt(Person, PersonId(person), told).roles),
        "applied": candidacies(acquis().database, candidate=person, limit=None),
    }


def _to_person(_: Recorded | None, person: UUID, other: UUID) -> str:
    del other
    return url_for("people.show", person=person)


@bp.act(
    "/proposal",
    LinkDuplicate,
    show,
    done="Lien proposé : un collègue le confirme.",
    lead=_to_person,
    without=("confirms",),
)
def propose(person: UUID, other: UUID) -> None:
    """Propose to link the two files."""


@bp.act(
    "/confirmation",
    LinkDuplicate,
    show,
    done="Les deux dossiers sont liés.",
    lead=_to_person,
    without=("confirms",),
)
def confirm(person: UUID, other: UUID) -> dict[str, Any]:
    """Link the two files, as another registrar proposed."""
    del person, other
    return {"confirms": True}


@bp.act("/alone", LinkDuplicate, show, done="Les deux dossiers sont liés.", lead=_to_person, without=("confirms",))
def confirm_alone(person: UUID, other: UUID) -> None:
    """Link the two files alone, after a proof of identity, if the certifier has one registrar only."""
    del person, other
    prove()


@bp.act("/rejection", RejectLink, show, done="La proposition est écartée.", lead=_to_person)
def reject(person: UUID, other: UUID) -> None:
    """Reject the proposal."""
