"""What follows from a letter that a server took: a candidate was notified of a decision, or of its annulment.

Time limits start with it. It is recorded after the letter was sent, by a key derived from the letter: a process that
dies in between leaves it to the next round, and it is recorded once.
"""

from __future__ import annotations

from datetime import date

from adapters.log.store import TooMuchAtOnce
from adapters.operations.letters import SentLetter
from adapters.operations.letters_to_tell import LetterOfFact
from domain.candidacy.facts import NoticeChannel
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.deadlines.facts import NotificationChannel
from domain.ports import SYSTEM, CandidacyId, Command, SessionId
from domain.refusal import Busy, Refused
from webapi.intent import Intent
from webapi.notifications.catalogue import ADMISSIBILITIES, ANNULMENTS, RESULTS
from webapi.notifications.result_letter import tell_advisors
from webapi.wiring import App


def note_sent(acquis: App) -> int:
    """Record what follows from the letters that a server took; gives for how many letters."""
    found = acquis.letters.sent_unnoted()
    for each in found:
        try:
            _record(acquis, each)
        except (Busy, TooMuchAtOnce):  # somebody holds the dossier: the next round records it
            continue
        except Refused:  # they were told otherwise meanwhile, or it stands no more
            pass
        acquis.letters.note_recorded(each.id)
    return len(found)


def _record(acquis: App, letter: SentLetter) -> None:
    command = notice_of(letter, "email")
    if command is None:
        return
    recorded = acquis.execute(command, acquis.request(Intent(actor=SYSTEM, way="letters", key=str(letter.id))))
    tell_advisors(acquis, recorded)


def notice_of(letter: SentLetter | LetterOfFact, how: str, on: date | None = None) -> Command | None:
    """Return the command that records that a candidate was notified by this letter, or otherwise of what it says.

    None where no time limit starts with it.
    """
    if letter.candidacy is None:
        return None
    candidacy = CandidacyId(letter.candidacy)
    if letter.kind in ADMISSIBILITIES:
        says = letter.kind == "admissible"
        return NotifyAdmissibility(candidacy=candidacy, channel=NoticeChannel(how), notified_on=on, admissible=says)
    if letter.session is None or letter.kind not in RESULTS | ANNULMENTS:
        return None
    kind = NotifyResult if letter.kind in RESULTS else NotifyAnnulment
    return kind(
        session=SessionId(letter.session), candidacy=candidacy, channel=NotificationChannel(how), notified_on=on
    )
