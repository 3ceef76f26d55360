"""A world for the matrix of rights: a dossier, people with each relation to it, and people without one.

No request changes it: a command that would be recorded is answered by `WouldRecord` instead, so that each cell is
tested in the same world.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID, uuid4

from flask import Flask, Response
from itsdangerous import URLSafeTimedSerializer

from adapters.database.pool import Database
from adapters.log.application import WrittenFact
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.note import Signer
from adapters.log.signing import Checkpointer
from adapters.log.store import PostgresStore
from adapters.log.tree import Tree
from adapters.oidc.conversation import Conversation
from adapters.oidc.providers import Provider
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.grant_role import GrantRole
from domain.people.secrecy import TEXT
from domain.ports import NOBODY, OPERATOR, Role
from tests.given.files import reading_copies as copies
from tests.given.files.specimens import PDF
from tests.given.webapi.centres import centre
from tests.given.webapi.jury_acts import link, read, recuse
from tests.given.webapi.paper_minutes import put_scan, session_of
from tests.given.webapi.portfolios import keep
from tests.given.webapi.sittings import sat
from tests.given.webapi.telephones import give_telephone
from tests.given.webapi.town import Caller, World
from tests.given.webapi.whole_path import JURY_DAY, apply, assessed, done, etag, open_session, plan
from webapi.api.openapi import openapi
from webapi.app import create_app
from webapi.edge.cookies import PASS
from webapi.wiring import App

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

BASE = "/api/v1/candidacies"
WHY = "Une raison."
TUS = {"Tus-Resumable": "1.0.0"}
CODE = "RNCP31936"
LET_THROUGH = 299
FILES = "files.example"
NAMED = re.compile(r"<(?:\w+:)?(\w+)>")
RAW = "0" * 40
"""A session's value that a form of this site repeats, signed."""
STAFF = (
    ("adele", Role.ADVISOR),
    ("alban", Role.ADVISOR),
    ("celia", Role.CENTRE),
    ("olive", Role.INVIGILATOR),
    ("oscar", Role.INVIGILATOR),
    ("dina", Role.DISABILITY_OFFICER),
    ("remi", Role.REGISTRAR),
    ("mona", Role.CANDIDATE),
    ("nour", Role.CANDIDATE),
)
COMES: dict[Role, dict[str, str]] = {
    Role.CANDIDATE: {"own": "marie", "linked": "mona", "other": "nour"},
    Role.ADVISOR: {"named": "adele", "own": "marie", "other": "alban"},
    Role.ASSESSOR: {"assigned": "hugo", "own": "marie", "other": "ines"},
    Role.JUROR: {"chair": "jules", "seated": "katia", "recused": "lucien", "own": "marie", "other": "odile"},
    Role.CENTRE: {"any": "celia", "own": "marie"},
    Role.INVIGILATOR: {"theirs": "olive", "own": "marie", "other": "oscar"},
    Role.DISABILITY_OFFICER: {"any": "dina", "own": "marie"},
    Role.REGISTRAR: {"any": "rose", "own": "marie", "sender": "remi"},
    Role.AUDITOR: {"any": "sacha", "own": "marie"},
    Role.REPORTER: {"any": "tess", "own": "marie"},
    Role.ADMIN: {"any": "ulysse", "own": "marie"},
}
"""The caller of each role and relation: the dossier is Marie's, who has every role; Mona is a file of hers.

Marie herself sends one upload to that dossier; Rémi sends another, a paper file that he enters for her.
"""
AFTER = re.compile(
    r"GET \S+/(commissions|deliberations/{candidacy})$|/deliberations/{candidacy}/(notice|review|rectification)"
    r"|}/(papers|attestations|annulments|receipts|minutes|transcription|validation-files|register-entry)(?!/{number})"
    r"|}/declaration|/facts/{position}"
)
"""Routes that need a dossier with a released decision: Marie's second one."""
BEFORE = re.compile(r"/deliberations/{candidacy}/(opening|attendance|absence|remote-hearing|referral|summons-fall)")
"""Routes that need a candidate before their deliberation: Marie's third dossier."""
BY_POST: dict[str, dict[str, Any]] = {
    "/api/v1/candidacies": {"candidate": "person"},
    "/api/v1/persons/{person}/secrecy": {"signed_on": "2021-02-01"},
    "/api/v1/candidacies/{candidacy}/rulebook-acceptance": {"signed_on": "2021-02-01"},
    "/api/v1/candidacies/{candidacy}/summons-waivers/{session}": {"signed_on": "2021-02-01"},
    "/api/v1/candidacies/{candidacy}/sitting-waivers/{sitting}": {"signed_on": "2021-02-01"},
}
"""Further fields of a registrar: the candidate, or the paper that they enter."""
LEAST: dict[str, dict[str, Any]] = {
    "/api/v1/candidacies/{candidacy}/attestations": {"attestation": "blocks"},
    "/api/v1/organisations/{organisation}/habilitations": {"certification": CODE},
    "/api/v1/organisations/{organisation}/certifications": {"certification": CODE},
    "/api/v1/sittings": {"modality": "B1-M1", "starts_at": "14:00"},
    "/api/v1/persons/{person}/qualities": {"quality": "employers", "ground": WHY},
    "/api/v1/candidacies/{candidacy}/frauds": {"competences": [1]},
    "/api/v1/sittings/{sitting}/papers/{number}/marks": {"marks": [{"competence": 1, "mark": "acquired"}]},
    "/api/v1/candidacies/{candidacy}/assessments/marks": {"marks": [{"competence": 1, "mark": "acquired"}]},
    "/api/v1/audit-exports": {"scope": "all"},
    "/api/v1/persons/searches": {"text": "marie"},
    "/account/secrecy": {"text": "1"},
    "/api/v1/feed/subscriptions": {"address": "https://si.example/acquis"},
    "/api/v1/private-links": {"ends_on": (JURY_DAY + timedelta(days=30)).isoformat()},
    "/api/v1/invitations": {"name": "x", "email": "x@example.org", "roles": ["candidate"]},
}
"""Fields of forms beyond the minimum."""


class WouldRecord(Exception):  # noqa: N818  (an answer)
    """The command was accepted: it would have been recorded with this head."""


class Dry(PostgresStore):
    """The log as it is, to which nothing is appended."""

    def append(self, written: list[WrittenFact], *_: Any) -> Any:
        """Raise WouldRecord with the head."""
        raise WouldRecord(written[0].head)


class Way(NamedTuple):
    """A route: a method and a path of the OpenAPI document, or of the pages."""

    method: str
    path: str

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_page(self) -> bool:
        return not self.path.startswith(("/api/", "/healthz", "/readyz"))


SAID_BY_NAME: Final = {
    "form": "csv",
    "queue": "admissibility",
    "view": "v1_candidacies",
    "secret": "nobody-was-given-this",
    "filename": "desk.css",
    "kind": "BlockGranted",
    "role": "juror",
    "language": "fr",
}
"""Objects in addresses that belong to nobody."""


@dataclass
class Scene:
    """The world, the ids in addresses, and the callers; `apart` is the application on the files' host."""

    world: World
    app: Flask
    apart: Flask
    now: Mapping[str, str]
    then: Mapping[str, str]
    soon: Mapping[str, str]
    callers: Mapping[tuple[Role, str], Caller]
    sent: Mapping[str, Mapping[str, str]]
    document: Any
    _browsers: dict[tuple[Role | None, str], FlaskClient] = field(default_factory=dict)

    def ways(self) -> list[Way]:
        """Return each route: those of the OpenAPI document, and all others."""
        api = [
            Way(method.upper(), path)
            for path, operations in self.document["paths"].items()
            for method in operations
            if method != "parameters"
        ]
        return api + [
            Way(method, re.sub(NAMED, r"{\1}", rule.rule))
            for rule in self.apart.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            if re.sub(NAMED, r"{\1}", rule.rule) not in self.document["paths"]
        ]

    def address(self, way: Way, **named: str) -> str:
        """Return its address, with existing ids except those named here."""
        places = dict(self._places(way)) | SAID_BY_NAME
        if "/role/{role}" in way.path:  # needs two people
            places["role"] = Role.REGISTRAR.value
        if "/private-links/shown/" in way.path:
            places["secret"] = places["shown"]
        if way.path == "/people/{person}/invitation":  # a person with only roles that a registrar gives
            places["person"] = places["assessor"]
        if "{told}" in way.path:  # valid for a minute
            places["told"] = self._told()
        if "/me/sessions/" in way.path:  # a session can be ended only once
            whose = self.callers[Role.CANDIDATE, "own"].actor
            assert self.world.acquis.sessions.begin(whose)
            places["session"] = str(self.world.acquis.sessions.sessions(whose.who)[0].id)
        if "{token}" in way.path:  # a token can be revoked only once: a new one each time
            until = datetime.now(UTC) + timedelta(hours=1)
            holder = self.callers[Role.CANDIDATE, "own"].actor
            places["token"] = str(self.world.acquis.tokens.make(holder, "x", until, issued_by=None).id)
        return re.sub(r"{(\w+)}", lambda name: named.get(name[1]) or places[name[1]], way.path)

    def swapped(self, way: Way) -> tuple[str, str]:
        """Return its addresses in the stranger's own dossier with Marie's ids, and with ids of nobody."""
        own = way.path.replace("{candidacy}", self.now["stranger"])
        return self.address(way, candidacy=self.now["stranger"]), self.nowhere(way._replace(path=own))

    def nowhere(self, way: Way) -> str:
        """Return its address with ids of nothing."""
        numbers = {"position", "paper", "number", "block", "correction", "page"}
        return re.sub(r"{(\w+)}", lambda name: "999999" if name[1] in numbers else str(uuid4()), way.path)

    def ask(self, way: Way, role: Role | None, relation: str, address: str | None = None) -> TestResponse:
        """Send a minimal valid request, as a program with its token; for a page, as a browser with its session."""
        caller = self.callers.get((role, relation)) if role else None
        headers = {} if caller is None or way.is_page else caller.bearer
        browser = self._browser(way, role, relation) if way.is_page else self.app.test_client()
        return browser.open(
            address or self.address(way, **self.sent.get(relation, {})),
            method=way.method,
            headers=headers | self._shown(way) | self._tus(way) | self.lies | self._host(way),
            buffered=True,
            **self._sent(way, caller),
        )

    @cached_property
    def lies(self) -> dict[str, str]:
        """Return parameters that claim to be another user, which every route must ignore."""
        rose = str(self.world.rose.id)
        named = ("X-Remote-User", "X-Forwarded-User", "X-Acting-As", "X-On-Behalf-Of", "X-Impersonate", "From")
        return dict.fromkeys(named, rose) | {"X-Role": "registrar"}

    def door(self, way: Way) -> set[str]:
        """Return the roles that the view accepts before any other check; none for a public view."""
        adapter = self.apart.url_map.bind("localhost")
        endpoint, _ = adapter.match(self.address(way), method=way.method)
        view: Any = self.apart.view_functions[endpoint]
        return {role.value for role in getattr(view, "allowed", ())}  # a view without roles is public

    def subject(self, way: Way) -> str:
        """Return the list's entries about the dossier, if it is a list."""
        kind = {"jury-sessions": "session", "jury": "session", "sittings": "sitting"}
        return self.now[kind.get(way.path.rsplit("/", 1)[1], "candidacy")]

    def _browser(self, way: Way, role: Role | None, relation: str) -> FlaskClient:
        """Return a signed-in browser; a separate one for routes that may end its session.

        The files' host gets no browser: the cookie is the site's.
        """
        if self._host(way):
            return self.apart.test_client()
        if way.path.endswith("/sessions/end"):
            self._browsers.clear()
        if (role, relation) not in self._browsers or not way.path.startswith("/candidacies"):
            browser = self._browsers[role, relation] = self.app.test_client()
            with browser.session_transaction() as session:
                session["csrf_token"] = RAW
                if role is not None:
                    if role is Role.ADMIN:
                        give_telephone(self.world.acquis, self.callers[role, relation].id)
                    session[PASS] = self.world.acquis.sessions.begin(self.callers[role, relation].actor)
        return self._browsers[role, relation]

    def _host(self, way: Way) -> dict[str, str]:
        return {"Host": FILES} if way.path.startswith("/files/") else {}

    def _told(self) -> str:
        """Return the signed part of the piece's address on the files' host, as its candidate gets it."""
        piece = self.address(Way("GET", f"{BASE}/{{candidacy}}/evidence/{{evidence}}/content"))
        answer = self.apart.test_client().get(piece, headers=self.callers[Role.CANDIDATE, "own"].bearer)
        return answer.headers["Location"].rsplit("/", 1)[-1]

    def _places(self, way: Way) -> Mapping[str, str]:
        if way.path.startswith("/portfolio/uploads/"):
            return {**self.now, "upload": self.now["upload_of_theirs"]}
        if "audit-exports" in way.path or way.path.startswith("/audit/exports/"):
            return {**self.now, "position": self.now["export"]}
        if BEFORE.search(way.path):
            return self.soon
        return self.then if AFTER.search(way.key) and "/sittings/" not in way.path else self.now

    def _operation(self, way: Way) -> Any:
        return self.document["paths"].get(way.path, {}).get(way.method.lower(), {})

    def _shown(self, way: Way) -> dict[str, str]:
        """Return the version that was shown, for routes that sign or replace it."""
        return {"If-Match": '"1"'} if "428" in self._operation(way).get("responses", ()) else {}

    def _tus(self, way: Way) -> dict[str, str]:
        """Return tus headers for a file of one byte, with the page's token, as its script sends it."""
        if "upload" not in way.path:
            return {}
        more = {"Upload-Offset": "0"} if way.method == "PATCH" else {"Upload-Length": "1"}
        return TUS | more | ({"X-CSRFToken": self._token()} if way.is_page else {})

    def _sent(self, way: Way, caller: Caller | None) -> dict[str, Any]:
        if way.is_page:
            return {} if way.method == "GET" else {"data": self._form(way)}
        content = self._operation(way).get("requestBody", {}).get("content", {})
        if "multipart/form-data" in content:
            fields = {"competences": ["1"]} if way.path.endswith("evidence") else {}
            return {"data": {**fields, "file": (io.BytesIO(PDF), "x.pdf", "application/pdf")}}
        if way.method == "PATCH":
            return {"data": b"x", "content_type": "application/offset+octet-stream"}
        if "application/json" not in content:
            return {}
        places = dict(self._places(way))
        if caller and caller.role is Role.JUROR:
            places["juror"] = str(caller.id)  # a juror states only their own data
        more = LEAST.get(way.path, {})
        if caller and way.path.endswith("/tokens"):
            more = {"role": caller.role.value, "days": 1, "scopes": ["read"]}  # no token makes one with more scopes
        if caller and caller.role is Role.REGISTRAR:
            more |= {name: places.get(value, value) for name, value in BY_POST.get(way.path, {}).items()}
        return {"json": self._least(content["application/json"]["schema"], "", places) | more}

    def _token(self) -> str:
        return str(URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token").dumps(RAW))

    def _form(self, way: Way) -> dict[str, Any]:
        ours = {"csrf_token": self._token()}
        if way.path.endswith("/evidence"):
            return ours | {"competences": ["1"], "file": (io.BytesIO(PDF), "x.pdf", "application/pdf")}
        return ours | {"evidence": self._places(way)["evidence"], "version": "1", "role": "candidate", "q": "x"}

    def _least(self, schema: Any, name: str, places: Mapping[str, str]) -> Any:
        """Return the smallest value that a schema allows; of an object, the required fields."""
        if "$ref" in schema:
            return self._least(self.document["components"]["schemas"][schema["$ref"].split("/")[-1]], name, places)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        match kind[0] if isinstance(kind, list) else kind:
            case "object":
                wanted = schema.get("required", ())
                return {each: self._least(schema["properties"][each], each, places) for each in wanted}
            case "array":
                return [self._least(schema["items"], name, places)]
            case "integer":
                return max(1, schema.get("minimum", 1))
            case "boolean":
                return True
        match schema.get("format"):
            case "uuid":
                return places.get(name, places["person"])
            case "date":
                return JURY_DAY.isoformat()
        return "x@example.org" if name == "email" else "x"


def furnished(world: World) -> Scene:
    """Play until each address has an object."""
    nowhere = Provider(name="nowhere", title="Nowhere", issuer="http://127.0.0.1:9", client_id="acquis")
    world.acquis.providers["nowhere"] = Conversation(nowhere)
    for name, role in STAFF:
        world.join(name, role)
    people, marie, rose = world.people, world.marie, world.rose
    for role in frozenset(Role) - NOBODY - {Role.CANDIDATE}:
        world.acquis.do(GrantRole(person=marie.id, role=role), OPERATOR)
    world.acquis.do(AcceptSecrecy(person=marie.id, secrecy_text=TEXT, signed_on=world.clock.today()), OPERATOR)
    present, past, awaiting = apply(world, marie), apply(world, marie, "VAE"), apply(world, marie, "FC")
    neighbours, strangers = apply(world, world.nadia), apply(world, people["nour"])
    for candidacy, whose, advisor in (
        (present, marie, "adele"),
        (past, marie, "adele"),
        (strangers, people["nour"], "alban"),
    ):
        named = {"advisor": str(people[advisor].id)}
        done(whose.post(f"{BASE}/{candidacy}/advisor", named, If_Match=etag(whose, f"{BASE}/{candidacy}")))
    piece = done(marie.upload(present, competences=range(1, 31)))["id"]
    copies.put(world.acquis, piece, present, marie.id, copies.film(of_pages=True), kind="media", pages=1)
    filed, position = admitted(world, past)
    accommodation = f"{BASE}/{present}/accommodation"
    done(marie.post(accommodation, {"reason": WHY}))
    link(world, marie, people["mona"])
    holds = f"/api/v1/persons/{marie.id}/legal-holds"
    done(rose.post(holds, {"classes": ["papers"], "ground": WHY}))
    lyon, habilitation = centre(world, "99999999900025")
    session = plan(world)
    for candidacy in (present, awaiting):
        done(rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    sitting = sat(world, present, neighbours)
    numbers = {each["candidacy"]: each["paper"] for each in read(rose, sitting)["sitters"]}
    number = numbers[str(neighbours)]
    done(rose.post(f"{sitting}/markers", {"assessor": str(world.hugo.id), "numbers": [number]}))
    assessed(world, present)
    done(rose.post(f"{BASE}/{present}/frauds", {"competences": [1], "statement": WHY}))
    open_session(world, session)
    for candidacy in (present, awaiting):
        recuse(world, f"{session}/deliberations/{candidacy}", world.lucien)
    done(world.jules.post(f"{session}/deliberations/{present}/attendance"))
    done(world.jules.post(f"{session}/deliberations/{present}/opening"))
    first = decided(world, past)
    ruling = {"court": WHY, "ruled_on": world.clock.today().isoformat(), "reference": WHY, "annuls": True}
    done(people["remi"].post(f"{first}/deliberations/{past}/review/court-rulings", ruling))
    for attestation in ("blocks", "participation"):
        done(marie.post(f"{BASE}/{past}/attestations/requests", {"attestation": attestation}))
    paper = done(rose.post(f"{BASE}/{past}/attestations", {"attestation": "participation"}))["position"]
    now = {
        "certification": str(world.framework),
        "code": CODE,
        "rulebook": str(world.rulebook),
        "framework": str(world.framework),
        "person": str(marie.id),
        "candidate": str(marie.id),
        "other": str(people["mona"].id),
        "candidacy": str(present),
        "candidacies": str(present),
        "evidence": piece,
        "provider": "nowhere",
        "session": session[-36:],
        "sitting": sitting[-36:],
        "organisation": lyon,
        "granted_by": str(world.houses["certifier"]),
        "habilitation": habilitation,
        "comment": str(uuid4()),
        "text": str(uuid4()),
        "hold": read(rose, holds)["items"][0]["id"],
        "assessor": str(world.hugo.id),
        "juror": str(world.katia.id),
        "earlier": str(world.framework),
        "advisor": str(people["adele"].id),
        "number": str(number),
        "block": "1",
        "correction": "1",
        "about": first[-36:],
        "page": "1",
        "position": str(position),
        "paper": str(paper),
        "case": read(rose, f"{BASE}/{present}/frauds")["items"][0]["case"],
        "stranger": str(strangers),
        "export": exported(world),
        "upload": begun(marie, f"{BASE}/{present}"),
        "upload_of_theirs": begun(marie, "/api/v1/portfolio"),
        "piece": (kept_piece := kept(world, marie)),
        "pieces": kept_piece,
        "link": (shown_by := shown(world, marie, kept_piece))["id"],
        "shown": shown_by["secret"],
        "subscription": str(world.acquis.subscriptions.add("webhook", "x", "https://si.example/there")[0]),
    }
    then = now | {"candidacy": str(past), "session": first[-36:], "evidence": filed}
    acquis = dry(world.acquis)
    app = create_app(acquis)
    apart = create_app(replace(acquis, settings=replace(acquis.settings, files_url=f"https://{FILES}")))
    app.register_error_handler(WouldRecord, let_through)
    for name in {name for relations in COMES.values() for name in relations.values()}:
        world.acquis.accounts.add(people[name].id, f"{name}@rights.example", "drawn for this test", drawn=True)
    callers = {
        (role, relation): world.token(people[name].id, role, timedelta(days=2))
        for role, relations in COMES.items()
        for relation, name in relations.items()
    }
    soon, sent = (
        now | {"candidacy": str(awaiting)},
        {"sender": {"upload": begun(people["remi"], f"{BASE}/{present}")}},
    )
    return Scene(world, app, apart, now, then, soon, callers, sent, openapi(app))


def let_through(would: WouldRecord) -> Response:
    """Return in whose name, and in which role, it would have been recorded."""
    (head,) = would.args
    return Response(status=LET_THROUGH, headers={"By": str(head.by), "As": head.role})


def dry(acquis: App) -> App:
    """Return the same application, to whose log nothing is appended."""
    settings = replace(acquis.settings, security_contact="mailto:security@example.org", sign_up=True)
    return replace(acquis, settings=settings, store=Dry(acquis.store._events, acquis.store._database))  # noqa: SLF001  (the very same log)


def begun(sender: Caller, into: str) -> str:
    """Begin an upload of one byte to a candidacy or a portfolio."""
    headers = sender.bearer | TUS | {"Upload-Length": "1"}
    answer = sender.world.app.test_client().post(f"{into}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"].rsplit("/", 1)[-1])


def exported(world: World) -> str:
    """Request an export as the auditor; return its position."""
    world.projector.catch_up()
    with closing(Database(world.url, role="acquis_projector", size=1)) as sealing:
        tree, folder = Tree(sealing), CheckpointFolder(world.acquis.settings.checkpoint_folder)
        signer = Signer.generate(origin_of(tree))
        folder.add_key(signer.key)
        Checkpointer(tree, signer, folder).make()
    asked = done(world.sacha.post("/api/v1/audit-exports", {"scope": "all"}))
    world.projector.catch_up()
    return str(asked["position"])


def kept(world: World, who: Caller) -> str:
    """Keep a piece in somebody's portfolio, checked and with a reading copy."""
    piece: str = done(keep(who))["id"]
    world.projector.catch_up()
    copies.put(world.acquis, piece, None, who.id, copies.film(of_pages=True), kind="media", pages=1)
    return piece


def shown(world: World, who: Caller, piece: str) -> dict[str, str]:
    """Give a private link to a piece of somebody's portfolio; return it with its secret."""
    link = {"pieces": [piece], "ends_on": (world.clock.today() + timedelta(days=30)).isoformat()}
    given: dict[str, str] = done(who.post("/api/v1/private-links", link))
    world.projector.catch_up()
    return given


def admitted(world: World, candidacy: UUID) -> tuple[str, int]:
    """Return a piece of an admissible VAE candidacy, filed, and the position of the filing."""
    base = f"{BASE}/{candidacy}"
    verdict = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    piece = done(world.marie.upload(candidacy, competences=range(1, 10)))["id"]
    filing = {"evidence": [piece]}
    filed = done(world.marie.post(f"{base}/validation-files", filing, If_Match=etag(world.marie, base)))
    return piece, filed["position"]


def decided(world: World, candidacy: UUID) -> str:
    """Decide on paper, entered by the registrar: grant the first block, defer the rest, release and notify."""
    session = session_of(world, route="VAE", on_paper=True, held_on="2021-06-14")
    rose, deliberation = world.rose, f"{session}/deliberations/{candidacy}"
    done(rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    assert put_scan(world, session).status_code == 201
    open_session(world, session)
    recuse(world, deliberation, world.lucien)
    done(rose.post(f"{deliberation}/attendance"))
    done(rose.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": number, "acquired": True} for number in range(1, 10)]}
    blocks = {"outcome": "unanimous", "decisions": [{"block": 1, "granted": True}]}
    for path, body in (("rulings", rulings), ("decision", blocks), ("deferral", {"reason": WHY})):
        done(rose.post(f"{deliberation}/{path}", body, If_Match=etag(rose, deliberation)))
    done(rose.post(f"{session}/closing"))
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, f"{session}/minutes")))
    done(rose.post(f"{session}/release"))
    done(rose.post(f"{deliberation}/notice", {"channel": "portal"}))
    return str(session)
