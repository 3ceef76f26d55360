"""Random candidates, the figures published about them, and a reader who tries to derive hidden counts.

The reader has each line of each year's file, and knows only what is possible for candidates: they are opened before
they are judged, and hold all blocks, some or none. The remaining uncertainty is a linear program (HiGHS).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

import highspy
import numpy as np

from projections.reporting.figures import GAPS, FigureLine, Figures, Holders
from projections.reporting.published_counts import (
    FULL,
    OUTCOMES,
    PRESENTED,
    STAGES,
    VAE_ONLY,
    Base,
    SessionCounts,
    blocks,
    by_kind,
    funnel,
)

K = TypeVar("K", bound=Hashable)
LEAST: Final = 5
YEARS: Final = (2021, 2022, 2023)
ROUTES: Final = ("VAE", "FI", "FC")
SEXES: Final = ("f", "m", "unstated")
BANDS: Final = ("30_39", "40_49")
LACKING: Final = ((0, 0, 0), (1, 1, 1), (0, 1, 0), (0, 0, 1), (0, 1, 1))
"""Whether a holder is missing in the register, has no certificate, is not declared."""
BLOCKS: Final = (1, 2, 3)
NOBODY_CAME: Final = 0
TOLERANCE: Final = 1e-6
"""The solver's own."""


class Candidate(NamedTuple):
    """A candidate: opening, progress; if judged, day, jury, outcome and attributes."""

    opened: int
    route: str
    stage: int
    year: int = NOBODY_CAME
    session: int = 0
    outcome: str = ""
    attempt: int = 1
    sex: str = "f"
    band: str = "30_39"
    states: tuple[str, ...] = ()
    lacks: int = 0


class Chances(NamedTuple):
    """Parameters drawn once for a whole population."""

    sessions: int
    won: Sequence[float]
    tried: float
    lacking: Sequence[float]
    stopped: float


def drawn(draw: random.Random) -> list[Candidate]:
    """Draw a population: a few to about two hundred candidates, of few kinds or many."""
    years = YEARS[: draw.choice((1, 2, 3))]
    routes = ROUTES[: draw.choice((1, 2, 2, 3))]
    sessions = draw.choice((1, 2, 2))
    won = draw.choice(((6, 3, 1), (8, 1, 1), (1, 1, 1), (12, 6, 0), (3, 3, 0.2)))
    tried = draw.choice((0.02, 0.1, 0.4))
    lacking = draw.choice(((1, 0, 0, 0, 0), (10, 1, 1, 1, 1), (3, 3, 1, 0.2, 2)))
    stopped = draw.choice((0, 0.03, 0.3))
    weights = [draw.choice((0.05, 0.3, 1, 2)) for _ in product(years, routes)]
    kinds = [*product(years, routes)]
    return [
        _one(draw, kind, years, Chances(sessions, won, tried, lacking, stopped))
        for kind in draw.choices(kinds, weights, k=draw.choice((4, 12, 30, 60, 120, 220)))
    ]


def _one(
    draw: random.Random,
    kind: tuple[int, str],
    years: tuple[int, ...],
    chances: Chances,
) -> Candidate:
    opened, route = kind
    if draw.random() < chances.stopped:
        return Candidate(opened, route, draw.choice((0, 1, 2)) if route == "VAE" else 0)
    year = draw.choice([each for each in years if each >= opened])
    outcome = draw.choices(OUTCOMES[1:], chances.won)[0]
    states = {
        "full": ("granted",) * len(BLOCKS),
        "partial": tuple(draw.sample(("granted", "granted", "not_granted"), 3)),
        "none": ("not_granted",) * len(BLOCKS),
    }[outcome]
    return Candidate(
        opened,
        route,
        PRESENTED,
        year,
        draw.randrange(chances.sessions),
        outcome,
        2 if draw.random() < chances.tried else 1,
        draw.choices(SEXES, (6, 3, 1))[0],
        draw.choice(BANDS),
        states,
        draw.choices(range(len(LACKING)), chances.lacking)[0] if outcome == "full" else 0,
    )


def day_of(candidate: Candidate) -> date:
    """Return the day on which they came before their jury."""
    return date(candidate.year, 3, 1 + candidate.session)


def base_of(people: Iterable[Candidate], least: int = LEAST) -> Base:
    """Return the protected results of those who were judged."""
    met: dict[tuple[int, int, str], Counter[str]] = {}
    for each in people:
        if each.year:
            met.setdefault((each.year, each.session, each.route), Counter())[each.outcome] += 1
    results = [
        SessionCounts(
            UUID(int=year * 10 + of), date(year, 3, 1 + of), "", route, *(found[each] for each in OUTCOMES[1:])
        )
        for (year, of, route), found in sorted(met.items())
    ]
    return Base.of(results, least, {})


def figures_of(people: list[Candidate], least: int = LEAST) -> tuple[list[Figures], Holders]:
    """Return the published figures: of each year, and of all holders."""
    base = base_of(people, least)
    reached: dict[bool, dict[int, list[int]]] = {True: {}, False: {}}
    for each in people:
        counts = reached[each.route == "VAE"].setdefault(each.opened, [0] * len(STAGES))
        for stage in range((FULL if each.outcome == "full" else each.stage) + 1):
            counts[stage] += 1
    funnels = {vae: funnel(counted, base, vae=vae) for vae, counted in reached.items() if counted}
    figures = []
    for year in sorted({each.opened for each in people} | set(base.years)):
        mine = [each for each in people if each.year == year]
        states = [(b, each.outcome, state) for each in mine for b, state in zip(BLOCKS, each.states, strict=True)]
        figures.append(
            Figures(
                certification="",
                year=year,
                position=0,
                base=base,
                attempts={
                    kind: (cells[0], cells[1])
                    for kind, cells in by_kind(_by(mine, lambda each: each.attempt), base, year, (1,)).items()
                },
                blocks=blocks(Counter(states), base, year),
                people={
                    "sex": by_kind(_by(mine, lambda each: each.sex), base, year),
                    "age_band": by_kind(_by(mine, lambda each: each.band), base, year),
                },
                funnels={"VAE" if vae else "": found[year] for vae, found in funnels.items() if found.get(year)},
                delays=[],
            )
        )
    lacking = {
        year: [
            sum(LACKING[each.lacks][gap] for each in people if (each.year, each.outcome) == (year, "full"))
            for gap in range(len(GAPS))
        ]
        for year in base.years
    }
    return figures, Holders.of(base, lacking)


def _by(people: Iterable[Candidate], kind: Callable[[Candidate], K]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = {}
    for each in people:
        found.setdefault(kind(each), [0, 0, 0])[OUTCOMES.index(each.outcome) - 1] += 1
    return found


def lines_of(people: list[Candidate]) -> list[FigureLine]:
    """Return each line of each published file."""
    figures, holders = figures_of(people)
    found = [line for each in figures for line in each.lines()] + list(holders.lines())
    return [line for line in found if line.table != "note" and line.figure != "absent"]


@dataclass(frozen=True)
class Question:
    """A count that a line states, or that follows from two lines, of a kind of candidates."""

    what: tuple[object, ...]
    of: Callable[[Candidate], bool]
    said: str


def questions(lines: list[FigureLine]) -> Iterator[Question]:
    """Yield what each line counts, and what the difference of two adjacent lines counts."""
    for line in lines:
        yield Question(
            (line.table, line.year, line.route, line.session_day, line.item, line.figure), counted(line), line.value
        )
    yield from _differences(lines)


def _differences(lines: list[FigureLine]) -> Iterator[Question]:  # noqa: C901  (a table a case)
    stages: dict[tuple[int, str], list[int]] = {}
    said: dict[tuple[int, str], list[int]] = {}
    told = {line.year for line in lines if (line.table, line.figure) == ("year", "full") and line.value != "s"}
    for line in lines:
        year = line.year or 0
        if line.table == "funnel":
            stages.setdefault((year, line.route), []).append(STAGES.index(line.item))
            if line.value != "s":
                said.setdefault((year, line.route), []).append(STAGES.index(line.item))
        if line.table == "attempt" and line.figure == "decided" and year in told:
            yield Question(("attempt", year, line.item, "not the whole"), _not_whole(year, line.item), "s")
        if line.table == "holders" and line.figure in GAPS and year:
            yield Question(("holders", year, "has", line.figure), _has(year, GAPS.index(line.figure)), "s")
    for year, kind in stages:
        for stage in range(PRESENTED):
            if kind == "VAE" or stage not in VAE_ONLY:
                yield Question(("funnel", year, kind, "stopped", stage), _stopped(year, kind, stage), "s")
        if PRESENTED in said.get((year, kind), ()):
            for full in (True, False) if FULL in said[year, kind] else (None,):
                yield Question(("funnel", year, kind, "later"), _later(year, kind, full=full), "s")


def _not_whole(year: int, attempt: str) -> Callable[[Candidate], bool]:
    return lambda each: (each.year, str(each.attempt)) == (year, attempt) and each.outcome != "full"


def _has(year: int, gap: int) -> Callable[[Candidate], bool]:
    return lambda each: (each.year, each.outcome) == (year, "full") and not LACKING[each.lacks][gap]


def _stopped(year: int, kind: str, stage: int) -> Callable[[Candidate], bool]:
    vae = kind == "VAE"
    return lambda each: (each.opened, each.route == "VAE", each.stage) == (year, vae, stage)


def _later(year: int, kind: str, *, full: bool | None) -> Callable[[Candidate], bool]:
    """Return the candidates opened by that year and judged after it; of a chart that shows both, by outcome."""
    vae = kind == "VAE"
    return lambda each: (
        each.opened <= year < each.year and (each.route == "VAE") == vae and full in {None, each.outcome == "full"}
    )


def counted(line: FigureLine) -> Callable[[Candidate], bool]:  # noqa: C901  (a table a case)
    """Return the candidates whom a line counts."""
    outcome = {"decided": None, "sought": None, "granted": None, "candidates": None}.get(line.figure, line.figure)

    def judged(each: Candidate) -> bool:
        return each.year == line.year and outcome in {None, each.outcome}

    match line.table:
        case "session":
            return lambda each: judged(each) and (each.route, day_of(each)) == (line.route, line.session_day)
        case "route":
            return lambda each: judged(each) and each.route == line.route
        case "year":
            return judged
        case "attempt":
            return lambda each: judged(each) and str(each.attempt) == line.item
        case "sex":
            return lambda each: judged(each) and each.sex == line.item
        case "age_band":
            return lambda each: judged(each) and each.band == line.item
        case "block" if line.figure == "sought":
            return judged
        case "block":
            return lambda each: judged(each) and each.states[int(line.item) - 1] == "granted"
        case "funnel":
            vae, stage = line.route == "VAE", STAGES.index(line.item)
            return lambda each: (
                each.opened == line.year
                and (each.route == "VAE") == vae
                and (each.outcome == "full" if stage == FULL else each.stage >= stage)
            )
        case "holders" if line.figure in GAPS:
            gap = GAPS.index(line.figure)
            return lambda each: (each.year, each.outcome) == (line.year, "full") and bool(LACKING[each.lacks][gap])
        case "holders":
            return lambda each: (
                each.outcome == "full" and line.year in {None, each.year} and line.route in {"", each.route}
            )
    raise AssertionError(line)


FAMILIES: Final = ("attempt", "sex", "age_band", "block", "lacks")
"""Attributes of candidates besides jury, route and outcome; each adds up to the same outcomes."""


class Reader:
    """A reader who has every line of every file, and derives bounds of counts."""

    def __init__(self, asked: list[Question]) -> None:
        """Add each line with a number as a constraint."""
        self._kinds = [*_base_kinds(asked), *(each for of in FAMILIES for each in _kinds_of(of))]
        known = [each for each in asked if each.said != "s"]
        rows = [(self._coefficients(each), float(each.said)) for each in known] + [
            (each, 0.0) for each in self._links()
        ]
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)  # noqa: FBT003  (it takes no names)
        self._points: list[np.ndarray] = []
        """Solutions found so far, which satisfy each line."""
        size = len(self._kinds)
        self._highs.addVars(size, np.zeros(size), np.full(size, highspy.kHighsInf))
        for row, value in rows:
            places = np.flatnonzero(row)
            self._highs.addRow(value, value, len(places), places.astype(np.int32), row[places])

    def bounds(self, question: Question) -> tuple[float, float]:
        """Return the least and the greatest possible value of the count, given the lines."""
        costs = self._coefficients(question)
        every = np.arange(len(costs), dtype=np.int32)
        return self._best(every, costs), -self._best(every, -costs)

    def leaves_open(self, question: Question) -> bool:
        """Return whether at least `LEAST` values are possible; points found for other counts are tried first."""
        costs = self._coefficients(question)
        met = [float(point @ costs) for point in self._points]
        if met and max(met) - min(met) >= LEAST - 1:
            return True
        fewest, most = self.bounds(question)
        return most - fewest >= LEAST - 1 - TOLERANCE

    def _best(self, every: np.ndarray, costs: np.ndarray) -> float:
        self._highs.changeColsCost(len(every), every, costs)
        self._highs.run()
        match self._highs.getModelStatus():
            case highspy.HighsModelStatus.kOptimal:
                self._points.append(np.array(self._highs.getSolution().col_value))
                return float(self._highs.getInfo().objective_function_value)
            case highspy.HighsModelStatus.kUnbounded:
                return -float("inf")
            case status:
                raise AssertionError(status)

    def _coefficients(self, question: Question) -> np.ndarray:
        family = _family(question.what)
        return np.array([float(of == family and question.of(each)) for of, each in self._kinds])

    def _links(self) -> Iterator[np.ndarray]:
        """Yield the constraints that each family adds up to the outcomes of each year."""
        for family, year, outcome in product(FAMILIES, YEARS, OUTCOMES[1:]):
            if family == "lacks" and outcome != "full":
                continue
            sign = {"": 1.0, family: -1.0}
            yield np.array(
                [sign.get(of, 0.0) * ((each.year, each.outcome) == (year, outcome)) for of, each in self._kinds]
            )


def _family(what: tuple[object, ...]) -> str:
    if what[0] == "holders" and what[-1] in GAPS:
        return "lacks"
    return str(what[0]) if what[0] in FAMILIES else ""


def _base_kinds(asked: list[Question]) -> Iterator[tuple[str, Candidate]]:
    rows = {(each.what[2], each.what[3]) for each in asked if each.what[0] == "session"}
    for opened, route in product(YEARS, ROUTES):
        for stage in (0, 1, 2) if route == "VAE" else (0,):
            yield "", Candidate(opened, route, stage)
        for year, session, outcome in product(YEARS, (0, 1), OUTCOMES[1:]):
            one = Candidate(opened, route, PRESENTED, year, session, outcome)
            if opened <= year and (route, day_of(one)) in rows:
                yield "", one


def _kinds_of(family: str) -> Iterator[tuple[str, Candidate]]:
    for year, outcome in product(YEARS, OUTCOMES[1:]):
        one = Candidate(year, "FI", PRESENTED, year, 0, outcome)
        match family:
            case "attempt":
                found = [one._replace(attempt=each) for each in (1, 2)]
            case "sex":
                found = [one._replace(sex=each) for each in SEXES]
            case "age_band":
                found = [one._replace(band=each) for each in BANDS]
            case "block":
                every = product(("granted", "not_granted"), repeat=len(BLOCKS))
                held = {"full": (len(BLOCKS),), "none": (0,), "partial": range(1, len(BLOCKS))}[outcome]
                found = [one._replace(states=each) for each in every if each.count("granted") in held]
            case _:
                found = [one._replace(lacks=each) for each in range(len(LACKING) if outcome == "full" else 0)]
        yield from ((family, each) for each in found)


def given_away(people: list[Candidate]) -> Iterator[tuple[tuple[object, ...], int, tuple[float, float]]]:
    """Yield each small count that the published lines narrow down too far: name, value and bounds.

    Too far means that fewer than `LEAST` values are possible.
    """
    asked = list(questions(lines_of(people)))
    reader: Reader | None = None
    for each in asked:
        many = sum(map(each.of, people))
        assert each.said == "s" or int(each.said) == many, (each.what, each.said, many)
        if not 0 < many < LEAST:
            continue
        reader = reader or Reader(asked)
        if not reader.leaves_open(each):
            yield each.what, many, reader.bounds(each)
