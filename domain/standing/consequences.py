"""Facts that depend on a piece of evidence, or on the rulings on some competences, for when it is found forged.

They are, by position: the piece itself, the marks and rulings of the competences that it served, the blocks granted
on those rulings or counted because of it, the titles that depend on these blocks, and their entries and certificates.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.facts import BlockSatisfied, EvidenceSubmitted
from domain.evidence.facts import EvidenceRedirected
from domain.fact import Fact, RecordedFact
from domain.framework.definition import Definition
from domain.jury.facts import BlockGranted, CompetenceRuled, DecisionRectified, TitlePronounced
from domain.ports import EvidenceId
from domain.register.facts import BlockCertified, CertificateIssued, RegisterEntered


@dataclass(frozen=True, kw_only=True)
class Resting:
    """A fact that depends on something: its position in the log, and its name."""

    position: int
    fact: str


def rests_on(
    framework: Definition,
    facts: Sequence[RecordedFact],
    *,
    evidence: Collection[EvidenceId] = (),
    competences: Collection[int] = (),
) -> tuple[Resting, ...]:
    """Return the facts of one dossier that depend on these pieces and competences, in order of position."""
    touched = set(competences)
    for told in facts:
        match told.fact:
            case EvidenceSubmitted(evidence=piece, competences=served) if piece in evidence:
                touched |= set(served)
            case EvidenceRedirected(competences=served) if told.stamp.stream in evidence:
                touched |= set(served)
            case _:
                pass
    found, blocks, titled = list[Resting](), set[int](), False
    for told in facts:
        fact = told.fact
        won = _won(fact, framework, touched, evidence)
        blocks |= won
        title = bool(blocks) and _titles(fact)
        titled = titled or title
        itself = _itself(told, evidence)
        if itself or won or title or _rests(fact, touched, blocks, titled=titled):
            found.append(Resting(position=told.stamp.position, fact=type(fact).__name__))
    return tuple(found)


def _itself(told: RecordedFact, evidence: Collection[EvidenceId]) -> bool:
    fact = told.fact
    if isinstance(fact, EvidenceSubmitted):
        return fact.evidence in evidence
    return isinstance(fact, EvidenceRedirected) and told.stamp.stream in evidence


def _won(
    fact: Fact, framework: Definition, touched: Collection[int], evidence: Collection[EvidenceId]
) -> frozenset[int]:
    """Return the blocks that a fact grants on touched competences, or counts by one of these pieces."""
    granted: tuple[int, ...]
    match fact:
        case BlockSatisfied(block=block, evidence=piece):
            return frozenset({block} if piece in evidence else ())
        case BlockGranted(block=block):
            granted = (block,)
        case DecisionRectified():
            granted = fact.granted
        case _:
            granted = ()
    return frozenset(block for block in granted if set(framework.by_number[block].competences) & set(touched))


def _titles(fact: Fact) -> bool:
    """Return whether a fact gives the title: a jury pronounced it, or a rectification did."""
    return isinstance(fact, TitlePronounced) or (isinstance(fact, DecisionRectified) and fact.title is True)


def _rests(fact: Fact, touched: Collection[int], blocks: Collection[int], *, titled: bool) -> bool:
    match fact:
        case CompetenceAssessed(competence=competence) | CompetenceRuled(competence=competence, acquired=True):
            return competence in touched
        case DecisionRectified(rulings=rulings):
            return any(each.minuted and each.competence in touched for each in rulings)
        case BlockCertified(block=block):
            return block in blocks
        case RegisterEntered() | CertificateIssued():
            return titled
        case _:
            return False
