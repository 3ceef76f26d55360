"""Which files are one person's, as they are linked, and what do all of them say? (doublons)

Files are linked, never merged: each keeps its candidacies, its login and its roles, and what one may do or read
follows from the file under which one comes. What nobody may do or read on themselves, nor twice, is asked of all of
one's files. Links are followed: who is one with a file that is one with another is one with both. There is nothing to
keep up to date: each file says to which it is linked, so that unlinking is what was so before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from domain.people.career import Career
from domain.people.facts import Tie
from domain.people.person import Person
from domain.ports import Find, PersonId


@dataclass(frozen=True)
class OnePerson:
    """One person, by all the files that are linked as of them; the first is that by which they are met here."""

    files: tuple[Person, ...]

    @property
    def id(self) -> PersonId:
        """The file by which they are met."""
        return self.files[0].id

    @cached_property
    def names(self) -> frozenset[PersonId]:
        """All their files."""
        return frozenset(file.id for file in self.files)

    @cached_property
    def career(self) -> Career:
        """What was stated of them, in whichever file."""
        return Career(
            affiliations=tuple(chain.from_iterable(file.career.affiliations for file in self.files)),
            qualities=tuple(chain.from_iterable(file.career.qualities for file in self.files)),
        )

    @property
    def secrecy(self) -> int:
        """The number of the text on professional secrecy that they accepted last, under whichever file; 0: none."""
        return max(file.secrecy for file in self.files)

    @cached_property
    def ties(self) -> frozenset[tuple[PersonId, Tie]]:
        """The ties that were declared of them, with which file of a candidate."""
        return frozenset(chain.from_iterable(file.ties for file in self.files))

    def bars(self, candidate: AbstractSet[PersonId]) -> frozenset[Tie]:
        """The ties that keep them from ruling on a candidate, who has these files."""
        return frozenset(tie for other, tie in self.ties if other in candidate)


def one_person(find: Find, file: PersonId) -> OnePerson:
    """Who this file is of. Finds it, and all that are linked to it, directly or through one another."""
    found: dict[PersonId, Person] = {}
    waiting = [file]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = find(Person, name)
            waiting += sorted(found[name].same_as)
    return OnePerson(tuple(found.values()))


def files_of(find: Find, file: PersonId) -> frozenset[PersonId]:
    """All the files of the person of whom this one is."""
    return one_person(find, file).names


def twice(files: Mapping[PersonId, AbstractSet[PersonId]], people: Iterable[PersonId]) -> frozenset[PersonId]:
    """Those of these people who are among them under another of their `files` too."""
    among = frozenset(people)
    return frozenset(each for each in among if len(files[each] & among) > 1)
