"""Who did what in one candidacy, when, as whom and on what grounds? All of it, or one kind, one person, some days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.jury.facts import CompetenceRuled
from domain.ports import Role
from domain.refusal import NotFound
from projections.reading import DossierFact
from webapi.accounts.authentication import READERS, allowed
from webapi.pages.desk import Desk
from webapi.pages.reader.fact_lines import FAMILIES, entries, family, people
from webapi.privacy.disclosure import View, names, view

bp = Desk("history", __name__, url_prefix="/candidacies/<uuid:candidacy>/history")

DECISIONS: Final = "decisions"
DAYS: Final = ("from", "to", "as_of", "true_on")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the reader asked to see: which kind of fact, whose, of which days; `wrong` are those that are none."""

    kind: str
    who: str
    days: Mapping[str, date]
    given: Mapping[str, str]
    wrong: tuple[str, ...] = ()

    @classmethod
    def read(cls) -> Asked:
        """From the address; a day that is none is left out and named."""
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
        """Whether a fact is of what was asked for."""
        stamp, kind = told.stamp, {family(told.fact)} | ({DECISIONS} if told.fact.decides else set())
        return (
            (not self.kind or self.kind in kind)
            and (not self.who or self.who in {str(stamp.by), stamp.role})
            and self.days.get("from", stamp.on) <= stamp.on <= self.days.get("to", stamp.on)
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out that was recorded."""
        return bool(self.kind or self.who or self.days)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What there is to choose among in this dossier: kinds of fact, roles, and people where they are named."""

    kinds: Sequence[tuple[str, str]]
    roles: Sequence[Role]
    people: Sequence[tuple[UUID, str]] = field(default=())


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the history: whole, narrowed, or as known and as true on a day."""
    read, asked = view(candidacy), Asked.read()
    then = as_of(candidacy, asked.days.get("as_of"), asked.days.get("true_on"), read)
    called = names(people(read.seen)) if read.named else {}
    kept = [told for told in (then.seen if then else ()) if asked.keeps(told)]
    lines = entries(then, kept, called) if then else []
    content = render_template(
        "reader/history.html",
        candidacy=candidacy,
        candidate_name=called.get(read.opened.candidate),
        entries=lines,
        whole=len(read.seen),
        decisions=[each for each in lines if each.decides and each.type != CompetenceRuled.__name__],
        asked=asked,
        choices=_choices(read.seen, called),
        at="dossiers.list_candidacies",
    )
    return content, 422 if asked.wrong else 200


def as_of(candidacy: UUID, day: date | None, true_on: date | None, now: View) -> View | None:
    """What was known, or so, on a day: nothing, when the candidacy was opened later."""
    if day is None and true_on is None:
        return now
    try:
        return view(candidacy, as_of=day, true_on=true_on)
    except NotFound:
        return None


def day_of(text: str) -> date | None:
    """The day that was typed; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choices(seen: Iterable[DossierFact], called: Mapping[UUID, str | None]) -> Choices:
    facts = list(seen)
    there = {family(told.fact) for told in facts}
    acted = {told.stamp.by for told in facts if told.stamp.by}
    named = sorted(((each, name) for each in acted if (name := called.get(each))), key=lambda pair: pair[1])
    return Choices(
        kinds=[(name, label) for name, (label, _) in FAMILIES.items() if name in there],
        roles=[role for role in Role if any(told.stamp.role == role.value for told in facts)],
        people=named,
    )
