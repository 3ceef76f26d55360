"""The bytes of a fact that its leaf hashes: the line of `facts.ndjson`, the same as the database's `log.line`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

COLUMNS: Final = "e.position, e.stream, e.version, e.type, e.body, e.append_id, e.n, e.recorded_at"
"""The columns to select from `log.fact e` for `line_of`."""


def line_of(row: Sequence[Any]) -> bytes:
    """Return the line of a row that begins with COLUMNS."""
    position, stream, version, name, body, append_id, n, at, *_ = row
    return line(append_id, body, n, position, at, stream, name, version)


def line(  # noqa: PLR0917  (a fact's line has eight members)
    append_id: UUID,
    body: str,
    n: int,
    position: int,
    recorded_at: datetime,
    stream: UUID,
    type: str,  # noqa: A002  (the member's name)
    version: int,
) -> bytes:
    """Return the fact's line, without its newline: RFC 8785 form, UTF-8, with the body as a string in it."""
    at = recorded_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    members = {"append_id": str(append_id), "body": body, "n": n, "position": position, "recorded_at": at,
               "stream": str(stream), "type": type, "version": version}  # fmt: skip
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
