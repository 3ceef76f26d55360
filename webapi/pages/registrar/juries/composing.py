"""Composition of a session: its jury, rule by rule, possible members, and its candidates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import Candidacy
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.name_chair import NameChair
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.remove_chair import RemoveChair
from domain.commands.jury.remove_juror import RemoveJuror
from domain.commands.jury.summon_candidates import SummonCandidates
from domain.commands.jury.take_candidate_back import TakeCandidateBack
from domain.framework.jury_rule import Seat, Sex, Side
from domain.jury.session import SessionStage
from domain.ports import CandidacyId, PersonId, Recorded, Role, SessionId
from domain.refusal import Refused
from webapi.accounts.authentication import allowed, reading
from webapi.current import acquis
from webapi.juries.dry_run import refusal
from webapi.juries.panel import SessionPanel, panel
from webapi.juries.placing import WaitingCandidacy, waiting
from webapi.juries.suggestions import Suggested, suggested
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm
from webapi.pages.registrar.juries.sessions import STAGES, awaited, ours
from webapi.pages.registrar.several import send_each, ticked
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Desk("composing", __name__, url_prefix="/registrar/sessions/<uuid:session>")

SUGGESTED: Final = 4
"""How many suggested jurors are shown at once; the others can be unfolded."""
AT_ONCE: Final = 15
"""How many candidates to call are shown at once."""
MOST_NAMED: Final = 60
SIDES: Final = {Side.EMPLOYERS: phrase("employeurs"), Side.EMPLOYEES: phrase("salariés")}
NOBODY_TICKED: Final = ("Tick one candidate at least.", "Cochez un candidat au moins.")
NO_MEMBER: Final = ("Nobody is named.", "Personne n'est nommé.")


@dataclass(frozen=True, kw_only=True)
class Composed:
    """The content of the page, read together; `why_not_cancel`: what forbids the cancellation of the session."""

    panel: SessionPanel
    suggested: Suggested | None
    waiting: list[WaitingCandidacy]
    freed: list[Candidacy]
    why_not_cancel: Refused | None

    @property
    def people(self) -> Iterator[UUID]:
        """Yield everybody whom the page names."""
        yield from self.panel.session.seats
        yield from (each.terms.candidate for each in self.panel.candidacies.values())
        yield from (each.id for each in (self.suggested.jurors[:MOST_NAMED] if self.suggested else ()))
        yield from (each.candidate for each in self.waiting)
        yield from (each.terms.candidate for each in self.freed)


def composed(session: UUID) -> Composed:
    """Return the content of the page; raise OwnWork if the reader is called before the session."""
    log = reading()
    found = ours(log, session)
    seen = panel(log, found)
    planned = found.stage is SessionStage.PLANNED
    looked_for = planned and not found.commission
    return Composed(
        panel=seen,
        suggested=suggested(log, acquis().database, seen) if looked_for else None,
        waiting=waiting(log, acquis().database, seen) if planned else [],
        freed=log.find_all(Candidacy, sorted(found.freed)) if planned else [],
        why_not_cancel=refusal(log, CancelSession(session=found.id, reason="?")) if planned else None,
    )


@bp.get("")
@allowed(Role.REGISTRAR)
def show(session: UUID) -> ResponseReturnValue:
    """Show the composition of a session."""
    found = composed(session)
    called = names(set(found.people))
    judged = found.panel.judged
    return render_template(
        "registrar/session.html",
        found=found,
        session=found.panel.session,
        plan=found.panel.session.planned,
        panel=found.panel,
        judged=judged,
        broken=[each for each in judged if not each.kept],
        called=called,
        named=lambda people: ", ".join(name for each in people if (name := called.get(each))),
        candidates_named=lambda listed: ", ".join(
            name for each in listed if (name := called.get(found.panel.candidacies[each].terms.candidate))
        ),
        awaited=awaited(found.panel.session),
        stages=STAGES,
        sexes=list(Sex),
        counts_as=counts_as,
        call_before=_call_before(found.panel),
        suggested=SUGGESTED,
        most_named=MOST_NAMED,
        begun=max(0, request.args.get("begun", 0, int)),
        at_once=AT_ONCE,
        ready=[each for each in found.waiting if each.ready],
        not_ready=[each for each in found.waiting if not each.ready],
        many_not_ready=_many_not_ready(found.waiting),
    )


def _many_not_ready(found: list[WaitingCandidacy]) -> int:
    """Return how many candidates are not ready, including those who are not shown."""
    barred = sum(each.row.ready and not each.ready for each in found)
    return barred + next((each.row.many for each in found if not each.row.ready), 0)


def counts_as(seat: Seat) -> list[str]:
    """Return what a member counts as, in a few words, first whether they are external."""
    said = [phrase("extérieur") if seat.external else phrase("certificateur")]
    if seat.external and seat.side:
        said.append(SIDES[seat.side])
    if seat.profession is not None:
        said.append(phrase("exerce le métier"))
    if seat.qualified is not None:
        said.append(phrase("qualifié dans la certification"))
    return said


def _call_before(seen: SessionPanel) -> date | None:
    """Return the last day for a summons, if the rulebook sets one and the session is still planned."""
    delay, plan = seen.rules.enrolment.summons, seen.session.planned
    if delay is None or plan.on_paper or seen.session.stage is not SessionStage.PLANNED:
        return None
    return plan.held_on - timedelta(days=delay.days)


@bp.act("/jurors", AppointJuror, show, done="Membre nommé.")
def appoint(session: UUID) -> None:
    """Appoint a juror."""


@bp.act("/jurors/<uuid:juror>/removal", RemoveJuror, show, done="Membre retiré du jury.")
def remove(session: UUID, juror: UUID) -> None:
    """Remove a juror, for a reason."""


@bp.act("/chair", NameChair, show, done="Présidence nommée.")
def name_chair(session: UUID) -> None:
    """Appoint a member to the chair, in place of any other."""


@bp.act("/chair/removal", RemoveChair, show, done="Présidence retirée.")
def remove_chair(session: UUID) -> None:
    """Leave the chair vacant."""


@bp.form("/jurors/together", show, Role.REGISTRAR, done="Membres nommés.")
def appoint_together(sent: FilledForm, session: UUID) -> Recorded | None:
    """Appoint the jurors who together make the jury lawful."""
    return send_each(sent, _appointments(sent, session))


def _appointments(sent: FilledForm, session: UUID) -> Iterator[AppointJuror | NameChair]:
    """Yield the appointments, one of them to the chair; name a member who has a seat to the chair separately."""
    jurors = ticked(sent, "juror", NO_MEMBER)
    for juror in jurors:
        yield AppointJuror(
            session=SessionId(session),
            juror=PersonId(juror),
            sex=_sex(sent.value(f"sex-{juror}")),
            chair=sent.value("chair") == str(juror),
        )
    seated = [each for each in sent.values.getlist("seated") if each == sent.value("chair")]
    for chair in seated:
        yield NameChair(session=SessionId(session), juror=PersonId(UUID(chair)))


def _sex(said: str) -> Sex:
    return Sex(said) if said in set(Sex) else Sex.UNSTATED


@bp.act("/derogations", GrantPanelDerogation, show, done="Dérogation enregistrée.")
def derogate(session: UUID) -> None:
    """Accept a lack of balance, with its reason and proof."""


@bp.form("/summonses", show, Role.REGISTRAR, done="Candidats convoqués.")
def summon(sent: FilledForm, session: UUID) -> Recorded | None:
    """Call all selected candidates before this session; if one is refused, none is called."""
    called = tuple(CandidacyId(each) for each in ticked(sent, "candidacy", NOBODY_TICKED))
    return send_each(sent, [SummonCandidates(session=SessionId(session), candidacies=called)])


@bp.act("/candidates/<uuid:candidacy>/freed", FreeCandidate, show, done="Candidat dessaisi.")
def free(session: UUID, candidacy: UUID) -> None:
    """Release a candidate from this session, so that they can go before another jury."""


@bp.act("/candidates/<uuid:candidacy>/freed/undoing", TakeCandidateBack, show, done="Candidat repris.")
def take_back(session: UUID, candidacy: UUID) -> None:
    """Take back a candidate who was released from this session."""


@bp.act("/postponement", PostponeSession, show, done="Session reportée.")
def postpone(session: UUID) -> None:
    """Postpone the session."""


@bp.act("/cancellation", CancelSession, show, done="Session annulée.")
def cancel(session: UUID) -> None:
    """Cancel the session."""
