"""As of which day is a dossier read, against which other day, and which days are worth going to?"""

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
"""What makes a day one to go to; of two on one day the later in this list names it."""
MOST: Final = 8
"""Days on the line, so that their labels do not touch."""
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
    """The days asked for: known by, true on, compared with; `wrong` names those that were none."""

    as_of: date | None
    true_on: date | None
    against: date | None
    given: Mapping[str, str]
    wrong: tuple[str, ...]

    @classmethod
    def read(cls) -> DaysQuery:
        """From the address."""
        given = {name: request.args.get(name, "").strip() for name in ("as_of", "true_on", "against")}
        days = {name: day_of(text) for name, text in given.items()}
        wrong = tuple(name for name, text in given.items() if text and days[name] is None)
        return cls(given=given, wrong=wrong, **days)

    def shown(self, candidacy: UUID, now: DisclosedDossier) -> DisclosedDossier | None:
        """The dossier as asked for; None when it was not opened yet."""
        return as_of(candidacy, self.as_of, self.true_on, now)

    def other(self, candidacy: UUID, now: DisclosedDossier) -> DisclosedDossier | None:
        """The dossier on the day compared with: known by then, or where a day of truth was asked for, true then."""
        if self.true_on:
            return as_of(candidacy, self.as_of, self.against, now)
        return as_of(candidacy, self.against, None, now)

    def between(self, seen: Sequence[DossierFact], today: date) -> tuple[int, date, date] | None:
        """How many facts were recorded after the earlier day, up to the later; the first and last day of those.

        None where these are one day, or days of truth.
        """
        if self.against is None or self.true_on or self.against == (self.as_of or today):
            return None
        earlier, last = sorted((self.against, self.as_of or today))
        return sum(earlier < told.stamp.on <= last for told in seen), earlier + timedelta(days=1), last


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One day of the line: where it stands, how it is called, whether it is the one shown or compared with."""

    day: date
    label: str
    x: int
    state: str


def ticks(seen: Sequence[DossierFact], asked: DaysQuery, today: date) -> list[Tick]:
    """The days worth going to, with those asked for, evenly apart."""
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
    """What differs between two days: of the whole (`block` None), a block, or one of its competences."""

    block: int | None
    competence: int | None
    before: str
    after: str


def changes(before: Standing | None, after: Standing) -> list[Change]:
    """What differs, the blocks in their order, each with its competences; before the opening all was to come."""
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
    """A competence's state in a word or two."""
    if line.acquired is None:
        return COMPETENCES[line.state]
    if line.state is CompetenceState.ASSESSED:
        return phrase("avis : acquise") if line.acquired else phrase("avis : non acquise")
    return phrase("acquise") if line.acquired else phrase("non acquise")
