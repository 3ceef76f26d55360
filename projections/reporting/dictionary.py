"""Dictionary of the reporting views, from their contract, in French or English, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from projections.reporting.contract import BilingualText, ReportingView
from projections.reporting.views import VIEWS


@dataclass(frozen=True, kw_only=True)
class DictionaryEntry:
    """One column of one view, in one language; `empty` says what an empty cell means, None if it is never empty.

    `facts` are the facts that change it, empty if a publication or the log itself determines it.
    """

    view: str
    column: str
    type: str
    unit: str | None
    means: str
    empty: str | None
    facts: tuple[str, ...]


def entries(language: str, views: tuple[ReportingView, ...] = tuple(VIEWS.values())) -> Iterator[DictionaryEntry]:
    """Yield all columns of the views, in order."""
    for view in views:
        for each in view.all_columns:
            yield DictionaryEntry(
                view=view.name,
                column=each.name,
                type=each.kind,
                unit=in_language(each.unit, language) if each.unit else None,
                means=in_language(each.means, language),
                empty=in_language(each.null, language) if each.null else None,
                facts=tuple(sorted({fact.__name__ for fact in each.of})),
            )


def in_language(words: BilingualText, language: str) -> str:
    """Return a text in one language."""
    return words.en if language == "en" else words.fr
