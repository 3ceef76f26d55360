"""People whom no letter reached: they are informed otherwise, or the letter is sent again."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Final
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from marshmallow import fields

from adapters.operations.letters_to_tell import LetterOfFact
from adapters.operations.ways_in import invitations
from domain.candidacy.verdict import AdmissibilityAlreadyNotified, NoAdmissibilityDecision
from domain.commands.people.register_person import GIVEN_BY_REGISTRAR
from domain.deadlines.notice import AlreadyNotified, NothingAnnulled
from domain.ports import PersonId, Recorded, Role
from projections.people.person_directory import uninvited
from webapi.accounts.authentication import actor, allowed, reader
from webapi.accounts.invitations import AccountThere, AddressUnknown, invite_known
from webapi.current import acquis
from webapi.notifications.from_log import send_again
from webapi.notifications.outcome import notice_of
from webapi.notifications.to_tell import NotificationMeans, PersonToTell, is_written_only, to_tell
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm, InvalidForm, read
from webapi.pages.registrar.several import send_each, ticked
from webapi.privacy.disclosure import names
from webapi.problems import language
from webapi.requests import Body, Day
from webapi.words import phrase

bp = Desk("telling", __name__, url_prefix="/registrar/to-tell", only=Role.REGISTRAR)
bp.entry(Role.REGISTRAR, 15, phrase("À prévenir"), "mail", "show")

SHOWN: Final = 100
STALLED: Final = frozenset({"lost", "over", "kept"})
NOBODY_TICKED: Final = ("Tick a person at least.", "Cochez une personne au moins.")
TOLD_ALREADY: Final = (
    AlreadyNotified,
    NothingAnnulled,
    AdmissibilityAlreadyNotified,
    NoAdmissibilityDecision,
)
NOT_AHEAD: Final = ("This day has not come yet.", "Ce jour n'est pas encore venu.")
IN_WRITING: Final = (
    "Such a decision is told in writing: by post or by hand. Untick it, or say otherwise.",
    "Une telle décision se notifie par écrit : par courrier ou en main propre. Décochez-la, ou changez.",
)


class ToldBody(Body):
    """How the selected people were informed, and on which day."""

    how = fields.Enum(NotificationMeans, by_value=True, required=True)
    on = Day(required=True)


@bp.get("")
@allowed(Role.REGISTRAR)
def show() -> ResponseReturnValue:
    """Show the people whom no letter reached, the subject of the letter, and why it failed."""
    files = reader().files
    found = acquis().letters_to_tell.waiting(without=files, limit=SHOWN)
    count = acquis().letters_to_tell.count(files)
    return render_template(
        "registrar/to_tell.html",
        waiting=to_tell(found),
        count=count,
        called=names({each.person for each in found}),
        ways=[(each.value, each.said[language() != "fr"]) for each in NotificationMeans],
        delivers=acquis().post.delivers,
        counts={"telling.show": count},
    )


@bp.form("", show, Role.REGISTRAR, done="C'est noté : ces personnes sont prévenues.")
def note(sent: FilledForm) -> Recorded | None:
    """Record how and on which day each selected person was informed."""
    said, letters, recorded = read(ToldBody(), sent), _ticked(sent), None
    how, on = said["how"], said["on"]
    _check(letters, how, on)
    for letter in letters:
        command = notice_of(letter, how.value, on) if is_written_only(letter) else None
        with suppress(*TOLD_ALREADY):  # recorded on another page meanwhile, or admitted by law
            recorded = send_each(sent, [command] if command else []) or recorded
        acquis().letters_to_tell.note_told(letter.id, on, how.value, actor().who)
    return recorded


@bp.form(
    "/again", show, Role.REGISTRAR, done="Les lettres cochées partent de nouveau, à l'adresse connue aujourd'hui."
)
def again(sent: FilledForm) -> Recorded | None:
    """Send the selected letters again."""
    for letter in _ticked(sent):
        send_again(acquis(), letter)
    return None


@bp.get("/accounts")
@allowed(Role.REGISTRAR)
def accounts() -> ResponseReturnValue:
    """Show the people who were invited and have no account, and those who were not invited yet."""
    files = reader().files
    stalled = [each for each in invitations(acquis().database) if each.person not in files]
    known = uninvited(acquis().database, sorted(role.value for role in GIVEN_BY_REGISTRAR), limit=SHOWN)
    people = [each for each in known if each.person not in files]
    return render_template(
        "registrar/accounts.html",
        stalled=sorted(stalled, key=lambda each: each.state not in STALLED),
        people=people,
        most=SHOWN,
        called=names({each.person for each in stalled} | {each.person for each in people}),
        delivers=acquis().post.delivers,
        at="telling.show",
    )


@bp.form(
    "/accounts", accounts, Role.REGISTRAR, done="Les invitations partent : cette page dit lesquelles sont prises."
)
def invite_them(sent: FilledForm) -> Recorded | None:
    """Invite each selected person at the address on file; people without one stay in the list."""
    lacking = 0
    for person in ticked(sent, "person", NOBODY_TICKED):
        try:
            invite_known(acquis(), acquis().request_of(actor()), PersonId(person), None, "fr")
        except (AddressUnknown, AccountThere):
            lacking += 1
    if lacking:
        raise InvalidForm({"person": (f"No address on file for {lacking}.", f"Sans adresse au dossier : {lacking}.")})
    return None


def named_to_tell(
    *, person: UUID | None = None, candidacy: UUID | None = None, session: UUID | None = None
) -> list[tuple[PersonToTell, str | None]]:
    """Return the people whom no letter about a person, candidacy or session reached, with their names."""
    letters, files = acquis().letters_to_tell, reader().files
    found = letters.waiting(person=person, candidacy=candidacy, session=session, without=files)
    called = names({each.person for each in found})
    return [(each, called[each.letter.person]) for each in to_tell(found)]


def _ticked(sent: FilledForm) -> list[LetterOfFact]:
    found: list[UUID] = ticked(sent, "letter", NOBODY_TICKED)
    return acquis().letters_to_tell.waiting(ids=found, without=reader().files, limit=len(found))


def _check(letters: list[LetterOfFact], how: NotificationMeans, on: date) -> None:
    if on > acquis().clock.today():
        raise InvalidForm({"on": NOT_AHEAD})
    if how is NotificationMeans.TELEPHONE and any(is_written_only(each) for each in letters):
        raise InvalidForm({"how": IN_WRITING})
