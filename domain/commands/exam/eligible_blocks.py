from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.commands.jury.marks_before_the_jury import attempts
from domain.framework.definition import Modality
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.presence import check_attempts
from domain.jury.session import JurySession
from domain.people.one_person import files_of
from domain.ports import Find
from domain.refusal import Refused
from domain.rulebook.rules import Rules


class NothingToExamine(Refused):
    """An épreuve calls who seeks a block that it serves, and still lacks it."""

    fr = "Une épreuve convoque qui vise un bloc qu'elle sert, et ne l'a pas encore."


def served(find: Find, candidacy: Candidacy, modality: Modality, rules: Rules, held_on: date) -> tuple[int, ...]:
    """Return the blocks that an épreuve of this modality can still serve on a day; raise NothingToExamine.

    Also raises what would refuse another jury: no attempt left, too late to return, excluded. Reads the candidate's
    files and fraud cases, the framework, the juries that the candidacy was called before with their decisions, and
    its credits.
    """
    for name in sorted(files_of(find, candidacy.terms.candidate)):
        find(Fraud, Fraud.id_of(name)).check_admits(held_on)
    sessions = [find(JurySession, each) for each in candidacy.sessions]
    said = [find(Deliberation, Deliberation.id_of(each, candidacy.id)) for each in candidacy.sessions]
    check_attempts(sessions, said, rules)
    came = attempts(find, candidacy.id, zip(sessions, said, strict=True))
    came.check(rules.retakes, held_on)
    framework = find(Framework, candidacy.terms.framework).content
    have = came.granted | find(Credit, Credit.id_of(candidacy.id)).blocks
    blocks = sorted({framework.block_of[number].number for number in modality.competences} - have)
    sought = tuple(block for block in blocks if candidacy.terms.seeks(block, framework))
    if not sought or any(each.title for each in said):
        raise NothingToExamine(candidacy.id)
    return sought
