"""Checks of a request's form: strict JSON, known fields, limited sizes. No domain rule is checked here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from flask import Flask, Request, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from adapters.settings import Settings
from domain.people.naming import STEERS, NameUnfit, fit_name
from domain.refusal import Violation
from webapi.problems import BAD_FRAMING, BY_STATUS, Answered, Message

LARGEST_BODY: Final = 1024 * 1024
PATIENCE: Final = 20.0
"""Seconds for which the sender of a body may pause."""
DEEPEST: Final = 32
LARGEST_NUMBER: Final = 2**63 - 1
LONGEST_NUMBER: Final = len(str(LARGEST_NUMBER)) - 1
MOST_DIGITS: Final = 20
LONGEST_PLACE: Final = 80
"""The most characters in the path of a wrong field; a longer path was made by the sender."""
DIGITS: Final = re.compile("-?[0-9]+")
ID: Final = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
INSTANT: Final = re.compile(rf"{DAY.pattern}[Tt]{CLOCK}:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]{CLOCK})?")
"""An instant of RFC 3339; one without an offset has an error message of its own."""
HOUR: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9](:00)?")
UNKNOWN: Final = "Unknown field."
TWICE: Final = "Said twice."
ONE: Final = "One of these."
BLANK: Final = "Blanks."
NOT_KEPT: Final = "Not kept."
UNSEEN: Final = "Unseen."
OUT_OF_BOUNDS: Final = "Out of bounds."
NO_HOUR: Final = "No hour."
BELOW_NOTHING: Final = "Below nothing."
NO_OBJECT: Final = ("This is not a JSON object.", "Ce n'est pas un objet JSON.")
NOT_ACCEPTED: Final = ("This field is not accepted here.", "Ce champ n'est pas accepté ici.")
MALFORMED: Final = Message(
    "malformed-json",
    "The body is not JSON in UTF-8, names a field twice, or nests too deeply.",
    "Le corps n'est pas du JSON en UTF-8, nomme deux fois un champ, ou s'emboîte trop profondément.",
)
UNKNOWN_FIELD: Final = Message(
    "unknown-field",
    "The request holds a field that is not the sender's to give.",
    "La demande contient un champ que l'expéditeur n'a pas à donner.",
)


SAYS_SOMETHING: Final = validate.Regexp(r"\s*\S", error=BLANK)
"""A pattern, so that the OpenAPI document can show it too."""


class Body(Schema):
    """A request's body, in which unknown fields are refused: a sender must not set the server's own fields."""

    class Meta:
        """Marshmallow options: refuse unknown fields."""

        unknown = RAISE


class Text(fields.String):
    """A text of limited length that is not blank.

    It holds no control characters except tabs and ends of lines, and no change of text direction.
    """

    def __init__(self, shortest: int, longest: int, **kwargs: Any) -> None:
        """Accept `shortest` to `longest` characters."""
        super().__init__(validate=[validate.Length(shortest, longest), SAYS_SOMETHING], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if STEERS.search(text):
            raise ValidationError(UNSEEN)
        return text


class Name(Text):
    """The name of a person, an organisation or a place, on one line, normalised by `domain.people.naming`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            return text  # refused as blank
        try:
            return fit_name(text)
        except NameUnfit as unfit:
            raise ValidationError(UNSEEN) from unfit


class Flag(fields.Boolean):
    """JSON's `true` or `false`; strings and numbers are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class StrictBoolean(fields.Boolean):
    """`true` or `false` in a query; marshmallow's `off`, `1` and `yes` are refused."""

    def __init__(self, **kwargs: Any) -> None:
        """Accept only these two words."""
        super().__init__(truthy={"true"}, falsy={"false"}, **kwargs)


class StrictInteger(fields.Integer):
    """A whole number of ASCII digits in a query or form; Python's int() also reads 1_0 as ten and ٧ as seven."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not DIGITS.fullmatch(str(value)):
            raise self.make_error("invalid", input=value)
        return int(super()._deserialize(value, attr, data, **kwargs))


class Once(validate.Validator):
    """A list without duplicates by `key`; of two items with one key, none could be preferred."""

    def __init__(self, key: Callable[[Any], Any] = lambda each: each) -> None:
        """Compare items by `key`."""
        self.key = key

    def __call__(self, value: list[Any]) -> list[Any]:
        """Return the list; raise ValidationError for a duplicate."""
        found = [self.key(each) for each in value]
        if len(set(found)) < len(found):
            raise ValidationError(TWICE)
        return value


class Id(fields.UUID):
    """An identifier of 36 characters; Python's UUID() also reads braces, and digits without hyphens."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if not (isinstance(value, str) and ID.fullmatch(value)):
            raise self.make_error("invalid_uuid")
        return super()._deserialize(value, attr, data, **kwargs)


class Day(fields.Date):
    """A day written YYYY-MM-DD; Python also reads week dates, and digits without hyphens."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not (isinstance(value, str) and DAY.fullmatch(value)):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class Instant(fields.AwareDateTime):
    """An instant with any offset, converted to UTC, where it must still be a valid date."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not (isinstance(value, str) and INSTANT.fullmatch(value)):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        try:
            return super()._deserialize(value.upper(), attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


class Hour(fields.Field[time]):
    """A local time hh:mm; seconds must be zero if given, and an offset is refused."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """Document the field as a string: JSON Schema's `time` requires an offset."""
        super().__init__(metadata={"type": "string", "pattern": f"^{HOUR.pattern}$", **(metadata or {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        del attr, data, kwargs
        if not (isinstance(value, str) and HOUR.fullmatch(value)):
            raise ValidationError(NO_HOUR)
        return time.fromisoformat(value)


class StrictParser(FlaskParser):
    """Parser that reads a request as its schema declares and reports every wrong field once."""

    DEFAULT_UNKNOWN_BY_LOCATION: Final = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE}  # type: ignore[misc]

    def load_json(self, req: Request, schema: Any) -> Any:
        """Return the JSON body, of 1 MiB at most; it may be absent if no field is required."""
        absent = not req.mimetype and not req.content_length and "Transfer-Encoding" not in req.headers
        if absent and not any(field.required for field in schema.fields.values()):
            return core.missing
        return read_json(req)

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """Return the query without `after`, which every read accepts and no write does.

        Raises 422 for a repeated parameter that takes one value.
        """
        several = {key for key, field in schema.fields.items() if isinstance(field, fields.List)}
        twice = [key for key, values in req.args.lists() if len(values) > 1 and key not in several]
        shared = {"after"} if req.method in {"GET", "HEAD"} else set()
        if known := [key for key in twice if key in shared or key in schema.fields]:
            raise wrong([(key, TWICE) for key in known])
        given = MultiDict((key, value) for key, value in req.args.items(multi=True) if key not in shared)
        _check(dict(req.args.lists()), 0)
        return self._makeproxy(given, schema)

    def handle_error(self, error: Any, req: Any, schema: Any, *, error_status_code: Any, error_headers: Any) -> Any:
        """Raise 422 with each wrong field named in both languages, without its value."""
        del req, schema, error_status_code, error_headers
        raise wrong([message for messages in error.messages.values() for message in _flat(messages)])


def checked(schema: Schema, given: Any) -> dict[str, Any]:
    """Return data that is neither JSON nor a query, read by the schema; raises 422 for wrong fields."""
    try:
        return dict(schema.load(given))
    except ValidationError as error:
        raise wrong(_flat(error.messages)) from error


def faults(error: ValidationError) -> dict[str, tuple[str, str]]:
    """Return the errors of a form by the field's path, in English and French."""
    return {place: _words(message) for place, message in _flat(error.messages)}


def wrong(messages: list[tuple[str, str]]) -> Answered:
    """Return the refusal of wrong fields, without the name of an unknown field: the sender made that name up."""
    unknown = any(message == UNKNOWN for _, message in messages)
    violations = [Violation("…" if message == UNKNOWN else path, *_words(message), "") for path, message in messages]
    return Answered(422, UNKNOWN_FIELD if unknown else BY_STATUS[422], violations)


def refuse_other_parameters(*names: str) -> None:
    """Refuse (422) a query with any other parameter, or with one of these twice."""
    found = [
        (key, TWICE if key in names else UNKNOWN)
        for key, values in request.args.lists()
        if key not in names or len(values) > 1
    ]
    if found:
        raise wrong(found)


def limit_pauses(app: Flask, _settings: Settings) -> None:
    """Limit the pauses of a body's sender, so that no sender holds a thread for ever."""

    def limit() -> None:
        socket = request.environ.get("gunicorn.socket")
        if socket is not None:
            socket.settimeout(PATIENCE)

    app.before_request(limit)


def read_json(req: Request) -> Any:
    """Return a strict JSON body: UTF-8, no duplicate key, NaN, lone surrogate or NUL, limited depth and size."""
    if not req.mimetype == "application/json":
        raise UnsupportedMediaType
    if (req.content_length or 0) > LARGEST_BODY:
        raise Answered(413)
    req.max_content_length = LARGEST_BODY + 1  # also in a view that reads uploads
    raw = req.get_data(cache=True)
    if len(raw) > LARGEST_BODY:
        raise Answered(413)
    if len(raw) < (req.content_length or 0):
        raise Answered(400, BAD_FRAMING)
    if not raw:
        return core.missing
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole
        )
    except (ValueError, RecursionError) as error:
        raise Answered(400, MALFORMED) from error
    _check(value, 0)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(_name: str) -> Any:
    raise ValueError("not a JSON number")


def _whole(digits: str) -> float:
    """Return a whole number; infinity when it has more digits than Python reads, as every limit refuses it."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _check(value: Any, depth: int) -> None:
    """Refuse values that the log or PostgreSQL cannot hold."""
    if depth > DEEPEST:
        raise Answered(400, MALFORMED)
    if isinstance(value, str):
        if "\0" in value or not _is_unicode(value):
            raise wrong([("…", NOT_KEPT)])
    elif isinstance(value, (int, float)):
        if abs(value) > LARGEST_NUMBER:
            raise wrong([("…", OUT_OF_BOUNDS)])
    elif isinstance(value, dict):
        for key, member in value.items():
            _check(key, depth + 1)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def _is_unicode(text: str) -> bool:
    """Return whether the text is valid Unicode (no lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, dict):
        return [
            found
            for key, inner in messages.items()
            for found in _flat(inner, path if key == "_schema" else f"{path}.{_named(key, inner)}".lstrip("."))
        ]
    said = path.replace("…", "")
    place = path if said.isascii() and said.isprintable() and len(said) < LONGEST_PLACE else "…"
    return [(place, str(message)) for message in messages]


def _named(key: Any, inner: Any) -> Any:
    """Return a field's name or an index; "…" for a key of a mapping (`fields.Dict`), which the sender chose."""
    return "…" if isinstance(inner, dict) and inner.keys() <= {"key", "value"} else key


def _words(message: str) -> tuple[str, str]:
    """Return the sentences for one of marshmallow's messages, without the value that it may quote."""
    if " and less than" in message:  # the message for a number outside a range
        message = OUT_OF_BOUNDS
    for start, en, fr in WORDS:
        if message.startswith(start):
            return en, fr
    return "This value is not accepted.", "Cette valeur n'est pas acceptée."


WORDS: Final = (
    (ONE, "One of these is given, and only one.", "L'un de ces champs est donné, et un seul."),
    (TWICE, "This is said twice.", "Ceci est dit deux fois."),
    (BLANK, "Nothing is written here.", "Rien n'est écrit ici."),
    ("Missing data", "This field is missing.", "Ce champ manque."),
    ("Unknown field", *NOT_ACCEPTED),
    ("Field may not be null", "This field cannot be empty.", "Ce champ ne peut être vide."),
    ("Not a valid UUID", "This is not an identifier.", "Ce n'est pas un identifiant."),
    ("Not a valid integer", "This is not a whole number.", "Ce n'est pas un nombre entier."),
    (
        "Not a valid datetime",
        "This is not an instant written YYYY-MM-DDThh:mm:ss with its offset.",
        "Ce n'est pas un instant écrit AAAA-MM-JJThh:mm:ss avec son décalage.",
    ),
    ("Not a valid aware datetime", "This is an instant without its offset.", "Cet instant est sans son décalage."),
    ("Not a valid date", "This is not a day written YYYY-MM-DD.", "Ce n'est pas une date écrite AAAA-MM-JJ."),
    (NO_HOUR, "This is not an hour written hh:mm.", "Ce n'est pas une heure écrite hh:mm."),
    ("Not a valid list", "This is not a list.", "Ce n'est pas une liste."),
    ("Not a valid mapping", *NO_OBJECT),
    ("Invalid input type", *NO_OBJECT),
    ("Invalid type", *NO_OBJECT),
    ("Not a valid email", "This is not an e-mail address.", "Ce n'est pas une adresse électronique."),
    ("Not a valid boolean", "This is neither true nor false.", "Ce n'est ni vrai ni faux."),
    ("Not a valid string", "This is not a text.", "Ce n'est pas un texte."),
    ("Must be one of", "This value is not one of those accepted.", "Cette valeur n'est pas parmi celles acceptées."),
    ("Length must be", "This is too short or too long.", "C'est trop court ou trop long."),
    ("Shorter than", "This is too short.", "C'est trop court."),
    ("Longer than", "This is too long.", "C'est trop long."),
    (
        UNSEEN,
        "A character here is not seen, or steers how others are shown: type it anew, or paste it as plain text.",
        "Un caractère invisible ou de contrôle se trouve ici : retapez le texte, ou collez-le sans mise en forme.",
    ),
    (
        NOT_KEPT,
        "A text holds a character that cannot be kept.",
        "Un texte contient un caractère qui ne peut être conservé.",
    ),
    (OUT_OF_BOUNDS, "This number is too small or too large.", "Ce nombre est trop petit ou trop grand."),
    (BELOW_NOTHING, "This number must be 0 or more.", "Ce nombre doit être 0 ou plus."),
    ("Must be greater", "This number is too small.", "Ce nombre est trop petit."),
    ("Must be less", "This number is too large.", "Ce nombre est trop grand."),
)


def whole_number(text: str) -> int | None:
    """Return the non-negative number that a text holds, or None.

    A number with more digits than any here also gives None: Python raises an error for thousands of digits.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None
