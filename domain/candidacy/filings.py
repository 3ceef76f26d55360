"""The feasibility files that a person submitted, counted by year against the limit (dossiers par an).

Each file of a person has its own stream; a submission relies on those of all linked files, so that two concurrent
submissions cannot both take the last place. Files for blocks only, where the text exempts them, are neither counted
nor refused. A file that was refused, or whose candidacy was withdrawn, counts all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from domain.candidacy.facts import FileCounted, FileDiscounted, FilingsFact
from domain.fact import stream_of
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused, Violation
from domain.rulebook.rule_set import RuleSet, YearlyFiles


class YearlyFilesReached(Refused):
    """In a calendar year a person submits so many files for one certification, and in all, as the law says."""

    fr = "Par année civile, une personne ne dépose, par certification et en tout, que le nombre légal de dossiers."
    source = (
        "Code du travail R6412-3 (LEGIARTI000048700019); before 2024 and off the portal Code de l'éducation R335-7 "
        "(known through a summary)"
    )
    source_fr = (
        "Code du travail R6412-3 (LEGIARTI000048700019) ; avant 2024 et hors du portail Code de l'éducation R335-7 "
        "(connu par un résumé)"
    )


@dataclass(frozen=True, kw_only=True)
class Filings:
    """The feasibility files submitted under one file of a person, with the days of their receipt."""

    id: UUID
    version: int = 0
    counted: tuple[FileCounted, ...] = ()

    @staticmethod
    def id_of(person: PersonId) -> UUID:
        """Return the stream id of a person's filings: unique by the file under which they were submitted."""
        return stream_of("filings", person)

    def last_of(self, candidacy: CandidacyId) -> FileCounted | None:
        """Return the last file counted for a candidacy."""
        return next((each for each in reversed(self.counted) if each.candidacy == candidacy), None)

    def discount(self, candidacy: CandidacyId, received_on: date | None) -> FileDiscounted | None:
        """Remove the file of a candidacy received that day from the count; None if it was not counted."""
        last = self.last_of(candidacy)
        if last is None or last.received_on != received_on:
            return None
        return FileDiscounted(candidacy=candidacy, received_on=last.received_on)

    def evolve(self, fact: FilingsFact) -> Self:
        former = self.last_of(fact.candidacy)
        if isinstance(fact, FileDiscounted):
            return replace(self, counted=tuple(each for each in self.counted if each is not former))
        if fact.instead_of is None:
            return replace(self, counted=(*self.counted, fact))
        return replace(self, counted=tuple(fact if each is former else each for each in self.counted))


def check_year(counted: Iterable[FileCounted], new: FileCounted, text: RuleSet, allowed: YearlyFiles) -> None:
    """Refuse a file beyond the text's limit for its year, including the highest number declared elsewhere."""
    before = [each for each in counted if each.received_on.year == new.received_on.year]
    same = sum(each.certification == new.certification for each in before)
    different = len({each.certification for each in (*before, new)})
    elsewhere = max(0, *(each.elsewhere or 0 for each in (*before, new)))
    if same >= allowed.same or different + elsewhere > allowed.all:
        raise YearlyFilesReached(new.received_on.year, violations=(_limit(text, allowed),))


def _limit(text: RuleSet, allowed: YearlyFiles) -> Violation:
    return Violation(
        "yearly-files",
        f"{allowed.same} a year for one certification, for {allowed.all} at most.",
        f"{allowed.same} par an pour une certification, pour {allowed.all} au plus.",
        text.reference,
    )
