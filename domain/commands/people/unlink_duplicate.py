from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.appeal.refold import FOLLOWS, Since, refold
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.credit import Credit
from domain.candidacy.facts import BlockCarriedOver
from domain.fact import Personal
from domain.jury.access import oneself
from domain.people.facts import DuplicateUnlinked
from domain.people.one_person import files_of
from domain.people.person import Person
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.replay.read_back import Again, Append, NotHere


def _candidacies(append: Append) -> tuple[CandidacyId, ...]:
    """All that are known of their files; in part of a log, none where nothing fell with it."""
    if append.log.whole is None:
        files = sorted(files_of(append.find, PersonId(append.stream(Person))))
        return tuple(each for file in files for each in append.log.applied.get(file, ()))
    if len(append.told) > len(append.of(DuplicateUnlinked)):
        raise NotHere(append.stream(Person))
    return ()


@dataclass(frozen=True, kw_only=True)
class UnlinkDuplicate:
    """Say that two files are of two people after all: all is as it was (délier un doublon).

    A block that counted in a candidacy of the one since a jury granted it to the other falls, with the title that
    rested on it; a title stands again that waited for one which was the other's. Loads both, the files linked to them
    and, of the candidacies named, what `refold` finds. Who names the candidacies says whether all of those files' are
    there.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (DuplicateUnlinked, *FOLLOWS)
    again: ClassVar[Again] = {"candidacies": _candidacies}
    person: PersonId
    other: PersonId
    reason: str
    candidacies: tuple[CandidacyId, ...] = ()

    def execute(self, log: Log) -> None:
        """Record DuplicateUnlinked on both; CreditFell, TitleFell and TitleWithdrawn where it was not theirs.

        And TitleRestored, TitleReinstated of a title that waited for one that fell, or was somebody else's.
        """
        one, two = log.load(Person, self.person), log.load(Person, self.other)
        if oneself(log) & {self.person, self.other}:
            raise OwnWork(log.actor.who)
        since = Since(log)
        since.record(one, one.unlink(two.id, self.reason))
        since.record(two, two.unlink(one.id, self.reason))
        named = [log.load(Candidacy, each) for each in self.candidacies]
        for candidacy in named:
            self._part(since, candidacy)
        refold(since, named, self.reason)

    def _part(self, since: Since, candidacy: Candidacy) -> None:
        """Take off what counts in a candidacy, or had fallen, and was not won under these files of its candidate."""
        names = files_of(since.find, candidacy.terms.candidate)
        credit = since.find(Credit, Credit.id_of(candidacy.id))
        reason = Personal(self.reason, candidacy.terms.candidate)
        for won in sorted((*credit.counted.values(), *credit.fallen), key=lambda won: won.block):
            if not isinstance(won.by, BlockCarriedOver):
                continue
            if since.find(Candidacy, won.by.earlier).terms.candidate not in names:
                off = won.taken_off(candidacy.id, reason, since.log.today)
                since.record(since.find(Credit, credit.id), off)
