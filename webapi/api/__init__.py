"""What do all JSON resources share? How a command is sent, and what a write answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from domain.ports import Command, Recorded
from webapi.auth import actor, house
from webapi.problems import BY_STATUS, Said, Spoken
from webapi.requests import StrictParser
from webapi.wiring import Intent

BAD_KEY = Said(
    "bad-request",
    "An Idempotency-Key has 1 to 200 printable characters.",
    "Une clé Idempotency-Key compte 1 à 200 caractères imprimables.",
)
BAD_VERSION = Said(
    "bad-request",
    'If-Match holds one version, as an ETag gave it: "7".',
    "If-Match contient une version, telle que l'ETag l'a donnée : \"7\".",
)
LONGEST_KEY = 200


class Resource(Blueprint):
    """A blueprint whose bodies are read strictly."""

    ARGUMENTS_PARSER = StrictParser()


class RecordedAnswer(Schema):
    """What a write answers: where it stands in the log, which stream it wrote, at which version it now is."""

    position = fields.Integer(required=True, metadata={"description": "Position of the last fact recorded."})
    id = fields.UUID(required=True, metadata={"description": "The resource written."})
    version = fields.Integer(required=True, metadata={"description": "Its version now; also the ETag."})


def send(command: Command, about: UUID | None = None, *, body: bytes | None = None) -> ResponseReturnValue:
    """Send a command on behalf of whoever asks, and answer where it was recorded.

    `about` is the stream whose version the answer shows; by default the first one written.
    """
    recorded = house().execute(command, house().request(intent(body)))
    return answer(recorded, about)


def intent(body: bytes | None = None) -> Intent:
    """What this request asks for, as something that can be repeated."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable() and key.isascii()):
        raise Spoken(400, BAD_KEY)
    return Intent(
        actor=actor(),
        way=f"{request.method} {request.path}",
        key=key,
        body=request.get_data(cache=True) if body is None else body,
        shown=shown(),
    )


def shown() -> int | None:
    """The version that the user was shown, from If-Match."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    digits = given.strip().removeprefix('"').removesuffix('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):  # noqa: PLR2004  (fits a bigint)
        raise Spoken(400, BAD_VERSION)
    return int(digits)


def must_be_shown() -> None:
    """Refuse to replace or sign what the user does not say they were shown (428)."""
    if shown() is None:
        raise Spoken(428, BY_STATUS[428])


def answer(recorded: Recorded, about: UUID | None = None) -> ResponseReturnValue:
    """Answer 201 with the position, and the version written as an ETag."""
    written = about or next(iter(recorded.versions))
    version = recorded.versions.get(written, 0)
    headers: dict[str, Any] = {"ETag": f'"{version}"', "Acquis-Position": str(recorded.position)}
    return {"position": recorded.position, "id": written, "version": version}, 201, headers
