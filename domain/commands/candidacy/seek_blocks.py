from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.candidacy.candidacy_life import BeingDecided
from domain.candidacy.facts import BlocksSought
from domain.candidacy.seeking import seek
from domain.commands.candidacy.admission import check_admits
from domain.commands.candidacy.yearly_count import check_another_file
from domain.deadlines.last_step import course
from domain.jury.access import reach
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class SeekBlocks:
    """Apply for more blocks, for another option or, without blocks, for the whole (demander d'autres blocs).

    Loads the candidacy, its juries, and what an admission relies on, except its place in the year. If another option,
    or a title after blocks only, requires another feasibility file, loads the candidate's filings. No other file is
    required while a jury is to decide.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (BlocksSought,)
    candidacy: CandidacyId
    blocks: tuple[int, ...]
    option: str | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown, whose version is checked."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        framework = check_admits(log, candidacy.terms)
        juries = course(log, candidacy)
        seeking = seek(candidacy.terms, (self.blocks, self.option), framework.content, juries, log.today)
        if candidacy.files_anew(seeking, framework.content):
            if juries.waits:
                raise BeingDecided
            seeking = replace(seeking, anew=True)
            check_another_file(log, candidacy.evolve(seeking))
        log.record(candidacy, seeking)
