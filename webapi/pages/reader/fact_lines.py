"""Facts of a dossier as lines of a page: day, sentence, author, position, and whether the seal is intact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from adapters.bag.receipt import SealState
from adapters.text.sentences import Names, sentence
from domain.candidacy.facts import EvidenceSubmitted
from domain.fact import Fact, Retention, Stamp
from domain.jury.facts import BlockGranted, BlockNotGranted
from domain.ports import Role
from domain.rulebook.rules import Rules
from domain.standing.effective_date import days_of_sessions, effective_date
from projections.reading import DossierFact
from webapi.accounts.authentication import actor
from webapi.explain.receipts import made
from webapi.privacy.disclosure import DisclosedDossier, names, opening, personal, unread
from webapi.problems import language
from webapi.words import phrase
from webapi.words.check_sentence import unfit
from webapi.words.fields import FIELDS, GONE
from webapi.words.spoken import spoken

RULES_OF_ALL: Final = (phrase("Référentiel et règlement"), "book")
FAMILIES: Final = {
    "candidacy": (phrase("Candidature"), "folder"),
    "evidence": (phrase("Pièces"), "file"),
    "assessment": (phrase("Évaluations"), "pen"),
    "exam": (phrase("Épreuves"), "calcheck"),
    "jury": (phrase("Jury et décisions"), "scale"),
    "register": (phrase("Registre et parchemins"), "award"),
    "deadlines": (phrase("Délais et notifications"), "send"),
    "appeal": (phrase("Réexamens et recours"), "question"),
    "fraud": (phrase("Fraude"), "alert"),
    "people": (phrase("Personnes"), "user"),
    "framework": RULES_OF_ALL,
    "rulebook": RULES_OF_ALL,
    "organisation": RULES_OF_ALL,
}
"""Subjects of facts, among which a reader chooses: name and icon of each."""
VOIDED: Final = phrase("Ne compte plus : un membre du jury s'est retiré depuis, le jury se prononce de nouveau.")
ANNULLED: Final = phrase(
    "Ne compte plus : décision de ce jury annulée ou rectifiée depuis, ou titre tombé avec un bloc."
)
NAMING: Final = ("candidate", "assessor", "juror", "substitute", "replaced", "signed_by")


@dataclass(frozen=True, kw_only=True)
class PersonalLine:
    """A personal text of a fact; None if its key was destroyed, and then `gone` says why."""

    label: str
    text: str | None
    gone: str = ""


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """A fact as it is shown; `voided` says why it no longer counts.

    `holds_on` is the day that the fact speaks of, if it differs from the day on which it was recorded.
    """

    stamp: Stamp
    type: str
    family: str
    sign: str
    decides: bool
    sentence: str
    who: str | None
    role: str
    grounds: tuple[PersonalLine, ...]
    voided: str | None
    holds_on: date | None
    sealed: SealState | None


def family(fact: Fact) -> str:
    """Return the subject of a fact; the submission of a piece belongs to evidence."""
    return "evidence" if isinstance(fact, EvidenceSubmitted) else type(fact).__module__.split(".")[1]


def sign(fact: Fact) -> str:
    """Return the icon of a fact."""
    match fact:
        case BlockGranted():
            return "check"
        case BlockNotGranted():
            return "x"
        case _:
            return FAMILIES[family(fact)][1]


def people(facts: Iterable[DossierFact]) -> set[UUID]:
    """Return everybody whom these facts may name."""
    found: set[UUID] = set()
    for told in facts:
        found |= {told.stamp.by} if told.stamp.by else set()
        found |= {each for field in NAMING if isinstance(each := getattr(told.fact, field, None), UUID)}
        found.update(getattr(told.fact, "present", ()))
        found.update(getattr(told.fact, "panel", ()))
    return found


def entries(
    read: DisclosedDossier, facts: Sequence[DossierFact], called: Mapping[UUID, str | None] | None = None
) -> list[FactLine]:
    """Return these facts of a dossier as this reader sees them; `called` are names that are loaded already."""
    if called is None:
        called = names(people(facts)) if read.named else {}
    seals = made().sealed([told.stamp.position for told in facts]) if facts else {}
    counts = dict.fromkeys(read.voided, VOIDED) | dict.fromkeys(read.annulled, ANNULLED)
    return _Lines(_names(called, read.rules), called, counts, seals, days_of_sessions(read.known)).build(facts)


@dataclass(frozen=True)
class _Lines:
    """Values that all lines of one page share."""

    speak: Names
    called: Mapping[UUID, str | None]
    voided: Mapping[int, str]
    seals: Mapping[int, SealState]
    sessions: Mapping[UUID, date]

    def build(self, facts: Iterable[DossierFact]) -> list[FactLine]:
        return [self._entry(told) for told in facts]

    def _entry(self, told: DossierFact) -> FactLine:
        stamp, own = told.stamp, effective_date(told, self.sessions)
        return FactLine(
            stamp=stamp,
            type=type(told.fact).__name__,
            family=family(told.fact),
            sign=sign(told.fact),
            decides=told.fact.decides,
            sentence=sentence(told.fact, self.speak, language()),
            who=self._who(stamp),
            role=spoken().term(Role(stamp.role)),
            grounds=_grounds(told),
            voided=self.voided.get(stamp.position),
            holds_on=own if own != stamp.on else None,
            sealed=self.seals.get(stamp.position),
        )

    def _who(self, stamp: Stamp) -> str | None:
        if stamp.by is None:
            return None
        if stamp.by == actor().person:
            return spoken()("vous")
        name = self.called.get(stamp.by)
        return _missing_name(stamp.by) if name is None and stamp.by in self.called else name


def _names(called: Mapping[UUID, str | None], rules: Rules) -> Names:
    def who(person: UUID, otherwise: str) -> str:
        return called[person] or f"[{_missing_name(person)}]" if person in called else otherwise

    def mark(code: str) -> str:
        label = rules.marks[code]
        return label.label_fr if language() == "fr" else label.label_en

    return Names(who=who, mark=mark, rule=lambda code: unfit(code, language()))


def _grounds(told: DossierFact) -> tuple[PersonalLine, ...]:
    """Return the personal fields of a fact; of a piece, the digest and the name of its file."""
    say, opened = spoken(), personal(told)
    gone = unread(told, opened)
    fields = ("name", "digest") if isinstance(told.fact, EvidenceSubmitted) else tuple(opened)
    return tuple(
        PersonalLine(
            label=say(FIELDS[field]),
            text=opened[field],
            gone=say(GONE[gone[field]]) if field in gone else "",
        )
        for field in fields
    )


def _missing_name(person: UUID) -> str:
    """Return the word for a name that cannot be decrypted."""
    return spoken()(GONE[opening().unread(person, Retention.IDENTITY)])
