"""What does Acquis hold about one person, to be handed to them? (RGPD art. 15 and 20)

Facts about them with their personal fields in clear, the facts they recorded, their files, their account: as JSON,
with a manifest and a page to read. Other people stay out: they are named by their role only, and what somebody
recorded about another person is told by its kind and day only. What no jury has released yet is not shown either:
`webapi.privacy.export_limits` says what is left out, by which limit. Nor does anybody but themselves read here that
they asked
for an accommodation, or that it was refused.
A personal field is `{"value": …}`; null with `"withheld"` when it is about another person, with `"erased": true` or
`"lost": true` when its key was destroyed, or is gone though nobody erased it.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

import msgspec

from adapters.bag.page import FOOT, both, head, paragraph, table
from adapters.files.age import CHUNK, Damaged
from adapters.files.stated import unseal
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.keys.vault import FieldOpener, KeyState
from adapters.log.codec import PERSONAL, PLAIN, SealedField, held, opened
from adapters.operations.drafts import Draft
from adapters.operations.personal_data import kept
from adapters.operations.tokens import HeldToken
from adapters.operations.uploads import Upload
from adapters.text.sentences import Names, in_both
from adapters.text.wording import day
from domain.candidacy.facts import CandidacyOpened, EvidenceSubmitted
from domain.commands.people.export_person import ExportPerson
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    PieceCleared,
    PieceKept,
    PieceQuarantined,
    PortfolioFact,
)
from domain.people.person import Person
from domain.ports import OPERATOR, Actor, EvidenceId, PersonId, Role
from domain.refusal import Refused
from domain.rulebook.evidence_rules import PieceForm
from domain.rulebook.rulebook import Rulebook
from domain.standing.disclosure import CONFIDENTIAL, Reader, disclosed
from projections.evidence.portfolio import kept_by
from projections.people.about_person import naming, newest
from projections.people.involvements import involvements
from projections.reading import DossierFact, dossier_facts
from projections.told import told as of_streams
from projections.visible import wait_for
from webapi.privacy import export_limits as held_back
from webapi.wiring import App
from webapi.words import phrase
from webapi.words.catalogue import words
from webapi.words.check_sentence import unfit
from webapi.words.fields import FIELDS, GONE

FORMAT: Final = "acquis-person/1"
ANOTHER: Final = "another person"
FIELDS_WITH_PERSONS: Final = frozenset(
    {
        "candidate",
        "declared_by",
        "found_by",
        "pronounced_by",
        "reported_by",
        "assessor",
        "juror",
        "substitute",
        "replaced",
        "signed_by",
        "submitted_by",
        "person",
        "present",
        "presides",
        "panel",
        "barred",
        "invigilator",
    }
)
NAMING_OTHERS: Final = FIELDS_WITH_PERSONS | {
    "advisor",
    "advisors",
    "confirmed_by",
    "keyed_by",
    "noted_by",
    "proposed_by",
    "registrar",
    "sent_by",
    "signatories",
    "stated_by",
    "without",
}
"""All fields that name people: by those beyond the first ones, a fact is not one about whom it names."""
WHAT_IT_HOLDS: Final = phrase(
    "Ce que le certificateur conserve à votre sujet (RGPD, articles 15 et 20). Les autres personnes ne sont "
    "désignées que par leur rôle ; ce qui n'y est pas, et pourquoi, est dit à la fin."
)
UNTOLD: Final = frozenset({"tied", "ties"})
"""What was found of jurors and assessors, which `held_back` says; that there is any would tell of them."""


class ErasedDuringExport(Refused):
    """Data were erased while they were being exported: nothing is handed out, ask again."""

    fr = "Des données ont été effacées pendant leur export : rien n'est remis, recommencez."


class NotAllTold(Refused):
    """An export holds all that was recorded: the projector has still to tell some of it, or does not run."""

    fr = "Un export contient tout ce qui est consigné : le projecteur n'en a pas fini, ou ne tourne pas."
    kind = "busy"


class FolderNotEmpty(Refused):
    """An export is written to a folder that does not exist yet."""

    fr = "Un export s'écrit dans un dossier qui n'existe pas encore."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class PersonalExportData:
    """All that is handed out of one person, but for the files' content."""

    person: PersonId
    about: list[DossierFact]
    recorded: list[DossierFact]
    candidacies: frozenset[UUID]
    marks: dict[str, dict[str, str]]
    account: dict[str, Any]
    opening: FieldOpener
    unopened: frozenset[UUID] = frozenset()
    """The pieces that whoever asks would open on no page: what did not pass its check, or no scanner saw (ADR 41)."""

    kept: frozenset[UUID] = frozenset()
    """The pieces of their portfolio, where they ask themselves: it is nobody else's to hand out."""

    def pieces(self) -> Iterator[tuple[EvidenceId, EvidenceSubmitted | PieceKept, DossierFact]]:
        """The pieces of evidence put in to their candidacies, and what they keep."""
        for told in self.about:
            if isinstance(told.fact, EvidenceSubmitted):
                yield told.fact.evidence, told.fact, told
            elif isinstance(told.fact, PieceKept) and told.stamp.stream in self.kept:
                yield EvidenceId(told.stamp.stream), told.fact, told


def gather(acquis: App, person: PersonId, *, for_them: bool = False) -> PersonalExportData:
    """Find all that is about a person, and what they recorded; raises NotFound, NotAllTold.

    `for_them`: they ask themselves; what they confided to the disability officer, or keep in their portfolio, is told
    to nobody else, and what has not passed its check is handed to nobody else, nor what no scanner saw where the
    rulebook says so.
    """
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        attempt.load(Person, person)
    if not wait_for(acquis.database, newest(acquis.database)):
        raise NotAllTold
    own = involvements(acquis.database, person).candidacies
    them = Reader(actor=Actor(person=person, role=Role.CANDIDATE), files=frozenset({person}))
    shown: dict[int, DossierFact] = {}
    dossiers: set[int] = set()
    for candidacy in own:
        facts = dossier_facts(acquis.database, candidacy)
        dossiers |= {told.stamp.position for told in facts}
        if facts:
            seen = disclosed(them, facts)
            shown |= {
                told.stamp.position: told for told in seen if for_them or not isinstance(told.fact, CONFIDENTIAL)
            }
    mine = frozenset(each.piece for each in kept_by(acquis.database, person)) if for_them else frozenset[UUID]()
    named = [
        told
        for told in naming(acquis.database, person)
        if told.stamp.position not in dossiers and (for_them or not isinstance(told.fact, PortfolioFact))
    ]
    shown |= {each.stamp.position: each for each in of_streams(acquis.database, mine)}
    shown |= {told.stamp.position: told for told in named if _about(told, person)}
    recorded = [told for told in named if told.stamp.position not in shown and told.stamp.by == person]
    about = [shown[position] for position in sorted(shown)]
    return PersonalExportData(
        person=person,
        about=about,
        recorded=recorded,
        candidacies=frozenset(own),
        marks=_marks(acquis, about),
        account=acquis.accounts.held(person)
        | {
            "tokens": [_plainly(each) for each in acquis.tokens.held(person)],
            "uploads": [_on_its_way(acquis, each, person) for each in acquis.uploads.held(person)],
            "drafts": [_drafted(each, person) for each in acquis.drafts.held(person)],
            "comments": [{"text": each.text, "uses": each.uses} for each in acquis.comments.of(person)],
        }
        | kept(acquis.database, person),
        opening=acquis.vault.opening(),
        unopened=frozenset() if for_them else frozenset(_unopened(acquis, about)),
        kept=mine,
    )


def _plainly(token: HeldToken) -> dict[str, Any]:
    """A token as its holder is told of it: never what would let anybody in."""
    return {
        name: list(value) if isinstance(value, tuple) else str(value) if value else None
        for name, value in vars(token).items()
    }


def _drafted(draft: Draft, person: PersonId) -> dict[str, Any]:
    """What they have not recorded yet; its text where it speaks of themselves."""
    told = {"part": draft.part, "saved_at": str(draft.saved_at)}
    return told | {"about": str(draft.about), "text": draft.text} if draft.subject == person else told


def _on_its_way(acquis: App, upload: Upload, person: PersonId) -> dict[str, Any]:
    """A file on its way in; its name is that of whom it is about."""
    stated = unseal(upload.about, acquis.vault, person, upload.retention) if upload.candidate == person else None
    return {
        "candidacy": str(upload.candidacy) if upload.candidacy else None,
        "name": stated and stated.name,
        "length": upload.length,
        "received": upload.taken,
        "state": upload.state,
        "begun_at": str(upload.created_at),
        "expires_at": str(upload.expires_at),
    }


def export(acquis: App, person: PersonId, out: Path) -> dict[str, Any]:
    """Write the export of one person to a new folder, whole or not at all; gives what it holds.

    It is recorded as the operator's when all is written, before anybody finds it there: not in it, but in the next.
    Raises NotFound, FolderNotEmpty, NotAllTold, ErasedMeanwhile.
    """
    if out.exists():
        raise FolderNotEmpty(out.name)
    draft = out.with_name(f".{out.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        answer = _pack(acquis, gather(acquis, person, for_them=False), Parcel(_Folder(draft).open))
        acquis.do(ExportPerson(person=person), OPERATOR)
        draft.rename(out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return answer


def export_zip(acquis: App, person: PersonId, asking: Actor) -> IO[bytes]:
    """The same as a ZIP in a file without a name, which is gone when it is closed, or when the process dies.

    It is recorded as handed to who is asking, before they get it. Raises NotFound, NotAllTold, ErasedMeanwhile.
    """
    file: IO[bytes] = tempfile.TemporaryFile(dir=acquis.settings.data)  # noqa: SIM115  (given away open)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            found = gather(acquis, person, for_them=asking.person == person)
            _pack(acquis, found, Parcel(lambda name: packed.open(name, "w", force_zip64=True)))
        acquis.do(ExportPerson(person=person), asking)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


@dataclass
class Parcel:
    """What is handed out, file by file; each one's digest is noted as it is written."""

    open: Callable[[str], AbstractContextManager[IO[bytes]]]
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file. What was written before an error stays, under its digest."""
        digest = hashlib.sha256()
        try:
            with self.open(name) as target:
                for chunk in chunks:
                    digest.update(chunk)
                    target.write(chunk)
        finally:
            self.digests[name] = digest.hexdigest()


@dataclass(frozen=True)
class _Folder:
    path: Path

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        path = self.path / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return path.open("xb")


def _pack(acquis: App, found: PersonalExportData, parcel: Parcel) -> dict[str, Any]:
    files = list(_files(acquis, found, parcel))
    about = [_told(found, told) for told in found.about]
    recorded = [_outline(told) for told in found.recorded]
    whole = {
        "format": FORMAT,
        "person": found.person,
        "made_on": acquis.clock.today(),
        "account": found.account,
        "facts": about,
        "recorded": recorded,
        "files": files,
        "held_back": list(held_back.told()),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    parcel.add("person.json", [f"{text}\n".encode()])
    parcel.add("summary.html", [_page(InBoth(acquis.settings.words), found, about, recorded, files).encode()])
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(parcel.digests.items()))
    parcel.add("manifest-sha256.txt", [lines.encode()])
    if not found.opening.still_opens():
        raise ErasedDuringExport(found.person)
    kept = sum(each["file"] is not None for each in files)
    return {"person": found.person, "facts": len(about), "recorded": len(recorded), "files": kept}


def _about(told: DossierFact, person: PersonId) -> bool:
    """Whether a fact outside their dossiers says something of them, beyond that they recorded it."""
    fact = told.fact
    if told.stamp.stream == person:
        return True
    sealed = (getattr(fact, name) for name in PERSONAL[type(fact).__name__])
    if any(each is not None and each.person == person for each in sealed):
        return True
    named = (getattr(fact, name, None) for name in FIELDS_WITH_PERSONS)
    return any(value == person or (isinstance(value, tuple) and person in value) for value in named)


def _told(found: PersonalExportData, told: DossierFact) -> dict[str, Any]:
    """A fact about them, its personal fields opened where they are about them, other people left out."""
    fact = told.fact
    named = [name for name in PLAIN[type(fact).__name__] if name not in UNTOLD]
    plain = {name: _alone(found, name, getattr(fact, name)) for name in named}
    return _outline(told) | {"fields": msgspec.to_builtins(plain), "personal": _opened(found, told)}


def _opened(found: PersonalExportData, told: DossierFact) -> dict[str, Any]:
    """The personal fields: in clear when about them, null and marked when erased or lost, or when another's."""
    fact = told.fact
    theirs: dict[str, Any] = {}
    for name in PERSONAL[type(fact).__name__]:
        sealed: Any = getattr(fact, name)
        if sealed is None:
            continue
        kept: SealedField = held(sealed)
        if kept.of != found.person:
            theirs[name] = {"value": None, "withheld": ANOTHER}
            continue
        value = opened(fact, told.place, found.opening)[name]
        theirs[name] = {"value": value}
        if value is None:
            why = found.opening.unread(kept.of, kept.kept, told.stamp.at)
            theirs[name][why.value] = True
    return theirs


def _alone(found: PersonalExportData, name: str, value: Any) -> Any:
    if name in NAMING_OTHERS:
        if isinstance(value, tuple):
            return [each if each == found.person else ANOTHER for each in value]
        return value if value in {found.person, None} else ANOTHER
    if name == "candidacy" and value not in found.candidacies:
        return ANOTHER
    return value


def _outline(told: DossierFact) -> dict[str, Any]:
    """What may be told of any fact of theirs: its kind, its day, in which role it was recorded."""
    stamp = told.stamp
    return {"position": stamp.position, "type": type(told.fact).__name__, "on": stamp.on, "role": stamp.role}


def _files(acquis: App, found: PersonalExportData, parcel: Parcel) -> Iterator[dict[str, Any]]:
    """Copy each file in clear; what cannot be opened is said, not left out."""
    infected = _in_quarantine(found)
    for evidence, fact, told in found.pieces():
        name = _opened(found, told)["name"]["value"]
        entry = {"evidence": evidence, "name": name, "media_type": fact.media_type, "size": fact.size}
        if evidence in infected:
            yield entry | {"file": None, "quarantined": True}
            continue
        if evidence in found.unopened:
            yield entry | {"file": None, "unchecked": True}
            continue
        copy = f"files/{evidence}{mimetypes.guess_extension(fact.media_type) or ''}"
        files = acquis.portfolio if isinstance(fact, PieceKept) else acquis.files
        try:
            with files.open(evidence, found.person, told.stamp.at) as content:
                parcel.add(copy, iter(lambda content=content: content.read(CHUNK), b""))  # type: ignore[misc]
        except EvidenceErased:
            yield entry | {"file": None, "erased": True}
        except EvidenceMissing:
            yield entry | {"file": None, "missing": True}
        except Damaged:
            yield entry | {"file": copy, "damaged": True}
        else:
            yield entry | {"file": copy}


def _in_quarantine(found: PersonalExportData) -> set[UUID]:
    """The pieces in which a virus scanner found something, and which it has not cleared since."""
    infected: set[UUID] = set()
    for told in found.about:
        if isinstance(told.fact, EvidenceQuarantined | PieceQuarantined):
            infected.add(told.stamp.stream)
        elif isinstance(told.fact, EvidenceCleared | PieceCleared):
            infected.discard(told.stamp.stream)
    return infected


def _unopened(acquis: App, facts: Iterable[DossierFact]) -> set[UUID]:
    """The pieces that have not passed their check, and those that no scanner saw where the rulebook keeps them."""
    strict: set[UUID] = set()
    unchecked: set[UUID] = set()
    unseen: set[UUID] = set()
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        for told in facts:
            match told.fact:
                case CandidacyOpened(rulebook=rulebook):
                    if not attempt.load(Rulebook, rulebook).content.evidence.unscanned_opens:
                        strict.add(told.stamp.stream)
                case EvidenceSubmitted(evidence=piece, form=PieceForm.FILE):
                    unchecked.add(piece)
                    unseen |= {piece} if told.stamp.stream in strict else set()
                case EvidenceCleared(scanner=scanner, media_type=media_type):
                    unchecked -= {told.stamp.stream} if media_type else set()
                    unseen -= {told.stamp.stream} if scanner else set()
                case _:
                    pass
    return unchecked | unseen


def _marks(acquis: App, facts: Iterable[DossierFact]) -> dict[str, dict[str, str]]:
    """The words of the marks of the rulebooks concerned, in both languages."""
    found: dict[str, dict[str, str]] = {"fr": {}, "en": {}}
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        for told in facts:
            if isinstance(told.fact, CandidacyOpened):
                for mark in attempt.load(Rulebook, told.fact.rulebook).content.scale:
                    found["fr"][mark.code] = mark.label_fr
                    found["en"][mark.code] = mark.label_en
    return found


# For people


class InBoth:
    """What says a phrase in French, then in English, as HTML."""

    def __init__(self, laid_over: Path | None) -> None:
        """With the certifier's own words laid over."""
        self._spoken = words("fr", laid_over, plain=True), words("en", laid_over, plain=True)

    def __call__(self, french: str) -> str:
        """The phrase in both."""
        return both(*self.pair(french))

    def pair(self, french: str, **values: object) -> tuple[str, str]:
        """The same, each by itself, as text."""
        fr, en = self._spoken
        return fr(french, **values), en(french, **values)


def _page(
    say: InBoth,
    found: PersonalExportData,
    about: list[dict[str, Any]],
    recorded: list[dict[str, Any]],
    files: list[dict[str, Any]],
) -> str:
    lines = [_line(say, found, told, entry) for told, entry in zip(found.about, about, strict=True)]
    acts = [
        [both(day(e["on"], "fr"), day(e["on"], "en")), _role(e["role"]), f"<code>{e['type']}</code>"]
        for e in recorded
    ]
    kept = [[escape(each["name"] or "…"), _file(each, say), str(each["size"])] for each in files]
    login = found.account.get("login")
    return "".join(
        (
            head(*say.pair(phrase("Vos données dans Acquis"))),
            paragraph(*say.pair(WHAT_IT_HOLDS)),
            paragraph(*say.pair(phrase("Compte : {login}."), login=login))
            if login
            else paragraph(*say.pair(phrase("Compte : aucun."))),
            table(say("Faits vous concernant"), _headings(say), lines),
            table(say("Fichiers"), [say("Nom"), say("Copie"), say("Octets")], kept),
            table(
                say("Ce que vous avez consigné au sujet d'autres"),
                [say("Jour"), say("Rôle"), say("Fait")],
                acts,
            ),
            table(
                say("Ce que cet export ne contient pas"),
                [say("Quoi"), say("Pourquoi"), say("Texte")],
                [[both(*each.what), both(*each.why), both(*each.source)] for each in held_back.HELD_BACK],
            ),
            paragraph(*held_back.WHOM_TO_ASK),
            FOOT,
        )
    )


def _headings(say: InBoth) -> list[str]:
    return [say("Jour"), say("Rôle"), say("Fait"), say("Ce qui est dit")]


def _line(say: InBoth, found: PersonalExportData, told: DossierFact, entry: dict[str, Any]) -> list[str]:
    said = in_both(told.fact, _names(found, "fr"), _names(found, "en"))
    return [
        _day(entry["on"]),
        _role(entry["role"]),
        both(*said),
        "<br>".join(_said(name, value, say) for name, value in entry["personal"].items()),
    ]


def _names(found: PersonalExportData, language: str) -> Names:
    marks = found.marks[language]
    return Names(
        who=lambda _, otherwise: otherwise,
        mark=lambda code: marks.get(code, code),
        rule=lambda code: unfit(code, language),
    )


def _said(name: str, value: dict[str, Any], say: InBoth) -> str:
    label = say(FIELDS[name])
    for why in KeyState:
        if value.get(why.value):
            return f"{label} : {say(GONE[why])}"
    if value["value"] is None:
        return f"{label} : {say('au sujet d’une autre personne')}"
    return f"{label} : {escape(str(value['value']))}"


def _file(entry: dict[str, Any], say: InBoth) -> str:
    if entry["file"]:
        return f'<a href="{escape(entry["file"])}">{escape(entry["file"])}</a>'
    if entry.get("quarantined"):
        return say("en quarantaine")
    if entry.get("unchecked"):
        return say("vérification non passée")
    return say("effacé") if entry.get("erased") else say("introuvable")


def _day(on: date) -> str:
    return both(day(on, "fr"), day(on, "en"))


def _role(role: str) -> str:
    return both(*Role(role).said)
