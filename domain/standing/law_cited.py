"""The texts of law behind a dossier: those that applied to each jury that sat, and to the step before it.

They include the temporary texts that changed values of the rulebook for that jury, and those that allowed a decision
after the end of the registration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityLapsed,
    AdmissibilityReconsidered,
    BeginningCorrected,
    CandidacyOpened,
    RouteChanged,
)
from domain.fact import RecordedFact
from domain.framework.definition import Route
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CandidateReferred,
    CompetenceRuled,
    DecisionVoted,
    DeliberationOpened,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    TitlePronounced,
)
from domain.ports import CandidacyId, SessionId
from domain.rulebook.facts import LawFact
from domain.rulebook.law import Law
from domain.rulebook.rule_set import BENEFIT, HowKnown, Provision, RuleSet

SAID: Final = (
    DeliberationOpened | CompetenceRuled | BlockGranted | BlockNotGranted | TitlePronounced | DecisionVoted
    | CandidateReferred
)  # fmt: skip
"""Acts of a jury under the law published at that moment."""


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A text that applies to this parcours: what it provides, before which jury, and how it is known here."""

    rule_set: str
    reference: str
    known: HowKnown
    provides: Provision
    session: SessionId | None = None


@dataclass(frozen=True)
class LawOverTime:
    """The law as published at each position of the log: a decision is explained by the texts it had."""

    published: tuple[RecordedFact, ...] = ()

    @staticmethod
    def of(facts: Iterable[RecordedFact]) -> LawOverTime:
        """Return the history read from the facts of the law's stream."""
        return LawOverTime(tuple(facts))

    def at(self, position: int | None) -> Law:
        """Return the law as published before that position; None means now."""
        law = Law(id=Law.the())
        for told in self.published:
            if position is None or told.stamp.position < position:
                law = law.evolve(cast("LawFact", told.fact))
        return law


def cited(law: LawOverTime, facts: Iterable[RecordedFact]) -> tuple[Cited, ...]:
    """Return the texts behind these facts, each as published when the step was decided, or now if it is under way."""
    return tuple(_cited(law, list(facts))) if law.published else ()


def _cited(law: LawOverTime, facts: list[RecordedFact]) -> Iterator[Cited]:
    candidacy = Candidacy(id=CandidacyId(Law.the()))
    for at, told in enumerate(facts):
        match told.fact:
            case CandidacyOpened() | RouteChanged() | BeginningCorrected():
                corrects = isinstance(told.fact, BeginningCorrected)
                decided = corrects and candidacy.admissible is not None
                candidacy = candidacy.evolve(told.fact)
                step = _admitted(facts[at + 1 :])
                if not decided and not (step and isinstance(step.fact, BeginningCorrected)):
                    yield from _before_the_jury(law.at(step.stamp.position if step else None), candidacy.terms)
            case (
                AdmissibilityDecided()
                | AdmissibilityImplied()
                | AdmissibilityCorrected()
                | AdmissibilityReconsidered()
            ) if candidacy.opening:
                candidacy = candidacy.evolve(told.fact)
            case AdmissibilityLapsed(rule_set=name):
                yield _of(law.at(told.stamp.position).sets[name], Provision.LAPSE, None)
            case SessionOpened(opened_on=day) if candidacy.opening:
                session = SessionId(told.stamp.stream)
                yield from _of_the_jury(law.at(_decided(facts, session)), candidacy.terms, session, day)
            case DeliberationOpened(benefit=benefit, session=session):
                for text in (law.at(told.stamp.position).sets[each] for each in benefit):
                    yield from (_of(text, kept, session) for kept in BENEFIT.values() if kept in text.provides())
            case _:
                pass


def _admitted(after: Iterable[RecordedFact]) -> RecordedFact | None:
    """Return the next fact that decides on admissibility by this route and beginning, or changes these."""
    steps = AdmissibilityDecided | AdmissibilityImplied | RouteChanged | BeginningCorrected
    return next((told for told in after if isinstance(told.fact, steps)), None)


def _decided(facts: Iterable[RecordedFact], session: SessionId) -> int | None:
    """Return the position of this jury's last act on the candidate, or of its opening; None while it is open."""
    last, closed = None, False
    for told in facts:
        fact, stream = told.fact, told.stamp.stream
        if (isinstance(fact, SAID) and fact.session == session) or (
            isinstance(fact, SessionOpened) and stream == session
        ):
            last = told.stamp.position
        elif stream == session:
            closed = closed or isinstance(fact, SessionClosed | ResultsReleased)
    return last if closed else None


def _before_the_jury(law: Law, terms: Opening) -> Iterator[Cited]:
    """Yield the text on the admissibility of a candidacy, for the only route that has this step."""
    if terms.route is Route.VAE and (text := terms.under(law).source(Provision.ADMISSIBILITY)):
        yield _of(text, Provision.ADMISSIBILITY, None)


def _of_the_jury(law: Law, terms: Opening, session: SessionId, opened_on: date) -> Iterator[Cited]:
    """Yield the texts that apply to a jury that opens on a day."""
    found = terms.under(law, opened_on)
    for provides in (Provision.JURY, Provision.RULEBOOK, Provision.JURY_CHANGES):
        if text := found.source(provides):
            yield _of(text, provides, session)


def _of(text: RuleSet, provides: Provision, session: SessionId | None) -> Cited:
    return Cited(rule_set=text.id, reference=text.reference, known=text.known, provides=provides, session=session)
