"""Who did what in one candidacy, when, as whom, on what grounds, and where does it stand in the log?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from adapters.sentences import Names, sentence
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import EvidenceSubmitted
from domain.fact import Retention, Stamp
from domain.ports import CandidacyId, Role
from domain.refusal import NotFound
from domain.rulebook.rules import Rules
from projections.reading import DossierFact
from webapi.accounts.authentication import READERS, actor, allowed
from webapi.evidence.check_sentence import unfit
from webapi.language import tell
from webapi.pages.visitor import let_in, private
from webapi.privacy.disclosure import View, names, opening, personal, rebuilt, unread, view
from webapi.problems import language

bp = Blueprint("history", __name__, url_prefix="/candidacies/<uuid:candidacy>/history")
bp.before_request(let_in)
bp.after_request(private)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Something personal that goes with a fact; None when its key is gone, and then the word that says why."""

    label: str
    text: str | None
    gone: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the history; `voided` is the phrase that says why it counts no more, if so."""

    stamp: Stamp
    type: str
    sentence: str
    who: str | None
    role: str
    grounds: tuple[Ground, ...]
    voided: str | None


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the history, whole or as known on a day."""
    read = view(candidacy)
    whole = read.seen
    given = request.args.get("as_of", "").strip()
    day, wrong = _day(given)
    then = _until(candidacy, day) if day else read
    called = names(_people(whole)) if read.named else {}
    found = rebuilt(Candidacy, CandidacyId(candidacy), [t for t in whole if t.stamp.stream == candidacy])
    speak = _names(called, read.rules)
    voided = dict.fromkeys(then.voided, "history.voided") if then else {}
    if then:
        voided |= dict.fromkeys(then.annulled, "history.annulled")
    content = render_template(
        "reader/history.html",
        candidacy=candidacy,
        candidate_name=called.get(found.terms.candidate),
        entries=[_entry(told, speak, called, voided) for told in (then.seen if then else ())],
        as_of=day,
        given=given,
        wrong=wrong,
    )
    return content, 422 if wrong else 200


def _until(candidacy: UUID, day: date) -> View | None:
    """What was known on a day: nothing, when the candidacy was opened later."""
    try:
        return view(candidacy, as_of=day)
    except NotFound:
        return None


def _day(given: str) -> tuple[date | None, bool]:
    """The day asked for, and whether what was typed is none."""
    if not given:
        return None, False
    try:
        return date.fromisoformat(given), False
    except ValueError:
        return None, True


def _people(facts: list[DossierFact]) -> set[UUID]:
    """Everybody whom the history may have to name."""
    people = {told.stamp.by for told in facts if told.stamp.by}
    for told in facts:
        for field in ("candidate", "assessor", "juror", "substitute", "replaced", "signed_by"):
            if isinstance(value := getattr(told.fact, field, None), UUID):
                people.add(value)
        people.update(getattr(told.fact, "present", ()))
        people.update(getattr(told.fact, "panel", ()))
    return people


def _names(called: dict[UUID, str | None], rules: Rules) -> Names:
    def who(person: UUID, otherwise: str) -> str:
        return called[person] or f"[{_gone(person)}]" if person in called else otherwise

    def mark(code: str) -> str:
        label = rules.marks[code]
        return label.label_fr if language() == "fr" else label.label_en

    return Names(who=who, mark=mark, rule=lambda code: unfit(code, language()))


def _entry(told: DossierFact, speak: Names, called: dict[UUID, str | None], voided: dict[int, str]) -> Entry:
    words = tell(language())
    stamp = told.stamp
    mine = stamp.by is not None and stamp.by == actor().person
    name = words("history.you") if mine else called.get(stamp.by) if stamp.by else None
    if stamp.by in called and name is None:
        name = _gone(stamp.by)
    return Entry(
        stamp=stamp,
        type=type(told.fact).__name__,
        sentence=sentence(told.fact, speak, language()),
        who=name,
        role=Role(stamp.role).said[language() != "fr"],
        grounds=_grounds(told),
        voided=voided.get(stamp.position),
    )


def _grounds(told: DossierFact) -> tuple[Ground, ...]:
    """The personal fields of a fact; a file's digest proves, its name tells."""
    words, opened, gone = tell(language()), personal(told), unread(told)
    fields = ("name", "digest") if isinstance(told.fact, EvidenceSubmitted) else tuple(opened)
    return tuple(
        Ground(
            label=words(f"field.{field}"),
            text=opened[field],
            gone=words(f"app.{gone[field].value}") if field in gone else "",
        )
        for field in fields
    )


def _gone(person: UUID) -> str:
    """The word for a name that does not open."""
    return tell(language())(f"app.{opening().unread(person, Retention.IDENTITY).value}")
