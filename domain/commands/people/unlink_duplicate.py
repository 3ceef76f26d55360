from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import let_fall
from domain.appeal.restoring import stand_instead
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CreditFell
from domain.fact import Personal
from domain.jury.access import oneself
from domain.jury.deliberation import Deliberation
from domain.jury.facts import TitleFell, TitleRestored
from domain.people.facts import DuplicateUnlinked
from domain.people.one_person import files_of
from domain.people.person import Person
from domain.ports import CandidacyId, Find, Log, PersonId, Role, S
from domain.register.carrying_over import titled_elsewhere
from domain.register.facts import TitleReinstated, TitleWithdrawn
from domain.register.register import Register
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
    rested on it. Loads both, the files linked to them and, of the candidacies named, what counts in them from
    elsewhere; where that falls what `let_fall` loads. Where nothing does, a title stands again that waited for one
    which was the other's: finds what `titled_elsewhere` and `stand_instead` find. Who names the candidacies says
    whether all of those files' are there.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (DuplicateUnlinked, CreditFell, TitleFell, TitleWithdrawn, TitleRestored, TitleReinstated)
    again: ClassVar[Again] = {"candidacies": _candidacies}
    person: PersonId
    other: PersonId
    ground: str
    candidacies: tuple[CandidacyId, ...] = ()

    def execute(self, log: Log) -> None:
        """Record DuplicateUnlinked on both; CreditFell, TitleFell and TitleWithdrawn where it was not theirs.

        And TitleRestored, TitleReinstated of a title that waited for one that fell, or was somebody else's.
        """
        one, two = log.load(Person, self.person), log.load(Person, self.other)
        if oneself(log) & {self.person, self.other}:
            raise OwnWork(log.actor.who)
        apart = one.unlink(two.id, self.ground), two.unlink(one.id, self.ground)
        log.record(one, apart[0])
        log.record(two, apart[1])
        parted: dict[UUID, Person] = {one.id: one.evolve(apart[0]), two.id: two.evolve(apart[1])}

        def find(kind: type[S], stream: UUID) -> S:
            known = parted.get(stream)
            return known if isinstance(known, kind) else log.find(kind, stream)

        named = [log.load(Candidacy, each) for each in self.candidacies]
        fell = [self._part(log, each, files_of(find, each.terms.candidate)) for each in named]
        if not any(fell):
            self._stand(log, named, find)

    def _stand(self, log: Log, named: list[Candidacy], find: Find) -> None:
        """Let a title stand again that waited only for one which was won under a file of somebody else."""
        one_of_each = {(files_of(find, each.terms.candidate), each.terms.framework): each for each in named}
        for candidacy in one_of_each.values():
            if titled_elsewhere(log.find, candidacy):
                said = {
                    each: log.find(Deliberation, Deliberation.id_of(each, candidacy.id))
                    for each in candidacy.sessions
                }
                here = candidacy, said, log.find(Credit, Credit.id_of(candidacy.id))
                register = log.find(Register, Register.id_of(candidacy.terms.framework))
                stand_instead(log, here, register=register, reason=self.ground, find=find)

    def _part(self, log: Log, candidacy: Candidacy, names: frozenset[PersonId]) -> bool:
        """Let fall what counts in a candidacy and was not won under these files of its candidate; whether any did."""
        credit = log.find(Credit, Credit.id_of(candidacy.id))
        fell = [
            credit.mistaken(candidacy.id, block, Personal(self.ground, candidacy.terms.candidate), log.today)
            for block, said in sorted(credit.carried.items())
            if log.load(Candidacy, said.earlier).terms.candidate not in names
        ]
        log.record(credit, *fell)
        for each in fell:
            credit = credit.evolve(each)
        if fell:
            let_fall(log, candidacy, {}, self.ground, credit)
        return bool(fell)
