"""Commands of a sitting."""

from __future__ import annotations

from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.close_sitting import CloseSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.facts import Movement
from domain.people.identity import IdentityDocument
from domain.replay.judge import replay
from tests.given.domain.epreuves import BASILE_FI, SITTING
from tests.given.domain.scenario import Scenario


def lawful(scenario: Scenario, last: int = 1) -> None:
    """Check that the replay refuses none of the last facts."""
    head = len(scenario.store.told) - last
    assert [each for each in replay(scenario.store.told) if each.position > head] == []


OPEN = OpenSitting(sitting=SITTING)
CHECK = CheckIdentity(sitting=SITTING, candidacy=BASILE_FI, document=IdentityDocument.PASSPORT, matches=True)
COME = SignAttendance(sitting=SITTING, candidacy=BASILE_FI, movement=Movement.IN)
LEAVE = SignAttendance(sitting=SITTING, candidacy=BASILE_FI, movement=Movement.OUT)
COLLECT = CollectPaper(sitting=SITTING, candidacy=BASILE_FI, number=4711)
CLOSE = CloseSitting(sitting=SITTING)
