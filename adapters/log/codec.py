"""Codec between facts and the text of the log.

The body is canonical JSON, readable in `psql`: `{"as": role, "by": person, "on": day, "request": …, …fields…,
"sealed": {…}}`, with sorted keys and no spaces. A field that is None, and is read as None when absent, is left out.
The type is the fact's class name; `tests/facts.json` freezes names and fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from types import UnionType
from typing import Annotated, Any, Protocol, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from adapters.keys.vault import FieldPlace
from adapters.typed_json import made_as, read_as
from domain.appeal.facts import AnnulmentFact, RectificationFact, ReviewFact
from domain.assessment.facts import AssessmentFact
from domain.candidacy.facts import CandidacyFact, CreditFact, FilingsFact, PlacesFact
from domain.deadlines.facts import NoticeFact, ReminderFact
from domain.evidence.facts import EvidenceFact, PortfolioFact, PrivateLinkFact, SelfAssessmentFact
from domain.exam.facts import AccommodationFact, SittingFact
from domain.fact import Fact, Personal, Retention
from domain.former_facts import FORMER, current_form
from domain.framework.facts import FrameworkFact, RegistrationFact
from domain.fraud.facts import FraudFact
from domain.jury.facts import ConnectionsFact, DeliberationFact, JurySessionFact
from domain.organisation.facts import CertifiersFact, InstitutionFact, OrganisationFact
from domain.people.facts import PersonFact, StaffingFact
from domain.register.facts import AttestationFact, DeclarationFact, NationalNumberFact, PapersFact, RegisterFact
from domain.rulebook.facts import LawFact, RulebookFact

UNIONS: tuple[Any, ...] = (
    FrameworkFact,
    RulebookFact,
    LawFact,
    PersonFact,
    StaffingFact,
    CandidacyFact,
    RegistrationFact,
    PlacesFact,
    ReminderFact,
    EvidenceFact,
    AssessmentFact,
    JurySessionFact,
    DeliberationFact,
    CreditFact,
    ConnectionsFact,
    ReviewFact,
    RectificationFact,
    AnnulmentFact,
    RegisterFact,
    PapersFact,
    AttestationFact,
    NoticeFact,
    FraudFact,
    OrganisationFact,
    InstitutionFact,
    CertifiersFact,
    SittingFact,
    AccommodationFact,
    NationalNumberFact,
    DeclarationFact,
    FilingsFact,
    PortfolioFact,
    PrivateLinkFact,
    SelfAssessmentFact,
)
ENVELOPE = frozenset({"as", "by", "on", "request", "sealed"})


class UnknownFactType(Exception):  # noqa: N818  (named after what happened)
    """The log holds a fact that this version of Acquis does not know; no reader may skip it."""


UNREADABLE = (UnknownFactType, ValueError, TypeError, KeyError, AttributeError)
"""The exceptions that reading a fact may raise if somebody changed it directly in the database."""


class Seals(Protocol):
    """Interface that seals personal fields (the vault)."""

    def seal(self, text: bytes, person: UUID, retention: Retention, place: FieldPlace) -> str: ...


class Opens(Protocol):
    """Interface that opens sealed personal fields (an opening of the vault)."""

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None: ...


class Keys(Seals, Opens, Protocol):
    """Interface that seals and opens personal fields (the vault)."""


@dataclass(frozen=True)
class Envelope:
    """The person who recorded a fact, their role, the day, and the HMAC of the request."""

    by: UUID | None
    role: str
    on: date
    request: str | None


class SealedField(msgspec.Struct, frozen=True):
    """A personal field as stored in the log: the person, the retention class, the ciphertext in base64."""

    of: UUID
    text: str
    kept: Retention = msgspec.field(name="class")


class _Head(msgspec.Struct):
    by: UUID | None
    on: date
    role: str = msgspec.field(name="as")
    request: str | None = None


class _Day(msgspec.Struct):
    on: date


def _classes() -> dict[str, type[Fact]]:
    members = [cls for union in UNIONS for cls in (get_args(union) if isinstance(union, UnionType) else (union,))]
    names = {cls.__name__: cls for cls in members}
    if len(names) != len(members):
        raise TypeError("two facts share a name")
    return names


FACTS: dict[str, type[Fact]] = _classes()
"""Every fact class by its name."""


def _personal(cls: type[Fact]) -> dict[str, Retention]:
    """Return a fact's personal fields and their retention classes, from `Annotated[Personal[...], Retention...]`."""
    found = {}
    for name, hint in get_type_hints(cls, include_extras=True).items():
        for option in (hint, *get_args(hint)):
            if get_origin(option) is Annotated:
                found[name] = next(meta for meta in option.__metadata__ if isinstance(meta, Retention))
    return found


PERSONAL: dict[str, dict[str, Retention]] = {name: _personal(cls) for name, cls in FACTS.items()}
"""The personal fields of each fact, with their retention classes."""
PLAIN = {
    name: tuple(field.name for field in fields(cls) if field.name not in PERSONAL[name])
    for name, cls in FACTS.items()
}
MAY_LACK = {
    name: frozenset(field.name for field in fields(cls) if field.default is None) for name, cls in FACTS.items()
}
"""The fields of each fact that are read as None when the body lacks them."""
_head = read_as(_Head)
_day = read_as(_Day)
_sealed_field = made_as(SealedField)
_loads = msgspec.json.Decoder().decode


def _as_sealed(_type: type, value: Any) -> Personal[Any]:
    sealed = _sealed_field(value)
    return Personal(sealed, sealed.of)


def _decoder(name: str, cls: type[Fact]) -> Callable[[str], Fact]:
    if not PERSONAL[name]:
        return read_as(cls)
    made = made_as(cls, _as_sealed)

    def decode(body: str) -> Fact:
        raw = _loads(body)
        sealed = raw.get("sealed", {})
        for field in PERSONAL[name]:
            raw[field] = sealed.get(field)
        return made(raw)

    return decode


class _Decoders(dict[str, Callable[[str], Fact]]):
    """Decoders by fact type, each built at first use, since a command reads only a few types."""

    def __missing__(self, name: str) -> Callable[[str], Fact]:
        if name in FORMER:
            self[name] = _decode_former(name)
            return self[name]
        if name not in FACTS:
            raise UnknownFactType(name)
        self[name] = _decoder(name, FACTS[name])
        return self[name]


_decoders = _Decoders()


def _decode_former(name: str) -> Callable[[str], Fact]:
    """Return the decoder of a fact that an earlier version recorded under this name; it returns the current form."""

    def read(body: str) -> Fact:
        now, today = current_form(name, _loads(body))
        return _decoders[now](msgspec.json.encode(today).decode())

    return read


def decode(type_name: str, body: str) -> Fact:
    """Decode a fact; its personal fields stay sealed. Raises UnknownFactType for a type not known here."""
    return _decoders[type_name](body)


def envelope(body: str) -> Envelope:
    """Return the fact's envelope: the person who recorded it, their role, the day, and the request's HMAC."""
    head = _head(body)
    return Envelope(by=head.by, role=head.role, on=head.on, request=head.request)


def told_on(body: str) -> date:
    """Return only the day on which the fact was recorded."""
    return _day(body).on


def encode(fact: Fact, head: Envelope, place: FieldPlace, seals: Seals) -> str:
    """Encode the fact as its canonical body; each personal field is sealed for its person and class."""
    name = type(fact).__name__
    said = {field: getattr(fact, field) for field in PLAIN[name]}
    body = {field: value for field, value in said.items() if value is not None or field not in MAY_LACK[name]}
    body |= {"as": head.role, "by": head.by, "on": head.on}
    if head.request is not None:
        body["request"] = head.request
    sealed = {}
    for field, retention in PERSONAL[name].items():
        personal = getattr(fact, field)
        if personal is not None:
            where = FieldPlace(place.append_id, place.n, place.stream, name, place.version, field)
            text = msgspec.json.encode(held(personal), order="sorted")
            sealed[field] = {
                "class": retention,
                "of": personal.person,
                "text": seals.seal(text, personal.person, retention, where),
            }
    if sealed:
        body["sealed"] = sealed
    return msgspec.json.encode(body, order="sorted").decode()


def opened(fact: Fact, place: FieldPlace, keys: Opens, *, only: str = "") -> dict[str, Any]:
    """Return a fact's personal fields, or `only` one, decrypted; None for an erased field."""
    values: dict[str, Any] = {}
    name = type(fact).__name__
    for field in PERSONAL[name].keys() & {only} if only else PERSONAL[name]:
        if (personal := getattr(fact, field)) is not None:
            found: SealedField = held(personal)
            where = FieldPlace(place.append_id, place.n, place.stream, name, place.version, field)
            text = keys.open(found.text, found.of, found.kept, where)
            values[field] = None if text is None else msgspec.json.decode(text)
    return values


def sealed(fact: Fact) -> dict[str, SealedField]:
    """Return a fact's personal fields, still sealed, as read from the log."""
    fields_of = {field: getattr(fact, field) for field in PERSONAL[type(fact).__name__]}
    return {field: held(personal) for field, personal in fields_of.items() if personal is not None}


def repeated(fact: Fact) -> dict[str, Personal[Any]]:
    """Return the personal fields of a new fact that repeat a sealed field of an earlier fact."""
    said = {field: getattr(fact, field) for field in PERSONAL[type(fact).__name__]}
    return {field: each for field, each in said.items() if each is not None and isinstance(held(each), SealedField)}


def held(personal: Personal[Any]) -> Any:
    """Return the content of a personal value; for the codec only: no rule may read it."""
    return personal._held  # noqa: SLF001  (the only place that may read it)
