"""The sentence of a fact in a history, in French and in English.

The fact's class holds the sentence with gaps (`domain.fact.Fact`); this module fills them in. The pages show the
fact's grounds (reasons, comments, names of files) next to the sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from operator import attrgetter
from string import Formatter
from typing import Any, Final
from uuid import UUID

from adapters.text.wording import competences, day, hour, lasting, listed, named_blocks
from domain.exam.measures import Measures
from domain.fact import Fact
from domain.jury.rectified_decision import Corrected


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of people, marks and rules for a reader; `who` takes a text to return for people it may not name."""

    who: Callable[[UUID, str], str]
    mark: Callable[[str], str]
    rule: Callable[[str], str]

    def people(self, persons: tuple[UUID, ...], several: str, language: str) -> str:
        """Return the names of some people, or their number if the reader may not see the names."""
        called = [self.who(person, "") for person in persons]
        return listed(called, language) if all(called) else f"{len(persons)} {several}"


def sentence(fact: Fact, names: Names, language: str) -> str:
    """Return the sentence of a fact in the reader's language ("fr" or "en")."""
    return _Telling(fact, names, language).filled(fact.says()[language != "fr"])


def in_both(fact: Fact, french: Names, english: Names) -> tuple[str, str]:
    """Return the sentence of a fact in French and in English."""
    return sentence(fact, french, "fr"), sentence(fact, english, "en")


@dataclass(frozen=True)
class _Telling:
    """The wording of one fact for one reader."""

    fact: Fact
    names: Names
    language: str

    def filled(self, text: str) -> str:
        """Return the text with its gaps filled in."""
        parts = Formatter().parse(text)
        return "".join(plain + (self._gap(field, spec or "") if field else "") for plain, field, spec, _ in parts)

    def _gap(self, field: str, spec: str) -> str:
        value: Any = attrgetter(field)(self.fact)
        so, otherwise = _halves(spec)
        if "#" in spec:
            return (so if len(value) == 1 or otherwise is None else otherwise).replace("#", str(len(value)))
        if otherwise is not None:
            return self.filled(so if value else otherwise)
        if field in BY_NAME:
            return BY_NAME[field](value, self.language)
        return self._by_type(value, spec)

    def _by_type(self, value: Any, spec: str) -> str:
        """Return a field in words, by its type: a day, a person (or a text instead), a value with its own words."""
        match value:
            case date():
                return day(value, self.language)
            case time():
                return hour(value, self.language)
            case UUID():
                return self.names.who(value, spec)
            case (UUID(), *_):
                return self.names.people(value, spec, self.language)
            case str() if spec:
                return {"mark": self.names.mark, "rule": self.names.rule}[spec](value)
            case tuple():
                return listed((self._by_type(each, spec) for each in value), self.language)
            case _:
                own: tuple[str, str] | None = getattr(value, "said", None)
                return own[self.language != "fr"] if own else str(value)


def _halves(spec: str) -> tuple[str, str | None]:
    """Split a gap at the bar that is outside inner gaps; without a bar the second part is missing (None)."""
    depth = 0
    for place, sign in enumerate(spec):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "|" and not depth:
            return spec[:place], spec[place + 1 :]
    return spec, None


def _measured(measures: Measures, language: str) -> Iterable[str]:
    """Yield the measures of an accommodation in words, without the reason."""
    french = language == "fr"
    if extra := measures.extra_time:
        share = f"{extra.numerator}/{extra.denominator}"
        yield f"temps majoré de {share}" if french else f"{share} more time"
    if measures.reader:
        yield "un lecteur" if french else "a reader"
    if measures.breaks:
        pause = lasting(measures.breaks)
        yield f"{pause} de pause" if french else f"{pause} of break"
    if measures.remote:
        yield "à distance" if french else "remotely"


def _corrected(rulings: tuple[Corrected, ...], language: str) -> str:
    return competences([each.competence for each in rulings], language)


BY_NAME: Final[dict[str, Callable[[Any, str], str]]] = {
    "competences": competences,
    "rulings": _corrected,
    "blocks": named_blocks,
    "from_blocks": named_blocks,
    "to_blocks": named_blocks,
    "minutes": lambda minutes, _: lasting(minutes),
    "measures": lambda measures, language: listed(_measured(measures, language), language),
}
"""The functions for fields whose type does not determine their wording."""
