"""Published figures, the dictionary of the reporting views, and their rows as files."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any, Final

from flask import Response, jsonify, send_file
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from adapters.process.heavy_answers import HeavyKind
from domain.framework.definition import Route
from domain.ports import Role
from projections.reporting.dictionary import entries, in_language
from projections.reporting.export import FORMATS, MIMETYPES, RowSelection, snapshot, view_of
from projections.reporting.figures import FigureLine, in_rows, note, reckoning
from projections.reporting.views import VIEWS
from webapi.accounts.authentication import allowed
from webapi.api import Resource
from webapi.current import acquis
from webapi.edge.attachments import attachment
from webapi.edge.figure_files import FILES, written
from webapi.edge.heavy import heavy
from webapi.problems import language
from webapi.requests import Day

bp = Resource("reporting", __name__, url_prefix="/api/v1/reports")

ONE: Final = "as_of, as_position, history, since: only one of them"
OF_WHICH: Final = "since and edition of your copy: both or neither"


class ColumnItem(Schema):
    """A column: meaning, unit, meaning of an empty cell (null: never empty), and the facts that change it."""

    column = fields.String(required=True)
    type = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    means = fields.String(required=True)
    empty = fields.String(required=True, allow_none=True)
    facts = fields.List(fields.String(), required=True)


class ViewItem(Schema):
    """A view: what a row is, the columns that identify a row at one position, and all columns."""

    view = fields.String(required=True)
    row = fields.String(required=True)
    keys = fields.List(fields.String(), required=True)
    columns = fields.List(fields.Nested(ColumnItem), required=True)


class ViewList(Schema):
    """All views, with their position in the log; if the edition differs from your copy's, copy everything again."""

    position = fields.Integer(required=True)
    edition = fields.UUID(required=True)
    items = fields.List(fields.Nested(ViewItem), required=True)


class ReportQuery(Schema):
    """The format, and the rows: the current ones, or one other selection; `since` needs its `edition`."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))
    as_of = Day(load_default=None)
    as_position = fields.Integer(load_default=None, validate=validate.Range(0, 2**63 - 1))
    history = fields.Boolean(load_default=False)
    since = fields.Integer(load_default=None, validate=validate.Range(0, 2**63 - 1))
    edition = fields.UUID(load_default=None)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        asked = (
            data["as_of"] is not None,
            data["as_position"] is not None,
            data["history"],
            data["since"] is not None,
        )
        if sum(asked) > 1:
            raise ValidationError(ONE)
        if (data["since"] is None) != (data["edition"] is None):
            raise ValidationError(OF_WHICH)


@bp.get("")
@bp.response(200, ViewList)
@allowed(Role.REPORTER)
def list_views() -> ResponseReturnValue:
    """List the reporting views, with the dictionary of their columns."""
    with snapshot(acquis().reports.database) as seen:
        position, edition = seen.position, seen.edition
    items = [
        {
            "view": view.name,
            "row": in_language(view.row, language()),
            "keys": view.keys,
            "columns": [vars(each) for each in entries(language(), (view,))],
        }
        for view in VIEWS.values()
    ]
    return {"position": position, "edition": edition, "items": items}, 200


class FigureQuery(Schema):
    """The year (by default the last), the route, the day that ends the year (by default today), and the format."""

    format = fields.String(load_default="json", validate=validate.OneOf(("json", *FILES)))
    year = fields.Integer(load_default=None, validate=validate.Range(1900, 9999))
    route = fields.String(load_default=None, validate=validate.OneOf([each.value for each in Route]))
    as_of = Day(load_default=None)


class HolderQuery(Schema):
    """The day that ends a year (by default today), and the format."""

    format = fields.String(load_default="json", validate=validate.OneOf(("json", *FILES)))
    as_of = Day(load_default=None)


@bp.get("/figures/<code>")
@bp.arguments(FigureQuery, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the type of the format
@allowed(Role.REPORTER)
@heavy(HeavyKind.FIGURES)
def show_figures(query: dict[str, Any], code: str) -> ResponseReturnValue:
    """Download the figures of a certification's year as published, one a line, with the note on hidden counts.

    Totals count everybody; "s" replaces a small count, and a count from which a small one could be derived.
    """
    today, asked = acquis().clock.today(), RowSelection(as_of=query["as_of"])
    with reckoning(acquis().reports.database, code, today, asked) as reckoned:
        found = reckoned.of(query["year"], today)
    lines = list(found.lines(query["route"]))
    return _published(query, code, lines, found.position, found.base.least)


@bp.get("/holders/<code>")
@bp.arguments(HolderQuery, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the type of the format
@allowed(Role.REPORTER)
@heavy(HeavyKind.FIGURES)
def show_holders(query: dict[str, Any], code: str) -> ResponseReturnValue:
    """Download the number of holders of a certification by year and route, as published.

    The note on hidden counts is included.
    """
    today, asked = acquis().clock.today(), RowSelection(as_of=query["as_of"])
    with reckoning(acquis().reports.database, code, today, asked) as reckoned:
        found = reckoned.holders()
    return _published(query, code, list(found.lines()), reckoned.position, found.least)


def _published(
    query: dict[str, Any], certification: str, lines: list[FigureLine], position: int, least: int
) -> ResponseReturnValue:
    as_of = query["as_of"] or acquis().clock.today()
    if query["format"] == "json":
        items = [vars(each) for each in lines if each.table != "note"]
        said = {each: note(least, each) for each in ("fr", "en")}
        answer = jsonify(
            certification=certification, as_of=as_of.isoformat(), position=position, note=said, items=_plain(items)
        )
    else:
        rows = in_rows(lines, certification, as_of, position)
        answer = Response(written(certification, query["format"], rows, least), mimetype=MIMETYPES[query["format"]])
        answer.headers["Content-Disposition"] = attachment(f"{certification}-{position}.{query['format']}")
    answer.headers["Acquis-Position"] = str(position)
    return answer


def _plain(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each | {"session_day": each["session_day"] and each["session_day"].isoformat()} for each in items]


@bp.get("/<view>")
@bp.arguments(ReportQuery, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")  # the type of the format
@allowed(Role.REPORTER)
@heavy(HeavyKind.FILES)
def export_view(query: dict[str, Any], view: str) -> ResponseReturnValue:
    """Download a view's rows as a file; the headers Acquis-Position and Acquis-Edition give position and edition.

    `since` needs the `edition` of your copy. With another edition the request is refused, because the views were
    rebuilt: copy everything again.
    """
    form = query.pop("format")
    return exported(view, form, RowSelection(**query))


def exported(name: str, form: str, asked: RowSelection) -> Response:
    """Return a view's rows as a file to download; raises NotFound, NotThereYet, OfAnotherEdition, TooManyRows."""
    view = view_of(name)
    with snapshot(acquis().reports.database) as seen:
        seen.wants(asked, acquis().clock.today())
        whole = TemporaryFile()  # noqa: SIM115  (closed after sending)
        try:
            seen.write(view, form, whole, asked, language=language())
        except BaseException:
            whole.close()
            raise
    size = whole.tell()
    whole.seek(0)
    answer = send_file(
        whole,
        mimetype=MIMETYPES[form],
        as_attachment=True,
        download_name=f"{name}-{seen.position}.{form}",
        max_age=0,
        etag=False,
        conditional=False,
    )
    answer.content_length = size
    answer.headers["Acquis-Position"] = str(seen.position)
    answer.headers["Acquis-Edition"] = str(seen.edition)
    return answer
