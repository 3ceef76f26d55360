"""A typical CRUD for comparison: Flask, marshmallow, SQLAlchemy with objects and sessions.

Tables and effects are those of `crud.py`; nothing is prepared or cached by hand.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import psycopg2
from flask import Flask, abort, request
from sqlalchemy import ForeignKey, Identity, create_engine, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.bench.bare import FORM


class Row(DeclarativeBase):
    """Columns of every table here."""

    __table_args__ = {"schema": "crud"}  # noqa: RUF012  (as the library asks for it)


class Token(Row):
    __tablename__ = "token"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    person: Mapped[UUID]
    role: Mapped[str]
    ends: Mapped[datetime]


class Candidacy(Row):
    __tablename__ = "candidacy"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    version: Mapped[int]


class Assigned(Row):
    __tablename__ = "assigned"

    candidacy: Mapped[UUID] = mapped_column(ForeignKey(Candidacy.id), primary_key=True)
    assessor: Mapped[UUID] = mapped_column(primary_key=True)
    competence: Mapped[int] = mapped_column(primary_key=True)


class Mark(Row):
    __tablename__ = "mark"

    candidacy: Mapped[UUID] = mapped_column(primary_key=True)
    assessor: Mapped[UUID] = mapped_column(primary_key=True)
    competence: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str]
    comment: Mapped[str | None]
    at: Mapped[datetime]


class Audit(Row):
    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    candidacy: Mapped[UUID]
    person: Mapped[UUID]
    what: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)


engine = create_engine(
    "postgresql+psycopg2://", creator=partial(psycopg2.connect, os.environ["ACQUIS_DATABASE_URL"]), pool_size=8
)
application = Flask(__name__)


@application.post("/api/v1/candidacies/<uuid:candidacy>/assessments")
def assess(candidacy: UUID) -> tuple[dict[str, Any], int]:
    secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
    with Session(engine) as session, session.begin():
        known = session.get(Token, hashlib.sha256(secret.encode()).digest())
        if known is None or known.role != "assessor" or known.ends < datetime.now(UTC):
            abort(403)
        body: Any = FORM.load(request.get_json())
        found = session.scalars(select(Candidacy).where(Candidacy.id == candidacy).with_for_update()).one_or_none()
        of = (candidacy, known.person, body["competence"])
        if found is None or found.status != "open" or session.get(Assigned, of) is None:
            abort(409)
        given = session.get(Mark, of)
        if given is None:
            given = Mark(candidacy=candidacy, assessor=known.person, competence=body["competence"])
            session.add(given)
        given.mark, given.comment, given.at = body["mark"], body["comment"], datetime.now(UTC)
        found.version += 1
        line = Audit(candidacy=candidacy, person=known.person, what="assessed", body=body)
        session.add(line)
        session.flush()
        return {"position": line.id, "id": candidacy, "version": found.version}, 201


@application.get("/healthz")
def healthy() -> str:
    return ""
