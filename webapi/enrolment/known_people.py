"""Known people who may be the candidate of a line, by address or by name and birth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from adapters.text.birth import born_on
from webapi.enrolment.candidate import EnrolmentCandidate
from webapi.enrolment.csv_file import plain
from webapi.privacy.finding import FoundPerson


class KnownPeople:
    """Everybody known, by address and by name: opened once for a whole file."""

    def __init__(self, people: Iterable[FoundPerson]) -> None:
        """Take in everybody."""
        self.by_id: dict[UUID, FoundPerson] = {}
        self._by_address: dict[str, list[FoundPerson]] = defaultdict(list)
        self._by_name: dict[str, list[FoundPerson]] = defaultdict(list)
        for each in people:
            self.by_id[each.id] = each
            for address in {address.casefold() for address in (each.email, each.login) if address}:
                self._by_address[address].append(each)
            self._by_name[called(each.name)].append(each)

    def like(self, name: str, email: str | None, born: date | None) -> tuple[FoundPerson, ...]:
        """Those who have this address; where nobody has, this name, and nothing said of another birth."""
        if found := self._by_address.get((email or "").casefold()):
            return tuple(found)
        named = ((each, born_on(each.born)) for each in self._by_name.get(called(name), ()))
        return tuple(each for each, known in named if known is None or born in {None, known})


def called(name: str) -> str:
    """Return a name without accents, capitals or order, so that a name with the last name first is equal."""
    return " ".join(sorted(plain(name).split()))


def same(one: EnrolmentCandidate, other: EnrolmentCandidate) -> bool:
    """Whether two lines are of one person, for sure."""
    return _one(one, other.name, other.born_on, one_address=one_address(one, other.email))


def surely(one: EnrolmentCandidate, known: FoundPerson) -> bool:
    """Whether a line is of this person who is known, for sure."""
    there = any(one_address(one, address) for address in (known.email, known.login))
    return _one(one, known.name, born_on(known.born), one_address=there)


def one_address(one: EnrolmentCandidate, address: str | None) -> bool:
    """Whether a line has this address; so may all of one household."""
    return bool(one.email) and (one.email or "").casefold() == (address or "").casefold()


def _one(one: EnrolmentCandidate, name: str, born: date | None, *, one_address: bool) -> bool:
    """Of one name and born on one day; or of one name and address, and nothing said of another birth."""
    if called(one.name) != called(name):
        return False
    return one.born_on == born if one.born_on and born else one_address
