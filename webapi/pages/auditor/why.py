"""Explanation of a dossier's standing: one sentence, then the facts behind it, from the rule to the notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from adapters.text.wording import listed, ranges
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.facts import EvidenceSubmitted
from domain.framework.facts import FrameworkPublished
from domain.jury.facts import CompetenceRuled, DeliberationOpened, MinutesSigned, ResultsReleased, SessionOpened
from domain.ports import SessionId
from domain.standing.standing import BlockState
from domain.standing.why import BlockWhy, StandingExplanation, TitleWhy
from projections.reading import DossierFact
from projections.told import sealed_facts
from webapi.accounts.authentication import READERS, allowed
from webapi.current import acquis
from webapi.explain.explanation import rule
from webapi.explain.in_a_sentence import of_block, of_title, question, title_question
from webapi.pages.auditor.days import DaysQuery, changes, ticks
from webapi.pages.desk import Desk
from webapi.pages.reader.fact_lines import FactLine, entries
from webapi.privacy.disclosure import DisclosedDossier, view
from webapi.problems import language
from webapi.words import phrase
from webapi.words.catalogue import Words, words

bp = Desk("why", __name__, url_prefix="/candidacies/<uuid:candidacy>/why")

STEPS: Final = (FrameworkPublished, EvidenceSubmitted, CompetenceAssessed, AssessmentFiled, SessionOpened,
                DeliberationOpened, CompetenceRuled)  # fmt: skip
"""Facts that lead to a decision, in this order; then come the decision and what followed."""
SUMMED: Final = (CompetenceAssessed, CompetenceRuled, MinutesSigned)
"""Facts that come in groups, each group summed up in one sentence."""
AFTER: Final = (MinutesSigned, ResultsReleased)


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """A link of the explanation: one fact in its own words, or a sum of several of a kind."""

    entry: FactLine
    summary: str = ""
    more: tuple[FactLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question, the sentence that answers it, and the facts that the answer relies on."""

    question: str
    sentence: str
    rule: str
    text: str
    block: BlockWhy | None
    title: TitleWhy | None
    chain: Sequence[ChainLink]


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Explain a block or the title, now or as of a day, and show what changed since another day."""
    now, asked = view(candidacy), DaysQuery.read()
    read, today = asked.shown(candidacy, now), acquis().clock.today()
    answers = read.why if read else None
    content = render_template(
        "auditor/why.html",
        candidacy=candidacy,
        candidate_name=now.candidate_name,
        framework=now.framework,
        route=now.framework.row(now.opened.route),
        opened=now.opened,
        asked=asked,
        ticks=ticks(now.seen, asked, today),
        days=sorted({each.stamp.on for each in now.seen}),
        answer=_answer(read, answers) if read and answers else None,
        blocks=sorted(answers.blocks, key=lambda each: each.number) if answers else (),
        title=answers.title if answers else None,
        whole=len(now.seen),
        **_compared(candidacy, asked, now, read),
        at="dossiers.list_candidacies",
    )
    return content, 422 if asked.wrong else 200


def _compared(
    candidacy: UUID, asked: DaysQuery, now: DisclosedDossier, read: DisclosedDossier | None
) -> dict[str, Any]:
    """Return what changed since the day compared with; empty without such a day."""
    if asked.against is None or read is None:
        return {}
    other = asked.other(candidacy, now)
    day = (asked.true_on or asked.as_of) or acquis().clock.today()
    earlier, later = (other, read) if asked.against <= day else (read, other)
    if later is None:
        return {}
    return {
        "changes": changes(earlier.standing if earlier else None, later.standing),
        "compared": sorted((asked.against, day)),
        "between": asked.between(now.seen, acquis().clock.today()),
    }


def _answer(read: DisclosedDossier, answers: StandingExplanation) -> Answer:
    """Return the answer about the requested block; by default about a refused block, else about the title."""
    say = words(language(), acquis().settings.words)
    wanted = request.args.get("block", "")
    blocks = {str(each.number): each for each in answers.blocks}
    refused = next((each for each in answers.blocks if each.state is BlockState.NOT_GRANTED), None)
    block = blocks.get(wanted) or (refused if not wanted else None)
    if block is None:
        return _of_title(read, answers.title, say)
    return Answer(
        question=question(block, say),
        sentence=of_block(block, say),
        rule=rule(block.rule, say),
        text=block.text,
        block=block,
        title=None,
        chain=list(_links(read, block, say)),
    )


def _of_title(read: DisclosedDossier, title: TitleWhy, say: Words) -> Answer:
    facts = [each for each in read.seen if each.stamp.position in title.positions or _of_register(each)]
    return Answer(
        question=title_question(title, say),
        sentence=of_title(title, say),
        rule=rule(title.rule, say),
        text=title.text,
        block=None,
        title=title,
        chain=[ChainLink(entry=each) for each in entries(read, facts)],
    )


def _of_register(told_: DossierFact) -> bool:
    return type(told_.fact).__module__.endswith("register.facts") and told_.fact.milestone


def _links(read: DisclosedDossier, block: BlockWhy, say: Words) -> Iterator[ChainLink]:
    """Yield the facts behind a block: rule, pieces, opinions, jury, rulings, decision, minutes, notice."""
    facts = [*_published(read), *sorted(_behind(read, block), key=_place)]
    lines = {each.stamp.position: each for each in entries(read, facts)}
    summed: set[int] = set()
    for each in facts:
        line = lines[each.stamp.position]
        if isinstance(each.fact, FrameworkPublished):
            yield ChainLink(
                entry=line, summary=say(phrase("Le référentiel fixe la règle du bloc {n}."), n=block.number)
            )
        elif isinstance(each.fact, SUMMED) and each.stamp.position not in summed:
            alike = [other for other in facts if _alike(each, other)]
            summed |= {other.stamp.position for other in alike}
            more = tuple(lines[other.stamp.position] for other in alike)
            yield ChainLink(entry=more[-1], summary=_summary(read, alike, say), more=more)
        elif not isinstance(each.fact, SUMMED):
            yield ChainLink(entry=line)


def _published(read: DisclosedDossier) -> list[DossierFact]:
    """Return the fact that published the framework version."""
    return sealed_facts(acquis().database, [read.opened.framework], [FrameworkPublished.__name__])


def _behind(read: DisclosedDossier, block: BlockWhy) -> Iterator[DossierFact]:
    own, behind = {each.number for each in block.competences}, {*block.positions}
    for each in block.competences:
        behind.update(each.positions)
    for seen in read.seen:
        if seen.stamp.position in behind or _leads(seen, own, block.session):
            yield seen


def _leads(seen: DossierFact, own: set[int], session: SessionId | None) -> bool:
    """Return whether a fact led to this jury's decision on these competences, or followed from it."""
    match seen.fact:
        case EvidenceSubmitted(competences=served):
            return not own.isdisjoint(served)
        case CompetenceAssessed(competence=competence):
            return competence in own
        case AssessmentFiled():
            return True
        case SessionOpened() | MinutesSigned() | ResultsReleased():
            return seen.stamp.stream == session
        case _:
            of_it = session is not None and getattr(seen.fact, "session", None) == session
            notice = type(seen.fact).__module__.endswith("deadlines.facts") and seen.fact.milestone
            return of_it and (notice or isinstance(seen.fact, DeliberationOpened))


def _place(seen: DossierFact) -> tuple[int, int]:
    kind = type(seen.fact)
    after = len(STEPS) + 1 + (AFTER.index(kind) if kind in AFTER else len(AFTER))
    notice = kind.__module__.endswith("deadlines.facts")
    decision = len(STEPS) if not notice and kind not in AFTER else after
    return (STEPS.index(kind) if kind in STEPS else decision), seen.stamp.position


def _alike(first: DossierFact, second: DossierFact) -> bool:
    """Return whether two facts are marks of one assessor, rulings of one jury, or signatures under one record."""
    if type(first.fact) is not type(second.fact):
        return False
    return first.stamp.stream == second.stamp.stream


def _summary(read: DisclosedDossier, alike: Sequence[DossierFact], say: Words) -> str:
    """Return several marks, rulings or signatures as one sentence.

    It says which competences are acquired and which are not, or how many members signed.
    """
    if isinstance(alike[0].fact, MinutesSigned):
        return say.count(
            "Procès-verbal signé par {n} membre du jury.", "Procès-verbal signé par {n} membres du jury.", len(alike)
        )
    acquired: list[int] = []
    lacking: list[int] = []
    opinion = False
    for each in alike:
        match each.fact:
            case CompetenceRuled(competence=number, acquired=won):
                (acquired if won else lacking).append(number)
            case CompetenceAssessed(competence=number, mark=mark):
                opinion = True
                acquired, lacking = ([n for n in row if n != number] for row in (acquired, lacking))
                (acquired if read.rules.marks[mark].acquired else lacking).append(number)
            case _:
                pass
    parts = [say(phrase("acquises {numbers}"), numbers=_numbers(acquired, say))] if acquired else []
    parts += [say(phrase("non acquises {numbers}"), numbers=_numbers(lacking, say))] if lacking else []
    whole = (
        phrase("Avis de l'évaluateur : compétences {parts}.")
        if opinion
        else phrase("Le jury juge : compétences {parts}.")
    )
    return say(whole, parts=(" ; " if say.language == "fr" else "; ").join(parts))


def _numbers(numbers: Sequence[int], say: Words) -> str:
    return listed(ranges(numbers, say.language), say.language)
