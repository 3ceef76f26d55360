"""Which files are of the same person, and what do their candidacies say together?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.reject_link import RejectLink
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.people.person import Person
from domain.ports import PersonId, Role
from domain.standing.standing import Outcome
from projections.candidacy import candidacy_overview
from webapi.accounts.authentication import allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, tagged
from webapi.current import acquis
from webapi.forms import form, text
from webapi.privacy.disclosure import listed, loaded, names
from webapi.privacy.persons_candidacies import _files, candidacies_of

bp = Resource("duplicates", __name__, url_prefix="/api/v1/persons/<uuid:person>/duplicates")


class TogetherItem(Schema):
    """A candidacy of one of the files."""

    id = fields.UUID(required=True)
    framework = fields.UUID(required=True)
    route = fields.String(required=True)
    opened_on = fields.Date(required=True)
    ended = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))


class FileItem(Schema):
    """One file: who, and what they applied for."""

    person = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    candidacies = fields.List(fields.Nested(TogetherItem), required=True)


class DuplicatesAnswer(Schema):
    """A person's file and all that are linked to it, each with its own candidacies: nothing is merged."""

    version = fields.Integer(required=True)
    files = fields.List(fields.Nested(FileItem), required=True)
    waiting = fields.List(
        fields.UUID(), required=True, metadata={"description": "The files that a second registrar is to link."}
    )


@bp.get("")
@bp.response(200, DuplicatesAnswer)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def show_duplicates(person: UUID) -> ResponseReturnValue:
    """Show a person's file and those linked to it, with what each applied for (doublons)."""
    found, linked = loaded(Person, person), _files(person)
    everybody = [PersonId(person), *sorted(linked - {person})]
    called = names(everybody)
    files = [{"person": who, "name": called[who], "candidacies": _applied(who)} for who in everybody]
    content = {"version": found.version, "files": files, "waiting": sorted(found.links_waiting)}
    return tagged(content, found.version)


def _applied(who: PersonId) -> list[dict[str, Any]]:
    rows = candidacy_overview.candidacies(acquis().database, candidate=who, limit=None)
    return [listed(each, None) for each in rows]


@bp.sends("", LinkDuplicate, adds(Adds.MORE), confirms="Link what another registrar proposed.")
def link_duplicate() -> None:
    """Say that another file is of the same person (lier un doublon).

    It takes two: one registrar proposes it, another one, who says that they confirm it (`confirms`), links the files.
    """


@bp.sends("/<uuid:other>/rejection", RejectLink, adds(Adds.NAMED), reason=text(2000))
def reject_link() -> None:
    """Do not link two files that were proposed to be, or take one's proposal back (écarter un lien proposé)."""


@bp.post("/<uuid:other>/unlinking")
@bp.arguments(form(UnlinkDuplicate, "person", "other", "candidacies"))
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.NAMED)
def unlink_duplicate(body: dict[str, Any], person: UUID, other: UUID) -> ResponseReturnValue:
    """Say that they are of two people after all (délier un doublon): no block of the one counts for the other."""
    return send(
        UnlinkDuplicate(
            person=PersonId(person), other=PersonId(other), reason=body["reason"], candidacies=candidacies_of(person)
        )
    )
