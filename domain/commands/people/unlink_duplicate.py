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
from domain.streams.read_back import Again, Append, NotHere


def _candidacies(append: Append) -> tuple[CandidacyId, ...]:
    """Return all known candidacies of their files; in an extract of a log, none if nothing else was recorded."""
    if append.log.whole is None:
        files = sorted(files_of(append.find, PersonId(append.stream(Person))))
        return tuple(each for file in files for each in append.log.applied.get(file, ()))
    if len(append.told) > len(append.of(DuplicateUnlinked)):
        raise NotHere(append.stream(Person))
    return ()


@dataclass(frozen=True, kw_only=True)
class UnlinkDuplicate:
    """Separate two files that belong to two people after all, as they were before (délier un doublon).

    A block counted in a candidacy of one person because a jury granted it to the other no longer counts, nor does the
    title that rested on it; a title that waited for one of the other person is in force again. Loads both, the files
    linked to them and, for the candidacies named, what `refold` reads. The caller ensures that all candidacies of
    those files are named.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (DuplicateUnlinked, *FOLLOWS)
    again: ClassVar[Again] = {"candidacies": _candidacies}
    person: PersonId
    other: PersonId
    reason: str
    candidacies: tuple[CandidacyId, ...] = ()

    def execute(self, log: Log) -> None:
        """Record DuplicateUnlinked on both; CreditFell, TitleFell and TitleWithdrawn for what was not theirs.

        TitleRestored and TitleReinstated for a title that waited for one that was lost, or was another person's.
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
        """Remove the credits of a candidacy, counting or not, that its candidate did not win under these files."""
        names = files_of(since.find, candidacy.terms.candidate)
        credit = since.find(Credit, Credit.id_of(candidacy.id))
        reason = Personal(self.reason, candidacy.terms.candidate)
        for won in sorted((*credit.counted.values(), *credit.fallen), key=lambda won: won.block):
            if not isinstance(won.by, BlockCarriedOver):
                continue
            if since.find(Candidacy, won.by.earlier).terms.candidate not in names:
                off = won.taken_off(candidacy.id, reason, since.log.today)
                since.record(since.find(Credit, credit.id), off)
