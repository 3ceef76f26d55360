"""The proof's part of the verification, without the rules."""

from __future__ import annotations

from adapters.verify.disorder import sort_out
from adapters.verify.proof import Claims, LogReading, OutOfStep


def read(claims: Claims) -> LogReading:
    """Return a log read in order; if it is out of order, its reading sorted out."""
    reading = LogReading(claims)
    try:
        if claims.whole:
            reading.prove()
        for _ in reading.in_step():
            pass
    except OutOfStep:
        reading, _ = sort_out(claims)
    return reading
