"""The intent of a caller, before it becomes a request to the domain."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, time
from uuid import uuid4

from domain.fact import stream_of
from domain.ports import Actor, Request


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A caller's intent: actor, route, and what makes the request repeatable.

    `key` is the caller's idempotency key. `body` is what the caller sent; only its HMAC is recorded. `shown` is the
    version that the user was shown.
    """

    actor: Actor
    way: str = "cli"
    key: str | None = None
    body: bytes = b""
    shown: int | None = None

    def request(self, today: date, hour: time, secret: str) -> Request:
        """Return the request, which executes once however often it is sent.

        `append_id` is UUIDv5(principal, route, key): the same key by the same person on the same route is one
        request. A slash in the key cannot lengthen the route: `withdrawals/1` at /roles is not `1` at
        /roles/withdrawals.
        """
        if self.key is None:
            append_id = uuid4()
            return Request(
                actor=self.actor, append_id=append_id, today=today, hour=hour, digest=None, shown=self.shown
            )
        key = self.key.replace("/", "\n")
        return Request(
            actor=self.actor,
            append_id=stream_of("append", self.actor.person, self.actor.role.value, self.way, key),
            today=today,
            hour=hour,
            digest=hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest(),
            shown=self.shown,
        )
