"""Execution of commands: authorisation, decision, recording, and retries when what was relied on has changed.

Decisions about a candidacy that has ended are refused here, once for all commands, after their own refusals: a user
who may not know of a dossier does not learn that it ended.
"""

from __future__ import annotations

from time import monotonic, sleep
from uuid import UUID

from domain.after_the_end import check_under_way
from domain.candidacy.candidacy import Candidacy
from domain.people.person import Person
from domain.ports import NOBODY, Attempt, Command, Log, Recorded, Request, Run, Store, StreamChanged
from domain.refusal import Busy, Forbidden, Refused, StaleVersion

PATIENCE = 2.0
"""Seconds during which a command is retried, before the answer is `busy`."""


def execute(command: Command, store: Store, request: Request, patience: float = PATIENCE) -> Recorded:
    """Run the command until it is recorded or refused; raise Refused, or Busy after `patience` seconds.

    It runs at least twice: the first attempt takes no lock. From the second on, the streams that the failed attempt
    wrote are locked, so that commands on a contended dossier take turns. A request that depends on what the user was
    shown is never retried on another version: StaleVersion. A repeated request gets the answer of the first, even if
    both ran concurrently and the first made the second's decision impossible.
    """
    if already := _repeated(store, request):
        return already
    try:
        return _until_recorded(command, store, request, patience)
    except Refused:
        if already := _repeated(store, request):
            return already
        raise


def _repeated(store: Store, request: Request) -> Recorded | None:
    return store.repeated(request) if request.digest is not None else None


def _until_recorded(command: Command, store: Store, request: Request, patience: float) -> Recorded:
    deadline = monotonic() + patience
    contended: frozenset[UUID] = frozenset()
    pause = 0.001
    attempted = 0
    while True:
        try:
            with store.attempt(request, contended) as attempt:
                who_may(command, attempt)
                decide(command, attempt)
                _as_shown(command, request, attempt)
                return attempt.commit()
        except StreamChanged as moved:
            contended |= frozenset(moved.args)
            attempted += 1
        if attempted > 1 and monotonic() > deadline:
            raise Busy
        sleep(pause)
        pause = min(pause * 2, 0.05)


def who_may(command: Command, attempt: Log) -> None:
    """Refuse a role that may not send the command, or that the person does not hold now (relied upon).

    An unknown person holds no role: a command that registers its own sender sets `by_newcomer`, and checks that
    itself.
    """
    actor = attempt.actor
    if actor.role not in command.roles:
        raise Forbidden(actor.role.value)
    if getattr(command, "by_newcomer", False):
        return
    if actor.role not in NOBODY and actor.role not in attempt.load(Person, actor.who).roles:
        raise Forbidden(actor.role.value)


def decide(command: Command, attempt: Run) -> None:
    """Run the command, then call `check_recorded`."""
    command.execute(attempt)
    check_recorded(attempt)


def check_recorded(attempt: Run) -> None:
    """Refuse facts recorded about a candidacy that has ended."""
    for stream, fact in attempt.recording:
        check_under_way(fact, stream, lambda candidacy: attempt.find(Candidacy, candidacy))


def _as_shown(command: Command, request: Request, attempt: Attempt) -> None:
    if request.shown is None:
        return
    subject: UUID = getattr(command, "subject")  # noqa: B009  (only commands that replace or sign have one)
    if attempt.version_of(subject) != request.shown:
        raise StaleVersion(subject)
