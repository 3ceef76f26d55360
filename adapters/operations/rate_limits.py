"""Rate limits per address, login, device and site, counted in the database for all workers.

Each key has a leaky bucket: it holds a number of attempts, of which a number drains every hour. An attempt is counted
before it is made, so that a hundred attempts at the same moment count as a hundred; a successful one is given back.
The keys are HMACs: the table holds neither addresses nor logins.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import TYPE_CHECKING, Final

from domain.refusal import Refused

if TYPE_CHECKING:
    from adapters.database.pool import Database

SPEND: Final = """
insert into desk.budget as b (key, spent, at) values (%(key)s, 1, clock_timestamp())
    on conflict (key) do update
   set spent = greatest(0, b.spent - abs(extract(epoch from clock_timestamp() - b.at)) * %(pace)s) + 1,
       at = clock_timestamp()
 where greatest(0, b.spent - abs(extract(epoch from clock_timestamp() - b.at)) * %(pace)s) + 1 <= %(most)s
returning spent
"""
WAIT: Final = """
select (greatest(0, b.spent - abs(extract(epoch from clock_timestamp() - b.at)) * %(pace)s) + 1 - %(most)s)
       / %(pace)s
  from desk.budget b where key = %(key)s
"""
GIVE_BACK: Final = "update desk.budget set spent = greatest(0, spent - 1) where key = %s"
PURGE: Final = "delete from desk.budget where at < now() - interval '1 day'"
HOUR: Final = 3600.0


class RateLimited(Refused):
    """Too many attempts: wait a little."""

    fr = "Trop de tentatives : patientez un peu."
    kind = "limited"
    seconds = 60

    def __init__(self, seconds: int) -> None:
        """Set the refusal's number of seconds to wait."""
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class RateLimit:
    """A number of attempts at once, and a number of further ones per hour; `name` identifies the kind of attempt."""

    name: str
    most: int
    an_hour: int


@dataclass(frozen=True)
class RateLimitKey:
    """The part of an allowance that one address, login, device or the whole site may use."""

    allowance: RateLimit
    whose: str = ""


class RateLimits:
    """The attempts counted by all workers, on all hosts."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` makes the keys."""
        self._database = database
        self._secret = secret.encode()

    def spend(self, *shares: RateLimitKey) -> None:
        """Count one attempt for each share; raises RateLimited at the first that has none left."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            for share in shares:
                values = self._values(share)
                cursor.execute(SPEND, values)
                if cursor.fetchone() is None:
                    cursor.execute(WAIT, values)
                    found = cursor.fetchone()
                    raise RateLimited(max(1, ceil(found[0])) if found else 1)

    def may(self, *shares: RateLimitKey) -> bool:
        """Count one attempt for each share; return False if one has none left."""
        try:
            self.spend(*shares)
        except RateLimited:
            return False
        return True

    def give_back(self, *shares: RateLimitKey) -> None:
        """Subtract one successful attempt from each share, in one statement each, so that no two block each other."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            for share in shares:
                cursor.execute(GIVE_BACK, (self._key(share),))

    def purge(self) -> None:
        """Delete the buckets unused for a day: they have drained."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)

    def _values(self, share: RateLimitKey) -> dict[str, object]:
        pace = share.allowance.an_hour / HOUR
        return {"key": self._key(share), "most": share.allowance.most, "pace": pace}

    def _key(self, share: RateLimitKey) -> bytes:
        return hmac.digest(self._secret, f"budget/{share.allowance.name}/{share.whose}".encode(), "sha256")


def neighbourhood(address: str | None) -> str:
    """Return the key of an address: the address, or for IPv6 its /64 network, which belongs to one customer."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return found.exploded[:19]
