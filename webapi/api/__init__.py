"""What do all JSON resources share? Who is let in, how a command is sent, what a write and a read answer."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from domain.ports import NOBODY, Command, Recorded
from webapi.accounts.authentication import actor, admit, allowed
from webapi.accounts.guarded_access import given_roles, refuse_guarded_by_token
from webapi.api.openapi import document
from webapi.current import acquis
from webapi.edge.body_limits import reads, refuse_stray_bodies, refuse_stray_queries
from webapi.forms import DECLARED, Declared, Detail, filled, form
from webapi.intent import Intent
from webapi.privacy.disclosure import wait_until_visible
from webapi.problems import Answered, Message
from webapi.requests import StrictParser

V = TypeVar("V", bound=Callable[..., Any])
BAD_KEY: Final = Message(
    "bad-request",
    "An Idempotency-Key has 1 to 200 printable characters.",
    "Une clé Idempotency-Key compte 1 à 200 caractères imprimables.",
)
BAD_VERSION: Final = Message(
    "bad-request",
    'If-Match holds one version, as an ETag gave it: "7".',
    "If-Match contient une version, telle que l'ETag l'a donnée : \"7\".",
)
NO_VERSION: Final = Message(
    "bad-request",
    "This replaces and signs nothing that was shown: it takes no If-Match.",
    "Cette demande ne remplace et ne signe rien de montré : elle ne prend pas d'If-Match.",
)
LONGEST_KEY: Final = 200
LOCATION: Final = {"Location": {"description": "The address of what was made.", "schema": {"type": "string"}}}
READS: Final = frozenset({"GET", "HEAD"})
DIGEST: Final = re.compile("[0-9a-f]{64}")
LONGEST_VERSION: Final = 18
ADDRESSED: Final = re.compile("<[a-z]+:([a-z]+)>")
"""What an address names: `<uuid:session>`."""
CALLED: Final = {"certification": "framework"}
"""What commands call it, where they call it otherwise."""


class Resource(Blueprint):
    """A blueprint whose views say who may come, whose bodies are read strictly and whose answers are documented."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, import_name: str, url_prefix: str) -> None:
        """Ask who is coming, and whether what they want to see is there yet, before a view runs."""
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.before_request(admit)
        self.before_request(refuse_stray_bodies)
        self.before_request(refuse_stray_queries)
        self.before_request(_as_asked)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Read a body or a query with this schema, made once and not once a request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def route(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a view with all that its declaration says of it.

        TypeError when it does not say who may come, or, of a write, whether it signs or replaces what was shown.
        """

        def register(view: V) -> V:
            if not hasattr(view, "allowed"):
                raise TypeError(f"{self.name}.{view.__name__} does not say who may come")
            if not READS.issuperset(options["methods"]) and hasattr(view, "signs") == hasattr(view, "adds"):
                raise TypeError(
                    f"{self.name}.{view.__name__} does not say whether it signs or replaces, or only adds"
                )
            documented = document(view, self.name, f"{self.url_prefix}{rule}", options["methods"])
            documented.reads_json, documented.reads_query = reads(view, "json"), reads(view, "query")
            super(Resource, self).route(rule, **options)(documented)
            return view

        return register

    def sends(
        self, rule: str, command: type[Command], how: Callable[[Any], Any], /, *, shows: str = "", **details: Detail
    ) -> Callable[[V], V]:
        """Register a write that sends one command: of what its address names, and of a body of its other fields.

        What is declared is its name and what it does: nobody calls it. `how` says whether it `adds`, or `signs` what
        was shown; `shows` is the command's field whose stream the answer shows, by default the first one written;
        `details` say of fields of the body what their types do not (`webapi.forms`).
        """
        names = {CALLED.get(name, name): name for name in ADDRESSED.findall(f"{self.url_prefix}{rule}")}
        body = form(command, *names, **details)

        def declare(view: V) -> V:
            @functools.wraps(view)
            def write(*read: dict[str, Any], **ids: Any) -> ResponseReturnValue:
                addressed = {field: ids[name] for field, name in names.items()}
                sent = filled(command, addressed | dict(*read))
                return send(sent, getattr(sent, shows) if shows else None)

            marked = self.response(201, RecordedAnswer)(how(allowed(*command.roles - NOBODY)(write)))
            DECLARED[command] = Declared(details, hasattr(marked, "signs"))
            read = body().fields
            asked = any(field.required for field in read.values())
            self.post(rule)(self.arguments(body, required=asked)(marked) if read else marked)
            return view

        return declare


class Adds(StrEnum):
    """Why a write asks for no If-Match: it replaces nothing that its sender was shown."""

    MORE = "It adds to what is there, or begins something new."
    ONCE = "It is done once: whoever comes second is refused by the rule itself."
    NAMED = "It names what it ends, takes back or replaces: it is refused where that is no longer so."
    OWN = "It says anew, and provisionally, what its sender alone says."
    ASKS = "It asks, and changes nothing."
    PLACED = "It says itself from where it goes on."


def adds(why: Adds) -> Callable[[V], V]:
    """Say of a write that it replaces and signs nothing that was shown, and why not: it takes no If-Match."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.adds = why
        return view

    return mark


def signs(view: V) -> V:
    """Refuse (428) whoever replaces or signs without saying with If-Match what they were shown."""
    marked: Any = view
    marked.signs = True
    return view


def signs_by_digest(view: V) -> V:
    """Do the same, where what was shown may also be said by its digest: others may sign it meanwhile."""
    marked: Any = signs(view)
    marked.by_digest = True
    return view


def ruled(view: V) -> V:
    """Say of a read that a rule may refuse it (409), as it may refuse any write."""
    marked: Any = view
    marked.ruled = True
    return view


def repeatable(view: V) -> V:
    """Say of a write without a command of its own that an Idempotency-Key makes it repeatable, as any other write."""
    marked: Any = view
    marked.repeatable = True
    return view


def _as_asked() -> None:
    """Before a view: a read waits for `?after=`, a write that signs says what was shown."""
    view = current_app.view_functions[str(request.endpoint)]
    if request.method in READS:
        if "actor" in g:
            wait_until_visible()
    elif shown() is None and digest_shown() is None and getattr(view, "signs", False):
        raise Answered(428)


class RecordedAnswer(Schema):
    """What a write answers: where it stands in the log, which stream it wrote, at which version it now is."""

    position = fields.Integer(required=True, metadata={"description": "Position of the last fact recorded."})
    id = fields.UUID(required=True, metadata={"description": "The resource written."})
    version = fields.Integer(required=True, metadata={"description": "Its version now; also the ETag."})


def send(command: Command, about: UUID | None = None, *, body: bytes | None = None) -> ResponseReturnValue:
    """Send a command on behalf of whoever asks, and answer where it was recorded.

    `about` is the stream whose version the answer shows; by default the first one written. Raises GivenOnPage.
    """
    refuse_guarded_by_token(actor(), given_roles(command))
    return answer(acquis().execute(command, acquis().request(intent(body))), about)


def intent(body: bytes | None = None) -> Intent:
    """What this request asks for, as something that can be repeated; `body` stands for what it sent."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable() and key.isascii()):
        raise Answered(400, BAD_KEY)
    return Intent(
        actor=actor(),
        way=f"{request.method} {request.path}",
        key=key,
        body=request.get_data(cache=True) if body is None else body,
        shown=shown(),
    )


def shown() -> int | None:
    """The version that the user was shown, from If-Match; raises 400 where nothing shown is replaced or signed."""
    given = request.headers.get("If-Match")
    if given is None or digest_shown() is not None:
        return None
    if not getattr(current_app.view_functions[str(request.endpoint)], "signs", False):
        raise Answered(400, NO_VERSION)
    digits = given.strip().removeprefix('"').removesuffix('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_VERSION):
        raise Answered(400, BAD_VERSION)
    return int(digits)


def digest_shown() -> str | None:
    """The SHA-256 of what the user was shown, from If-Match, where the view takes one."""
    view = current_app.view_functions.get(str(request.endpoint))
    given = request.headers.get("If-Match", "").strip().removeprefix('"').removesuffix('"')
    return given if getattr(view, "by_digest", False) and DIGEST.fullmatch(given) else None


def answer(recorded: Recorded, about: UUID | None = None) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Answer 201 with the position, and the version written as an ETag."""
    stream = about or next(iter(recorded.versions))
    version = recorded.versions.get(stream, 0)
    headers = {"ETag": f'"{version}"', "Acquis-Position": str(recorded.position)}
    return {"position": recorded.position, "id": stream, "version": version}, 201, headers


def written(content: Any) -> Response:
    """An answer whose fields and values are its schema's already, written without asking the schema of each."""
    return Response(msgspec.json.encode(content, order="sorted"), mimetype="application/json")


def tagged(content: Any, version: int | str) -> ResponseReturnValue:
    """Answer a read with the version shown, as the ETag that a later If-Match repeats."""
    return content, 200, {"ETag": f'"{version}"'}


def say_position(response: Response) -> Response:
    """Say in every read how far what it shows has come."""
    if "position" in g:
        response.headers.setdefault("Acquis-Position", str(g.position))
    return response
