"""Marie is found admissible in April 2026, and uses it or not before the end of October (R6412-4, al. 4)."""

from __future__ import annotations

from datetime import date

from domain.candidacy.facts import KeptFor, NoticeChannel
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.keep_admissibility import KeepAdmissibility
from domain.commands.candidacy.lapse_admissibility import LapseAdmissibility
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.ports import SYSTEM, CandidacyId
from tests.given.domain.people import AS_MARIE
from tests.given.stories.acts import Stage
from tests.given.stories.portal import on_the_portal, signs_up

RECEIVED, ADMITTED = date(2026, 3, 2), date(2026, 4, 17)
LAST, AFTER = date(2026, 10, 31), date(2026, 11, 1)
ILL = "Hospitalisée de mai à septembre, certificat vu."


def admitted(*, portal: bool = True) -> tuple[Stage, CandidacyId]:
    """Submit Marie's file on 2 March, and notify her on 17 April that she is admissible."""
    stage = on_the_portal(RECEIVED, 40001, portal=portal)
    candidacy = signs_up(stage, RECEIVED, 40001)
    stage.on(RECEIVED, SubmitFeasibilityFile(candidacy=candidacy), AS_MARIE)
    stage.on(ADMITTED, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=RECEIVED))
    stage.on(ADMITTED, NotifyAdmissibility(candidacy=candidacy, channel=NoticeChannel.POST))
    return stage, candidacy


def lapsed() -> tuple[Stage, CandidacyId]:
    stage, candidacy = admitted()
    stage.on(AFTER, LapseAdmissibility(candidacy=candidacy), SYSTEM)
    return stage, candidacy


def kept(candidacy: CandidacyId, ground: KeptFor = KeptFor.REASON) -> KeepAdmissibility:
    return KeepAdmissibility(candidacy=candidacy, ground=ground, reason=ILL)
