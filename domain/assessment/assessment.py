"""The assessment of a candidate's competences by one assessor, an opinion for the jury."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.assessment.attempts import Attempts
from domain.assessment.facts import AssessmentFact, AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.candidacy import Candidacy, OwnWork, UnknownCompetence
from domain.candidacy.facts import AssessorReleased
from domain.candidacy.ties import ties
from domain.fact import Personal, stream_of
from domain.framework.definition import Definition
from domain.people.facts import Tie
from domain.people.one_person import OnePerson, one_person
from domain.ports import CandidacyId, Find, Log, PersonId
from domain.refusal import NotFound, Refused, Violation
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules


class NotAssigned(Refused):
    """Only the assessor assigned to a competence of this candidate assesses it."""

    fr = "Seul l'évaluateur désigné pour une compétence de ce candidat l'évalue."
    kind = "forbidden"


class AssessmentAlreadyFiled(Refused):
    """A filed assessment is the jury's to read: it no longer changes."""

    fr = "Une évaluation déposée appartient au jury : elle ne change plus."


class NothingAssessed(Refused):
    """An assessment is filed once it holds at least one mark; the absence of a mark is not a mark."""

    fr = "Une évaluation se dépose avec au moins une appréciation ; l'absence d'appréciation n'en est pas une."


class AssessmentNotFiled(Refused):
    """An assessment is reopened once it was filed; until then its assessor may change it."""

    fr = "Une évaluation se rouvre une fois déposée ; jusque-là son évaluateur peut la modifier."


class AssessmentRead(Refused):
    """An assessment is reopened only while a jury has still to decide a block on its marks."""

    fr = "Une évaluation ne se rouvre que tant qu'un jury doit encore décider d'un bloc sur ses appréciations."


class AssessorTied(Refused):
    """An assessor with a tie that the rulebook bars, such as the candidate's own trainer, does not mark them."""

    fr = (
        "Un évaluateur qu'un lien exclu par le règlement unit au candidat, tel son propre formateur, ne l'évalue pas."
    )
    source = "the certifier's rulebook (ties that bar assessors)"
    source_fr = "le règlement du certificateur (liens qui écartent un évaluateur)"


class MarkedTwice(Refused):
    """One request marks a competence once."""

    fr = "Une même demande n'évalue une compétence qu'une fois."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """An assessor's opinion on one competence, as keyed: a mark of the scale, and a comment (avis)."""

    competence: int
    mark: str
    comment: str | None = None


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One assessor's marks for one candidacy (évaluation).

    `marks` are the last given, for the attempts at their block in `attempts`; `handed` are the marks filed with the
    jury, each with its attempt: a new mark does not remove the one filed before.
    """

    id: UUID
    version: int = 0
    marks: dict[int, str] = field(default_factory=dict)
    attempts: dict[int, int] = field(default_factory=dict)
    handed: dict[int, tuple[str, int]] = field(default_factory=dict)
    filed: bool = False

    @staticmethod
    def id_of(candidacy: CandidacyId, assessor: PersonId) -> UUID:
        """Return the stream id of an assessment: unique by candidacy and assessor."""
        return stream_of("assessment", candidacy, assessor)

    def assess(
        self,
        candidacy: Candidacy,
        opinions: Sequence[Opinion],
        *,
        by: PersonId,
        names: AbstractSet[PersonId],
        of: Definition,
        rules: Rulebook,
        attempts: Attempts,
    ) -> tuple[CompetenceAssessed, ...]:
        """Give marks for competences, all or none: by the assigned assessor, before filing, never on own work.

        `names` are all the files of the assessor. After filing, only for a new attempt at a block that a jury has
        refused since. If several opinions are refused, the first refusal is raised and lists all of them.
        """
        if by not in candidacy.assessors:
            raise NotAssigned(by)
        if candidacy.terms.candidate in names or candidacy.put_in_by(names):
            raise OwnWork(by)
        numbers = [opinion.competence for opinion in opinions]
        if len(set(numbers)) < len(numbers):
            raise MarkedTwice(*sorted(number for number in set(numbers) if numbers.count(number) > 1))
        given: list[CompetenceAssessed] = []
        refused: list[tuple[int, Refused]] = []
        for place, opinion in enumerate(opinions):
            try:
                given.append(self._assess(candidacy, opinion, by=by, of=of, rules=rules, attempts=attempts))
            except Refused as refusal:
                refused.append((place, refusal))
        if refused:
            raise _all_named(refused, opinions)
        return tuple(given)

    def _assess(
        self,
        candidacy: Candidacy,
        opinion: Opinion,
        *,
        by: PersonId,
        of: Definition,
        rules: Rulebook,
        attempts: Attempts,
    ) -> CompetenceAssessed:
        competence = opinion.competence
        if competence not in of.numbers:
            raise UnknownCompetence(competence)
        if competence not in candidacy.assessors[by]:
            raise NotAssigned(by, competence)
        if self.closed(competence, of, attempts):
            raise AssessmentAlreadyFiled(self.id)
        rules.acquired(opinion.mark)
        return CompetenceAssessed(
            candidacy=candidacy.id,
            assessor=by,
            competence=competence,
            mark=opinion.mark,
            comment=Personal(opinion.comment, candidacy.terms.candidate) if opinion.comment else None,
            attempt=attempts.at(of.block_of[competence].number),
        )

    def closed(self, competence: int, of: Definition, attempts: Attempts) -> bool:
        """Return whether its mark is final: one was filed for the present attempt at its block."""
        block = of.block_of[competence]
        attempt = attempts.at(block.number)
        return self.filed and (attempt == 1 or self._handed_for(attempt, block.competences))

    @property
    def _given(self) -> dict[int, tuple[str, int]]:
        return {competence: (mark, self.attempts.get(competence, 1)) for competence, mark in self.marks.items()}

    def _handed_for(self, attempt: int, block: tuple[int, ...]) -> bool:
        """Return whether a mark of this block was filed for that attempt."""
        return any(self.handed[competence][1] >= attempt for competence in block if competence in self.handed)

    def file(self, candidacy: Candidacy, by: PersonId) -> AssessmentFiled:
        """File the marks with the jury, once."""
        if by not in candidacy.assessors:
            raise NotAssigned(by)
        if self.filed and self.handed == self._given:
            raise AssessmentAlreadyFiled(self.id)
        if not self.marks:
            raise NothingAssessed(self.id)
        return AssessmentFiled(candidacy=candidacy.id, assessor=by)

    def reopen(
        self, candidacy: Candidacy, assessor: PersonId, reason: str, attempts: Attempts, of: Definition
    ) -> AssessmentReopened:
        """Return it to its assessor, while a jury has still to decide a block on one of its marks."""
        if assessor not in candidacy.assessors:
            raise NotAssigned(assessor)
        if not self.filed:
            raise AssessmentNotFiled(self.id)
        if all(
            of.block_of[competence].number in attempts.granted
            or attempt < attempts.at(of.block_of[competence].number)
            for competence, (_, attempt) in self.handed.items()
        ):
            raise AssessmentRead(self.id)
        about = Personal(reason, candidacy.terms.candidate)
        return AssessmentReopened(candidacy=candidacy.id, assessor=assessor, reason=about)

    def release(self, candidacy: Candidacy, assessor: PersonId, reason: str, *, barred: bool) -> AssessorReleased:
        """Release the assessor: before filing, or at any time if `barred` from marking the candidate.

        The jury reads the filed marks: they are removed only because of a tie, or after being reopened with a reason.
        """
        if assessor not in candidacy.assessors:
            raise NotAssigned(assessor)
        if self.filed and not barred:
            raise AssessmentAlreadyFiled(self.id)
        return AssessorReleased(assessor=assessor, reason=Personal(reason, assessor))

    def evolve(self, fact: AssessmentFact) -> Self:
        match fact:
            case CompetenceAssessed(competence=competence, mark=mark):
                return replace(
                    self,
                    marks={**self.marks, competence: mark},
                    attempts={**self.attempts, competence: fact.attempt},
                )
            case AssessmentFiled():
                return replace(self, filed=True, handed=self._given)
            case AssessmentReopened():
                return replace(self, filed=False, handed={})
            case _:
                assert_never(fact)


def _all_named(refused: Sequence[tuple[int, Refused]], opinions: Sequence[Opinion]) -> Refused:
    """Return the first refusal, listing each opinion refused: its competence, and its place in the request."""
    first = refused[0][1]
    if len(opinions) == 1:
        return first
    named = (
        Violation(
            f"marks[{place}]",
            f"Competence {opinions[place].competence}: {refusal.sentence('en')}",
            f"Compétence {opinions[place].competence} : {refusal.fr}",
            *_source(refusal),
        )
        for place, refusal in refused
    )
    return type(first)(*first.about, violations=tuple(named), sheet=first.sheet)


def _source(refusal: Refused) -> tuple[str, str]:
    """Return the source of the refusal of one opinion; without one, the rules of assessment."""
    said = next(((each.source, each.source_fr) for each in refusal.violations), (refusal.source, refusal.source_fr))
    return said if said[0] else ("the rules of assessment", "les règles de l'évaluation")


def to_assess(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load the candidacy that the actor assesses by name; raise NotAssigned for one whose paper they mark.

    Also raises NotAssigned for an id of no candidacy, and for any dossier that the actor does not assess, so that the
    answers do not reveal which is the case.
    """
    try:
        found = log.load(Candidacy, candidacy)
    except NotFound as none:
        raise NotAssigned(log.actor.who) from none
    if log.actor.who in found.by_number:
        raise NotAssigned(log.actor.who)
    return found


def found(find: Find, assessor: OnePerson, candidacy: Candidacy, on: date) -> tuple[Tie, ...]:
    """Return the ties of an assessor with a candidate on a day, as for a juror. Reads the candidate."""
    candidate = one_person(find, candidacy.terms.candidate)
    return tuple(sorted(ties(assessor, candidate, candidacy.life.advised_by, on)))


def check_free(find: Find, assessor: OnePerson, candidacy: Candidacy, rules: Rules, on: date) -> None:
    """Refuse an assessor who is the candidate under another file, or whom a tie with the candidate bars.

    Ties are those of a juror. Reads the candidate if the rulebook bars any tie.
    """
    if candidacy.terms.candidate in assessor.names:
        raise OwnWork(assessor.id)
    bar = set(rules.ties_bar_assessors)
    if bar and bar.intersection(found(find, assessor, candidacy, on)):
        raise AssessorTied(assessor.id)


def free(find: Find, assessor: OnePerson, candidacy: Candidacy, rules: Rules, on: date) -> bool:
    """Return whether they may mark this candidate; otherwise their marks are not read. Reads as `check_free`."""
    try:
        check_free(find, assessor, candidacy, rules, on)
    except (OwnWork, AssessorTied):
        return False
    return True
