"""What did somebody fill in, what is wrong with it, what was refused? One form of a page, shown again if need be."""

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
OF: Final = "of"
UNFIT: Final = 422
PROOFS: Final = frozenset({"password", "code"})
"""Fields that prove who somebody is: a page never shows them again."""
RUN_OR_JUDGE: Final = frozenset({Role.REGISTRAR, Role.JUROR, Role.ADMIN, Role.AUDITOR})
NAMES_PEOPLE: Final = frozenset({Role.REGISTRAR, Role.JUROR, Role.ADMIN})
MOST_ROWS: Final = 200


class InvalidForm(Exception):  # noqa: N818  (said beside the fields)
    """What was filled in is not well formed; `errors` says what is wrong, by the name of the field."""

    def __init__(self, errors: dict[str, tuple[str, str]]) -> None:
        """What is wrong with which field."""
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """Something that was recorded after a page was shown: what, when, and in which role."""

    sentence: str
    at: datetime
    role: str


@dataclass(kw_only=True)
class FilledForm:
    """One form of a page: what stands in it, what is wrong with a field, why it was refused.

    `name` tells the forms of a page apart; `key` makes its sending one request however often its button is pressed.
    `kept` says that it was sent without its session, and under which secret it is kept (`webapi.pages.kept_form`).
    """

    name: str
    of: str = ""
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)
    refusal: Refused | None = None
    meanwhile: tuple[Meanwhile, ...] = ()
    sent: bool = False
    kept: str = ""
    _told: list[bool] = field(default_factory=list)

    def tell(self) -> str:
        """Note that the page says why it was not taken."""
        self._told.append(True)
        return ""

    @property
    def told(self) -> bool:
        """Whether the page says so: a form that stands in it no more, as another did what it asks for, does not."""
        return bool(self._told)

    @property
    def written(self) -> list[str]:
        """What was written in it, in sentences: what was chosen, or is one word, is soon chosen again.

        Never what proves who somebody is: a password may have several words.
        """
        said = (each for name, each in self.values.items(multi=True) if name not in PROOFS)
        return [each for each in said if len(each.split()) > 1]

    @property
    def key(self) -> str:
        """A new one for a form that is shown, also again: what is sent next is another request."""
        return str(uuid4())

    @property
    def kept_as(self) -> str:
        """The secret of the kept form that it was, also once it was sent again and refused."""
        return self.kept or self.values.get("kept", "")

    @property
    def wrong(self) -> bool:
        """Whether something of it was not taken."""
        return bool(self.errors) or self.refusal is not None

    def value(self, name: str, otherwise: object = "") -> str:
        """What stands in a field: what was typed, or else this."""
        if self.sent:
            return self.values.get(name, "")
        return "" if otherwise is None else str(otherwise)

    def ticked(self, name: str, value: object, otherwise: object = False) -> bool:
        """Whether this choice of a field is made: as it was sent, or else so."""
        if self.sent:
            return str(value) in self.values.getlist(name)
        return bool(otherwise)

    def error(self, name: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        return self.errors.get(name, "")

    @property
    def first_wrong(self) -> str:
        """The field that the reader is led to."""
        return next(iter(self.errors), "")

    @property
    def sentence(self) -> str:
        """Why it was refused."""
        return self.refusal.sentence(language()) if self.refusal else ""

    @property
    def source(self) -> str:
        """The text that the refusal rests on."""
        return self.refusal.reference(language(), self.refusal.sheet) if self.refusal else ""

    @property
    def violations(self) -> list[tuple[str, list[str]]]:
        """Each rule that failed, in words, with the facts that are missing."""
        found: Iterable[Violation] = self.refusal.violations if self.refusal else ()
        fr = language() == "fr"
        return [(each.fr if fr else each.en, [_lack(lack, fr=fr) for lack in each.missing]) for each in found]


def _lack(lack: Missing, *, fr: bool) -> str:
    """What is missing, and of whom: by name to who calls people by theirs, else of nobody in particular."""
    called = names(lack.of) if lack.of and actor().role in NAMES_PEOPLE else {}
    whose = ", ".join(name for name in called.values() if name)
    return f"{lack.fr if fr else lack.en}{(' : ' if fr else ': ') + whose if whose else ''}."


def form_of(name: str, of: object = "") -> FilledForm:
    """The form of this name as it was just sent, or else an empty one; `of` tells several of one act apart."""
    sent: FilledForm | None = g.get("filled")
    whole = f"{name}-{of}" if of else name
    if sent is not None and sent.name == name and sent.values.get(OF, "") == str(of):
        return replace(sent, name=whole, of=str(of))
    return FilledForm(name=whole, of=str(of))


def sent_form(name: str) -> FilledForm:
    """The form that this request sends."""
    return FilledForm(name=name, values=request.form, sent=True)


def intent(form: FilledForm, command: Command, *, signs: bool) -> Intent:
    """What a form asks for, once however often it is sent; where it signs, on the version of what it was shown with.

    Who goes back, changes something and sends it again asks for something else: the key is of both. Raises 422 for a
    form that signs and does not say what it was shown with: none of ours.
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
    """What a form says, as the schema wants it; raises Unfit."""
    given = {name: _given(field_, name, form.values) for name, field_ in schema.fields.items()}
    try:
        return dict(schema.load({name: value for name, value in given.items() if value is not UNSAID}))
    except ValidationError as error:
        raise InvalidForm(faults(error)) from error


def happened_since(of: UUID, version: int) -> tuple[Meanwhile, ...]:
    """What was recorded in a stream since it was shown at this version, without what is personal.

    Who runs or judges reads all of it; anybody else what they did themselves, and what they are shown of a dossier.
    """
    fr = language() == "fr"
    return tuple(
        Meanwhile(sentence=told.fact.fr if fr else _english(told.fact), at=told.stamp.at, role=told.stamp.role)
        for told in _shown(of)
        if told.stamp.version > version
    )


def _shown(of: UUID) -> list[DossierFact]:
    every, me = stream(of), actor()
    if me.role in RUN_OR_JUDGE:
        return every
    try:
        seen = {told.stamp.position for told in view(of).seen}
    except NotFound:
        seen = set()
    return [told for told in every if told.stamp.by == me.person or told.stamp.position in seen]


def _english(fact: Fact) -> str:
    return (inspect.getdoc(type(fact)) or "").partition("\n")[0]


UNSAID: Final = object()


def _given(kind: fields.Field[Any], name: str, values: MultiDict[str, str]) -> Any:
    """One field as JSON would have it: what is left blank is not said, or null where it may be."""
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
