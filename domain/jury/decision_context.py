"""The context of a decision on one candidate before one jury."""

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
    """A commission's provisional ruling, as given to the awarding jury."""

    commission: SessionId
    acquired: bool
    mark: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionContext:
    """Session, members, candidacy, framework and rules, the actor, and what earlier juries granted or pronounced.

    `granted_before` includes the blocks that count in the candidacy from elsewhere (`domain.candidacy.credit`).
    `fallen_titles` are the deliberations that had pronounced the title in another candidacy of the person; `counted`
    is the number of credits ever counted from elsewhere. `barred` are the members of juries whose decision on this
    candidacy was annulled. `obstacles` are the obstacles to the certification's registration on the session's day,
    except those that the texts of law in `benefit` let the candidate pass. `cut_off` are the remote members whose
    connection is lost; `void` the competences whose marks a sanction took away; `proposals` the commissions' rulings,
    by competence. `transcribes` means that a registrar keys what a jury decided on paper.
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
        """The hour at which this jury acts now; None for a session held on paper, where it is not known."""
        return None if self.session.planned.on_paper else self.hour

    @property
    def day(self) -> date | None:
        """The day on which this jury acts, if it is not the day on which the session opened."""
        return self.session.later_day(self.today)

    def about_candidate(self, text: str | None) -> Personal[str] | None:
        """Return a text as a personal value about the candidate, so that it is sealed; None if it is blank."""
        return Personal(text, self.candidacy.terms.candidate) if text and text.strip() else None
