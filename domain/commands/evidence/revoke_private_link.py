from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import PrivateLinkRevoked
from domain.evidence.private_link import PrivateLink
from domain.ports import LinkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class RevokePrivateLink:
    """End a private link before its day (révoquer un lien privé). Loads the link."""

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (PrivateLinkRevoked,)
    link: LinkId

    def execute(self, log: Log) -> None:
        link = log.load(PrivateLink, self.link)
        log.record(link, link.revoke(by=log.actor.who))
