"""Minutes of a session, written from its decisions: reading, signing and refusing to sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.commands.jury.refuse_to_sign_minutes import RefuseToSignMinutes
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.sign_minutes import SignMinutes
from domain.framework.block_rule import BlockRule
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockNotGranted,
    ChairReplaced,
    MinutesSignatureRefused,
    MinutesSigned,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
)
from domain.jury.minutes import digest
from domain.jury.session import JurySession, SessionStage
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound
from projections.reading import DossierFact
from projections.told import sealed_facts
from webapi.accounts.authentication import actor, allowed, reading
from webapi.current import acquis
from webapi.forms import text
from webapi.language import missing
from webapi.pages.account.confirm_identity import asking
from webapi.pages.desk import Desk
from webapi.pages.filled import UNFIT
from webapi.pages.juror import at_session
from webapi.pages.juror.at_session import AtSession
from webapi.pages.juror.board import STAGES
from webapi.pages.juror.decision_seen import VOTES
from webapi.pages.juror.minutes_view import STATED, CandidateTimeline, course, sitting
from webapi.pages.second_person import asked_of_sender, prove_sender
from webapi.privacy.disclosure import personal
from webapi.privacy.minutes_reading import is_withheld, may_read, signatures
from webapi.problems import Answered, language
from webapi.words import phrase

bp = Desk("jury_minutes", __name__, url_prefix="/jury/<uuid:session>/minutes")

OF_SESSION: Final = (
    ChairReplaced,
    MinutesSignatureRefused,
    MinutesSigned,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
)
GONE: Final = {
    "absent": phrase("absent"),
    "excused": phrase("absent, excusé"),
    "excluded": phrase("exclu, non entendu"),
}


@dataclass(frozen=True, kw_only=True)
class MinutedDecision:
    """A candidate in the minutes: blocks and title; empty for a reader who stepped out.

    `course` is what happened, with the hours. `annulled`: the decision in the minutes was annulled since.
    """

    name: str
    course: CandidateTimeline
    route: str
    withheld: bool
    annulled: bool
    blocks: tuple[str, ...]
    title: str
    recused: tuple[str, ...]
    reasons: tuple[tuple[int, str, str, str], ...]


@bp.get("")
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def show(session: UUID) -> ResponseReturnValue:
    """Show the minutes as written so far, and their signatures; auditors read them after the release."""
    of = SessionId(session)
    log = reading()
    known = at_session.at(log, of)
    if known.session.opened_on is None or not may_read(known.session):
        raise NotFound(session)
    streams = [known.session.id, known.connections.id, *(each.id for each in known.deliberations.values())]
    spoken = sealed_facts(acquis().database, streams, [kind.__name__ for kind in (*STATED, *OF_SESSION)])
    shown = digest(known.session, known.deliberations)
    awaited = known.session.signatories - known.session.signed - known.session.waived
    closed = known.session.stage not in {SessionStage.PLANNED, SessionStage.OPEN}
    own = [each for each in spoken if each.stamp.stream == known.session.id]
    return render_template(
        "juror/minutes.html",
        known=known,
        session=known.session,
        sitting=sitting(known, spoken),
        votes=VOTES,
        gone=GONE,
        decided=[_decided(known, each, spoken) for each in known.in_order],
        digest=shown,
        as_signed=all(each.digest == shown for each in signatures(own)),
        signed_on={each.fact.signed_by: each.stamp.on for each in own if isinstance(each.fact, MinutesSigned)},
        refusals=[(known.called.get(juror) or "?", why) for juror, why in _refusals(own)],
        derogations=[why for fact, why in _with_reasons(own, PanelDerogationGranted)],
        one_sex=next((why for _, why in reversed(_with_reasons(own, PanelOfOneSexExplained))), ""),
        stead=next((why for _, why in reversed(_with_reasons(own, ChairReplaced))), ""),
        stage=STAGES[known.session.stage],
        awaited=awaited,
        signs=closed and actor().role is Role.JUROR and actor().who in awaited,
        able=_able(known),
        at="audit.home" if actor().role is Role.AUDITOR else "agenda.show",
        **asking(url_for("jury_minutes.show", session=session)) | {"asked_again": asked_of_sender()},
    )


def _decided(known: AtSession, candidacy: CandidacyId, spoken: Iterable[DossierFact]) -> MinutedDecision:
    said, row = known.deliberations[candidacy], known.framework.row(known.candidacies[candidacy].terms.route)
    withheld = is_withheld(candidacy, said.recused, known.session)
    own = [] if withheld else [each for each in spoken if each.stamp.stream == said.id]
    refused = {fact.block: personal(each) for each in own if isinstance(fact := each.fact, BlockNotGranted)}
    words = {block: refused.get(block, {}) for block in sorted(said.decision.refused)}
    reasons = tuple(
        (block, _rule_said(known, block, said), each.get("reason") or "", each.get("advice") or "")
        for block, each in words.items()
    )
    return MinutedDecision(
        name=known.name_of(candidacy),
        course=CandidateTimeline() if withheld else course(known, candidacy, own),
        route=row.route.value if row else "",
        withheld=withheld,
        annulled=said.annulled and not withheld,
        blocks=() if withheld else tuple(_block(said, block.number) for block in known.framework.blocks),
        title="" if withheld else _title(known, said),
        recused=tuple(known.called.get(each) or "?" for each in sorted(said.recused)),
        reasons=() if withheld else reasons,
    )


def _block(said: Deliberation, block: int) -> str:
    for blocks, word in (
        (said.decision.granted, phrase("accordé")),  # also after an annulment: the jury signed it
        (said.decision.refused, phrase("non accordé")),
        (said.deferred, phrase("reporté")),
        (said.held, phrase("conservé")),
        (said.open_blocks, phrase("renvoyé") if said.referred else phrase("à décider")),
    ):
        if block in blocks:
            return word
    return "–"


def _title(known: AtSession, said: Deliberation) -> str:
    if said.annulled:
        return phrase("prononcé") if said.decision.title else phrase("non")
    if said.referred:
        return phrase("renvoyé")
    if said.attendance is not None and said.attendance.value in GONE:
        return GONE[said.attendance.value]
    if said.title_deferred:
        return phrase("reporté")
    if known.session.commission:  # the jury pronounces the title, not its commission
        return "–"
    if said.panel is None or said.open_blocks or said.title_due(known.framework):
        return phrase("à décider")
    return phrase("prononcé") if said.title else phrase("non")


def _rule_said(known: AtSession, number: int, said: Deliberation) -> str:
    """Return how far a block is from its rule: competences acquired, competences required, and what is missing."""
    block = known.framework.by_number[number]
    rule: BlockRule = block.rule
    acquired = {each for each in block.competences if said.decision.rulings.get(each)}
    wants = missing(
        *rule.nearest(acquired, block.competences, said.decision.marks), language(), free=rule.tree is None
    )
    ratio = f"{len(acquired)} / {rule.required}"
    return f"{ratio}. {wants}" if not rule.met_by(acquired, block.competences, said.decision.marks) else ratio


def _with_reasons(facts: Iterable[DossierFact], kind: type[Any]) -> list[tuple[Any, str]]:
    """Return the facts of a kind, each with its reason, in order."""
    return [(each.fact, personal(each).get("reason") or "") for each in facts if isinstance(each.fact, kind)]


def _refusals(own: Iterable[DossierFact]) -> list[tuple[PersonId, str]]:
    return [(fact.juror, why) for fact, why in _with_reasons(own, MinutesSignatureRefused)]


def _able(known: AtSession) -> list[tuple[PersonId, str]]:
    """Return the members who could sign in place of the chair."""
    session: JurySession = known.session
    there = session.present - {session.chair} - (session.waived - session.signed)
    return [(each, known.called.get(each) or "?") for each in session.titulars if each in there]


@bp.act("/signature", SignMinutes, show, done="Procès-verbal signé.", signs=False, digest=text(64))
def sign(session: UUID) -> None:
    """Sign the minutes that were shown, whose digest the form contains, after a proof of identity."""
    at_session.load(reading(), SessionId(session))  # raises NotFound before any error in the form
    if not request.form.get("digest", "").strip():
        raise Answered(UNFIT)
    prove_sender()


@bp.act("/refusals", RefuseToSignMinutes, show, done="Refus de signer consigné.")
def refuse(session: UUID) -> None:
    """Record why the user does not sign, or why a member who is prevented does not."""


@bp.act("/chair", ReplaceChair, show, done="Signature à la place de la présidence notée.")
def replace_chair(session: UUID) -> None:
    """Have another member sign in place of the chair."""
