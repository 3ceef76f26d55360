"""Slow checks of an installation: the whole log, every key that it names, the file store.

`acquis doctor` runs them, and once an hour the mail process; the findings are kept for later requests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Final

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError

from adapters.alarm import Alarm
from adapters.database import KEYS
from adapters.database.catalogue import differing, named
from adapters.files.blobs import AbsenceUntold, NoExclusiveNames, StorageFull, StorageUnavailable
from adapters.files.clamd import Probed, ScannerUnavailable
from adapters.files.inspection import works
from adapters.keys.lost_keys import missing_keys
from adapters.log.doubt import unaccepted
from adapters.log.guards import guards
from adapters.operations.thorough_checks import ThoroughChecks
from adapters.trouble import Trouble
from domain.rulebook.facts import RulebookPublished
from projections.engine.lean import lean
from webapi.privacy.erasure import note_again
from webapi.signing.checkpoint_key import read_models_stand
from webapi.upkeep.alarms import Look, erasures_waiting, persons_classes
from webapi.wiring import App

EVERY: Final = 3600.0
"""Seconds between two runs of the slow checks."""
NAMED: Final = 10
"""Maximum lost keys named in an alarm, which always gives their number."""
SOON: Final = 60.0
"""Seconds between two checks of whether a run is due."""
WITHOUT_A_LEAF: Final = """
select log.left_behind() - (
 select count(distinct e.position) from log.doubt d join log.fact e on d.place = 'position ' || e.position
  where d.slug = 'fact-without-leaf' and d.accepted is not null
    and not exists (select from log.leaf l where l.position = e.position))
"""
"""Reads the whole log: a second for a million facts."""

log = structlog.get_logger(__name__)


def look_closely(acquis: App) -> list[Alarm]:
    """Run the slow checks, keep their alarms, and return them; raises the database's errors."""
    found = [alarm for look in CLOSE_LOOKS for alarm in look(acquis)]
    ThoroughChecks(acquis.database).note(found)
    return found


def keep_looking(acquis: App, stop: threading.Event) -> None:
    """Run the slow checks whenever none ran for an hour, until `stop` is set."""
    looks = ThoroughChecks(acquis.database)
    while not stop.wait(SOON):
        try:
            if looks.due(EVERY):
                look_closely(acquis)
        except (psycopg2.Error, PersistenceError) as error:
            log.warning("the close look is tried again", kind=type(error).__name__)


def _erasures(acquis: App) -> Iterator[Alarm]:
    """Record again the erasures that the register lacks; yield alarms about them and about unfinished ones."""
    try:
        noted = note_again(acquis)
    except Trouble:
        return  # the check of the keys raises that alarm
    if noted.left:
        yield erasures_waiting((each.person, each.retention) for each in noted.left)
    if again := noted.done:
        yield Alarm(
            slug="erasures-noted-again",
            fr=f"Effacements du journal que leur registre ignorait, notés de nouveau : {again}. Alarme : cherchez "
            "ce qui les en a ôtés.",
            en=f"Erasures of the log that their register lacked, noted again: {again}. Alarm: find out what took "
            "them away.",
        )


def _without_a_leaf(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm about facts below the head that were never sealed, without the accepted ones."""
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(WITHOUT_A_LEAF)
        count = cursor.fetchall()[0][0]
    if count > 0:
        yield Alarm(
            slug="unsealed-below-head",
            fr=f"Des faits n'ont pas de feuille sous la tête du journal ({count}) : alarme.",
            en=f"Facts below the head of the log have no leaf ({count}): alarm.",
            unready=True,
        )


def _catalogue(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm about unaccepted differences between each database's catalogue and its migrations."""
    found = guards(acquis.database, models=read_models_stand(acquis.database))
    of_log = [each.place for each in unaccepted(acquis.database, found)]
    try:
        missing, added = differing(acquis.vault.database, KEYS) or ([], [])
    except psycopg2.OperationalError:  # the check of the keys raises that alarm
        missing, added = [], []
    if places := [*of_log, *dict.fromkeys(named(line) for line in missing + added)]:
        listed = " ; ".join(places[:NAMED])
        yield Alarm(
            slug="catalogue-differs",
            fr=f"La base n'est pas telle que les migrations l'ont faite ({len(places)}) : {listed}. Cherchez qui l'a "
            "changée : RUNBOOK.md, « The log is in doubt ».",
            en=f"The database is not as the migrations made it ({len(places)}): {listed}. Find out who changed it: "
            'RUNBOOK.md, "The log is in doubt".',
            unready=True,
        )


def _lost_keys(acquis: App) -> Iterator[Alarm]:
    try:
        lost = missing_keys(acquis.database, acquis.vault)
    except Trouble:
        return  # the check of the keys raises that alarm
    if lost:
        fr, en = persons_classes(lost[:NAMED])
        yield Alarm(
            slug="keys-lost",
            fr=f"Clés perdues sans qu'on ait effacé : {len(lost)}, dont {fr}. Ce qu'elles scellaient est illisible : "
            "restaurez-les.",
            en=f"Keys lost though nobody erased: {len(lost)}, among them {en}. What they sealed is unreadable: "
            "restore them.",
            unready=True,
        )


def _store(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm if the store could overwrite a piece, or cannot accept files."""
    try:
        acquis.files.blobs.check()
        acquis.files.check_disk()
    except NoExclusiveNames:
        yield Alarm(
            slug="store-overwrites",
            fr="Le stockage d'objets redonne un nom déjà pris (If-None-Match) : une preuve en remplacerait une "
            "autre.",
            en="The object store overwrites a name that is taken (If-None-Match): one piece could replace another.",
            unready=True,
        )
    except AbsenceUntold:
        yield Alarm(
            slug="store-untold",
            fr="Le stockage d'objets répond 403 de ce qu'il n'a pas : aucune preuve n'est acceptée. Donnez "
            "s3:ListBucket sur le compartiment, et s3:GetObject sur ce qu'il contient, au compte de "
            "ACQUIS_S3_ACCESS_KEY.",
            en="The object store answers 403 of what it does not have: no evidence is accepted. Grant s3:ListBucket "
            "on the bucket, and s3:GetObject on what is in it, to the account of ACQUIS_S3_ACCESS_KEY.",
        )
    except StorageFull:
        yield Alarm(
            slug="storage-full",
            fr="Le disque a moins de place libre que ACQUIS_FREE_MIB : aucun fichier n'est accepté. Faites-en.",
            en="The disk has less room free than ACQUIS_FREE_MIB: no file is accepted. Make some.",
        )
    except StorageUnavailable:
        yield Alarm(
            slug="storage-unavailable",
            fr="Les preuves ne peuvent être écrites : voyez le disque, ou ACQUIS_S3_URL, le compartiment et ses "
            "droits.",
            en="The evidence store cannot be written: see the disk, or ACQUIS_S3_URL, its bucket and its rights.",
        )


def _scanner(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm if the scanner passes unscanned files as clean, does not answer, or scans too little."""
    if acquis.scanner is None:
        return
    try:
        probed = acquis.scanner.probe()
    except ScannerUnavailable:
        yield Alarm(
            slug="scanner-unavailable",
            fr="L'antivirus ne répond pas : les preuves restent en vérification. Voyez ACQUIS_CLAMD_URL et clamd.",
            en="The virus scanner does not answer: pieces stay under check. See ACQUIS_CLAMD_URL and clamd.",
        )
        return
    yield from _probed(acquis.settings.clamd_mib, probed)
    scanned, largest = acquis.scanner.most, _largest(acquis)
    if scanned < largest:
        yield Alarm(
            slug="scanner-short",
            fr=f"Des fichiers de {largest} octets peuvent être déposés (ACQUIS_MAX_UPLOAD_BYTES, règlements), et "
            f"l'antivirus n'en analyse que {scanned} (ACQUIS_CLAMD_MIB) : ceux qui dépassent sont refusés.",
            en=f"Files of {largest} bytes may be put in (ACQUIS_MAX_UPLOAD_BYTES, rulebooks), and the virus scanner "
            f"looks at {scanned} only (ACQUIS_CLAMD_MIB): larger ones are refused.",
        )


def _largest(acquis: App) -> int:
    """Return the size, in bytes, of the largest piece that the setting and the most generous rulebook allow."""
    most = acquis.settings.max_upload_bytes
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select type, body from log.fact where type = 'RulebookPublished'")
        published = [lean(type_name, body) for type_name, body in cursor.fetchall()]
    allowed = [each.rules.evidence.largest for each in published if isinstance(each, RulebookPublished)]
    return max((min(most, each or most) for each in allowed), default=most)


def _probed(mebibytes: int, probed: Probed) -> Iterator[Alarm]:
    """Yield an alarm with the settings of clamd that are too low for ACQUIS_CLAMD_MIB."""
    low = ", ".join(probed.short_of)
    if probed.careless:
        yield Alarm(
            slug="scanner-careless",
            fr=f"L'antivirus laisse passer sans les analyser des fichiers de {mebibytes} Mio (ACQUIS_CLAMD_MIB) : "
            f"élevez dans clamd.conf {low}, et donnez AlertExceedsMax yes.",
            en=f"The virus scanner lets files of {mebibytes} MiB (ACQUIS_CLAMD_MIB) pass without looking at them: "
            f"raise {low} in clamd.conf, and say AlertExceedsMax yes.",
            unready=True,
        )
    elif low:
        yield Alarm(
            slug="scanner-limit",
            fr=f"L'antivirus refuse des fichiers de {mebibytes} Mio (ACQUIS_CLAMD_MIB) : élevez {low} dans "
            "clamd.conf (deploy/clamav/clamd.conf), ou baissez ACQUIS_CLAMD_MIB.",
            en=f"The virus scanner turns away files of {mebibytes} MiB (ACQUIS_CLAMD_MIB): raise {low} in clamd.conf "
            "(deploy/clamav/clamd.conf), or lower ACQUIS_CLAMD_MIB.",
        )


def _inspection(_acquis: App) -> Iterator[Alarm]:
    if not works():
        yield Alarm(
            slug="inspection-unavailable",
            fr="Les fichiers ne peuvent être examinés : les preuves restent en vérification. Voyez le journal "
            "(inspection unavailable).",
            en="Files cannot be examined: pieces stay under check. See the log (inspection unavailable).",
        )


CLOSE_LOOKS: tuple[Look, ...] = (_erasures, _without_a_leaf, _catalogue, _lost_keys, _store, _scanner, _inspection)
"""Erasures come first: the key of an erasure recorded again is not lost."""
