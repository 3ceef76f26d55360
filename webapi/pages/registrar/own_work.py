"""What does a page of somebody's own dossier, session or épreuve say to a registrar? That they do not run it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain.candidacy.candidacy import OwnWork
from webapi.problems import Answered, Message


@contextmanager
def not_ones_own() -> Iterator[None]:
    """Answer 403, with the rule, where what is run is about the visitor."""
    try:
        yield
    except OwnWork as own:
        raise Answered(403, Message.as_rule(OwnWork)) from own
