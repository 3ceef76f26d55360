"""Answer to a registrar who opens the page of their own dossier, session or épreuve: they may not run it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain.candidacy.candidacy import OwnWork
from webapi.problems import Answered, Message


@contextmanager
def not_ones_own() -> Iterator[None]:
    """Answer 403, with the rule, if the content concerns the visitor."""
    try:
        yield
    except OwnWork as own:
        raise Answered(403, Message.as_rule(OwnWork)) from own
