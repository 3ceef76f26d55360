"""Alarms, letters and acceptance of integrity alerts about the log, and the progress of the watch that reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg2

from adapters.alarm import Alarm
from adapters.log.doubt import BY_THE_WEB, LogDoubted, LogFinding, acceptances, doubts, violation
from adapters.log.outside import silent_for
from adapters.log.watching import is_raised, progress
from adapters.operations.doubt_alerts import administrators, newly_in_doubt
from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.organisation.facts import Doubted
from domain.ports import PersonId
from webapi.wiring import App

NEXT: Final = ("Voyez acquis doubt show.", "See acquis doubt show.")
SILENT: Final = 6 * 3600.0
"""Seconds without a reading by the witness on another host, which reads every hour, before it is an alarm."""
NAMED: Final = 20
"""Maximum findings named in one alarm or letter."""
UNSEALED: Final = """
select exists (select from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 0 and granted
                  and database = (select oid from pg_database where datname = current_database())),
       exists (select from log.fact where position > (select sealed from log.head)
                  and recorded_at < clock_timestamp() - interval '10 seconds')
"""


def watched(acquis: App) -> Iterator[Alarm]:
    """Yield alarms about open findings, and about anything that stops the watch."""
    found = doubts(acquis.database)
    if not found and is_raised(acquis.database):
        yield Alarm(
            slug="doubt-not-kept",
            fr="La surveillance a trouvé ce que la table log.doubt ne garde pas : voyez le journal du projecteur. "
            "Quelqu'un l'en empêche.",
            en="The watch found what the table log.doubt does not keep: see the projector's log. Somebody keeps it "
            "from that.",
            unready=True,
        )
    if found:
        alarm = Alarm.of("log-doubted", LogDoubted(violations=tuple(map(violation, found[:NAMED]))))
        yield replace(alarm, fr=f"{alarm.fr} {NEXT[0]}", en=f"{alarm.en} {NEXT[1]}")
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        sealing, unsealed = cursor.fetchall()[0]
    if sealing and unsealed:
        yield Alarm(
            slug="unsealed",
            fr="Un fait attend d'être scellé depuis plus de 10 secondes, malgré un projecteur : voyez son journal.",
            en="A fact has waited to be sealed for more than 10 seconds, though a projector is at work: see its log.",
            unready=True,
        )
    silent = silent_for(acquis.database)
    if silent is not None and silent > SILENT:
        hours = round(silent / 3600)
        yield Alarm(
            slug="witness-silent",
            fr=f"Le témoin d'un autre serveur n'a pas relu le journal depuis {hours} h : voyez acquis-witness sur ce "
            "serveur.",
            en=f"The witness on another host has not read the log for {hours} h: see acquis-witness on that host.",
        )
    if sealing and progress(acquis.database).still:
        yield Alarm(
            slug="watch-stands-still",
            fr="Le journal n'est plus relu depuis deux minutes : voyez le journal du projecteur.",
            en="The log has not been read again for two minutes: see the projector's log.",
        )


def in_doubt(acquis: App) -> bool:
    """Return whether pages show the banner; False if the database does not answer, which has its own alarm."""
    with suppress(psycopg2.Error):
        return bool(doubts(acquis.database))
    return False


def watch_state(acquis: App) -> dict[str, Any]:
    """Return the watch's progress, for `doctor` and the API's health."""
    return vars(progress(acquis.database))


@dataclass(frozen=True, kw_only=True)
class OpenDoubts:
    """The open findings, each with the administrators who accepted it and the position of their fact."""

    accepted_by: dict[LogFinding, dict[PersonId, int]]

    @property
    def findings(self) -> list[LogFinding]:
        """The findings, oldest first."""
        return list(self.accepted_by)

    @property
    def shown(self) -> str:
        """A digest of the findings, which the form sends back, so that only the shown findings are accepted."""
        listed = "\n".join(f"{each.slug} {each.place} {each.digest}" for each in self.findings)
        return hashlib.sha256(listed.encode()).hexdigest()

    @property
    def needs_operator(self) -> bool:
        """Return whether the operator must also accept: the web's own login can cause such a finding."""
        return any(each.slug in BY_THE_WEB for each in self.findings)

    @property
    def people(self) -> set[PersonId]:
        """The administrators who accepted at least one finding."""
        return {person for by in self.accepted_by.values() for person in by}

    def left_for(self, files: Sequence[PersonId] | frozenset[PersonId]) -> list[LogFinding]:
        """Return the findings that a person, who has these files, has not accepted."""
        return [each for each, by in self.accepted_by.items() if not by.keys() & set(files)]


def open_doubts(acquis: App) -> OpenDoubts:
    """Return the open findings and who accepted them."""
    return OpenDoubts(accepted_by=acceptances(acquis.database))


def acceptance(findings: Sequence[LogFinding], reason: str) -> AcceptDoubt:
    """Return the command that accepts these findings."""
    named = tuple(Doubted(slug=each.slug, place=each.place, digest=each.digest) for each in findings)
    return AcceptDoubt(findings=named, reason=reason)


def write_of_doubt(acquis: App) -> int:
    """Write to the administrators and the security contact about new findings; return the number of letters."""
    if not newly_in_doubt(acquis.database):
        return 0
    return _write(acquis, "log_doubted", doubts(acquis.database))


def write_of_acceptance(acquis: App, found: Sequence[LogFinding]) -> int:
    """Write to the same people that an administrator accepted findings, which a second person must confirm."""
    return _write(acquis, "doubt_accepted", found)


def _write(acquis: App, kind: str, found: Sequence[LogFinding]) -> int:
    about = {
        language: "\n".join(f"- {each.sentence(language)}" for each in found[:NAMED]) for language in ("fr", "en")
    }
    contact = acquis.settings.security_contact or ""
    reached = {*administrators(acquis.database), *([contact.removeprefix("mailto:")] if "mailto:" in contact else [])}
    for address in sorted(reached):
        acquis.letters.put(kind, address, "fr", about=about)
    return len(reached)
