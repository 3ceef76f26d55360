"""What does a decision about one candidate before one jury rely on?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.fact import Personal
from domain.framework.definition import Definition
from domain.framework.registration import Obstacle
from domain.jury.panel_for_candidate import PanelForCandidate
from domain.jury.session import JurySession
from domain.ports import PersonId, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A commission's provisional ruling, as the awarding jury meets it."""

    commission: SessionId
    acquired: bool
    mark: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionContext:
    """Session, members, candidacy, framework and rules, who speaks, and what earlier juries granted or pronounced.

    `granted_before` are also the blocks that count in the candidacy from elsewhere (`domain.candidacy.credit`).
    `fallen_titles` are the deliberations that had pronounced the title in another candidacy of the person; `counted`
    is how much was ever counted from elsewhere.
    `barred` are those who were on a jury whose decision on this candidacy was annulled; `obstacles` are what keeps
    the certification's registration from running on the session's day, less those despite which the texts of law in
    `benefit` let the candidate go on; `cut_off` are the remote members whose connection is lost; `void` the
    competences whose marks a sanction took away; `proposals` what commissions ruled, by competence; `transcribes`
    says that the registrar keys what a jury decided on paper.
    """

    session: JurySession
    candidacy: Candidacy
    framework: Definition
    rules: Rulebook
    panel_for_candidate: PanelForCandidate
    by: PersonId
    today: date
    granted_before: frozenset[int] = frozenset()
    title_before: bool = False
    fallen_titles: frozenset[UUID] = frozenset()
    counted: int = 0
    barred: frozenset[PersonId] = frozenset()
    obstacles: tuple[Obstacle, ...] = ()
    benefit: tuple[str, ...] = ()
    cut_off: frozenset[PersonId] = frozenset()
    void: frozenset[int] = frozenset()
    proposals: dict[int, Proposal] = field(default_factory=dict)
    transcribes: bool = False
    hour: time = time.max

    @property
    def at(self) -> time | None:
        """The hour at which this jury does something now: of a session held on paper it is not known."""
        return None if self.session.planned.on_paper else self.hour

    @property
    def day(self) -> date | None:
        """The day of it, where that is another than the one on which the session opened."""
        return self.session.later_day(self.today)

    def about_candidate(self, text: str | None) -> Personal[str] | None:
        """Mark a text as being about the candidate, so that it is sealed."""
        return Personal(text, self.candidacy.terms.candidate) if text and text.strip() else None
