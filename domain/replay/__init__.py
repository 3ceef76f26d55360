"""Was each decision lawful on the facts then known? The same rules, run again over the sealed log, in order.

One module for each family of facts decides them again; `ORIGINS` says which, and which commands record them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

from domain.after_the_end import check_under_way
from domain.candidacy.candidacy import Candidacy
from domain.fact import RecordedFact
from domain.people.person import Person
from domain.ports import NOBODY
from domain.refusal import Refused
from domain.replay import (
    agreeing,
    assessing,
    coming,
    crediting,
    decisions,
    frauds,
    institutions,
    journeys,
    keeper,
    liftings,
    notices,
    papers,
    people,
    preparing,
    publishing,
    questions,
    rectifications,
    sessions,
    sittings,
    timing,
)
from domain.replay.kinds import KINDS
from domain.replay.known import Known, NotHere, Origins, who
from domain.replay.people import joins

__all__ = ["KINDS", "ORIGINS", "Unchecked", "Unlawful", "replay", "replay_in_part"]

ORIGINS: Final[Origins] = {
    **publishing.ORIGINS,
    **people.ORIGINS,
    **preparing.ORIGINS,
    **assessing.ORIGINS,
    **agreeing.ORIGINS,
    **journeys.ORIGINS,
    **timing.ORIGINS,
    **sessions.ORIGINS,
    **coming.ORIGINS,
    **decisions.ORIGINS,
    **questions.ORIGINS,
    **rectifications.ORIGINS,
    **papers.ORIGINS,
    **crediting.ORIGINS,
    **notices.ORIGINS,
    **frauds.ORIGINS,
    **liftings.ORIGINS,
    **keeper.ORIGINS,
    **institutions.ORIGINS,
    **sittings.ORIGINS,
}


@dataclass(frozen=True)
class Unlawful:
    """A fact that the rules would refuse on what was known before it: its position, and the rule."""

    position: int
    rule: str


@dataclass(frozen=True)
class Unchecked:
    """A fact of which nobody can say here whether it was lawful: its rules ask for a stream not here whole.

    Or for the midnight of a zone that this machine does not know.
    """

    position: int
    stream: UUID


def replay(facts: Iterable[RecordedFact]) -> Iterator[Unlawful]:
    """Run the rules again over all facts, in order of position; yields what they would refuse."""
    return (found for found in replay_in_part(facts, None) if isinstance(found, Unlawful))


def replay_in_part(facts: Iterable[RecordedFact], whole: Container[UUID] | None) -> Iterator[Unlawful | Unchecked]:
    """Do the same where only these streams are here whole (None: all are); yields also what cannot be checked."""
    known = Known(whole)
    for told in facts:
        try:
            refusal = _refusal(known, told)
        except NotHere as missing:
            yield Unchecked(told.stamp.position, missing.args[0])
        except ZoneInfoNotFoundError:  # a machine that does not know when midnight strikes there
            yield Unchecked(told.stamp.position, told.stamp.stream)
        else:
            if refusal is not None:
                yield Unlawful(told.stamp.position, refusal)
        known.learn(told)


def _refusal(known: Known, told: RecordedFact) -> str | None:
    """The rule that this fact breaks, if it does.

    `role-may-not`, `role-not-held` and `decided-otherwise` are the verifier's own.
    """
    stamp, origin = told.stamp, ORIGINS[type(told.fact)]
    nobody = stamp.role in {role.value for role in NOBODY}
    if stamp.role not in origin.roles or nobody != (stamp.by is None):
        return "role-may-not"
    if not nobody and not joins(told) and stamp.role not in known.get(Person, who(stamp.by)).roles:
        return "role-not-held"
    try:
        check_under_way(told.fact, stamp.stream, lambda candidacy: known.get(Candidacy, candidacy))
        again = origin.again(known, told.fact, told)
    except Refused as refusal:
        return refusal.slug()
    except ZoneInfoNotFoundError:  # a KeyError like those below, and not about the fact
        raise
    except (ValueError, KeyError, AttributeError, StopIteration):  # about something that never was
        return "decided-otherwise"
    return None if again else "decided-otherwise"
