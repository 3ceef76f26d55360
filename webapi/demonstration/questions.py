"""Questions of the demonstration: as of when, why, why not, what if, and the result of an appeal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from adapters.database.pool import Database
from adapters.text.wording import day, listed
from domain.appeal.facts import ReviewRequested
from domain.fact import RecordedFact
from domain.jury.facts import DecisionAnnulled, DeliberationOpened
from domain.ports import CandidacyId
from domain.standing.effective_date import counted_on, days_of_sessions
from domain.standing.standing import Outcome, standing
from domain.standing.what_if import Supposed, what_if
from domain.standing.why import why
from projections.reading import When, dossier_facts
from webapi.demonstration.story import Story
from webapi.explain.explanation import OUTCOMES
from webapi.words.catalogue import words

BEFORE, AFTER, AT_LAST = date(2022, 7, 1), date(2022, 8, 1), date(2022, 12, 1)
"""Days of the questions: after the first jury's results, after the annulment, after the second jury's results."""


def answer_questions(database: Database, story: Story) -> dict[str, Any]:
    """Return the answers, one for each question, from the sealed facts and the released results."""
    winner, complainant = story.called["alix"], story.called["capucine"]
    return {
        "as_of": _as_of(database, story, complainant),
        "why": _why(story, winner, dossier_facts(database, winner)),
        "why_not": _why_not(story, complainant, dossier_facts(database, complainant)),
        "what_if": _what_if(story, complainant, dossier_facts(database, complainant)),
        "appeal": _appeal(complainant, dossier_facts(database, complainant)),
    }


def _as_of(database: Database, story: Story, candidacy: CandidacyId) -> dict[str, Any]:
    """Return what was known on three days, and the state on the first of them as known at last."""
    known = [
        _stands(story, dossier_facts(database, candidacy, when=When(as_of=on)), on, "then")
        for on in (BEFORE, AFTER, AT_LAST)
    ]
    so = counted_on(BEFORE, dossier_facts(database, candidacy))
    return {"candidacy": str(candidacy), "answers": [*known, _stands(story, so, BEFORE, "now")]}


def _stands(story: Story, facts: Sequence[RecordedFact], on: date, known: str) -> dict[str, Any]:
    found = standing(story.definition, story.rules, facts, provisional=False)
    return {
        "on": on.isoformat(),
        "known": known,
        "outcome": found.outcome.value,
        "blocks": {str(line.number): line.state.value for line in sorted(found.blocks, key=lambda b: b.number)},
    }


def _why(story: Story, candidacy: CandidacyId, facts: Sequence[RecordedFact]) -> dict[str, Any]:
    """Return why block 1 is granted: the facts that show it."""
    answer = why(story.definition, story.rules, facts, provisional=False)
    block = next(each for each in answer.blocks if each.number == 1)
    behind = {*block.positions, *(at for line in block.competences for at in line.positions)}
    return {
        "candidacy": str(candidacy),
        "block": block.number,
        "state": block.state.value,
        "facts": sorted(behind),
    }


def _why_not(story: Story, candidacy: CandidacyId, facts: Sequence[RecordedFact]) -> dict[str, Any]:
    """Return why block 1 is not granted: the smallest set of missing competences."""
    answer = why(story.definition, story.rules, facts, provisional=False)
    block = next(each for each in answer.blocks if each.number == 1)
    return {
        "candidacy": str(candidacy),
        "block": block.number,
        "state": block.state.value,
        "missing": sorted(block.missing[0].first),
    }


def _what_if(story: Story, candidacy: CandidacyId, facts: Sequence[RecordedFact]) -> dict[str, Any]:
    """Return what would change if a jury ruled competence 7 acquired."""
    answer = what_if(story.definition, story.rules, facts, Supposed(acquired=frozenset({7})), provisional=False)
    return {
        "candidacy": str(candidacy),
        "acquired": [7],
        "gained": list(answer.gained),
        "title_within_reach": answer.then.title.within_reach,
    }


def _appeal(candidacy: CandidacyId, facts: Sequence[RecordedFact]) -> dict[str, Any]:
    """Return which decision was appealed, and the result: another jury on another day."""
    asked_for = next(told.fact for told in facts if isinstance(told.fact, ReviewRequested))
    annulled = next(told for told in facts if isinstance(told.fact, DecisionAnnulled))
    renewed = [told.fact for told in facts if isinstance(told.fact, DeliberationOpened)][-1]
    days = days_of_sessions(facts)
    return {
        "candidacy": str(candidacy),
        "ground": asked_for.ground.value,
        "asked_on": asked_for.asked_on.isoformat(),
        "decided_on": days[asked_for.session].isoformat(),
        "annulled_on": annulled.stamp.on.isoformat(),
        "decided_anew_on": days[renewed.session].isoformat(),
    }


def came_of(candidacy: dict[str, Any], language: str) -> str:
    """Return the result of a candidacy with the blocks granted: Validation partielle (2, 3 et 4)."""
    granted = [number for number, state in candidacy["blocks"].items() if state == "granted"]
    outcome = words(language, plain=True)(OUTCOMES[Outcome(candidacy["outcome"])])
    return f"{outcome} ({listed(granted, language)})" if granted else outcome


def describe_answers(answer: dict[str, Any], language: str) -> Iterator[str]:
    """Yield the answers as sentences."""
    french = language == "fr"
    questions = answer["questions"]
    for each in questions["as_of"]["answers"]:
        on = day(date.fromisoformat(each["on"]), language)
        if each["known"] == "then":
            question = f"Capucine, su le {on}" if french else f"Capucine, as known on {on}"
        else:
            question = (
                f"Capucine, vrai le {on} de ce qu'on sait" if french else f"Capucine, true on {on} as known now"
            )
        yield f"{question} : {came_of(each, language)}" if french else f"{question}: {came_of(each, language)}"
    facts, missing = len(questions["why"]["facts"]), listed(questions["why_not"]["missing"], language)
    gained = listed(questions["what_if"]["gained"], language)
    decided, annulled, anew = (
        day(date.fromisoformat(questions["appeal"][each]), language)
        for each in ("decided_on", "annulled_on", "decided_anew_on")
    )
    if french:
        yield f"Pourquoi Alix a-t-elle le bloc 1 ? Sa règle est remplie ; {facts} faits le disent."
        yield f"Pourquoi Capucine ne l'a-t-elle pas ? Compétence manquante : {missing}"
        yield f"Et si un jury la disait acquise ? Règle remplie en plus, blocs : {gained}"
        yield (
            f"Recours de Capucine : décision du {decided} annulée le {annulled}, "
            f"reprise par un jury entièrement renouvelé le {anew}"
        )
    else:
        yield f"Why has Alix block 1? Its rule is met; {facts} facts say so."
        yield f"Why has Capucine not? Missing competence: {missing}"
        yield f"What if a jury ruled it acquired? Rule now met, blocks: {gained}"
        yield (
            f"Capucine's appeal: the decision of {decided} was annulled on {annulled}, "
            f"and taken anew by a wholly renewed jury on {anew}"
        )
