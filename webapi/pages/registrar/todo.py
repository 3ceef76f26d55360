"""Registrar's first page: the tasks that are due, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.organisation.certifiers import Certifiers
from domain.ports import Role
from projections.deadlines.queues import ToStaff, asked_for
from projections.framework.certification_catalogue import certifications
from projections.people.person_directory import persons
from webapi.accounts.authentication import actor, allowed, reader, reading
from webapi.current import acquis
from webapi.intent import Intent
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import law, names, rulebooks
from webapi.upkeep.queues import Queue, QueueLine, Queues, WaitingTask
from webapi.words import phrase

bp = Desk("todo", __name__, url_prefix="/todo")
bp.entry(Role.REGISTRAR, 10, phrase("À traiter"), "inbox", "show")

SHOWN: Final = 25
FIRST: Final = 10
"""How many tasks of each queue the calendar of the next weeks uses."""
WEEKS: Final = 5
CALLED: Final = {
    Queue.ADMISSIBILITY: phrase("Recevabilité à décider"),
    Queue.ASSESSORS: phrase("Évaluateurs à désigner"),
    Queue.SUMMONSES: phrase("Candidats à convoquer"),
    Queue.SESSIONS: phrase("Jurys à composer"),
    Queue.MINUTES: phrase("Sessions à clore, à signer"),
    Queue.RELEASE: phrase("Résultats à publier"),
    Queue.NOTICES: phrase("Résultats à notifier"),
    Queue.REGISTER: phrase("Titres à inscrire au registre"),
    Queue.CERTIFICATES: phrase("Parchemins à éditer"),
    Queue.DECLARATIONS: phrase("Titulaires à déclarer (CPF)"),
    Queue.CORRECTIONS: phrase("Corrections demandées (CPF)"),
    Queue.REVIEWS: phrase("Demandes de réexamen"),
    Queue.ERRORS: phrase("Erreurs matérielles à approuver"),
    Queue.CONFIRMATIONS: phrase("À confirmer par une seconde personne"),
    Queue.IDENTITIES: phrase("Corrections d'identité à approuver"),
}
WHY: Final = {
    Queue.ADMISSIBILITY: phrase("Le dossier de faisabilité est complet : le délai court."),
    Queue.ASSESSORS: phrase("Des compétences n'ont pas d'évaluateur."),
    Queue.SUMMONSES: phrase("Dossier déposé ou évaluations rendues : un jury est à réunir."),
    Queue.SESSIONS: phrase("La composition ne satisfait pas encore à la fiche ou à la loi."),
    Queue.MINUTES: phrase("Le jury a siégé : rien n'est publié avant la clôture et les signatures."),
    Queue.RELEASE: phrase("Le procès-verbal est signé."),
    Queue.NOTICES: phrase("Les résultats sont publiés : chaque candidat les reçoit."),
    Queue.REGISTER: phrase("Le titre est prononcé et publié."),
    Queue.CERTIFICATES: phrase("Le titre est au registre, le parchemin n'est pas édité."),
    Queue.DECLARATIONS: phrase("Le titre est à déclarer à la Caisse des dépôts."),
    Queue.CORRECTIONS: phrase("La Caisse des dépôts demande de corriger une déclaration."),
    Queue.REVIEWS: phrase("Erreur matérielle ou irrégularité : une réponse est attendue."),
    Queue.ERRORS: phrase("Une seconde personne compare au procès-verbal."),
    Queue.CONFIRMATIONS: phrase("Un collègue a proposé ce qui demande deux personnes."),
    Queue.IDENTITIES: phrase("Une seconde personne voit le justificatif."),
}
ACT: Final = {
    Queue.ADMISSIBILITY: phrase("Décider"),
    Queue.ASSESSORS: phrase("Désigner"),
    Queue.SUMMONSES: phrase("Convoquer"),
    Queue.SESSIONS: phrase("Composer"),
    Queue.MINUTES: phrase("Suivre"),
    Queue.RELEASE: phrase("Publier"),
    Queue.NOTICES: phrase("Notifier"),
    Queue.REGISTER: phrase("Inscrire"),
    Queue.CERTIFICATES: phrase("Éditer"),
    Queue.DECLARATIONS: phrase("Déclarer"),
    Queue.CORRECTIONS: phrase("Répondre"),
    Queue.REVIEWS: phrase("Instruire"),
    Queue.ERRORS: phrase("Comparer"),
    Queue.CONFIRMATIONS: phrase("Relire"),
    Queue.IDENTITIES: phrase("Comparer"),
}
GETS_HERE: Final = {
    Queue.ADMISSIBILITY: phrase("Un dossier de faisabilité déposé et complet paraît ici."),
    Queue.ASSESSORS: phrase("Une candidature ouverte par une voie à épreuves paraît ici."),
}


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """The number of tasks or sessions on a day."""

    on: date
    queue: Queue | None
    many: int
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of the calendar, from Monday to Sunday."""

    first: date
    last: date
    happens: tuple[AgendaItem, ...]


@bp.get("")
@allowed(Role.REGISTRAR)
def show() -> ResponseReturnValue:
    """Show each queue with its number of tasks and its first deadline, and the next weeks."""
    queues = Queues(acquis(), reader().files, FIRST, log=reading())
    lines = queues.lines()
    today = acquis().clock.today()
    weeks = list(_weeks(today, lines, queues.planned))
    return render_template(
        "registrar/todo.html",
        lines=[line for line in lines if line.count],
        weeks=weeks,
        first_steps=() if queues.planned or any(line.count for line in lines) else _first_steps(),
        unlawful=next(line for line in lines if line.queue is Queue.SESSIONS).items[:4],
        this_week=sum(_until(line, weeks[0].last) for line in lines),
        called=CALLED,
        why=WHY,
        act=ACT,
        counts={"todo.show": sum(line.count for line in lines)},
    )


def _first_steps() -> tuple[tuple[bool, str, str], ...]:
    """Return the steps to set up an installation: whether done, in words, and the page; empty once all are done."""
    database = acquis().database
    published = certifications(database, limit=None)
    with acquis().store.attempt(acquis().request(Intent(actor=actor())), frozenset()) as log:
        named = log.find_all(Certifiers, sorted({Certifiers.id_of(each.code) for each in published}))
    steps = (
        (bool(published), phrase("Publier la fiche de la certification, et ouvrir ses voies"), "publishing.ask"),
        (bool(rulebooks(0, 1)), phrase("Publier le règlement"), "publishing.ask"),
        (bool(law().sets), phrase("Publier les textes de loi"), "law_read.show_law"),
        (
            any(each.version for each in named),
            phrase("Enregistrer l'organisme certificateur, et le nommer"),
            "houses.list_organisations",
        ),
        (
            bool(persons(database, role=Role.JUROR.value, limit=1)),
            phrase("Enregistrer les membres du jury et les évaluateurs"),
            "people.list_people",
        ),
    )
    return () if all(done for done, _, _ in steps) else steps


@bp.get("/<queue>")
@allowed(Role.REGISTRAR)
def show_queue(queue: str) -> ResponseReturnValue:
    """Show one queue, the most urgent task first, each with its act."""
    if queue not in set(Queue):
        abort(404)
    chosen = Queue(queue)
    (line,) = Queues(acquis(), reader().files, SHOWN, [chosen], reading()).lines()
    database = acquis().database
    return render_template(
        "registrar/queue.html",
        line=line,
        called=CALLED,
        why=WHY,
        act=ACT,
        gets_here=GETS_HERE.get(chosen, ""),
        people=names({each.candidate for each in line.items if each.candidate}),
        asked=asked_for(database, {each.candidacy for each in line.items if each.candidacy}),
        titles={each.framework: each for each in certifications(database, limit=None)},
        place=_place,
        at="todo.show",
    )


def _place(queue: Queue, item: WaitingTask) -> str:
    """Return the address where a task is done; for a summons the dossier, as the act is on a session's page."""
    match queue:
        case Queue.CONFIRMATIONS if item.candidacy:
            return url_for("annulling.show", candidacy=item.candidacy, about=item.session)
        case Queue.IDENTITIES | Queue.CONFIRMATIONS:
            return url_for("people.show", person=item.candidate)
        case Queue.SESSIONS:
            return url_for("composing.show", session=item.session)
        case Queue.MINUTES:
            return url_for("board.show", session=item.session)
        case Queue.RELEASE | Queue.NOTICES:
            return url_for("results.show", session=item.session)
        case Queue.ADMISSIBILITY:
            return url_for("admission.show", candidacy=item.candidacy)
        case Queue.ASSESSORS:
            return url_for("admission.assessors", candidacy=item.candidacy)
        case Queue.REVIEWS | Queue.ERRORS:
            return url_for("appeals.show", session=item.session, candidacy=item.candidacy)
        case Queue.SUMMONSES:
            return url_for("candidacy.show", candidacy=item.candidacy)
        case _:
            return url_for("holder.show", candidacy=item.candidacy)


def _until(line: QueueLine, day: date) -> int:
    return sum(each.ends_on is not None and each.ends_on <= day for each in line.items)


def _weeks(today: date, lines: Iterable[QueueLine], planned: Iterable[ToStaff]) -> Iterator[Week]:
    """Yield the next weeks: the tasks due on each day, and the juries that sit, or sat and are not closed."""
    monday = today - timedelta(days=today.weekday())
    due = Counter(
        (each.since if line.queue is Queue.MINUTES else each.ends_on, line.queue)
        for line in lines
        for each in line.items
        if line.queue is not Queue.SESSIONS
    )
    happens = [AgendaItem(on=on, queue=queue, many=many) for (on, queue), many in due.items() if on]
    happens += [
        AgendaItem(on=plan.held_on, queue=None, many=each.listed, place=plan.place)
        for each in planned
        for plan in [each.session.planned]
    ]
    happens.sort(key=lambda each: each.on)
    for number in range(WEEKS):
        first = monday + timedelta(weeks=number)
        last = first + timedelta(days=6)
        within = tuple(each for each in happens if first <= each.on <= last)
        yield Week(first=first, last=last, happens=within)
