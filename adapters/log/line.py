"""What are the bytes of a fact that its leaf hashes? The line of `facts.ndjson`, as the database's `log.line`."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


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
    """Give the fact's line, without its end: RFC 8785 form, UTF-8, the body a string within it."""
    at = recorded_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    members = {"append_id": str(append_id), "body": body, "n": n, "position": position, "recorded_at": at,
               "stream": str(stream), "type": type, "version": version}  # fmt: skip
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
