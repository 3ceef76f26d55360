"""The outcome of the vote on a candidate, and referral and deferral when there is no majority."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from domain.refusal import Refused


class VoteOutcome(StrEnum):
    """The outcome of the vote on a candidate."""

    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    CASTING_VOTE = "casting_vote"
    NONE = "none"


class NoMajority(Refused):
    """A jury decides by majority; the chair's vote settles a tie only where the law or the rulebook gives it one."""

    fr = (
        "Un jury décide à la majorité ; la voix du président ne départage que si la loi, "
        "ou le règlement dans son silence, la lui donne."
    )
    source = (
        "Code du travail D6412-6 (LEGIARTI000049406241); "
        "Code de l'éducation R335-8 (LEGIARTI000039330030), for a parcours begun before 2024, gives no casting vote"
    )
    source_fr = (
        "Code du travail D6412-6 (LEGIARTI000049406241) ; "
        "le code de l'éducation, R335-8 (LEGIARTI000039330030), pour un parcours commencé avant 2024, n'en donne pas"
    )


class VoteWithoutDecision(Refused):
    """A vote with a majority decides something: a block granted or not, or the title."""

    fr = "Un vote acquis décide de quelque chose : un bloc accordé ou non, ou le titre."
    kind = "invalid"


class NoTie(Refused):
    """The chair's vote settles a tie: of the votes expressed, abstentions left out, as many are for as against."""

    fr = "La voix du président départage : parmi les suffrages exprimés, hors abstentions, autant pour que contre."
    source = "Code du travail D6412-6 (LEGIARTI000049406241): « voix prépondérante, en cas de partage égal des voix »"
    source_fr = (
        "Code du travail D6412-6 (LEGIARTI000049406241) : « voix prépondérante, en cas de partage égal des voix »"
    )


class NothingToDefer(Refused):
    """A jury puts off what it has still to decide of a candidate: a block sought, or the title won."""

    fr = (
        "Un jury ne reporte que ce qui lui reste à décider : un bloc demandé, ou le titre dont les blocs sont acquis."
    )


class MayDecide(Refused):
    """A jury sends a candidate before another only when it may not decide on them itself."""

    fr = "Un jury ne renvoie un candidat devant un autre que s'il ne peut lui-même statuer sur lui."


def sent_on(juries: Iterable[tuple[bool, bool]]) -> bool:
    """Return whether one of these juries, in order, referred the candidate to another, and none has met since.

    Each pair says whether the jury met with the candidate, and whether it referred them.
    """
    waits = False
    for met, referred in juries:
        waits = (waits or referred) and not met
    return waits
