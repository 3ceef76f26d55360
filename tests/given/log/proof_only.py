"""Everything that the proof does before it judges, without the rules."""

from __future__ import annotations

from adapters.verify.disorder import sort_out
from adapters.verify.proof import Claims, LogReading, OutOfStep


def read(claims: Claims) -> LogReading:
    """Read a log in step, or else say how it is out of step."""
    reading = LogReading(claims)
    try:
        if claims.whole:
            reading.prove()
        for _ in reading.in_step():
            pass
    except OutOfStep:
        reading, _ = sort_out(claims)
    return reading
