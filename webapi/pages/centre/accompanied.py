"""Candidates whom an advisor accompanies: next step, who has to take it, and by when (accompagnement)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.deadlines.deadline import Duty
from domain.framework.definition import Route
from domain.ports import Role
from domain.standing.standing import Outcome
from projections.candidacy.candidacy_overview import Overview, candidacies
from projections.framework.certification_catalogue import certifications
from projections.jury.jury_agenda import called
from webapi.accounts.authentication import allowed, reader, reading
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.pages.desk import Desk
from webapi.pages.reader.course import BEFORE_THE_JURY, CANDIDATES, TIMES, ProgressStage
from webapi.privacy.disclosure import names
from webapi.upkeep.deadlines import DeadlineCalculator, DueDeadline
from webapi.words import phrase

bp = Desk("accompanied", __name__, url_prefix="/accompanied")
bp.entry(Role.ADVISOR, 10, phrase("Candidats accompagnés"), "users", "show")
SHOWN: Final = 50
COMES_NEXT: Final = {
    ProgressStage.APPLY: phrase("Dossier de faisabilité à déposer ou à compléter"),
    ProgressStage.ADMISSIBILITY: phrase("Recevabilité à dire"),
    ProgressStage.INADMISSIBLE: phrase("Non recevable"),
    ProgressStage.EVIDENCE: phrase("Pièces à réunir, dossier à déposer"),
    ProgressStage.SUMMONS: phrase("Convocation devant un jury"),
    ProgressStage.HEARING: phrase("Jury"),
    ProgressStage.RESULT: phrase("Résultat à communiquer"),
    ProgressStage.AGAIN: phrase("Blocs à représenter"),
    ProgressStage.HELD: phrase("Blocs recherchés obtenus"),
    ProgressStage.TITLED: phrase("Titre obtenu"),
    ProgressStage.ENDED: phrase("Candidature terminée"),
}
OVER: Final = frozenset({ProgressStage.INADMISSIBLE, ProgressStage.HELD, ProgressStage.TITLED, ProgressStage.ENDED})


@dataclass(frozen=True, kw_only=True)
class Accompanied:
    """A candidacy: its next step, whether the candidate has to take it, and the day that counts for it."""

    overview: Overview
    name: str | None
    stage: ProgressStage
    day: date | None

    @property
    def mine(self) -> bool:
        """Return whether the candidate has to take the next step."""
        return self.stage in CANDIDATES

    @property
    def over(self) -> bool:
        """Return whether no step is left."""
        return self.stage in OVER


@bp.get("")
@allowed(Role.ADVISOR)
def show() -> ResponseReturnValue:
    """Show the candidates, the most urgent first; the number of queries does not depend on theirs."""
    me, database, after = reader(), acquis().database, begins_after(request.args.get("cursor")) or 0
    rows = candidacies(database, advisor=me.person, files=sorted(me.files), after=after, limit=SHOWN + 1)
    found = accompanied(rows[:SHOWN])
    return render_template(
        "centre/accompanied.html",
        under_way=sorted((each for each in found if not each.over), key=lambda each: each.day or date.max),
        over=[each for each in found if each.over],
        titles={each.framework: each.title for each in certifications(database, limit=None)},
        comes_next=COMES_NEXT,
        cursor=next_page(rows[SHOWN - 1].opened_at) if len(rows) > SHOWN else None,
        begun=bool(after),
    )


def accompanied(found: Sequence[Overview]) -> list[Accompanied]:
    """Return each candidacy with its next step."""
    today, ids = acquis().clock.today(), [each.candidacy for each in found]
    due, juries = DeadlineCalculator(acquis(), reading()).of_each(ids, today), called(acquis().database, ids)
    known = names({each.candidate for each in found})
    return [
        _with_next_step(each, known[each.candidate], due[each.candidacy], juries.get(each.candidacy), today)
        for each in found
    ]


def _with_next_step(
    each: Overview, name: str | None, due: list[DueDeadline], jury: date | None, today: date
) -> Accompanied:
    stage = next_stage(each, {time.duty for time in due}, jury, today)
    bounding = TIMES.get(stage, set()) | ({Duty.REGISTRATION} if stage in BEFORE_THE_JURY else set())
    day = (
        jury
        if stage is ProgressStage.HEARING
        else next((time.ends_on for time in due if time.duty in bounding), None)
    )
    return Accompanied(overview=each, name=name, stage=stage, day=day)


def next_stage(each: Overview, running: set[Duty], jury: date | None, today: date) -> ProgressStage:
    """Return the stage of a candidacy, as far as a list shows it; unreleased results count as awaited."""
    if each.released_title_on or each.ended:
        return ProgressStage.TITLED if each.released_title_on else ProgressStage.ENDED
    if jury and (today <= jury or each.released_outcome == Outcome.IN_PROGRESS):
        return ProgressStage.HEARING if today <= jury else ProgressStage.RESULT
    if each.route == Route.VAE and not each.admissible:
        waits = ProgressStage.ADMISSIBILITY if Duty.ADMISSIBILITY in running else ProgressStage.APPLY
        return ProgressStage.INADMISSIBLE if each.admissible is False else waits
    if each.blocks and set(each.blocks) <= set(each.released_granted):
        return ProgressStage.HELD
    if jury:
        return ProgressStage.AGAIN
    return ProgressStage.SUMMONS if each.filed else ProgressStage.EVIDENCE
