"""Common parts of all JSON resources: access, sending of commands, answers to writes and reads."""

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
"""A parameter in a route's address: `<uuid:session>`."""
CALLED: Final = {"certification": "framework"}
"""Parameters whose field in the command has another name."""


class Resource(Blueprint):
    """A blueprint whose views declare their roles; bodies are read strictly, and answers are documented."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, import_name: str, url_prefix: str) -> None:
        """Check access, stray bodies and queries, and `?after=` before each view."""
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.before_request(admit)
        self.before_request(refuse_stray_bodies)
        self.before_request(refuse_stray_queries)
        self.before_request(_check_versions)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Read a body or a query with this schema, which is made once and not for each request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def route(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a view with its declarations.

        Raises TypeError for a view that does not declare its roles, or a write that declares neither `adds` nor
        `signs`.
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
        """Register a write that sends one command, made from the address and from a body with its other fields.

        The decorated function only gives name and description; it is never called. `how` is `adds(…)` or `signs`;
        `shows` is the command's field whose stream the answer shows, by default the first stream written; `details`
        say how fields of the body are read when their types do not (`webapi.forms`).
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
    """Reason why a write takes no If-Match: it replaces nothing that its sender was shown."""

    MORE = "It adds something, or begins something new."
    ONCE = "It is done once: the rule itself refuses a second request."
    NAMED = "It names what it ends, withdraws or replaces, and is refused once that has changed."
    OWN = "It replaces a provisional statement that only its sender makes."
    ASKS = "It is a query, and changes nothing."
    PLACED = "It names the offset at which it continues."


def adds(why: Adds) -> Callable[[V], V]:
    """Mark a write that takes no If-Match, with the reason."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.adds = why
        return view

    return mark


def signs(view: V) -> V:
    """Mark a write that replaces or signs something shown: without If-Match it is refused (428)."""
    marked: Any = view
    marked.signs = True
    return view


def signs_by_digest(view: V) -> V:
    """Mark a write like `signs`, whose If-Match may also be a digest: others may sign the same text meanwhile."""
    marked: Any = signs(view)
    marked.by_digest = True
    return view


def ruled(view: V) -> V:
    """Mark a read that a rule may refuse (409), as it may refuse any write."""
    marked: Any = view
    marked.ruled = True
    return view


def repeatable(view: V) -> V:
    """Mark a write without a command as repeatable with an Idempotency-Key, like every other write."""
    marked: Any = view
    marked.repeatable = True
    return view


def _check_versions() -> None:
    """Wait for `?after=` before a read; require If-Match before a write that signs."""
    view = current_app.view_functions[str(request.endpoint)]
    if request.method in READS:
        if "actor" in g:
            wait_until_visible()
    elif shown() is None and digest_shown() is None and getattr(view, "signs", False):
        raise Answered(428)


class RecordedAnswer(Schema):
    """The answer to a write: its position in the log, the stream written, and the stream's version."""

    position = fields.Integer(required=True, metadata={"description": "Position of the last fact recorded."})
    id = fields.UUID(required=True, metadata={"description": "The resource written."})
    version = fields.Integer(required=True, metadata={"description": "Its version now; also the ETag."})


def send(command: Command, stream_id: UUID | None = None, *, body: bytes | None = None) -> ResponseReturnValue:
    """Execute a command for the caller, and answer with its position.

    `stream_id` is the stream whose version the answer shows, by default the first one written. Raises GivenOnPage.
    """
    refuse_guarded_by_token(actor(), given_roles(command))
    return answer(acquis().execute(command, acquis().request(intent(body))), stream_id)


def intent(body: bytes | None = None) -> Intent:
    """Return this request's intent; `body` replaces the bytes sent."""
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
    """Return the version in If-Match, which the user was shown; raises 400 if the view takes none."""
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
    """Return the SHA-256 in If-Match, if the view accepts a digest."""
    view = current_app.view_functions.get(str(request.endpoint))
    given = request.headers.get("If-Match", "").strip().removeprefix('"').removesuffix('"')
    return given if getattr(view, "by_digest", False) and DIGEST.fullmatch(given) else None


def answer(recorded: Recorded, stream_id: UUID | None = None) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Answer 201 with the position, and the stream's version as an ETag."""
    stream = stream_id or next(iter(recorded.versions))
    version = recorded.versions.get(stream, 0)
    headers = {"ETag": f'"{version}"', "Acquis-Position": str(recorded.position)}
    return {"position": recorded.position, "id": stream, "version": version}, 201, headers


def written(content: Any) -> Response:
    """Return an answer whose content already has its schema's form, without running the schema."""
    return Response(msgspec.json.encode(content, order="sorted"), mimetype="application/json")


def tagged(content: Any, version: int | str) -> ResponseReturnValue:
    """Return the answer to a read with its version as the ETag, for a later If-Match."""
    return content, 200, {"ETag": f'"{version}"'}


def say_position(response: Response) -> Response:
    """Add the position of the read models to the answer of every read."""
    if "position" in g:
        response.headers.setdefault("Acquis-Position", str(g.position))
    return response
