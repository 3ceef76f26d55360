"""Route to enrol candidates by a file: a dry run line by line, then each line once."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate

from domain.ports import PersonId, Role
from webapi.accounts.authentication import actor, allowed
from webapi.api import Adds, Resource, adds
from webapi.current import acquis
from webapi.enrolment.csv_file import MOST_BYTES, MOST_LINES
from webapi.enrolment.enrolling import EnrolmentLine, LineOutcome, enrol
from webapi.problems import language
from webapi.requests import Body, Flag, Id, Once

bp = Resource("enrolments", __name__, url_prefix="/api/v1/enrolments")

NOT_BASE64: Final = "Not valid base64."


class File(fields.String):
    """The bytes of a file, in base64."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:  # type: ignore[override]  # (returns the decoded bytes)
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError(NOT_BASE64) from error


class DecisionBody(Body):
    """The decision on a line with a similar person: that person; null: a new person."""

    line = fields.Integer(strict=True, required=True, validate=validate.Range(1, 100_000))
    person = Id(required=True, allow_none=True)


class EnrolmentBody(Body):
    """A CSV file of candidates: UTF-8 or Windows-1252, its columns headed in French or English."""

    file = File(
        required=True,
        validate=validate.Length(max=4 * MOST_BYTES),
        metadata={"description": "The CSV file, in base64.", "format": "byte"},
    )
    dry_run = Flag(load_default=True, metadata={"description": "Only report the result of each line."})
    decisions = fields.List(
        fields.Nested(DecisionBody),
        load_default=list,
        validate=[validate.Length(max=MOST_LINES), Once(lambda each: each["line"])],
    )


class FaultItem(Schema):
    """A fault: line, column, and what to do."""

    line = fields.Integer(required=True)
    column = fields.String(required=True, allow_none=True)
    fr = fields.String(required=True)
    en = fields.String(required=True)


class LikeItem(Schema):
    """A known person who may be the same."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    born = fields.String(required=True, allow_none=True)


class LineItem(Schema):
    """A line with its result, or the expected result in a dry run."""

    line = fields.Integer(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(LineOutcome)))
    done = fields.Boolean(required=True, metadata={"description": "Whether it is recorded."})
    before = fields.Boolean(
        required=True, metadata={"description": "Whether an earlier run of this file recorded it."}
    )
    name = fields.String(required=True, allow_none=True)
    person = fields.UUID(required=True, allow_none=True)
    candidacy = fields.UUID(required=True, allow_none=True)
    same_as_line = fields.Integer(required=True, allow_none=True)
    like = fields.List(fields.Nested(LikeItem), required=True)
    faults = fields.List(fields.Nested(FaultItem), required=True)
    refusal = fields.String(
        required=True, allow_none=True, metadata={"description": "The rule that refuses the line."}
    )
    why = fields.String(required=True, metadata={"description": "What is wrong, in the reader's language."})


class EnrolmentAnswer(Schema):
    """The result of a file; if the file as a whole has `faults`, nothing is recorded."""

    digest = fields.String(required=True, metadata={"description": "Its SHA-256, by which the file is recognised."})
    dry_run = fields.Boolean(required=True)
    position = fields.Integer(
        required=True, metadata={"description": "Position of the last fact recorded; 0 if none was."}
    )
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    faults = fields.List(fields.Nested(FaultItem), required=True)
    lines = fields.List(fields.Nested(LineItem), required=True)


@bp.post("")
@bp.arguments(EnrolmentBody)
@bp.response(200, EnrolmentAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def enrol_candidates(body: dict[str, Any]) -> ResponseReturnValue:
    """Enrol candidates by a CSV file (inscrire par fichier), or report the expected result of each line.

    Each line is handled separately and once: the same file sent again records nothing twice. A refused line does not
    stop the others. A line with a similar known person waits for a decision in `decisions`.
    """
    decisions = {each["line"]: each["person"] and PersonId(each["person"]) for each in body["decisions"]}
    found = enrol(acquis(), body["file"], actor(), decisions, dry_run=body["dry_run"])
    return {
        "digest": found.digest,
        "dry_run": found.dry_run,
        "position": found.position,
        "counts": {outcome.value: many for outcome, many in found.counts.items()},
        "faults": found.faults,
        "lines": [_line(each) for each in found.lines],
    }, 200


def _line(each: EnrolmentLine) -> dict[str, Any]:
    return vars(each) | {
        "name": each.of.name if each.of else None,
        "same_as_line": each.line_of,
        "refusal": each.refusal.slug() if each.refusal else None,
        "why": each.why(language()),
    }
