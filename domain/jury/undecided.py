"""The candidates of a session whom its jury could decide on, and on whom the decision is missing or incomplete."""

from __future__ import annotations

from collections.abc import Mapping

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.rules_before import rules_before
from domain.framework.definition import Definition
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Find


def undecided(
    find: Find, session: JurySession, decided: Mapping[CandidacyId, Deliberation], framework: Definition
) -> tuple[CandidacyId, ...]:
    """Return the candidacies that keep a session from closing.

    For a candidacy without a decision, reads the candidacy, its rulebook and the law, which give the quorum.
    """
    return tuple(
        candidacy
        for candidacy, said in decided.items()
        if not said.concluded(framework, session, 0)
        and not said.concluded(framework, session, _quorum(find, session, candidacy))
    )


def _quorum(find: Find, session: JurySession, candidacy: CandidacyId) -> int:
    day = session.opened_on or session.planned.held_on
    rules = rules_before(find, find(Candidacy, candidacy).terms, day).content
    return rules.quorum_of(commission=session.commission)
