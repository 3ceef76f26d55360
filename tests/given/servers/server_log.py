"""Capture of the server's log lines."""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from webapi.edge.logs import log_as_json

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def overheard() -> Iterator[io.StringIO]:
    """Yield the log lines written during the block; afterwards the log has its former target."""
    said, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    log_as_json(said)
    try:
        yield said
    finally:
        root.handlers[:], root.level = before, level
        structlog.reset_defaults()
