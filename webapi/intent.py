"""What does somebody ask for, by which way, and what makes it repeatable? One intention, as it came in."""

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
    """One intention as it came in: who, in which role, by which way, and what makes it repeatable.

    `key` is the caller's idempotency key; `body` what it sent, of which only an HMAC is recorded; `shown` the version
    the user was looking at.
    """

    actor: Actor
    way: str = "cli"
    key: str | None = None
    body: bytes = b""
    shown: int | None = None

    def request(self, today: date, hour: time, secret: str) -> Request:
        """Make of it a request that executes the same however often it is sent.

        `append_id` = UUIDv5(principal, way, key): the same key by the same person at the same place is one request.
        A solidus in the key is no part of the way: `withdrawals/1` at /roles is not `1` at /roles/withdrawals.
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
