"""A person seen through all their linked files, and the combined content of these files (doublons).

Files are linked, never merged: each keeps its candidacies, its login and its roles, and access depends on the file
used to log in. Rules on what nobody may do or read about themselves, or twice, apply to all the files. Links are
transitive. Nothing else is stored: each file lists the files it is linked to, so that unlinking restores the earlier
state.
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
    """One person, with all the files linked as theirs; the first is the one that was looked up."""

    files: tuple[Person, ...]

    @property
    def id(self) -> PersonId:
        """The file that was looked up."""
        return self.files[0].id

    @cached_property
    def names(self) -> frozenset[PersonId]:
        """The ids of all their files."""
        return frozenset(file.id for file in self.files)

    @cached_property
    def career(self) -> Career:
        """Their career, from all their files."""
        return Career(
            affiliations=tuple(chain.from_iterable(file.career.affiliations for file in self.files)),
            qualities=tuple(chain.from_iterable(file.career.qualities for file in self.files)),
        )

    @property
    def secrecy(self) -> int:
        """The number of the last text on professional secrecy accepted under any file; 0 if none."""
        return max(file.secrecy for file in self.files)

    @cached_property
    def ties(self) -> frozenset[tuple[PersonId, Tie]]:
        """The ties declared in their files, each with the file of the candidate."""
        return frozenset(chain.from_iterable(file.ties for file in self.files))

    def bars(self, candidate: AbstractSet[PersonId]) -> frozenset[Tie]:
        """Return the ties that bar them from ruling on a candidate, who has these files."""
        return frozenset(tie for other, tie in self.ties if other in candidate)


def one_person(find: Find, file: PersonId) -> OnePerson:
    """Return the person this file belongs to; reads it, and all files linked to it, directly or through others."""
    found: dict[PersonId, Person] = {}
    waiting = [file]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = find(Person, name)
            waiting += sorted(found[name].same_as)
    return OnePerson(tuple(found.values()))


def files_of(find: Find, file: PersonId) -> frozenset[PersonId]:
    """Return all the files of the person this file belongs to."""
    return one_person(find, file).names


def twice(files: Mapping[PersonId, AbstractSet[PersonId]], people: Iterable[PersonId]) -> frozenset[PersonId]:
    """Return those of these people who appear among them under another of their `files` too."""
    among = frozenset(people)
    return frozenset(each for each in among if len(files[each] & among) > 1)
