"""The least cost of a POST of an assessment: Flask, marshmallow, one INSERT, no rule."""

from __future__ import annotations

import json
import os
import threading
from typing import Any
from uuid import UUID, uuid4

import psycopg2
from flask import Flask, request
from marshmallow import RAISE, Schema, fields, validate

from tests.bench.server import PREPARE, PUT


class MarkBody(Schema):
    """The same fields as the API's."""

    class Meta:
        unknown = RAISE

    competence = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    mark = fields.String(required=True, validate=validate.Length(1, 40))
    comment = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 4000))


FORM = MarkBody()
held = threading.local()


def put(body: str) -> int:
    """INSERT one row on this thread's own connection."""
    if not hasattr(held, "cursor"):
        connection = psycopg2.connect(os.environ["ACQUIS_DATABASE_URL"])
        connection.autocommit = True
        held.cursor = connection.cursor()
        held.cursor.execute(PREPARE)
    held.cursor.execute(PUT, (str(uuid4()), 1, "CompetenceAssessed", body, str(uuid4()), 0))
    position: int = held.cursor.fetchall()[0][0]
    return position


application = Flask(__name__)


@application.post("/api/v1/candidacies/<uuid:candidacy>/assessments")
def assess(candidacy: UUID) -> tuple[dict[str, Any], int]:
    body: Any = FORM.load(request.get_json())
    position = put(json.dumps(body | {"candidacy": str(candidacy)}, ensure_ascii=False))
    return {"position": position, "id": candidacy, "version": 1}, 201
