from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import KeyedFromPaper, TitlePronounced
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.register.carrying_over import titles_elsewhere


@dataclass(frozen=True, kw_only=True)
class PronounceTitle:
    """Pronounce the title, all blocks being granted (prononcer le titre).

    Loads what every decision relies on, the deliberation, and what `titles_elsewhere` finds.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (TitlePronounced, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record TitlePronounced; KeyedFromPaper before it, of a session held on paper."""
        context = before(log, self.session, self.candidacy)
        elsewhere = list(titles_elsewhere(log.find, context.candidacy, context.candidacy.terms.option))
        context = replace(
            context,
            title_before=context.title_before or any(said.title for said in elsewhere),
            fallen_titles=frozenset(said.id for said in elsewhere),
        )
        deliberation = log.find(Deliberation, self.subject)
        log.record(
            deliberation,
            *deliberation.keyed(context.session, self.candidacy, log.actor.who),
            deliberation.pronounce(context),
        )
