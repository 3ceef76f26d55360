"""Fraud cases of a candidate: their steps, their state and the possible next acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.appeal.annulment import Annulments
from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.let_summons_fall import LetSummonsFall
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.fraud.exclusion import excluded_until
from domain.fraud.fraud import Fraud, FraudCase
from domain.jury.access import run
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Command, Recorded, Role
from domain.rulebook.fraud_rules import SanctionKind
from domain.rulebook.rulebook import Rulebook
from domain.standing.disclosure import WITH_A_CASE
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.forms import NUMBER, Many, number, text
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.pages.reader.dossier import shown
from webapi.pages.reader.fact_lines import FactLine, entries
from webapi.pages.registrar.annulment_link import review_of
from webapi.pages.registrar.own_work import not_ones_own
from webapi.problems import language

bp = Desk("fraud_cases", __name__, url_prefix="/candidacies/<uuid:candidacy>/frauds", only=Role.REGISTRAR)

UNSAID: Final = ("Say which.", "Dites ce qu'il en est.")


@dataclass(frozen=True, kw_only=True)
class FraudCaseView:
    """A fraud case: its facts, its state, and the acts that are possible now."""

    id: UUID
    lines: tuple[FactLine, ...]
    case: FraudCase
    may: frozenset[str]
    waits: bool


@bp.get("")
@allowed(Role.REGISTRAR)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show each case with its steps and possible acts, and the form for a new report."""
    dossier, candidacy_id = shown(candidacy), CandidacyId(candidacy)
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        with not_ones_own():
            found = run(log, candidacy_id)
        fraud = log.find(Fraud, Fraud.id_of(found.terms.candidate))
        rules = log.load(Rulebook, found.terms.rulebook).content.fraud
        until = excluded_until(log.find, found.terms.candidate)
        waiting = log.find(Annulments, Annulments.id_of(candidacy_id)).waiting
        sessions = {each.id: each.planned.held_on for each in log.find_all(JurySession, found.sessions)}
        falling = [
            each
            for each in found.sessions
            if refusal(log, LetSummonsFall(session=each, candidacy=candidacy_id)) is None
        ]
        cases = [
            FraudCaseView(
                id=each,
                lines=tuple(
                    entries(
                        dossier.read,
                        [
                            told
                            for told in dossier.read.seen
                            if isinstance(told.fact, WITH_A_CASE) and told.fact.case == each
                        ],
                    )
                ),
                case=case,
                may=frozenset(name for name, asked in _next(candidacy_id, each, case) if refusal(log, asked) is None),
                waits=each in waiting,
            )
            for each, case in fraud.cases.items()
            if case.candidacy == candidacy_id
        ]
    spoken = language() != "fr"
    return render_template(
        "registrar/frauds.html",
        dossier=dossier,
        cases=cases,
        until=until,
        sessions=sessions,
        falling=falling,
        kinds={each.code: each.kind for each in rules.sanctions},
        sanctions=[(each.code, (each.label_fr, each.label_en)[spoken]) for each in rules.sanctions],
        excludes=any(each.kind is SanctionKind.EXCLUSION for each in rules.sanctions),
        voids=any(each.kind is SanctionKind.MARKS_VOID for each in rules.sanctions),
    )


def _next(candidacy_id: CandidacyId, case_id: UUID, case: FraudCase) -> Iterator[tuple[str, Command]]:
    """Yield the acts that may be possible, to test each; sanctions are left out, as they depend on the choice."""
    today = acquis().clock.today()
    yield "hear", HearOnFraud(candidacy=candidacy_id, case=case_id, statement="?", heard_on=today)
    yield "decide", DecideFraud(candidacy=candidacy_id, case=case_id, found=False, reason="?")
    if case.asked:
        yield "answer", AnswerFinding(candidacy=candidacy_id, case=case_id, accepted=False, reason="?")


def _to_case(recorded: Recorded | None, candidacy: UUID, case: UUID) -> str:
    del case
    return review_of(recorded) or url_for("fraud_cases.show", candidacy=candidacy)


@bp.act("", ReportFraud, show, done="Fraude signalée : ce que le jury n'a pas encore publié attend.",
        evidence=Many(0, 90), competences=Many(0, 500, NUMBER))  # fmt: skip
def report(candidacy: UUID) -> None:
    """Report a fraud."""


@bp.act("/<uuid:case>/notice", TellOfFraud, show, done="Candidat informé.")
def tell(candidacy: UUID, case: UUID) -> None:
    """Inform the candidate of the report, and of the day of the hearing."""


@bp.act("/<uuid:case>/hearing", HearOnFraud, show, done="Audition enregistrée.")
def hear(candidacy: UUID, case: UUID) -> None:
    """Record what the candidate said, or that they did not come."""


@bp.act("/<uuid:case>/decision", DecideFraud, show, done="Décision enregistrée.", lead=_to_case, without=("vote",),
        reason=text(8000), withdraws=Many(0, 40))  # fmt: skip
def decide(candidacy: UUID, case: UUID) -> None:
    """Decide whether the candidate cheated."""
    del candidacy, case
    _check_answered("found")


@bp.act("/<uuid:case>/sanctions", PronounceSanction, show, done="Sanction enregistrée.", lead=_to_case, signs=True,
        without=("vote",),
        reason=text(8000), code=text(100), months=number(1, 1199), competences=Many(0, 500, NUMBER))  # fmt: skip
def sanction(candidacy: UUID, case: UUID) -> None:
    """Pronounce a sanction that the rulebook lists."""


@bp.act("/<uuid:case>/answer", AnswerFinding, show, done="Réponse enregistrée.", lead=_to_case, reason=text(8000))
def answer(candidacy: UUID, case: UUID) -> None:
    """Answer a request for review: reject it with reasons, or accept it and lift the finding or sanction."""
    del candidacy, case
    _check_answered("accepted")


@bp.act("/<uuid:case>/court-rulings", NoteFindingRuling, show, done="Décision de justice enregistrée.", lead=_to_case)
def note_ruling(candidacy: UUID, case: UUID) -> None:
    """Record that a court upheld or annulled a finding or a sanction."""
    del candidacy, case
    _check_answered("annuls")


@bp.act("/summonses/<uuid:session>/fall", LetSummonsFall, show, done="Convocation tombée.")
def let_fall(candidacy: UUID, session: UUID) -> None:
    """Cancel a summons because of an exclusion."""


def _check_answered(name: str) -> None:
    """Raise InvalidForm if the form has no answer: no default is assumed."""
    if request.form.get(name) not in {"true", "false"}:
        raise InvalidForm({name: UNSAID})
