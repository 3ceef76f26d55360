from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import NirCollectionDecided
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class DecideNirCollection:
    """Decide whether candidates' national numbers are collected for a certification (décider de recueillir le NIR).

    The `ground` is the text or study that justifies it, and names nobody. Loads the certification's certifiers.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (NirCollectionDecided,)
    certification: str
    collected: bool
    ground: str

    def execute(self, log: Log) -> None:
        certifiers = log.find(Certifiers, Certifiers.id_of(self.certification))
        decided = certifiers.decide_nir(self.certification, self.ground, collected=self.collected)
        log.record(certifiers, decided)
