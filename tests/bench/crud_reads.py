"""A careful CRUD on Flask for comparison of reads: a standing as JSON, a candidate's page, a registrar's page.

It looks up token or session, checks whether this person may read this dossier, and reads a row of the dossier and the
rows of its blocks, competences and pieces, with one prepared statement each.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg2
from flask import Flask, abort, render_template, request
from psycopg2.extras import execute_values

from tests.bench.server import run

TABLES = """
create schema crud;
create table crud.token (hash bytea primary key, person uuid not null, role text not null, ends timestamptz not null);
create table crud.person (id uuid primary key, name text not null);
create table crud.dossier (
  id uuid primary key, candidate uuid not null, title text not null, code text not null, route text not null,
  certifier text not null, opened_on date not null, filed_on date not null, outcome text not null, title_on date,
  title_option text, held_on date, place text, positions bigint[] not null
);
create table crud.block (
  candidacy uuid, number int, title text not null, rule text not null, mandatory int[] not null, state text not null,
  acquired int not null, required int not null, missing_mandatory int[] not null, others_needed int not null,
  session uuid, decided_on date, positions bigint[] not null, primary key (candidacy, number)
);
create table crud.competence (
  candidacy uuid, number int, block int not null, text text not null, mandatory boolean not null, state text not null,
  acquired boolean, positions bigint[] not null, primary key (candidacy, number)
);
create table crud.piece (
  candidacy uuid, number int, id uuid not null, name text not null, media_type text not null, size int not null,
  competences int[] not null, submitted_on date not null, withdrawn boolean not null, filed boolean not null,
  primary key (candidacy, number)
);
"""
PREPARE = """
prepare token (bytea) as
  select t.person, t.role, p.name from crud.token t left join crud.person p on p.id = t.person
   where hash = $1 and ends > now();
prepare dossier (uuid, uuid, text) as
  select d.*, p.name as candidate_name from crud.dossier d join crud.person p on p.id = d.candidate
   where d.id = $1 and ($3 = 'registrar' or d.candidate = $2);
prepare blocks (uuid) as select * from crud.block where candidacy = $1 order by number;
prepare competences (uuid) as select * from crud.competence where candidacy = $1 order by number;
prepare pieces (uuid) as select * from crud.piece where candidacy = $1 order by number;
"""
LINE = ("number", "block", "state", "acquired", "positions")
DECIDED = (
    "number",
    "state",
    "acquired",
    "required",
    "missing_mandatory",
    "others_needed",
    "session",
    "decided_on",
    "positions",
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
held = threading.local()


def fill(dsn: str, rows: dict[str, list[tuple[Any, ...]]], secrets: Iterable[tuple[str, UUID, str]]) -> None:
    """Make the tables, with these rows; `secrets` gives person and role of each token and session."""
    run(dsn, TABLES)
    hashed = [(hashlib.sha256(secret.encode()).digest(), str(who), role) for secret, who, role in secrets]
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            "insert into crud.token select h, p::uuid, r, now() + interval '1 day' from (values %s) v(h, p, r)",
            hashed,
        )
        for table, values in rows.items():
            execute_values(cursor, f"insert into crud.{table} values %s", values)  # noqa: S608  (our own names)
    connection.close()
    run(dsn, "analyze")


application = Flask(__name__)
application.jinja_env.trim_blocks = application.jinja_env.lstrip_blocks = True


def _rows(statement: str, given: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the rows of a statement on this thread's own connection."""
    if not hasattr(held, "cursor"):
        connection = psycopg2.connect(os.environ["ACQUIS_DATABASE_URL"])
        connection.autocommit = True
        held.cursor = connection.cursor()
        held.cursor.execute(PREPARE)
    held.cursor.execute(statement, given)
    names = [column.name for column in held.cursor.description]
    return [dict(zip(names, row, strict=True)) for row in held.cursor.fetchall()]


def _comes(secret: str) -> dict[str, Any]:
    found = _rows("execute token (%s)", (hashlib.sha256(secret.encode()).digest(),))
    return found[0] if found else abort(401)


def _read(candidacy: UUID, who: dict[str, Any]) -> dict[str, Any]:
    found = _rows("execute dossier (%s, %s, %s)", (str(candidacy), who["person"], who["role"]))
    if not found:
        abort(404)
    rows = {name: _rows(f"execute {name} (%s)", (str(candidacy),)) for name in ("blocks", "competences")}
    return found[0] | rows


@application.get("/api/v1/candidacies/<uuid:candidacy>/standing")
def standing(candidacy: UUID) -> dict[str, Any]:
    dossier = _read(candidacy, _comes(request.headers.get("Authorization", "").removeprefix("Bearer ")))
    return {
        "candidacy": candidacy,
        "outcome": dossier["outcome"],
        "title_on": _day(dossier["title_on"]),
        "title_option": dossier["title_option"],
        "provisional": True,
        "competences": [{name: each[name] for name in LINE} for each in dossier["competences"]],
        "blocks": [
            {name: each[name] for name in DECIDED} | {"decided_on": _day(each["decided_on"])}
            for each in dossier["blocks"]
        ],
        "positions": dossier["positions"],
    }


@application.get("/candidacies/<uuid:candidacy>")
def page(candidacy: UUID) -> str:
    who = _comes(request.cookies.get("session", ""))
    dossier = _read(candidacy, who)
    competences: dict[int, list[dict[str, Any]]] = {}
    for each in dossier["competences"]:
        competences.setdefault(each["block"], []).append(each)
    pieces = _rows("execute pieces (%s)", (str(candidacy),))
    shown = {number for piece in pieces if not piece["withdrawn"] for number in piece["competences"]}
    template = "candidate.html" if who["role"] == "candidate" else "registrar.html"
    return render_template(template, who=who, dossier=dossier, competences=competences, pieces=pieces, shown=shown)


@application.get("/candidacies/<uuid:candidacy>/evidence/<uuid:piece>")
def piece(candidacy: UUID, piece: UUID) -> str:
    """Do nothing: the page only needs the address."""
    return f"{candidacy}/{piece}"


@application.after_request
def harden(response: Any) -> Any:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@application.template_filter()
def day(value: Any) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


@application.template_filter()
def size(value: int) -> str:
    return f"{value / 1024:.1f} Ko" if value < 1024 * 1024 else f"{value / 1024 / 1024:.1f} Mo"


MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


@application.get("/healthz")
def healthy() -> str:
    return ""
