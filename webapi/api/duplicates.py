"""Routes for linked files of one person, and their candidacies."""

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
    """A file: the person, and their candidacies."""

    person = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    candidacies = fields.List(fields.Nested(TogetherItem), required=True)


class DuplicatesAnswer(Schema):
    """A person's file and all files linked to it, each with its own candidacies: nothing is merged."""

    version = fields.Integer(required=True)
    files = fields.List(fields.Nested(FileItem), required=True)
    waiting = fields.List(
        fields.UUID(), required=True, metadata={"description": "Proposed files, which a second registrar must link."}
    )


@bp.get("")
@bp.response(200, DuplicatesAnswer)
@allowed(Role.REGISTRAR, Role.AUDITOR)
def show_duplicates(person: UUID) -> ResponseReturnValue:
    """Show a person's file and those linked to it, with their candidacies (doublons)."""
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
    """State that another file belongs to the same person (lier un doublon).

    Two registrars are needed: one proposes, and another confirms with `confirms`, which links the files.
    """


@bp.sends("/<uuid:other>/rejection", RejectLink, adds(Adds.NAMED), reason=text(2000))
def reject_link() -> None:
    """Reject a proposed link of two files, or withdraw your own proposal (écarter un lien proposé)."""


@bp.post("/<uuid:other>/unlinking")
@bp.arguments(form(UnlinkDuplicate, "person", "other", "candidacies"))
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.NAMED)
def unlink_duplicate(body: dict[str, Any], person: UUID, other: UUID) -> ResponseReturnValue:
    """State that two linked files belong to two people (délier un doublon): blocks no longer count across them."""
    return send(
        UnlinkDuplicate(
            person=PersonId(person), other=PersonId(other), reason=body["reason"], candidacies=candidacies_of(person)
        )
    )
