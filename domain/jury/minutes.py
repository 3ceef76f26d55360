"""The minutes of a session: their canonical text, its digest, and their signatures (procès-verbal).

Nobody writes the minutes: they are derived from the session's facts as one canonical text, and each member signs its
SHA-256. The text states the facts of the sitting in order, with their hours. It leaves out reasons, which are sealed,
but gives the number of facts of each deliberation, so that it commits to all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time
from hashlib import sha256
from typing import Any

from domain.fact import Personal
from domain.jury.decision import UndoneDecision
from domain.jury.deliberation import Deliberation, RecusalPending
from domain.jury.facts import ChairReplaced, MinutesSignatureRefused, MinutesSigned
from domain.jury.paper_minutes import CountersignedByKeyer
from domain.jury.proceedings import stated
from domain.jury.ruling import ReasonRequired
from domain.jury.session import (
    JurySession,
    MinutesAlreadySigned,
    NotOnThePanel,
    NotTheChair,
    SessionNotClosed,
    SessionStage,
)
from domain.ports import CandidacyId, Log, PersonId
from domain.refusal import Refused
from domain.rulebook.session_rules import SessionRules, Signatories, Stead


class ChairNotReplaced(Refused):
    """In the stead of a chair who cannot sign the minutes a member present does, as the rulebook says, once."""

    fr = "À la place d'un président empêché signe, une fois, un membre présent : celui que désigne le règlement."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


FORMAT = "minutes/1"
Deliberations = Mapping[CandidacyId, Deliberation]


def minutes(session: JurySession, deliberations: Deliberations) -> dict[str, Any]:
    """Return the decisions on each candidate on the list, the members present, the recusals and the derogations.

    Includes the hours of the sitting and of the events about each candidate. Empty values are left out, so that a
    field added later does not change earlier minutes.
    """
    plan = session.planned
    said = {
        "format": FORMAT,
        "session": session.id,
        "framework": plan.framework,
        "rulebook": plan.rulebook,
        "jury": plan.jury,
        "place": plan.place,
        "held_on": plan.held_on,
        "opened_on": session.opened_on,
        "chair": session.chair,
        "present": sorted(session.present),
        "substituted": {str(replaced): taken for replaced, taken in session.replaced.items()},
        "derogations": sorted(session.derogations),
        "proceedings": [stated(fact) for fact in session.proceedings],
        "one_sex_explained": (session.of_one_sex and session.one_sex_explained) or None,
        "candidates": [_decided(candidacy, deliberations[candidacy]) for candidacy in sorted(session.listed)],
    }
    return _plain(said)


def digest(session: JurySession, deliberations: Deliberations) -> str:
    """Return the SHA-256, in hexadecimal, of the minutes as canonical JSON: sorted keys, no spaces, UTF-8."""
    return sha256(canonical(minutes(session, deliberations))).hexdigest()


def canonical(said: dict[str, Any]) -> bytes:
    """Return the bytes that are hashed."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _decided(candidacy: CandidacyId, deliberation: Deliberation) -> dict[str, Any]:
    return {
        "candidacy": candidacy,
        "attendance": deliberation.attendance,
        "panel": sorted(deliberation.panel or ()),
        "recused": sorted(deliberation.recused),
        "vote": deliberation.vote_outcome,
        "votes": {str(block): outcome for block, outcome in deliberation.votes.items()},
        "title_vote": deliberation.title_vote,
        "proposed": {str(number): said.acquired for number, said in sorted(deliberation.proposed.items())},
        "rulings": {str(number): acquired for number, acquired in sorted(deliberation.rulings.items())},
        "granted": sorted(deliberation.granted),
        "not_granted": sorted(deliberation.refused),
        "title": deliberation.title,
        "undone": [_undone(each) for each in deliberation.undone],
        "rulings_lost": [{"juror": each.juror, "rulings": _ruled(each.rulings)} for each in deliberation.lost],
        "deferred": sorted(deliberation.deferred),
        "title_deferred": deliberation.title_deferred or None,
        "referred": deliberation.referred or None,
        "proceedings": [stated(fact) for fact in deliberation.proceedings],
        "facts": deliberation.version,
    }


def _undone(decision: UndoneDecision) -> dict[str, Any]:
    return {
        "how": decision.undoing,
        "at": decision.at,
        "vote": decision.vote,
        "granted": sorted(decision.granted),
        "not_granted": sorted(decision.refused),
        "deferred": sorted(decision.deferred),
        "title": decision.title or None,
        "rulings": _ruled(decision.rulings),
    }


def _ruled(rulings: Mapping[int, bool]) -> dict[str, bool]:
    """Return rulings by competence, with keys as JSON requires."""
    return {str(number): acquired for number, acquired in sorted(rulings.items())}


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Return the values as JSON types, without the empty ones."""
    plain: dict[str, Any] = {}
    for name, value in said.items():
        if value is not None and value not in ([], {}, ()):
            plain[name] = _word(value)
    return plain


def _word(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_word(each) for each in value]
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value if isinstance(value, bool | int) else str(value)


def decided(log: Log, session: JurySession) -> dict[CandidacyId, Deliberation]:
    """Load the deliberation of each candidacy on the session's list."""
    return {
        candidacy: log.find(Deliberation, Deliberation.id_of(session.id, candidacy))
        for candidacy in sorted(session.listed)
    }


def signatories(session: JurySession, rules: SessionRules) -> tuple[PersonId, ...]:
    """Return the members present if all must sign these minutes; empty if only the chair does."""
    every = rules.minutes_signed_by is Signatories.ALL_PRESENT or session.chair is None
    return tuple(sorted(session.present)) if every else ()


def sign(
    session: JurySession, deliberations: Deliberations, by: PersonId, names: frozenset[PersonId]
) -> MinutesSigned:
    """Sign the minutes of a closed session, once per member: the chair, and the others whom the rulebook requires.

    `names` are all the files of the signatory: a person who keyed a session held on paper may not sign it.
    """
    check_signatory(session, by)
    if pending := [candidacy for candidacy, said in deliberations.items() if said.declared]:
        raise RecusalPending(*sorted(pending))
    keyers = frozenset[PersonId]().union(*(said.keyers for said in deliberations.values()))
    if names & keyers:
        raise CountersignedByKeyer(by)
    return MinutesSigned(signed_by=by, digest=digest(session, deliberations))


def refuse(session: JurySession, juror: PersonId, reason: str, rules: SessionRules) -> MinutesSignatureRefused:
    """Record that a member refuses to sign; the chair's signature cannot be waived."""
    check_signatory(session, juror)
    if juror in session.waived:
        raise MinutesAlreadySigned(juror)
    waived = juror not in {session.chair, session.stead} and not rules.refusal_holds_minutes
    return MinutesSignatureRefused(juror=juror, waived=waived, reason=Personal(reason, juror))


def replace_chair(session: JurySession, juror: PersonId, reason: str, rules: SessionRules) -> ChairReplaced:
    """Name a member present, whom the rulebook designates, to sign in place of a chair who cannot, with the reason.

    Where the rulebook is silent, the certifier chooses. A member who refused to sign may not replace the chair.
    """
    if session.stage in {SessionStage.SIGNED, SessionStage.RELEASED}:
        raise MinutesAlreadySigned(session.id)
    if session.stage is not SessionStage.CLOSED:
        raise session.not_now(SessionNotClosed)
    chair = session.chair
    if chair is None or chair in session.signed or session.stead is not None:
        raise ChairNotReplaced(session.id)
    able = [
        each for each in session.titulars if each in session.present - {chair} - (session.waived - session.signed)
    ]
    if juror not in (able[:1] if rules.chair_replaced_by is Stead.FIRST_APPOINTED else able):
        raise ChairNotReplaced(juror)
    if not reason.strip():
        raise ReasonRequired(session.id)
    return ChairReplaced(juror=juror, reason=Personal(reason, chair))


def check_signatory(session: JurySession, by: PersonId) -> None:
    """Refuse a person who is not to sign these minutes, has signed them, or signs before the session is closed."""
    if session.stage in {SessionStage.SIGNED, SessionStage.RELEASED} or by in session.signed:
        raise MinutesAlreadySigned(session.id)
    if by not in session.signatories:
        if session.named:
            raise NotOnThePanel(by)
        raise NotTheChair(by)
    if session.stage is not SessionStage.CLOSED:
        raise session.not_now(SessionNotClosed)
