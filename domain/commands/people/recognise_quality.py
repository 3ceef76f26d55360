from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.fact import Personal
from domain.framework.jury_rule import Quality
from domain.people.career import check_ground
from domain.people.facts import QualityRecognised
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class RecogniseQuality:
    """Recognise that a person represents a side, practises the profession, or is qualified (reconnaître une qualité).

    A side is employers or employees. A quality has a ground, a first day and may have a last one; a qualification
    names the certification by its code. Loads the person, under each of their files: nobody represents both sides,
    nor recognises their own quality.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (QualityRecognised,)
    person: PersonId
    quality: Quality
    since: date
    ground: str
    certification: str | None = None
    until: date | None = None

    def execute(self, log: Log) -> None:
        person, known = log.load(Person, self.person), one_person(log.find, self.person)
        check_ground(self.quality, self.ground, log.actor.who, known.names)
        recognised = QualityRecognised(
            quality=self.quality,
            since=self.since,
            ground=Personal(self.ground, self.person),
            certification=self.certification,
            until=self.until,
        )
        log.record(person, known.career.recognise(recognised))
