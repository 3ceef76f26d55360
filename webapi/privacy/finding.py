"""Search of people by name or e-mail address, which are sealed and decrypted only to be compared.

There is no index that an erasure would have to clean: a search decrypts a thousand people at a time with four
queries, and erased people are not found. The log names who searched, never for what.
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
from projections.told import sealed_facts
from webapi.wiring import App

log = structlog.get_logger(__name__)

LOOKED_AT: Final = 1000
"""The number of people that one search reads before it offers to go on."""
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
    """Decrypter of identities only; other personal fields stay closed."""

    keys: FieldOpener

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        """Return the text of a field of the identity class; None for any other class."""
        return self.keys.open(sealed, person, retention, place) if retention is Retention.IDENTITY else None


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """A person who was found; `registered_at` is the list's key."""

    id: UUID
    registered_at: int
    name: str
    email: str | None
    login: str | None
    roles: tuple[str, ...]
    born: str | None = None


def everybody(acquis: App) -> Iterator[FoundPerson]:
    """Yield everybody whose identity opens, a thousand at a time; nothing is logged: no user sees the result."""
    after = 0
    while people := persons(acquis.database, after=after, limit=LOOKED_AT):
        yield from _identified(acquis, people)
        after = people[-1].registered_at


def find(
    acquis: App, text: str, by: Actor, *, role: str | None = None, after: int = 0, most: int | None = None
) -> tuple[list[FoundPerson], int | None]:
    """Return people whose name contains these words (without accents or case), or who have this address.

    At most `most` people, of those with `role` if it is given; and the key after which to search further.
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
    """Yield everybody whom the search finds."""
    after: int | None = 0
    while after is not None:
        found, after = find(acquis, text, by, after=after)
        yield from found


def find_by_address(acquis: App, address: str, by: Actor) -> PersonId:
    """Return the one person with this address.

    Raises NobodyHasThisAddress, or SeveralHaveThisAddress with their ids.
    """
    found = {each.id for each in find_all(acquis, address, by)}
    if login := acquis.accounts.known_by(address):  # a person just registered may not be in the list yet
        found.add(login)
    if not found:
        raise NobodyHasThisAddress
    if len(found) > 1:
        raise SeveralHaveThisAddress(*found, violations=tuple(map(_file, sorted(found))))
    return PersonId(found.pop())


def plain(text: str) -> str:
    """Return text without accents or upper case, for comparison."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _meant(text: str) -> Callable[[FoundPerson], bool]:
    if "@" in text:
        address = text.strip().casefold()
        return lambda each: address in {(each.email or "").casefold(), each.login}
    words = plain(text).split()
    return lambda each: all(word in plain(each.name) for word in words)


def _identified(acquis: App, people: Sequence[DirectoryPerson]) -> Iterator[FoundPerson]:
    """Yield those of these people whose identity opens; erased people are left out."""
    ids = [each.person for each in people]
    facts = sealed_facts(acquis.database, ids, NAMING) if ids else []
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
