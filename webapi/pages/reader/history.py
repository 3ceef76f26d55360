"""History of a candidacy: all facts, or those of one kind, one person or some days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.jury.facts import CompetenceRuled
from domain.ports import Role
from domain.refusal import NotFound
from projections.reading import DossierFact
from webapi.accounts.authentication import READERS, allowed
from webapi.pages.desk import Desk
from webapi.pages.reader.fact_lines import FAMILIES, entries, family, people
from webapi.privacy.disclosure import DisclosedDossier, names, view
from webapi.requests import whole_number

bp = Desk("history", __name__, url_prefix="/candidacies/<uuid:candidacy>/history")

DECISIONS: Final = "decisions"
SHOWN: Final = 30
"""How many facts a page shows."""
ALL: Final = "all"
DAYS: Final = ("from", "to", "as_of", "true_on")
ASKED: Final = ("kind", "who", *DAYS)


@dataclass(frozen=True, kw_only=True)
class HistoryQuery:
    """The requested facts: their kind, author and days; `wrong` names the parameters that are not days."""

    kind: str
    who: str
    days: Mapping[str, date]
    given: Mapping[str, str]
    wrong: tuple[str, ...] = ()

    @classmethod
    def read(cls) -> HistoryQuery:
        """Return the query of the address; a text that is not a day is left out and listed in `wrong`."""
        given = {name: request.args.get(name, "").strip() for name in DAYS}
        read = {name: day_of(text) for name, text in given.items() if text}
        return cls(
            kind=request.args.get("kind", ""),
            who=request.args.get("who", ""),
            days={name: day for name, day in read.items() if day},
            given=given,
            wrong=tuple(name for name, day in read.items() if day is None),
        )

    def keeps(self, told: DossierFact) -> bool:
        """Return whether the query selects a fact."""
        stamp, kind = told.stamp, {family(told.fact)} | ({DECISIONS} if told.fact.decides else set())
        return (
            (not self.kind or self.kind in kind)
            and (not self.who or self.who in {str(stamp.by), stamp.role})
            and self.days.get("from", stamp.on) <= stamp.on <= self.days.get("to", stamp.on)
        )

    @property
    def narrowed(self) -> bool:
        """Return whether the query leaves out any fact."""
        return bool(self.kind or self.who or self.days)


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The selected facts, of which one page is shown, or `ALL`."""

    kept: Sequence[DossierFact]
    number: int
    count: int

    @classmethod
    def read(cls, kept: Sequence[DossierFact]) -> Pages:
        """Return the page that the address names, the one with the fact that it names, or the first."""
        count = max(1, ceil(len(kept) / SHOWN))
        said, at = request.args.get("page", ""), request.args.get("at", "")
        if said == ALL:
            return cls(kept=kept, number=0, count=count)
        number = whole_number(said)
        number = _page_at(whole_number(at) or 0, kept) if number is None else number
        return cls(kept=kept, number=min(max(number, 1), count), count=count)

    @property
    def facts(self) -> Sequence[DossierFact]:
        """Return the facts of the page."""
        return self.kept if not self.number else self.kept[(self.number - 1) * SHOWN : self.number * SHOWN]

    def page_of(self, told: DossierFact) -> int:
        """Return the page that contains a fact; 0 if one page shows all."""
        return _page_at(told.stamp.position, self.kept) if self.number else 0


def _page_at(position: int, kept: Sequence[DossierFact]) -> int:
    return sum(told.stamp.position < position for told in kept) // SHOWN + 1


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The choices in this dossier: kinds of facts, roles, and people if the reader sees names."""

    kinds: Sequence[tuple[str, str]]
    roles: Sequence[Role]
    people: Sequence[tuple[UUID, str]] = field(default=())


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the history: whole, filtered, or as it was known or true on a day."""
    read, asked = view(candidacy), HistoryQuery.read()
    then = as_of(candidacy, asked.days.get("as_of"), asked.days.get("true_on"), read)
    called = names(people(read.seen)) if read.named else {}
    kept = [told for told in (then.seen if then else ()) if asked.keeps(told)]
    shown = Pages.read(kept)
    to_jump = [told for told in kept if told.fact.decides and not isinstance(told.fact, CompetenceRuled)]
    lines = {each.stamp.position: each for each in entries(then, [*shown.facts, *to_jump], called)} if then else {}
    content = render_template(
        "reader/history.html",
        candidacy=candidacy,
        candidate_name=called.get(read.opened.candidate),
        entries=[lines[told.stamp.position] for told in shown.facts],
        kept=len(kept),
        whole=len(read.seen),
        decisions=[(lines[told.stamp.position], shown.page_of(told)) for told in to_jump],
        pages=shown,
        address=_address,
        asked=asked,
        choices=_choices(read.seen, called),
        at="dossiers.list_candidacies",
    )
    return content, 422 if asked.wrong else 200


def as_of(candidacy: UUID, day: date | None, true_on: date | None, now: DisclosedDossier) -> DisclosedDossier | None:
    """Return the dossier as it was known or true on a day; None before the candidacy was opened."""
    if day is None and true_on is None:
        return now
    try:
        return view(candidacy, as_of=day, true_on=true_on)
    except NotFound:
        return None


def day_of(text: str) -> date | None:
    """Return the day in the text; None if it is not a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _address(page: int | str) -> str:
    """Return the address of another page of the same query."""
    kept: dict[str, Any] = {name: said for name, said in request.args.items() if said and name in ASKED}
    return url_for("history.show", **(request.view_args or {}), **kept, page=page)


def _choices(seen: Iterable[DossierFact], called: Mapping[UUID, str | None]) -> Choices:
    facts = list(seen)
    there = {family(told.fact) for told in facts}
    acted, roles = {told.stamp.by for told in facts if told.stamp.by}, {told.stamp.role for told in facts}
    named = sorted(((each, name) for each in acted if (name := called.get(each))), key=lambda pair: pair[1])
    return Choices(
        kinds=[(name, label) for name, (label, _) in FAMILIES.items() if name in there],
        roles=[role for role in Role if role.value in roles],
        people=named,
    )
