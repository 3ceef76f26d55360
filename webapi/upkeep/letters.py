"""Writing and sending of letters; a requested letter and its link are made at the moment of sending.

The address is looked up here and not in the request, so that known and unknown addresses get the same answer after
the same time. A link exists nowhere but in its letter.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from datetime import time as time_of_day
from typing import Final
from uuid import UUID

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError

from adapters.mail import MailMessage, Unsent
from adapters.operations.erasures import DeskErasures, WayInErased
from adapters.operations.hints import desk_hints
from adapters.operations.letters import Letter
from adapters.operations.one_time_codes import OneTimeCode
from adapters.process import metrics
from adapters.process.request_id import at_work_for
from adapters.text.wording import day, hour, listed
from domain.ports import PersonId, Role
from webapi.accounts.invitations import AddressUnknown, address_of
from webapi.notifications.from_log import queue_letters
from webapi.notifications.outcome import note_sent
from webapi.notifications.words_of_letters import SIGNED, written
from webapi.upkeep.doubt import write_of_doubt
from webapi.wiring import App
from webapi.words.catalogue import Words, words
from webapi.words.check_sentence import unfit

AT_HOME: Final = "http://127.0.0.1:8000"
"""Base of links when no public URL is set: a trial on this machine."""
TIDIED_EVERY: Final = 1800.0
"""Seconds between two clean-ups of the operational tables."""

log = structlog.get_logger(__name__)


def send_waiting(acquis: App, progress: Callable[[], None] = lambda: None) -> int:
    """Send the letters that are due, and return how many were sent; `progress` is called after each."""
    sent = 0
    while (letter := acquis.letters.claim()) is not None:
        progress()
        with at_work_for(letter.request):
            sent += _send(acquis, letter)
    return sent


def keep_sending(
    acquis: App, every: float, stop: threading.Event, progress: Callable[[], None] = lambda: None
) -> None:
    """Send letters as they come, until `stop` is set, whatever errors a round meets; clean up now and then.

    The database notifies of each new letter; without a notification, the tables are polled every `every` seconds.
    `progress` is called once a round and once a letter.
    """
    tidied = float("-inf")
    with desk_hints(acquis.server.dsn, acquis.server.role) as hints:
        while not stop.is_set():
            progress()
            try:
                write_of_doubt(acquis)
                queue_letters(acquis)
                send_waiting(acquis, progress)
                note_sent(acquis)
                if time.monotonic() - tidied > TIDIED_EVERY:
                    tidy(acquis)
                    tidied = time.monotonic()
            except (psycopg2.Error, PersistenceError) as error:
                log.warning("letters wait", kind=type(error).__name__)
            hints.wait(every, stop)


def tidy(acquis: App) -> None:
    """Delete expired links, sessions, rate limits, letters, account events and drafts."""
    parts = (
        acquis.one_time_codes,
        acquis.sessions,
        acquis.rate_limits,
        acquis.letters,
        acquis.account_events,
        acquis.drafts,
    )
    for kept in parts:
        kept.purge()
    acquis.post.tidy()


def _send(acquis: App, letter: Letter) -> bool:
    """Write and send a letter; return whether one was written."""
    note = acquis.letters.sent if acquis.post.delivers else acquis.letters.kept_here
    try:
        message = compose(acquis, letter) if letter.fact is None else _of_a_fact(acquis, letter)
        if message is None:
            acquis.letters.sent(letter)
        else:
            # recorded first: a mailer killed in between sends the letter again
            acquis.post.send(message, lambda: note(letter))
            if message.person and DeskErasures(acquis.database).ordered(
                message.person
            ):  # the mailer may have checked before
                acquis.post.forget(message.person)
    except (
        Unsent,
        LookupError,
        ValueError,
    ) as error:  # a kind that only a newer version knows must not block the others
        ended = acquis.letters.failed(letter, _cause(error), for_good=isinstance(error, Unsent) and error.for_good)
        said = log.error if ended else log.warning
        metrics.LETTERS.add("given_up" if ended else "failed")
        said("a letter was not taken", letter=str(letter.id), cause=_cause(error), given_up=ended)
        return False
    metrics.LETTERS.add("sent")
    return message is not None


def _cause(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


def compose(acquis: App, letter: Letter) -> MailMessage | None:
    """Return the message of a letter, with its link; None if nobody must get one."""
    match letter.kind:
        case "password_reset":
            made = acquis.one_time_codes.for_login(OneTimeCode.PASSWORD_RESET, letter.to)
            return made and _message(acquis, letter, f"/password-reset/{made[0]}", person=made[1])
        case "sign_up":
            return _sign_up(acquis, letter)
        case "invitation" | "address_confirm":
            return _invitation(acquis, letter) if letter.kind == "invitation" else _address_confirm(acquis, letter)
        case "password_changed":
            return _notice(acquis, letter, "/password-reset", tokens=[_link(acquis, "/account/tokens")] * 2)
        case "token_made" | "role_proposed" | "role_given":
            roles = [say.term(Role(letter.about["role"])) for say in _in_both(acquis)]
            return _notice(acquis, letter, letter.about.get("path", "/account/tokens"), role=roles)
        case "identity_linked":
            return _notice(acquis, letter, "/account/identities", provider=[letter.about["provider"]] * 2)
        case "identity_unlinked":
            return _notice(acquis, letter, "/password-reset", provider=[letter.about["provider"]] * 2)
        case "log_doubted" | "doubt_accepted" | "result_to_advisor":
            path = letter.about.get("path", "/readyz")
            return _notice(acquis, letter, path, found=[letter.about["fr"], letter.about["en"]])
        case "evidence_refused" | "filed_evidence_refused":
            return _evidence_refused(acquis, letter)
        case _:
            path = "/" if letter.kind.startswith("sole_registrar") else "/password-reset"
            return _notice(acquis, letter, letter.about.get("path", path))


def _sign_up(acquis: App, letter: Letter) -> MailMessage | None:
    if not acquis.settings.sign_up:
        return None
    if known := acquis.accounts.known_by(letter.to):
        return _message(acquis, letter, "/password-reset", kind="already_known", person=known)
    about = {"email": letter.to, "name": letter.about["name"]}
    secret = acquis.one_time_codes.make(OneTimeCode.SIGN_UP, to=letter.to, about=about)
    return _message(acquis, letter, f"/sign-up/{secret}")


def _invitation(acquis: App, letter: Letter) -> MailMessage | None:
    """Return an invitation to the current address; None if the person has an account, or no address any more."""
    if letter.person is None or acquis.accounts.held(letter.person):
        return None
    by = letter.about.get("by")
    try:
        to = address_of(acquis, letter.person)
        asked_by, about = UUID(by) if by else None, {"email": to}
        secret = acquis.one_time_codes.make(
            OneTimeCode.INVITATION, person=letter.person, made_by=asked_by, about=about
        )
    except (AddressUnknown, WayInErased):
        return None
    say = words(letter.language, acquis.settings.words)
    roles = listed([say.term(Role(role)) for role in letter.about["roles"].split()], letter.language)
    return _message(acquis, replace(letter, to=to), f"/invitation/{secret}", roles=roles)


def _of_a_fact(acquis: App, letter: Letter) -> MailMessage | None:
    """Return the notice of a fact, to the recipient's current address; raises Unsent."""
    if letter.person is None:
        return None
    to, about = _address_now(acquis, letter.person), letter.about
    days = {
        name: [day(date.fromisoformat(about[name]), language) for language in ("fr", "en")]
        for name in ("on", "before")
        if name in about
    }
    if at := about.get("at"):
        starts_at = time_of_day.fromisoformat(at)
        days["on"] = [
            f"{each} {word} {hour(starts_at, language)}"
            for each, word, language in zip(days["on"], ("à", "at"), ("fr", "en"), strict=True)
        ]
    return _notice(acquis, replace(letter, to=to), about["path"], **days, place=[about.get("place", "")] * 2)


def _address_now(acquis: App, person: PersonId) -> str:
    """Return the address of a person's account, else the one on file; raises Unsent if there is neither."""
    if login := acquis.accounts.held(person).get("login"):
        return login
    try:
        return address_of(acquis, person)
    except AddressUnknown as unknown:
        raise Unsent(for_good=True) from unknown


def _address_confirm(acquis: App, letter: Letter) -> MailMessage | None:
    """Return the letter to a new address with the link that confirms it; None if the account no longer exists."""
    if letter.person is None or not acquis.accounts.held(letter.person):
        return None
    by, about = letter.about.get("by"), {"email": letter.to}
    made_by = UUID(by) if by else None
    secret = acquis.one_time_codes.make(OneTimeCode.ADDRESS, person=letter.person, made_by=made_by, about=about)
    return _notice(acquis, letter, f"/account/address/{secret}")


def _evidence_refused(acquis: App, letter: Letter) -> MailMessage:
    why = [unfit(letter.about["reason"], language) for language in ("fr", "en")]
    by = date.fromisoformat(letter.about.get("replace_by", date.max.isoformat()))
    days = [day(by, language) for language in ("fr", "en")]
    path = f"/candidacies/{letter.about['candidacy']}/evidence/{letter.about['evidence']}"
    return _notice(acquis, letter, path, why=why, by=days)


def _notice(acquis: App, letter: Letter, path: str, **values: list[str]) -> MailMessage:
    """Return a notice in French, then in English; each value is given in both languages."""
    link, spoken = _link(acquis, path), _in_both(acquis)
    (subject, french), (other_subject, english) = (
        written(letter.kind, say, link=link, to=letter.to, **{name: value[own] for name, value in values.items()})
        for own, say in enumerate(spoken)
    )
    signed = "\n".join(say(SIGNED) for say in spoken)
    return MailMessage(
        id=letter.id,
        person=letter.person,
        to=letter.to,
        subject=f"{subject} / {other_subject}",
        text=f"{french}\n\n* * *\n\n{english}\n\n-- \nAcquis\n{signed}\n",
        language="fr, en",
    )


def _message(
    acquis: App, letter: Letter, path: str, *, kind: str = "", person: PersonId | None = None, **values: str
) -> MailMessage:
    say = words(letter.language, acquis.settings.words)
    subject, said = written(kind or letter.kind, say, link=_link(acquis, path), to=letter.to, **values)
    return MailMessage(
        id=letter.id,
        person=person or letter.person,
        to=letter.to,
        subject=subject,
        text=f"{said}\n\n-- \nAcquis\n{say(SIGNED)}\n",
        language=letter.language,
    )


def _in_both(acquis: App) -> tuple[Words, Words]:
    return words("fr", acquis.settings.words), words("en", acquis.settings.words)


def _link(acquis: App, path: str) -> str:
    return f"{acquis.settings.public_url or AT_HOME}{path}"
