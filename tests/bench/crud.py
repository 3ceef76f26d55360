"""A careful CRUD on Flask for comparison: the latest state in a row, with an audit table.

It does what a developer without need of history would write: look up the token, check under a lock who is assigned
and whether the candidacy is open, replace the earlier mark, and write an audit line.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from typing import Any
from uuid import UUID

import psycopg2
from flask import Flask, abort, request

from tests.bench.bare import FORM
from tests.bench.server import run

TABLES = """
create schema crud;
create table crud.token (hash bytea primary key, person uuid not null, role text not null, ends timestamptz not null);
create table crud.candidacy (id uuid primary key, status text not null, version int not null);
create table crud.assigned (
  candidacy uuid, assessor uuid, competence int, primary key (candidacy, assessor, competence)
);
create table crud.mark (
  candidacy uuid, assessor uuid, competence int, mark text not null, comment text, at timestamptz not null,
  primary key (candidacy, assessor, competence)
);
create table crud.audit (
  id bigint generated always as identity primary key, candidacy uuid not null, person uuid not null,
  what text not null, body jsonb not null, at timestamptz not null default now()
);
create index audit_candidacy on crud.audit (candidacy, id);
"""
PREPARE = """
prepare token (bytea) as select person, role from crud.token where hash = $1 and ends > now();
prepare may (uuid, uuid, int) as
  select c.status, c.version from crud.candidacy c join crud.assigned a on a.candidacy = c.id
   where c.id = $1 and a.assessor = $2 and a.competence = $3 for update of c;
prepare marked (uuid, uuid, int, text, text) as
  insert into crud.mark values ($1, $2, $3, $4, $5, now())
  on conflict (candidacy, assessor, competence) do update set mark = $4, comment = $5, at = now();
prepare moved (uuid) as update crud.candidacy set version = version + 1 where id = $1 returning version;
prepare noted (uuid, uuid, text, jsonb) as
  insert into crud.audit (candidacy, person, what, body) values ($1, $2, $3, $4) returning id;
"""
held = threading.local()


def fill(dsn: str, token: str, assessor: UUID, candidacies: list[UUID], competences: int) -> None:
    """Make the tables, with the same people and dossiers."""
    run(dsn, TABLES)
    run(
        dsn,
        "insert into crud.token values (%s, %s, 'assessor', now() + interval '1 day')",
        (hashlib.sha256(token.encode()).digest(), str(assessor)),
    )
    run(dsn, "insert into crud.candidacy select unnest(%s::uuid[]), 'open', 0", ([*map(str, candidacies)],))
    run(
        dsn,
        "insert into crud.assigned select c.id, %s, n from crud.candidacy c, generate_series(1, %s) n",
        (str(assessor), competences),
    )
    run(dsn, "analyze")


def cursor() -> Any:
    """Return this thread's own cursor."""
    if not hasattr(held, "cursor"):
        connection = psycopg2.connect(os.environ["ACQUIS_DATABASE_URL"])
        connection.autocommit = True
        held.cursor = connection.cursor()
        held.cursor.execute(PREPARE)
    return held.cursor


application = Flask(__name__)


@application.post("/api/v1/candidacies/<uuid:candidacy>/assessments")
def assess(candidacy: UUID) -> tuple[dict[str, Any], int]:
    secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
    ours, where = cursor(), str(candidacy)
    ours.execute("execute token (%s)", (hashlib.sha256(secret.encode()).digest(),))
    known = ours.fetchone()
    if known is None or known[1] != "assessor":
        abort(403)
    body: Any = FORM.load(request.get_json())
    ours.execute("begin")
    ours.execute("execute may (%s, %s, %s)", (where, known[0], body["competence"]))
    found = ours.fetchone()
    if found is None or found[0] != "open":
        ours.execute("rollback")
        abort(409)
    ours.execute(
        "execute marked (%s, %s, %s, %s, %s)", (where, known[0], body["competence"], body["mark"], body["comment"])
    )
    ours.execute("execute moved (%s)", (where,))
    version = ours.fetchone()[0]
    ours.execute("execute noted (%s, %s, 'assessed', %s)", (where, known[0], json.dumps(body)))
    position = ours.fetchone()[0]
    ours.execute("commit")
    return {"position": position, "id": candidacy, "version": version}, 201


@application.get("/healthz")
def healthy() -> str:
    return ""
