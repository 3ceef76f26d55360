"""Export of a person's data, to be handed to them (RGPD art. 15 and 20).

It holds the facts about them with decrypted personal fields, the facts that they recorded, their files and their
account: as JSON, with a manifest and a page to read. Other people are left out: they appear by their role only, and a
fact that the person recorded about someone else appears by its kind and day only. Results that no jury has released
are left out too: `webapi.privacy.export_limits` lists what is left out and by which limit. Only the person themselves
reads here that they asked for an accommodation, or that it was refused.

A personal field is `{"value": …}`. It is null with `"withheld"` when it is about another person, with `"erased":
true` when its key was destroyed, and with `"lost": true` when the key is missing without an erasure.
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
from projections.told import sealed_facts as of_streams
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
"""All fields that name people; naming someone in one of these further fields does not make a fact about them."""
WHAT_IT_HOLDS: Final = phrase(
    "Ce que le certificateur conserve à votre sujet (RGPD, articles 15 et 20). Les autres personnes ne sont "
    "désignées que par leur rôle ; ce qui n'y est pas, et pourquoi, est dit à la fin."
)
UNTOLD: Final = frozenset({"tied", "ties"})
"""Ties of jurors and assessors, which `export_limits` lists; their presence would reveal something about them."""


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
    """All the data to hand out about a person, except the content of files."""

    person: PersonId
    about: list[DossierFact]
    recorded: list[DossierFact]
    candidacies: frozenset[UUID]
    marks: dict[str, dict[str, str]]
    account: dict[str, Any]
    opening: FieldOpener
    unopened: frozenset[UUID] = frozenset()
    """Pieces that the requester cannot open on any page: not checked, or not scanned for viruses (ADR 41)."""

    kept: frozenset[UUID] = frozenset()
    """Pieces of the portfolio, when the person asks themselves; nobody else may hand them out."""

    def pieces(self) -> Iterator[tuple[EvidenceId, EvidenceSubmitted | PieceKept, DossierFact]]:
        """Yield the pieces of evidence of their candidacies, and those of their portfolio."""
        for told in self.about:
            if isinstance(told.fact, EvidenceSubmitted):
                yield told.fact.evidence, told.fact, told
            elif isinstance(told.fact, PieceKept) and told.stamp.stream in self.kept:
                yield EvidenceId(told.stamp.stream), told.fact, told


def gather(acquis: App, person: PersonId, *, for_them: bool = False) -> PersonalExportData:
    """Return all data about a person and the facts that they recorded; raises NotFound, NotAllTold.

    `for_them`: the person asks themselves. Only then are included: what they told the disability officer, their
    portfolio, pieces that have not passed their check, and pieces without a virus scan where the rulebook restricts
    these.
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
    """Return a token as its holder may see it: never its secret."""
    return {
        name: list(value) if isinstance(value, tuple) else str(value) if value else None
        for name, value in vars(token).items()
    }


def _drafted(draft: Draft, person: PersonId) -> dict[str, Any]:
    """Return an unrecorded draft; its text only when it is about the person themselves."""
    told = {"part": draft.part, "saved_at": str(draft.saved_at)}
    return told | {"about": str(draft.about), "text": draft.text} if draft.subject == person else told


def _on_its_way(acquis: App, upload: Upload, person: PersonId) -> dict[str, Any]:
    """Return an unfinished upload; its name only when it is about the person."""
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
    """Write the export of a person to a new folder, whole or not at all; return what it holds.

    The export is recorded for the operator when it is written, before the folder gets its name: it appears in the
    next export, not in this one. Raises NotFound, FolderNotEmpty, NotAllTold, ErasedDuringExport.
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
    """Return the export as a ZIP in an unnamed file, which is gone when it is closed or when the process ends.

    The export is recorded for `asking` before it is returned. Raises NotFound, NotAllTold, ErasedDuringExport.
    """
    file: IO[bytes] = tempfile.TemporaryFile(dir=acquis.settings.data)  # noqa: SIM115  (the caller closes it)
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
    """The files of an export, with the digest of each."""

    open: Callable[[str], AbstractContextManager[IO[bytes]]]
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file. If an error interrupts it, the part written stays, with its digest."""
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
        "held_back": list(held_back.describe_limits()),
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
    """Return whether a fact outside their dossiers is about the person, not only recorded by them."""
    fact = told.fact
    if told.stamp.stream == person:
        return True
    sealed = (getattr(fact, name) for name in PERSONAL[type(fact).__name__])
    if any(each is not None and each.person == person for each in sealed):
        return True
    named = (getattr(fact, name, None) for name in FIELDS_WITH_PERSONS)
    return any(value == person or (isinstance(value, tuple) and person in value) for value in named)


def _told(found: PersonalExportData, told: DossierFact) -> dict[str, Any]:
    """Return a fact about the person, with its personal fields decrypted, and without other people."""
    fact = told.fact
    named = [name for name in PLAIN[type(fact).__name__] if name not in UNTOLD]
    plain = {name: _alone(found, name, getattr(fact, name)) for name in named}
    return _outline(told) | {"fields": msgspec.to_builtins(plain), "personal": _opened(found, told)}


def _opened(found: PersonalExportData, told: DossierFact) -> dict[str, Any]:
    """Return the personal fields: in clear when about them; null and marked when erased, lost or about another."""
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
    """Return what may be shown of any of their facts: kind, day, and the role of the recorder."""
    stamp = told.stamp
    return {"position": stamp.position, "type": type(told.fact).__name__, "on": stamp.on, "role": stamp.role}


def _files(acquis: App, found: PersonalExportData, parcel: Parcel) -> Iterator[dict[str, Any]]:
    """Copy each file in clear; a file that cannot be opened is listed with the reason."""
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
    """Return the pieces in which a virus scanner found something and that were not cleared since."""
    infected: set[UUID] = set()
    for told in found.about:
        if isinstance(told.fact, EvidenceQuarantined | PieceQuarantined):
            infected.add(told.stamp.stream)
        elif isinstance(told.fact, EvidenceCleared | PieceCleared):
            infected.discard(told.stamp.stream)
    return infected


def _unopened(acquis: App, facts: Iterable[DossierFact]) -> set[UUID]:
    """Return the pieces not checked yet, and those without a virus scan where the rulebook restricts these."""
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
    """Return the labels of the marks of the person's rulebooks, in both languages."""
    found: dict[str, dict[str, str]] = {"fr": {}, "en": {}}
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        for told in facts:
            if isinstance(told.fact, CandidacyOpened):
                for mark in attempt.load(Rulebook, told.fact.rulebook).content.scale:
                    found["fr"][mark.code] = mark.label_fr
                    found["en"][mark.code] = mark.label_en
    return found


# The page to read


class InBoth:
    """Phrases as HTML in French, then in English."""

    def __init__(self, laid_over: Path | None) -> None:
        """Use the certifier's own words from the folder `laid_over`, if given."""
        self._spoken = words("fr", laid_over, plain=True), words("en", laid_over, plain=True)

    def __call__(self, french: str) -> str:
        """Return the phrase in both languages, as HTML."""
        return both(*self.pair(french))

    def pair(self, french: str, **values: object) -> tuple[str, str]:
        """Return the phrase in French and in English, as text."""
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
