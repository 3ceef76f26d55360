"""Was there a majority on a candidate, or did the jury send them before another, or put off what was left?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.fact import JURY, Fact, Personal, Retention
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused


class Outcome(StrEnum):
    """How the vote on a candidate came out."""

    MAJORITY = "majority"
    CASTING_VOTE = "casting_vote"
    NONE = "none"


class NoMajority(Refused):
    """A jury decides by majority; the chair's vote settles a tie only where the law or the rulebook gives it one."""

    fr = (
        "Un jury décide à la majorité ; la voix du président ne départage que si la loi, "
        "ou le règlement dans son silence, la lui donne."
    )
    source = "Code du travail D6412-6 (known through a summary); the law of juries before it gives no casting vote"
    source_fr = (
        "Code du travail D6412-6 (connu par un résumé) ; le droit des jurys d'avant ne donne pas de voix "
        "prépondérante"
    )


class NoTie(Refused):
    """The chair's vote settles a tie: of the votes expressed, abstentions left out, as many are for as against."""

    fr = "La voix du président départage : parmi les suffrages exprimés, hors abstentions, autant pour que contre."
    source = "Code du travail D6412-6 (known through a summary): the chair's vote is decisive where votes are equal"
    source_fr = "Code du travail D6412-6 (connu par un résumé) : voix prépondérante du président en cas de partage"


class NothingToDefer(Refused):
    """A jury puts off what it has still to decide of a candidate: a block sought, or the title won."""

    fr = (
        "Un jury ne reporte que ce qui lui reste à décider : un bloc demandé, ou le titre dont les blocs sont acquis."
    )


class MayDecide(Refused):
    """A jury sends a candidate before another only when it may not decide on them itself."""

    fr = "Un jury ne renvoie un candidat devant un autre que s'il ne peut lui-même statuer sur lui."


@dataclass(frozen=True, kw_only=True)
class CandidateReferred(Fact):
    """The jury could not lawfully decide on the candidate, who goes before another (renvoi).

    `rule` is the name of the rule that stood in the way.
    """

    fr = "Le jury ne pouvait légalement statuer sur ce candidat, renvoyé devant un autre."
    said_fr = "Le jury ne pouvait statuer légalement (règle : {rule}) : candidat·e renvoyé·e devant un autre jury."
    said_en = "The jury could not lawfully decide (rule: {rule}) on this candidate, who goes before another jury."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    rule: str


@dataclass(frozen=True, kw_only=True)
class DecisionVoted(Fact):
    """The jury voted on this candidate: a majority was reached, the chair's vote settled a tie, or neither.

    Who voted what is no fact. `abstentions` are those on the vote that the chair settled, the others being equal.
    Without a `majority` nothing is decided until the jury votes again.
    """

    fr = "Le jury a voté : majorité ou non, ou voix du président ; qui a voté quoi n'est jamais dit."
    said_fr = (
        "Le jury a voté"
        "{majority: : {casting_vote:la voix de la présidence a départagé|une majorité a été acquise}.|"
        " sans majorité : rien n'est décidé avant un autre vote.}"
    )
    said_en = (
        "The jury voted"
        "{majority:: {casting_vote:the chair's vote settled a tie|a majority was reached}.|"
        " without a majority: nothing is decided before another vote.}"
    )
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    casting_vote: bool
    abstentions: int | None = None
    majority: bool = True


@dataclass(frozen=True, kw_only=True)
class DecisionDeferred(Fact):
    """The jury put off what it had not decided of the candidate, with its reason (sursis à statuer).

    These blocks, and the `title` where it was won and not pronounced: another jury may decide them.
    """

    fr = "Le jury a reporté ce qu'il n'avait pas décidé du candidat, avec son motif."
    said_fr = "Le jury a reporté sa décision : {blocks:{blocks}{title: et le titre|}|le titre}."
    said_en = "The jury put off its decision: {blocks:{blocks}{title: and the title|}|the title}."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    blocks: tuple[int, ...]
    title: bool
    reason: Annotated[Personal[str], Retention.DECISION]


def sent_on(juries: Iterable[tuple[bool, bool]]) -> bool:
    """Whether one of these juries, in their order, sent the candidate before another, and none has met since.

    Of each: whether it met with the candidate, and whether it sent them on.
    """
    waits = False
    for met, referred in juries:
        waits = (waits or referred) and not met
    return waits
