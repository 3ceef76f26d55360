"""Forms as a user sent them: values, errors and refusal, for a page that shows the form again."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from flask import g, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from domain.fact import Fact
from domain.ports import Command, Role
from domain.refusal import Missing, NotFound, Refused, Violation
from projections.reading import DossierFact
from webapi.accounts.authentication import actor
from webapi.intent import Intent
from webapi.privacy.disclosure import names, stream, view
from webapi.problems import Answered, language
from webapi.requests import faults, whole_number

KEY: Final = "form"
VERSION: Final = "version"
INSTANCE: Final = "of"
UNFIT: Final = 422
PROOFS: Final = frozenset({"password", "code"})
"""Fields that prove the user's identity: a page never shows them again."""
RUN_OR_JUDGE: Final = frozenset({Role.REGISTRAR, Role.JUROR, Role.ADMIN, Role.AUDITOR})
NAMES_PEOPLE: Final = frozenset({Role.REGISTRAR, Role.JUROR, Role.ADMIN})
MOST_ROWS: Final = 200


class InvalidForm(Exception):  # noqa: N818  (shown next to the fields, not a failure)
    """The form is not well formed; `errors` maps names of fields to messages, in English and in French."""

    def __init__(self, errors: dict[str, tuple[str, str]]) -> None:
        """Keep the messages, by name of field."""
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """A fact that was recorded after the page was shown: sentence, time and role of the author."""

    sentence: str
    at: datetime
    role: str


@dataclass(kw_only=True)
class FilledForm:
    """A form of a page: its values, the errors of its fields, and why it was refused.

    `name` distinguishes the forms of a page, and `instance` the forms of one name. `key` makes sending it one
    request, however often its button is pressed. `kept` is the secret of a form that was sent without its session
    (`webapi.pages.kept_form`).
    """

    name: str
    instance: str = ""
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)
    refusal: Refused | None = None
    meanwhile: tuple[Meanwhile, ...] = ()
    sent: bool = False
    kept: str = ""
    _told: list[bool] = field(default_factory=list)

    def tell(self) -> str:
        """Note that the page says why the form was not accepted."""
        self._told.append(True)
        return ""

    @property
    def told(self) -> bool:
        """Return whether the page says so; it does not if the form has disappeared from it meanwhile."""
        return bool(self._told)

    @property
    def written(self) -> list[str]:
        """Return the values of several words; choices and single words are quickly entered again.

        Values that prove the user's identity are left out: a password may have several words.
        """
        said = (each for name, each in self.values.items(multi=True) if name not in PROOFS)
        return [each for each in said if len(each.split()) > 1]

    @property
    def key(self) -> str:
        """Return a new key each time the form is shown: what is sent next is another request."""
        return str(uuid4())

    @property
    def kept_as(self) -> str:
        """Return the secret of the kept form that this form came from, also after it was sent again and refused."""
        return self.kept or self.values.get("kept", "")

    @property
    def wrong(self) -> bool:
        """Return whether the form was not accepted."""
        return bool(self.errors) or self.refusal is not None

    def value(self, name: str, otherwise: object = "") -> str:
        """Return the value of a field as it was sent; if the form was not sent, the default."""
        if self.sent:
            return self.values.get(name, "")
        return "" if otherwise is None else str(otherwise)

    def ticked(self, name: str, value: object, otherwise: object = False) -> bool:
        """Return whether a choice is selected as it was sent; if the form was not sent, the default."""
        if self.sent:
            return str(value) in self.values.getlist(name)
        return bool(otherwise)

    def error(self, name: str) -> str:
        """Return the error of a field, or an empty text."""
        return self.errors.get(name, "")

    @property
    def first_wrong(self) -> str:
        """Return the first field with an error, which gets the focus."""
        return next(iter(self.errors), "")

    @property
    def sentence(self) -> str:
        """Return the sentence of the refusal, or an empty text."""
        return self.refusal.sentence(language()) if self.refusal else ""

    @property
    def source(self) -> str:
        """Return the text of law or rule that the refusal cites, or an empty text."""
        return self.refusal.reference(language(), self.refusal.sheet) if self.refusal else ""

    @property
    def violations(self) -> list[tuple[str, list[str]]]:
        """Return each rule that was violated, in words, with the facts that are missing."""
        found: Iterable[Violation] = self.refusal.violations if self.refusal else ()
        fr = language() == "fr"
        return [(each.fr if fr else each.en, [_lack(lack, fr=fr) for lack in each.missing]) for each in found]


def _lack(lack: Missing, *, fr: bool) -> str:
    """Return what is missing and for whom; only roles that see names get the names."""
    called = names(lack.of) if lack.of and actor().role in NAMES_PEOPLE else {}
    whose = ", ".join(name for name in called.values() if name)
    return f"{lack.fr if fr else lack.en}{(' : ' if fr else ': ') + whose if whose else ''}."


def form_of(name: str, instance: object = "") -> FilledForm:
    """Return the form of this name if this request sent it, else an empty one.

    `instance` distinguishes several forms of one act in a page.
    """
    sent: FilledForm | None = g.get("filled")
    whole = f"{name}-{instance}" if instance else name
    if sent is not None and sent.name == name and sent.values.get(INSTANCE, "") == str(instance):
        return replace(sent, name=whole, instance=str(instance))
    return FilledForm(name=whole, instance=str(instance))


def sent_form(name: str) -> FilledForm:
    """Return the form that this request sends."""
    return FilledForm(name=name, values=request.form, sent=True)


def intent(form: FilledForm, command: Command, *, signs: bool) -> Intent:
    """Return the intent of a form; where the command signs, on the version that the form was shown with.

    Sending the same form several times is one intent. A user who goes back, changes a field and sends it again has
    another intent: the idempotency key combines the form's key and the command. Raises Answered (422) for a form that
    signs and does not contain the version shown; the site has no such form.
    """
    shown = whole_number(form.values.get(VERSION, "")) if signs else None
    if signs and shown is None:
        raise Answered(UNFIT)
    given = form.values.get(KEY, "")
    body = repr(command).encode()
    key = given if _is_id(given) else str(uuid4())
    return Intent(
        actor=replace(actor(), proved=g.get("proved", False)),
        way=f"{request.method} {request.path}",
        key=f"{key}:{hashlib.sha256(body).hexdigest()}",
        body=body,
        shown=shown,
    )


def read(schema: Schema, form: FilledForm) -> dict[str, Any]:
    """Return the values of the form, loaded by the schema; raise InvalidForm."""
    given = {name: _given(field_, name, form.values) for name, field_ in schema.fields.items()}
    try:
        return dict(schema.load({name: value for name, value in given.items() if value is not UNSAID}))
    except ValidationError as error:
        raise InvalidForm(faults(error)) from error


def happened_since(stream_id: UUID, version: int) -> tuple[Meanwhile, ...]:
    """Return what was recorded in a stream since this version of it was shown, without personal data.

    Registrars, jurors, administrators and auditors get all facts. Other roles get their own acts, and what they may
    read of the dossier.
    """
    fr = language() == "fr"
    return tuple(
        Meanwhile(sentence=told.fact.fr if fr else _english(told.fact), at=told.stamp.at, role=told.stamp.role)
        for told in _shown(stream_id)
        if told.stamp.version > version
    )


def _shown(stream_id: UUID) -> list[DossierFact]:
    every, me = stream(stream_id), actor()
    if me.role in RUN_OR_JUDGE:
        return every
    try:
        seen = {told.stamp.position for told in view(stream_id).seen}
    except NotFound:
        seen = set()
    return [told for told in every if told.stamp.by == me.person or told.stamp.position in seen]


def _english(fact: Fact) -> str:
    return (inspect.getdoc(type(fact)) or "").partition("\n")[0]


UNSAID: Final = object()


def _given(kind: fields.Field[Any], name: str, values: MultiDict[str, str]) -> Any:
    """Return a field's value as JSON has it: UNSAID for a blank field, or None where null is allowed."""
    if isinstance(kind, fields.Boolean):
        return values.get(name, "") in {"true", "on", "1"}
    if isinstance(kind, fields.List):
        return _many(kind, name, values)
    if isinstance(kind, fields.Nested):
        part = {each: _given(inner, f"{name}-{each}", values) for each, inner in kind.schema.fields.items()}
        said = {each: value for each, value in part.items() if value is not UNSAID}
        return said if any(value not in (None, False, []) for value in said.values()) else _blank(kind)
    text = values.get(name, "").replace("\r\n", "\n")
    if not text.strip():
        return _blank(kind)
    return _number(text) if isinstance(kind, fields.Integer) else text


def _many(kind: fields.List[Any], name: str, values: MultiDict[str, str]) -> Any:
    if not isinstance(kind.inner, fields.Nested):
        said = [each for each in values.getlist(name) if each.strip()]
        return [_number(each) for each in said] if isinstance(kind.inner, fields.Integer) else said
    rows = (_given(kind.inner, f"{name}-{row}", values) for row in range(MOST_ROWS))
    return [row for row in rows if row is not UNSAID and row is not None]


def _blank(kind: fields.Field[Any]) -> Any:
    return None if kind.allow_none and kind.required else UNSAID


def _number(text: str) -> Any:
    digits = text.strip()
    number = whole_number(digits.removeprefix("-"))
    return text if number is None else -number if digits.startswith("-") else number


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
