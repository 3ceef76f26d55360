"""Days of a dossier's history: the day it is read as of, the day it is compared with, and the days worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import request

from domain.assessment.facts import AssessmentFiled
from domain.candidacy.facts import AdmissibilityDecided, CandidacyOpened, ValidationFileSubmitted
from domain.fact import Fact
from domain.jury.facts import DecisionAnnulled, ResultsReleased, SessionOpened
from domain.register.facts import RegisterEntered
from domain.standing.standing import BlockState, CompetenceLine, CompetenceState, Outcome, Standing
from projections.reading import DossierFact
from webapi.pages.reader.history import as_of, day_of
from webapi.privacy.disclosure import DisclosedDossier
from webapi.words import phrase

MARKED: Final[dict[type[Fact], str]] = {
    CandidacyOpened: phrase("candidature"),
    AdmissibilityDecided: phrase("recevabilité"),
    AssessmentFiled: phrase("avis rendu"),
    ValidationFileSubmitted: phrase("dossier déposé"),
    RegisterEntered: phrase("registre"),
    ResultsReleased: phrase("résultats publiés"),
    SessionOpened: phrase("jury"),
    DecisionAnnulled: phrase("décision annulée"),
}
"""Facts that make a day worth a look; for several on one day, the last in this list names the day."""
MOST: Final = 8
"""The most days on the timeline, so that their labels do not touch."""
WIDE: Final = 980
BLOCKS: Final = {
    BlockState.GRANTED: phrase("accordé"),
    BlockState.NOT_GRANTED: phrase("non accordé"),
    BlockState.NOT_DECIDED: phrase("non décidé"),
    BlockState.NOT_SOUGHT: phrase("non demandé"),
}
OUTCOMES: Final = {
    Outcome.FULL: phrase("certification obtenue"),
    Outcome.PARTIAL: phrase("validation partielle"),
    Outcome.NONE: phrase("aucun bloc accordé"),
    Outcome.IN_PROGRESS: phrase("en cours"),
}
COMPETENCES: Final = {
    CompetenceState.NO_EVIDENCE: phrase("sans pièce"),
    CompetenceState.EVIDENCED: phrase("une pièce au moins"),
    CompetenceState.ASSESSED: phrase("évaluée"),
    CompetenceState.RULED: phrase("appréciée"),
}


@dataclass(frozen=True, kw_only=True)
class DaysQuery:
    """The requested days: known by, true on, compared with; `wrong` names the parameters that are not days."""

    as_of: date | None
    true_on: date | None
    against: date | None
    given: Mapping[str, str]
    wrong: tuple[str, ...]

    @classmethod
    def read(cls) -> DaysQuery:
        """Return the days that the address names."""
        given = {name: request.args.get(name, "").strip() for name in ("as_of", "true_on", "against")}
        days = {name: day_of(text) for name, text in given.items()}
        wrong = tuple(name for name, text in given.items() if text and days[name] is None)
        return cls(given=given, wrong=wrong, **days)

    def shown(self, candidacy: UUID, now: DisclosedDossier) -> DisclosedDossier | None:
        """Return the dossier as requested; None before it was opened."""
        return as_of(candidacy, self.as_of, self.true_on, now)

    def other(self, candidacy: UUID, now: DisclosedDossier) -> DisclosedDossier | None:
        """Return the dossier on the day compared with: known by then, or true then for a day of truth."""
        if self.true_on:
            return as_of(candidacy, self.as_of, self.against, now)
        return as_of(candidacy, self.against, None, now)

    def between(self, seen: Sequence[DossierFact], today: date) -> tuple[int, date, date] | None:
        """Return how many facts were recorded after the earlier day up to the later, with the first and last day.

        Returns None if both are the same day, or days of truth.
        """
        if self.against is None or self.true_on or self.against == (self.as_of or today):
            return None
        earlier, last = sorted((self.against, self.as_of or today))
        return sum(earlier < told.stamp.on <= last for told in seen), earlier + timedelta(days=1), last


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A day of the timeline: position, label, and whether it is the day shown or compared with."""

    day: date
    label: str
    x: int
    state: str


def ticks(seen: Sequence[DossierFact], asked: DaysQuery, today: date) -> list[Tick]:
    """Return the days worth a look and the requested days, evenly spaced."""
    order = list(MARKED)
    named: dict[date, int] = {}
    for told in seen:
        if type(told.fact) in MARKED:
            named[told.stamp.on] = max(named.get(told.stamp.on, 0), order.index(type(told.fact)))
    chosen = {asked.as_of or today: "at"} | ({asked.against: "against"} if asked.against else {})
    kept = sorted(named, key=lambda each: -named[each])[: MOST - len(chosen)]
    opened = min(named, default=today)
    days = sorted({*kept[: MOST - len(chosen) - 1], opened, *chosen})
    return list(_placed(days, {each: MARKED[order[n]] for each, n in named.items()}, chosen))


def _placed(days: list[date], labels: Mapping[date, str], chosen: Mapping[date, str]) -> Iterator[Tick]:
    step = WIDE / len(days)
    said = {"at": phrase("affiché"), "against": phrase("comparé")}
    for place, each in enumerate(days):
        state = chosen.get(each, "")
        yield Tick(day=each, label=labels.get(each) or said[state], x=round(step * (place + 0.5)), state=state)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A difference between two days: of the whole (`block` is None), of a block, or of one of its competences."""

    block: int | None
    competence: int | None
    before: str
    after: str


def changes(before: Standing | None, after: Standing) -> list[Change]:
    """Return the differences, block by block, each with its competences; `before` is missing before the opening."""
    found = []
    was_blocks = {line.number: line for line in before.blocks} if before else {}
    was = {line.number: line for line in before.competences} if before else {}
    for line in sorted(after.blocks, key=lambda each: each.number):
        earlier = was_blocks.get(line.number)
        found.append(_change(line.number, None, BLOCKS[earlier.state] if earlier else "", BLOCKS[line.state]))
        for each in after.competences:
            if each.block == line.number:
                then = was.get(each.number)
                found.append(_change(line.number, each.number, _word(then) if then else "", _word(each)))
    found.append(_change(None, None, OUTCOMES[before.outcome] if before else "", OUTCOMES[after.outcome]))
    return [each for each in found if each.before != each.after]


def _change(block: int | None, competence: int | None, before: str, after: str) -> Change:
    return Change(block=block, competence=competence, before=before, after=after)


def _word(line: CompetenceLine) -> str:
    """Return a competence's state in one or two words."""
    if line.acquired is None:
        return COMPETENCES[line.state]
    if line.state is CompetenceState.ASSESSED:
        return phrase("avis : acquise") if line.acquired else phrase("avis : non acquise")
    return phrase("acquise") if line.acquired else phrase("non acquise")
