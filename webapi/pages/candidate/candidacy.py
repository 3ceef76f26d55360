"""Page of one dossier, and the candidate's evidence: adding, changing and withdrawing it.

Every role that may read a dossier uses this page; `pages/reader/dossier.py` decides what each reader sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any, Final, cast
from uuid import UUID, uuid4

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.files.store import EmptyFile
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.ports import CandidacyId, EvidenceId, Role
from domain.refusal import NotFound, Refused, Violation
from domain.rulebook.rules import RemedyKind
from webapi.accounts.authentication import READERS, actor, allowed
from webapi.current import acquis
from webapi.evidence.accepted_files import accepted, forms, photo, types
from webapi.evidence.allowance import allowance, room
from webapi.evidence.pieces import Piece
from webapi.evidence.sending import NO_COMPETENCE, NO_FILE, sending_version
from webapi.evidence.store_piece import SubmissionDetails, body_of, put_in
from webapi.evidence.upload_stream import MultipartUpload, uploads
from webapi.explain.explanation import state_of
from webapi.intent import Intent
from webapi.pages.candidate.uploads import unfinished
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import form_of
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.course import course
from webapi.pages.reader.dossier import DossierView, shown
from webapi.pages.reader.notices import new_in
from webapi.pages.visitor import check_token
from webapi.privacy.disclosure import identities
from webapi.problems import STATUS, language
from webapi.words import phrase
from webapi.words.spoken import spoken

bp = Desk("candidacy", __name__, url_prefix="/candidacies/<uuid:candidacy>")
bp.done |= {"submit": phrase("Pièce ajoutée."), "cancelled": phrase("Envoi annulé.")}

KEPT: Final = phrase(
    "Votre connexion avait pris fin ou changé à l'envoi : rien n'est enregistré. Ce que vous aviez saisi est ici. "
    "Relisez-le, puis envoyez-le de nouveau ; un fichier est à choisir de nouveau."
)
TYPED: Final = ("link", "link-title", "statement", "statement-title")
"""The form's texts, besides competences, file and the piece that is replaced."""


class UploadForm(MultipartUpload):
    """A form with a file; the fields before the file can be read first."""

    def before(self, name: str) -> list[str]:
        """Return the values of this field that come before the file."""
        return [value for field, value in self._fields if field == name]

    def first(self) -> dict[str, str]:
        """Return the fields before the file, each with its last value."""
        return dict(self._fields)

    def all_given(self) -> list[tuple[str, str]]:
        """Return all fields, as `given` does, with every value of a field that has several."""
        if not self._content:
            self.fields()
        return list(self._fields)

    def given(self) -> dict[str, str]:
        """Return all fields if the file was read, else those before it, each with its last value."""
        return dict(self.all_given())


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the dossier as the reader may see it.

    The address can name competences that a new piece is to show (`for`), or a piece to change (`edit`).
    """
    dossier, sent = shown(candidacy), form_of("put_in")
    if sent.kept and dossier.changes:
        return again(dossier, sent.values, numbers(sent.values.getlist("competences")), spoken()(KEPT), status=200)
    return dossier_page(dossier, ticked=numbers(request.args.getlist("for")))


@bp.post("/evidence")
@allowed(Role.CANDIDATE)
@uploads
@stands_on("candidacy.show", "put_in")
def submit(candidacy: UUID) -> ResponseReturnValue:
    """Add a piece of evidence; its file is streamed to the disk. A refusal is shown next to the form."""
    dossier = shown(candidacy)  # raises NotFound for another user's dossier before the file is read
    form = UploadForm(request)
    check_token((form.before("csrf_token") or [""])[0])
    ticked = numbers(form.before("competences"))
    try:
        key = (form.before("form") or [""])[0]
        check = room(CandidacyId(candidacy), intent_of(key, b""), older(form.first()))
        candidate = dossier.candidacy.terms.candidate
        with acquis().files.receive(cast("IO[bytes]", form), candidate, check, form.type_of) as incoming:
            form.fields()
            if not ticked:
                return again(dossier, form.given(), ticked, spoken()(NO_COMPETENCE))
            said = SubmissionDetails(name=form.name, competences=tuple(sorted(ticked)), replaces=older(form.first()))
            asked = intent_of(key, body_of(incoming, said))
            recorded, _ = put_in(CandidacyId(candidacy), incoming, said, asked)
    except EmptyFile as refusal:
        if form.name == "_":
            return again(dossier, form.given(), ticked, spoken()(NO_FILE))
        return refused(dossier, form.given(), ticked, refusal)
    except Refused as refusal:
        return refused(dossier, form.given(), ticked, refusal)
    return arrived(url_for("candidacy.show", candidacy=candidacy), recorded, "candidacy.submit")


@bp.act("/evidence/<uuid:evidence>/withdrawal", WithdrawEvidence, show, done="Pièce retirée.", only=Role.CANDIDATE)
def withdraw(candidacy: UUID, evidence: UUID) -> None:
    """Withdraw a piece that is not filed."""


@bp.act(
    "/evidence/<uuid:evidence>/competences",
    RedirectEvidence,
    show,
    done="Compétences de la pièce enregistrées.",
    only=Role.CANDIDATE,
)
def redirect_piece(candidacy: UUID, evidence: UUID) -> None:
    """Change the competences that a piece shows; raise NotFound for a piece of another dossier."""
    if not any(piece.id == evidence for piece in shown(candidacy).pieces):
        raise NotFound(evidence)


def dossier_page(
    dossier: DossierView,
    *,
    error: str = "",
    ticked: Iterable[int] = (),
    why: Iterable[Violation] = (),
    typed: Mapping[str, str] | None = None,
    replacing: UUID | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return the page of a dossier, with what was typed and what was refused."""
    found = dossier.candidacy
    state = state_of(dossier.standing.outcome, found.life.ended, found.admissible)
    given = {"dossier": dossier, "course": course(dossier), "state": state, "at": "dossiers.list_candidacies"}
    if not dossier.changes:
        return render_template("reader/dossier.html", **given)
    content = render_template(
        "candidate/candidacy.html",
        error=error,
        near="put_in" if error else "",
        ticked=frozenset(ticked),
        typed=typed or {},
        replacing=replacing,
        form_key=str(uuid4()),
        why=[each.fr if language() == "fr" else each.en for each in why],
        editing=_editing(dossier),
        counts={"told.show": new} if (new := new_in(dossier.read)) else {},
        **given,
        **_contacts(dossier),
        **_what_may_come(dossier),
    )
    return content, status


def _editing(dossier: DossierView) -> Piece | None:
    """Return the piece to change: the one that the address names, or that a form has just tried to change."""
    asked = request.args.get("edit", "")
    if request.endpoint == "candidacy.redirect_piece":
        asked = str((request.view_args or {})["evidence"])
    return next((piece for piece in dossier.free if str(piece.id) == asked), None)


def _contacts(dossier: DossierView) -> dict[str, Any]:
    """Return the candidate's advisor with their address, and the certifier's address from the rulebook."""
    advisor, remedy = dossier.candidacy.life.advisor, dossier.read.rules.remedy(RemedyKind.REVIEW)
    return {
        "advisor": identities([advisor])[advisor] if advisor else None,
        "address": remedy.address if remedy else "",
    }


def _what_may_come(dossier: DossierView) -> dict[str, Any]:
    """Return what the form says about pieces that can still be added, and about unfinished uploads."""
    left = allowance(CandidacyId(dossier.id))
    return {
        "left": left,
        "types": types(left),
        "accepted": accepted(left),
        "forms": forms(left),
        "photo": photo(left),
        "unfinished": unfinished(dossier.id),
        "sending_version": sending_version(spoken()),
    }


def refused(
    dossier: DossierView, given: Mapping[str, str], ticked: Iterable[int], refusal: Refused
) -> ResponseReturnValue:
    """Return the page with the refusal next to the form of evidence, and all that was typed in it."""
    words, status = refusal.sentence(language()), STATUS[refusal.kind]
    return again(dossier, given, ticked, words, status, refusal.violations)


def again(  # noqa: PLR0917  (the form and its errors)
    dossier: DossierView,
    given: Mapping[str, str],
    ticked: Iterable[int],
    error: str,
    status: int = 422,
    why: Iterable[Violation] = (),
) -> ResponseReturnValue:
    """Return the page with an error in words, and the violated parts of a rule in `why`."""
    typed = {name: given.get(name, "") for name in TYPED}
    return dossier_page(
        dossier, error=error, why=why, ticked=ticked, typed=typed, replacing=older(given), status=status
    )


def intent_of(key: str, body: bytes) -> Intent:
    """Return the intent of a form, which counts once however often its button is pressed."""
    return Intent(
        actor=actor(),
        way=f"{request.method} {request.path}",
        key=key if _is_id(key) else str(uuid4()),
        body=body,
    )


def older(fields: Mapping[str, str]) -> EvidenceId | None:
    """Return the piece that the form replaces, or None."""
    given = fields.get("replaces", "")
    return EvidenceId(UUID(given)) if _is_id(given) else None


def numbers(values: Iterable[str]) -> set[int]:
    """Return the selected competences."""
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 5}  # noqa: PLR2004


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
