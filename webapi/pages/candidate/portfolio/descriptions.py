"""Descriptions of activities, saved as drafts while the candidate writes, then added to the dossier.

A description is a draft in the operational tables, for one or several competences, that nobody else reads. Once it is
added to the dossier it is a written statement like any other, and the draft is deleted.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID, uuid4, uuid5

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from adapters.files.stated import stated_name
from adapters.operations.drafts import Draft
from domain.ports import CandidacyId, Recorded, Role
from domain.refusal import Refused
from domain.rulebook.evidence_rules import PieceForm
from webapi.accounts.authentication import actor, allowed, without_command
from webapi.current import acquis
from webapi.evidence.link_or_statement import LONGEST_TITLE, received, statement
from webapi.evidence.store_piece import SubmissionDetails, body_of, put_in
from webapi.pages.candidate.candidacy import intent_of, numbers
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import UNFIT, FilledForm, form_of
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.dossier import DossierView, shown
from webapi.problems import STATUS, language, note_refusal
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("descriptions", __name__, url_prefix="/candidacies/<uuid:candidacy>/descriptions")
bp.done |= {
    "save": phrase("Brouillon enregistré : personne d'autre ne le lit tant que vous ne l'ajoutez pas au dossier."),
    "dropped": phrase("Brouillon supprimé."),
}

PART: Final = "activity-"
STALE: Final = 409
LACKS: Final = {
    "title": ("Give it a title.", "Donnez-lui un titre."),
    "statement": ("Write the text first.", "Écrivez d'abord le texte."),
    "competences": ("Say which competences it shows.", "Cochez les compétences qu'il montre."),
}


@dataclass(frozen=True, kw_only=True)
class ActivityDescription:
    """A candidate's description of an activity: its title, its text and the competences that it shows."""

    title: str = ""
    statement: str = ""
    competences: tuple[int, ...] = ()

    @classmethod
    def drafted(cls, draft: Draft | None) -> ActivityDescription | None:
        """Return the description that a draft contains; None without a draft, or if its text was deleted."""
        if draft is None or draft.text is None:
            return None
        said = json.loads(draft.text)
        return cls(title=said["title"], statement=said["statement"], competences=tuple(said["competences"]))

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> ActivityDescription:
        """Return the description that a form contains."""
        return cls(
            title=form.get("title", "").strip()[:LONGEST_TITLE],
            statement=form.get("statement", "").replace("\r\n", "\n"),
            competences=tuple(sorted(numbers(form.getlist("competences")))),
        )

    @property
    def text(self) -> str:
        """Return the text of the draft."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def words(self) -> int:
        """Return the number of words of the text."""
        return len(self.statement.split())

    @property
    def lacks(self) -> list[str]:
        """Return the fields that are still to be filled in before it can be added to the dossier."""
        said = {"title": self.title, "statement": self.statement.strip(), "competences": self.competences}
        return [name for name, value in said.items() if not value]


@dataclass(frozen=True, kw_only=True)
class DescriptionDraft:
    """A draft of a description."""

    id: UUID
    said: ActivityDescription
    draft: Draft


@bp.get("")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the drafts, and the competences that no text describes yet."""
    dossier = shown(candidacy)
    begun = [
        DescriptionDraft(id=UUID(part.removeprefix(PART)), said=said, draft=draft)
        for part, draft in acquis().drafts.of(actor().who, candidacy).items()
        if part.startswith(PART) and (said := ActivityDescription.drafted(draft))
    ]
    return render_template(
        "candidate/portfolio/descriptions.html",
        dossier=dossier,
        begun=sorted(begun, key=lambda each: each.draft.saved_at, reverse=True),
        fresh=uuid4,
        at="dossiers.list_candidacies",
    )


@bp.get("/<uuid:text>")
@allowed(Role.CANDIDATE)
def write(candidacy: UUID, text: UUID) -> ResponseReturnValue:
    """Show the form of a description; `for` names the competences of a new one."""
    draft = acquis().drafts.of(actor().who, candidacy).get(f"{PART}{text}")
    if (sent := form_of("save")).kept:
        return _page(shown(candidacy), text, ActivityDescription.typed(sent.values), draft)
    said = ActivityDescription.drafted(draft) or ActivityDescription(
        competences=tuple(sorted(numbers(request.args.getlist("for"))))
    )
    return _page(shown(candidacy), text, said, draft)


@bp.post("/<uuid:text>")
@allowed(Role.CANDIDATE)
@without_command
@stands_on("descriptions.write", "save")
def save(candidacy: UUID, text: UUID) -> ResponseReturnValue:
    """Save what was typed, or delete it or add it to the dossier; send a script the changed parts of the page."""
    dossier, said = shown(candidacy), ActivityDescription.typed(request.form)
    me, drafts, part = actor().who, acquis().drafts, f"{PART}{text}"
    since = whole_number(request.form.get("since", ""))
    if "drop" in request.form:
        drafts.done(me, candidacy, {part: since} if since else {})
        left = drafts.of(me, candidacy).get(part)
        if left is not None:  # another tab has saved it since
            return _page(dossier, text, said, left, unkept=True), STALE
        return arrived(url_for("descriptions.show", candidacy=candidacy), None, "descriptions.dropped")
    stands: Draft | None = None
    try:
        subject = dossier.candidacy.terms.candidate
        saving = drafts.save(me, candidacy, part, said.text, subject=subject, since=since)
        stands = saving.stands
        adding = "add" in request.form and (saving.saved or stands is None)
        if adding and not said.lacks:
            recorded = _added(dossier, text, said)
            drafts.done(me, candidacy, {part: stands.revision} if stands else {})
            return arrived(url_for("candidacy.show", candidacy=candidacy), recorded, "candidacy.submit")
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        return _page(dossier, text, said, stands, since=since, refusal=refusal), STATUS[refusal.kind]
    if request.headers.get("HX-Request"):
        return _page(dossier, text, said, stands, unkept=not saving.saved, whole=False)
    if not saving.saved and not adding:
        return _page(dossier, text, said, stands, unkept=True), STALE
    if adding:
        return _page(dossier, text, said, stands, lacks=said.lacks), UNFIT
    return arrived(url_for("descriptions.write", candidacy=candidacy, text=text), None, "descriptions.save")


def _added(dossier: DossierView, text: UUID, said: ActivityDescription) -> Recorded:
    """Add the description to the dossier; repeated with the same text it is added once."""
    candidacy = CandidacyId(dossier.id)
    piece = SubmissionDetails(name=stated_name(said.title), competences=said.competences, form=PieceForm.STATEMENT)
    with received(statement(said.statement), candidacy) as incoming:
        body = body_of(incoming, piece)
        recorded, _ = put_in(candidacy, incoming, piece, intent_of(str(uuid5(text, body.hex())), body))
    return recorded


def _page(
    dossier: DossierView,
    text: UUID,
    said: ActivityDescription,
    draft: Draft | None,
    *,
    since: int | None = None,
    unkept: bool = False,
    lacks: list[str] | None = None,
    refusal: Refused | None = None,
    whole: bool = True,
) -> str:
    french = language() == "fr"
    sent = form_of("save")
    if not sent.kept:
        sent = FilledForm(name="save", refusal=refusal, errors={name: LACKS[name][french] for name in lacks or ()})
    return render_template(
        "candidate/portfolio/description.html" if whole else "candidate/portfolio/description_saved.html",
        dossier=dossier,
        text=text,
        said=said,
        since=draft.revision if draft else since,
        saved_at=draft.saved_at if draft else None,
        unkept=unkept,
        stands=ActivityDescription.drafted(draft) if unkept else None,
        ticked=said.competences,
        f=sent,
        at="dossiers.list_candidacies",
    )
