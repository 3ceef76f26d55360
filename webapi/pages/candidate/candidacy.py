"""Where does a candidate stand, what is missing, and how do they put in, change and take back their evidence?

Every role that may read a dossier reads it here; what of it is shown to whom, `pages/reader/dossier.py` says.
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
"""What the form of evidence has beside competences, file and what is replaced."""


class UploadForm(MultipartUpload):
    """A form with a file, whose fields before the file can be looked at before the file is read."""

    def before(self, name: str) -> list[str]:
        """What the fields of this name that stand before the file hold."""
        return [value for field, value in self._fields if field == name]

    def first(self) -> dict[str, str]:
        """The fields that stand before the file, each by its last value."""
        return dict(self._fields)

    def all_given(self) -> list[tuple[str, str]]:
        """The same as `given`, with each value of a field that has several."""
        if not self._content:
            self.fields()
        return list(self._fields)

    def given(self) -> dict[str, str]:
        """All of them, once the file has been read; of one that is read no further, those before it."""
        return dict(self.all_given())


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the dossier as the reader may see it: `for` names competences that a piece is to show, `edit` a piece."""
    dossier, sent = shown(candidacy), form_of("put_in")
    if sent.kept and dossier.changes:
        return again(dossier, sent.values, numbers(sent.values.getlist("competences")), spoken()(KEPT), status=200)
    return dossier_page(dossier, ticked=numbers(request.args.getlist("for")))


@bp.post("/evidence")
@allowed(Role.CANDIDATE)
@uploads
@stands_on("candidacy.show", "put_in")
def submit(candidacy: UUID) -> ResponseReturnValue:
    """Put in a piece of evidence; the file streams to the disk. A refusal comes back beside the form."""
    dossier = shown(candidacy)  # somebody else's is not found before anything is read
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
    """Take back a piece that is not filed."""


@bp.act(
    "/evidence/<uuid:evidence>/competences",
    RedirectEvidence,
    show,
    done="Compétences de la pièce enregistrées.",
    only=Role.CANDIDATE,
)
def redirect_piece(candidacy: UUID, evidence: UUID) -> None:
    """Let a piece show other competences; one of another dossier is not there."""
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
    """The page of a dossier, with what was typed and what was refused."""
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
    """The piece that the address says to change, or that a form has just tried to: one that can be."""
    asked = request.args.get("edit", "")
    if request.endpoint == "candidacy.redirect_piece":
        asked = str((request.view_args or {})["evidence"])
    return next((piece for piece in dossier.free if str(piece.id) == asked), None)


def _contacts(dossier: DossierView) -> dict[str, Any]:
    """Who accompanies the candidate, with their address; and that of the certifier, as the rulebook gives it."""
    advisor, remedy = dossier.candidacy.life.advisor, dossier.read.rules.remedy(RemedyKind.REVIEW)
    return {
        "advisor": identities([advisor])[advisor] if advisor else None,
        "address": remedy.address if remedy else "",
    }


def _what_may_come(dossier: DossierView) -> dict[str, Any]:
    """What the form of evidence says that may still be put in, and what is on its way."""
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
    """The page with what was refused of the form of evidence beside it, and all that was given in it."""
    words, status = refusal.sentence(language()), STATUS[refusal.kind]
    return again(dossier, given, ticked, words, status, refusal.violations)


def again(  # noqa: PLR0917  (what the form was, and what is said of it)
    dossier: DossierView,
    given: Mapping[str, str],
    ticked: Iterable[int],
    error: str,
    status: int = 422,
    why: Iterable[Violation] = (),
) -> ResponseReturnValue:
    """The same, by an error in words and `why`: which parts of a rule failed."""
    typed = {name: given.get(name, "") for name in TYPED}
    return dossier_page(
        dossier, error=error, why=why, ticked=ticked, typed=typed, replacing=older(given), status=status
    )


def intent_of(key: str, body: bytes) -> Intent:
    """What a form asks for, once however often its button is pressed."""
    return Intent(
        actor=actor(),
        way=f"{request.method} {request.path}",
        key=key if _is_id(key) else str(uuid4()),
        body=body,
    )


def older(fields: Mapping[str, str]) -> EvidenceId | None:
    """The piece that a form says to replace, if it does."""
    given = fields.get("replaces", "")
    return EvidenceId(UUID(given)) if _is_id(given) else None


def numbers(values: Iterable[str]) -> set[int]:
    """The competences ticked."""
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 5}  # noqa: PLR2004


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
