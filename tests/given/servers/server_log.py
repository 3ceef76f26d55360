"""What does the server say of itself meanwhile? Its lines, whoever had it speak elsewhere before."""

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
    """What the server says of itself while the block lasts; afterwards it speaks where it spoke before."""
    said, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    log_as_json(said)
    try:
        yield said
    finally:
        root.handlers[:], root.level = before, level
        structlog.reset_defaults()
