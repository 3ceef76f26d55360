"""How are candidates enrolled by a file? First tried out, line by line; then done, each line once."""

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

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:  # type: ignore[override]  # (what is read of the text)
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError(NOT_BASE64) from error


class DecisionBody(Body):
    """Of a line where it was asked: which person is meant; null: somebody new all the same."""

    line = fields.Integer(strict=True, required=True, validate=validate.Range(1, 100_000))
    person = Id(required=True, allow_none=True)


class EnrolmentBody(Body):
    """A CSV file of candidates: UTF-8 or Windows-1252, its columns headed in French or English."""

    file = File(
        required=True,
        validate=validate.Length(max=4 * MOST_BYTES),
        metadata={"description": "The CSV file, in base64.", "format": "byte"},
    )
    dry_run = Flag(load_default=True, metadata={"description": "Only say what would become of each line."})
    decisions = fields.List(
        fields.Nested(DecisionBody),
        load_default=list,
        validate=[validate.Length(max=MOST_LINES), Once(lambda each: each["line"])],
    )


class FaultItem(Schema):
    """What is wrong, at which line and in which column, and what to do."""

    line = fields.Integer(required=True)
    column = fields.String(required=True, allow_none=True)
    fr = fields.String(required=True)
    en = fields.String(required=True)


class LikeItem(Schema):
    """Somebody known who may be the same person."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    born = fields.String(required=True, allow_none=True)


class LineItem(Schema):
    """One line: what becomes of it, or would in a dry run."""

    line = fields.Integer(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(LineOutcome)))
    done = fields.Boolean(required=True, metadata={"description": "Whether it is recorded."})
    before = fields.Boolean(required=True, metadata={"description": "Whether an earlier run of this file did it."})
    name = fields.String(required=True, allow_none=True)
    person = fields.UUID(required=True, allow_none=True)
    candidacy = fields.UUID(required=True, allow_none=True)
    same_as_line = fields.Integer(required=True, allow_none=True)
    like = fields.List(fields.Nested(LikeItem), required=True)
    faults = fields.List(fields.Nested(FaultItem), required=True)
    refusal = fields.String(required=True, allow_none=True, metadata={"description": "The rule that refuses it."})
    why = fields.String(required=True, metadata={"description": "What is wrong, in the reader's language."})


class EnrolmentAnswer(Schema):
    """What becomes of a file; `faults` are those of the file as a whole, of which nothing is done then."""

    digest = fields.String(required=True, metadata={"description": "Its SHA-256: by it a file is known again."})
    dry_run = fields.Boolean(required=True)
    position = fields.Integer(required=True, metadata={"description": "Of the last fact recorded; 0: none was."})
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    faults = fields.List(fields.Nested(FaultItem), required=True)
    lines = fields.List(fields.Nested(LineItem), required=True)


@bp.post("")
@bp.arguments(EnrolmentBody)
@bp.response(200, EnrolmentAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def enrol_candidates(body: dict[str, Any]) -> ResponseReturnValue:
    """Enrol candidates by a CSV file (inscrire par fichier), or say what would become of each line.

    Each line is done by itself, and once: the same file sent again does nothing twice. A line that is refused stops
    none of the others. Somebody who may be known already is asked for: say which person is meant in `decisions`.
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
