"""Where does a candidate stand, what is missing, and how do they put in, take back and file their evidence?

Every role that may read a dossier reads it on this page; what of it is shown to whom, `pages/reader/dossier.py` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any, Final, cast
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.files.store import EmptyFile
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.ports import CandidacyId, Command, EvidenceId, Role
from domain.refusal import NotFound, Refused, Violation
from projections.visible import wait_for
from webapi.accounts.authentication import READERS, acquis, actor, allowed
from webapi.edge.intent import Intent
from webapi.evidence.allowance import allowance, room
from webapi.evidence.filing_check import filing
from webapi.evidence.store_piece import Described, body_of, put_in
from webapi.evidence.upload_stream import Upload, uploads
from webapi.language import sending_words, tell
from webapi.pages.candidate.accepted_files import accepted, forms, photo, types
from webapi.pages.candidate.uploads import unfinished
from webapi.pages.reader.dossier import Dossier, shown
from webapi.pages.visitor import check_token, let_in, private
from webapi.problems import STATUS, Answered, language

bp = Blueprint("candidacy", __name__, url_prefix="/candidacies/<uuid:candidacy>")
bp.before_request(let_in)
bp.after_request(private)

DONE: Final = ("done", "withdrawn", "filed", "cancelled")
TYPED: Final = ("link", "link-title", "statement", "statement-title")
"""What the form of evidence has beside competences, file and what is replaced."""


class Form(Upload):
    """A form with a file, whose fields before the file can be looked at before the file is read."""

    def before(self, name: str) -> list[str]:
        """What the fields of this name that stand before the file hold."""
        return [value for field, value in self._fields if field == name]

    def first(self) -> dict[str, str]:
        """The fields that stand before the file, each by its last value."""
        return dict(self._fields)

    def given(self) -> dict[str, str]:
        """All of them, once the file has been read; of one that is read no further, those before it."""
        if not self._content:
            self.fields()
        return self.first()


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the dossier as the reader may see it."""
    visible = _visible()
    done = request.args.get("done", "")
    return dossier_page(shown(candidacy), done=done if done in DONE else "", updating=not visible)


@bp.post("/evidence")
@allowed(Role.CANDIDATE)
@uploads
def submit(candidacy: UUID) -> ResponseReturnValue:
    """Put in a piece of evidence; the file streams to the disk. A refusal comes back beside the form."""
    dossier = shown(candidacy)  # somebody else's is not found before anything is read
    form = Form(request)
    check_token((form.before("csrf_token") or [""])[0])
    ticked = numbers(form.before("competences"))
    try:
        key = (form.before("form") or [""])[0]
        check = room(CandidacyId(candidacy), intent_of(key, b""), older(form.first()))
        candidate = dossier.candidacy.terms.candidate
        with acquis().files.receive(cast("IO[bytes]", form), candidate, check, form.type_of) as incoming:
            form.fields()
            if not ticked:
                return again(dossier, form.given(), ticked, tell(language())("put_in.no_competence"))
            said = Described(name=form.name, competences=tuple(sorted(ticked)), replaces=older(form.first()))
            asked = intent_of(key, body_of(incoming, said))
            recorded, _ = put_in(CandidacyId(candidacy), incoming, said, asked)
    except EmptyFile as refusal:
        if form.name == "_":
            return again(dossier, form.given(), ticked, tell(language())("put_in.no_file"))
        return refused(dossier, form.given(), ticked, refusal)
    except Refused as refusal:
        return refused(dossier, form.given(), ticked, refusal)
    return redirect(url_for("candidacy.show", candidacy=candidacy, after=recorded.position, done="done"), 303)


@bp.post("/evidence/<uuid:evidence>/withdrawal")
@allowed(Role.CANDIDATE)
def withdraw(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Take back a piece that is not filed."""
    command = WithdrawEvidence(candidacy=CandidacyId(candidacy), evidence=EvidenceId(evidence))
    return _sign(candidacy, command, "withdrawn", "pieces")


@bp.post("/validation-file")
@allowed(Role.CANDIDATE)
def file(candidacy: UUID) -> ResponseReturnValue:
    """File the validation file with the pieces ticked, which freezes them."""
    listed = [UUID(value) for value in request.form.getlist("evidence") if _is_id(value)]
    shown_at = {piece: _version(f"version-{piece}", "0") for piece in listed}
    return _sign(candidacy, filing(candidacy, shown_at), "filed", "file")


def _sign(candidacy: UUID, command: Command, done: str, near: str) -> ResponseReturnValue:
    """Execute what replaces or signs what was shown, once; a refusal comes back beside its form."""
    asked = acquis().request(intent_of(request.form.get("form", ""), repr(command).encode(), _version()))
    try:
        position = acquis().execute(command, asked).position
    except NotFound:
        raise
    except Refused as refusal:
        ticked = set(request.form.getlist("evidence"))
        return dossier_page(
            shown(candidacy),
            error=refusal.sentence(language()),
            why=refusal.violations,
            near=near,
            listed=ticked,
            status=STATUS[refusal.kind],
        )
    return redirect(url_for("candidacy.show", candidacy=candidacy, after=position, done=done), 303)


def dossier_page(
    dossier: Dossier,
    *,
    error: str = "",
    near: str = "put_in",
    ticked: Iterable[int] = (),
    listed: Iterable[str] | None = None,
    why: Iterable[Violation] = (),
    typed: Mapping[str, str] | None = None,
    replacing: UUID | None = None,
    done: str = "",
    updating: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of a dossier, with what was typed and what was refused."""
    return (
        render_template(
            "candidate/candidacy.html",
            dossier=dossier,
            error=error,
            near=near if error else "",
            ticked=frozenset(ticked),
            listed=None if listed is None else frozenset(listed),
            typed=typed or {},
            replacing=replacing,
            done=done,
            updating=updating,
            form_key=str(uuid4()),
            why=[each.fr if language() == "fr" else each.en for each in why],
            **(_what_may_come(dossier) if dossier.changes else {}),
        ),
        status,
    )


def _what_may_come(dossier: Dossier) -> dict[str, Any]:
    """What the form of evidence says that may still be put in, and what is on its way."""
    left = allowance(CandidacyId(dossier.id))
    return {
        "left": left,
        "types": types(left),
        "accepted": accepted(left),
        "forms": forms(left),
        "photo": photo(left),
        "unfinished": unfinished(dossier.id),
        "sending_words": sending_words(language()),
    }


def refused(
    dossier: Dossier, given: Mapping[str, str], ticked: Iterable[int], refusal: Refused
) -> ResponseReturnValue:
    """The page with what was refused of the form of evidence beside it, and all that was given in it."""
    words, status = refusal.sentence(language()), STATUS[refusal.kind]
    return again(dossier, given, ticked, words, status, refusal.violations)


def again(  # noqa: PLR0917  (what the form was, and what is said of it)
    dossier: Dossier,
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


def intent_of(key: str, body: bytes, version: int | None = None) -> Intent:
    """What a form asks for, once however often its button is pressed."""
    return Intent(
        actor=actor(),
        way=f"{request.method} {request.path}",
        key=key if _is_id(key) else str(uuid4()),
        body=body,
        shown=version,
    )


def _version(field: str = "version", otherwise: str = "") -> int:
    """The version, of the candidacy or of a piece, that the form was made for."""
    return _whole(request.form.get(field, otherwise))


def _whole(given: str) -> int:
    """A version or a position as our own forms and addresses say it; 422 for what is none."""
    if not (given.isascii() and given.isdigit() and len(given) < 19):  # noqa: PLR2004  (fits a position)
        raise Answered(422)
    return int(given)


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


def _visible() -> bool:
    """Whether what was just recorded, which the address names, shows by now."""
    return wait_for(acquis().database, _whole(request.args.get("after", "0")))
