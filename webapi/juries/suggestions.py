"""Suggested members who make a jury lawful, with reasons. A reader suggests; the command decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from domain.candidacy.ties import NO_TEXT, ties
from domain.commands.jury.appoint_juror import AppointJuror
from domain.framework.jury_rule import Seat, Sex
from domain.jury.composition import MOST_ADDED, SeatCandidate, Suggestion, Suggestions, suggest
from domain.jury.facts import JurorAppointed
from domain.jury.panel import seats
from domain.jury.session import AlreadyAppointed
from domain.people.one_person import one_person
from domain.ports import CandidacyId, Log, PersonId, Role
from domain.refusal import Refused
from projections.jury.jury_panel import JurorRecord, sat
from projections.people.person_directory import persons
from webapi.juries.dry_run import refusal
from webapi.juries.panel import SessionPanel, read_people

MOST: Final = 200
"""How many jurors are looked at."""


@dataclass(frozen=True, kw_only=True)
class Juror:
    """A person without a seat: the effect on the rules, their ties, and what bars them.

    `quorate`: whether enough can be left to deliberate on each candidate if the others added have no ties.
    """

    id: PersonId
    seat: Seat
    suggestion: Suggestion
    tied: tuple[CandidacyId, ...]
    quorate: bool
    before: JurorRecord | None
    bar: Refused | None

    @property
    def suits(self) -> bool:
        """Whether a lawful jury can be made with them."""
        return self.bar is None and self.suggestion.leads and self.quorate

    @property
    def elsewhere(self) -> bool:
        """Whether they have a seat in another session of that day."""
        return self.before is not None and self.before.elsewhere

    @property
    def rank(self) -> tuple[object, ...]:
        """The sort key: suitable, without ties, most useful for the rules, longest since their last jury."""
        last = self.before.last.toordinal() if self.before and self.before.last else 0
        left = len(self.suggestion.left)
        return (self.bar is not None, not self.suits, self.elsewhere, len(self.tied), left, last, self.id)


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """The possible members, best first, and those who together make the jury lawful; empty if nobody does.

    `chairs` are those of the jury thus made who may chair it, the first of them proposed: those with a quality that
    the rulebook asks of a chair, where it asks any; who is tied to no candidate and sat most often comes first.
    """

    jurors: tuple[Juror, ...]
    together: tuple[PersonId, ...]
    chairs: tuple[PersonId, ...] = ()


def suggested(log: Log, database: Database, panel: SessionPanel) -> Suggested:
    """Return the jurors without a seat here, as they would count on the day of the session."""
    session = panel.session
    known = [PersonId(each.person) for each in persons(database, role=Role.JUROR, limit=MOST)]
    read_people(log, set(known))
    done = sat(database, known, session=session.id, on=session.planned.held_on)
    bars = {each: refusal(log, AppointJuror(session=session.id, juror=each)) for each in known}
    free = [each for each in known if not isinstance(bars[each], AlreadyAppointed)]
    counted = _counted(log, panel, free, done)
    tied = {each: _tied(log, panel, each) for each in free}
    pool = [SeatCandidate(seat=counted[each], tied=len(tied[each])) for each in free if bars[each] is None]
    pool.sort(key=lambda each: (each.tied, _times(done, each.seat)))
    found: Suggestions = suggest(panel.asked, panel.sitting, pool)
    by_id = {each.candidate.seat.juror: each for each in found.each}
    nothing = {
        each: Suggestion(candidate=SeatCandidate(seat=counted[each]), keeps=(), left=(), leads=False) for each in free
    }
    size = panel.sheet.size
    others: list[tuple[CandidacyId, ...]] = [()] * ((size - len(panel.sitting) if size else MOST_ADDED) - 1)
    jurors = [
        Juror(
            id=each,
            seat=counted[each],
            suggestion=by_id.get(each, nothing[each]),
            tied=tied[each],
            quorate=panel.quorate([tied[each], *others]),
            before=done.get(each),
            bar=bars[each],
        )
        for each in free
    ]
    together = found.together if panel.quorate([tied[each] for each in found.together]) else ()
    return Suggested(
        jurors=tuple(sorted(jurors, key=lambda each: each.rank)),
        together=together,
        chairs=_chairs(panel, jurors, together),
    )


def _chairs(panel: SessionPanel, jurors: Iterable[Juror], together: Collection[PersonId]) -> tuple[PersonId, ...]:
    """Return who may chair the jury that these members and those with a seat make."""
    sitting = {PersonId(seat.juror): seat for seat in panel.sitting}
    found = [(seat, (not panel.tied_to(member), 0), member) for member, seat in sitting.items()]
    found += [
        (each.seat, (not each.tied, each.before.times if each.before else 0), each.id)
        for each in jurors
        if each.id in together
    ]
    able = [(rank, member) for seat, rank, member in found if panel.rules.chair.suits(seat)]
    return tuple(member for _, member in sorted(able, key=lambda each: each[0], reverse=True))


def _counted(
    log: Log, panel: SessionPanel, people: Iterable[PersonId], done: Mapping[UUID, JurorRecord]
) -> Mapping[PersonId, Seat]:
    """Return how they would count, with the sex declared for their last jury."""
    session = panel.session
    given = {
        each: JurorAppointed(
            juror=each, sex=Sex(done[each].sex) if each in done else Sex.UNSTATED, substitute=False, chair=False
        )
        for each in people
    }
    return seats(log.find, replace(session, seats=given), given, session.planned.held_on)


def _tied(log: Log, panel: SessionPanel, juror: PersonId) -> tuple[CandidacyId, ...]:
    """Return the called candidates to whom somebody is tied: they would leave those deliberations."""
    person, on = one_person(log.find, juror), panel.session.planned.held_on
    found = []
    for candidacy, stands in panel.before.items():
        candidate = one_person(log.find, panel.candidacies[candidacy].terms.candidate)
        text = stands.text.jury if stands.text and stands.text.jury else NO_TEXT
        if ties(person, candidate, stands.advisors, on, text):
            found.append(candidacy)
    return tuple(found)


def _times(done: Mapping[UUID, JurorRecord], seat: Seat) -> int:
    before = done.get(seat.juror)
    return before.last.toordinal() if before and before.last else 0
