"""How often may this be tried, from here and for whom, before one has to wait? Counted once for all workers.

Each key has a leaky bucket: it holds so many tries, and so many run out of it an hour. What is counted is counted
before it is tried, so that a hundred tries at the same moment are a hundred; what went well is given back. The keys
are HMACs: neither an address nor a login stands in the table.
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
        """After so many seconds it may be tried again."""
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Allowance:
    """So many tries at once, and so many more an hour; `name` tells one sort from another."""

    name: str
    most: int
    an_hour: int


@dataclass(frozen=True)
class Share:
    """What one address, login, device or the whole site may use of an allowance."""

    allowance: Allowance
    whose: str = ""


class Budgets:
    """The counts of all workers, on all hosts."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` makes the keys."""
        self._database = database
        self._secret = secret.encode()

    def spend(self, *shares: Share) -> None:
        """Count one try of each, or raise RateLimited at the first that has none left."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            for share in shares:
                values = self._values(share)
                cursor.execute(SPEND, values)
                if cursor.fetchone() is None:
                    cursor.execute(WAIT, values)
                    found = cursor.fetchone()
                    raise RateLimited(max(1, ceil(found[0])) if found else 1)

    def may(self, *shares: Share) -> bool:
        """Count one try of each, unless one has none left; gives which it was."""
        try:
            self.spend(*shares)
        except RateLimited:
            return False
        return True

    def give_back(self, *shares: Share) -> None:
        """Count one try less of each: it went well. One at a time, so that no two wait for each other."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            for share in shares:
                cursor.execute(GIVE_BACK, (self._key(share),))

    def purge(self) -> None:
        """Take what has run dry since yesterday; nothing is asked of it any more."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)

    def _values(self, share: Share) -> dict[str, object]:
        pace = share.allowance.an_hour / HOUR
        return {"key": self._key(share), "most": share.allowance.most, "pace": pace}

    def _key(self, share: Share) -> bytes:
        return hmac.digest(self._secret, f"budget/{share.allowance.name}/{share.whose}".encode(), "sha256")


def neighbourhood(address: str | None) -> str:
    """What stands for an address: itself, or the network of 64 bits that one customer of IPv6 has for themselves."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return found.exploded[:19]
