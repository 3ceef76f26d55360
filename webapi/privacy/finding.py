"""Who is meant by a name or an e-mail address? Both are sealed: opened to be compared, and kept nowhere else.

No index is kept that an erasure would have to reach: a thousand people are opened at a time, in four questions, and
whoever was erased does not open. Who searched is noted, never for what.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog

from adapters.keys.vault import FieldOpener, FieldPlace
from adapters.log.codec import opened
from domain.fact import Retention
from domain.people.facts import AddressStated, BirthAndSexStated, IdentityCorrected, Registered
from domain.ports import Actor, PersonId
from domain.refusal import Refused, Violation
from projections.people.person_directory import DirectoryPerson, persons
from projections.told import told
from webapi.wiring import App

log = structlog.get_logger(__name__)

LOOKED_AT: Final = 1000
"""How many people one search looks at before it offers to go on."""
MOST: Final = 50
NAMING: Final = (Registered.__name__, BirthAndSexStated.__name__, AddressStated.__name__, IdentityCorrected.__name__)


class NobodyHasThisAddress(Refused):
    """Nobody who is known here has this e-mail address, at their registration or as their login."""

    fr = "Personne n'a ici cette adresse électronique, ni à son inscription ni pour se connecter."
    kind = "not_found"


class SeveralHaveThisAddress(Refused):
    """Several files have this e-mail address: say by its id which one is meant."""

    fr = "Plusieurs dossiers ont cette adresse électronique : dites lequel par son identifiant."


@dataclass(frozen=True)
class OfIdentity:
    """Opens what says who somebody is, and nothing else that stands beside it."""

    keys: FieldOpener

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        """The text, of that class alone."""
        return self.keys.open(sealed, person, retention, place) if retention is Retention.IDENTITY else None


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """One person who was found; `registered_at` is the key of a list."""

    id: UUID
    registered_at: int
    name: str
    email: str | None
    login: str | None
    roles: tuple[str, ...]
    born: str | None = None


def everybody(acquis: App) -> Iterator[FoundPerson]:
    """Everybody whose identity opens, a thousand at a time; nothing is noted: whoever asks is shown none of it."""
    after = 0
    while people := persons(acquis.database, after=after, limit=LOOKED_AT):
        yield from _identified(acquis, people)
        after = people[-1].registered_at


def find(
    acquis: App, text: str, by: Actor, *, role: str | None = None, after: int = 0, most: int | None = None
) -> tuple[list[FoundPerson], int | None]:
    """Those whose name holds these words, accents and capitals apart, or who have this very address.

    So many at most, of those who hold the role if one is named; and the key after which to search further.
    """
    people = persons(acquis.database, role=role, after=after, limit=LOOKED_AT)
    meant = _meant(text)
    found = [each for each in _identified(acquis, people) if meant(each)]
    log.info("people searched", by=by.person and str(by.person), role=by.role.value, found=len(found))
    most = most or MOST
    if len(found) > most:
        return found[:most], found[most - 1].registered_at
    return found, people[-1].registered_at if len(people) == LOOKED_AT else None


def find_all(acquis: App, text: str, by: Actor) -> Iterator[FoundPerson]:
    """Everybody of whom that is so."""
    after: int | None = 0
    while after is not None:
        found, after = find(acquis, text, by, after=after)
        yield from found


def whose(acquis: App, address: str, by: Actor) -> PersonId:
    """The one person of this address; raises NobodyHasThisAddress, and SeveralHaveThisAddress with their ids."""
    found = {each.id for each in find_all(acquis, address, by)}
    if login := acquis.accounts.known_by(address):  # who was registered a moment ago is in no list yet
        found.add(login)
    if not found:
        raise NobodyHasThisAddress
    if len(found) > 1:
        raise SeveralHaveThisAddress(*found, violations=tuple(map(_file, sorted(found))))
    return PersonId(found.pop())


def plain(text: str) -> str:
    """Without accents or capitals, as people type names."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _meant(text: str) -> Callable[[FoundPerson], bool]:
    if "@" in text:
        address = text.strip().casefold()
        return lambda each: address in {(each.email or "").casefold(), each.login}
    words = plain(text).split()
    return lambda each: all(word in plain(each.name) for word in words)


def _identified(acquis: App, people: Sequence[DirectoryPerson]) -> Iterator[FoundPerson]:
    """Those of these people whose identity opens: one whose was erased is nobody here."""
    ids = [each.person for each in people]
    facts = told(acquis.database, ids, NAMING) if ids else []
    keys, said = acquis.vault.opening(), dict[UUID, dict[str, Any]]()
    keys.prepare((fact.stamp.stream, Retention.IDENTITY) for fact in facts)
    for fact in facts:
        said.setdefault(fact.stamp.stream, {}).update(opened(fact.fact, fact.place, OfIdentity(keys)))
    logins = acquis.accounts.logins(ids)
    for each in people:
        known = said.get(each.person, {})
        if name := known.get("name"):
            yield FoundPerson(
                id=each.person,
                registered_at=each.registered_at,
                name=name,
                email=known.get("email"),
                login=logins.get(each.person),
                roles=each.roles,
                born=known.get("born"),
            )


def _file(person: UUID) -> Violation:
    return Violation("same-address", f"File {person}.", f"Dossier {person}.", "addresses", "adresses")
