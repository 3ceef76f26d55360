"""`acquis doctor`, `openapi`: is all well, and what does the API offer?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import click

from adapters.backup.unfinished import RestoreUnfinished, refuse_unfinished
from adapters.clock import PARIS
from adapters.database import DatabaseServer, connect
from adapters.database.login import LoginMayDoMore
from adapters.database.pool import Database
from adapters.desk.erasures import DeskErasures
from adapters.desk.letters import waiting
from adapters.desk.runs import DEADLINES, DeskRuns
from adapters.files.blobs import AbsenceUntold, NoExclusiveNames, StorageFull, StorageUnavailable
from adapters.files.clamd import ScannerUnavailable
from adapters.files.inspection import works
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable, is_late, refuse_unless_continued
from adapters.log.checkpoint_key import endorsed
from adapters.log.note import VerifierKey
from adapters.log.tree import Tree
from adapters.lost_keys import missing_keys
from adapters.settings import Settings
from adapters.trouble import Trouble
from adapters.verify.terminal import language
from domain.refusal import Refused
from webapi.cli.exposed import exposed
from webapi.cli.output import answers, at_home, said, show
from webapi.cli.state_in_words import persons_classes, settings_in_words, state_in_words
from webapi.erasing import note_again
from webapi.wiring import House, furnish
from webapi.words import day

MOST_DRIFT = 5.0
"""Seconds the database's clock may stand behind the newest fact before it is an alarm."""
STATE = """
select (select count(*) from log.event), (select sealed from log.head), log.left_behind(),
       extract(epoch from log.clock_drift()), (select coalesce(max(position), 0) from projection.tracking)
"""


@click.command("doctor")
@answers
def doctor(as_json: bool) -> None:
    """Print all settings masked, and say what is wrong; exit code 1 if something is."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        login = list(_login(server))
        state = _half_restored(server) or _state(server, CheckpointFolder(settings.checkpoint_folder))
        state |= _keys(settings, server) if "facts" in state else {}
    wrong, late = login + list(_wrong(state)), [*_late(state), *exposed(settings, os.environ)]
    answer = {"settings": settings.masked(), "state": state, "wrong": wrong, "late": late}

    def lines() -> Iterator[str]:
        yield from settings_in_words(settings.masked())
        yield from state_in_words(state)
        yield from wrong + late or ["Tout va bien." if language() == "fr" else "All is well."]

    show(answer, as_json=as_json, lines=lines)
    if wrong:
        raise SystemExit(1)


def _login(server: DatabaseServer) -> Iterator[str]:
    """What, in production, keeps the web from running under this login."""
    try:
        server.admit("acquis_web")
    except LoginMayDoMore as refusal:
        yield refusal.sentence(language())
        yield from (each.fr if language() == "fr" else each.en for each in refusal.violations)


def _half_restored(server: DatabaseServer) -> dict[str, Any]:
    """What a restore that did not end leaves to say: nothing else of it is worth a look."""
    try:
        with closing(server.open(size=1)) as database:
            refuse_unfinished(database)
    except RestoreUnfinished as trouble:
        return {"restore_unfinished": trouble.sentence(language())}
    return {}


def _state(server: DatabaseServer, folder: CheckpointFolder) -> dict[str, Any]:
    missing = server.waiting()
    if missing:
        return {"migrations_waiting": missing}
    database = Database(server.dsn, role="acquis_web", size=1)
    try:
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(STATE)
            facts, sealed, unsealed, drift, projected = cursor.fetchall()[0]
        checkpoints = _checkpoints(Tree(database), folder)
        kept: list[VerifierKey] = []
        with suppress(CheckpointUnreadable):  # a key file that nobody can read vouches for nothing
            kept = folder.keys()
        strange = [str(key) for key in endorsed(database) if key not in kept]
        ran = DeskRuns(database).last(DEADLINES)
        letters, letters_late = waiting(database)
    finally:
        database.close()
    return {
        "migrations_waiting": [],
        "facts": facts,
        "sealed": sealed,
        "unsealed_below_head": unsealed,
        "clock_behind_seconds": max(0.0, float(drift or 0)),
        "projected": projected,
        "keys_nobody_vouches_for": strange,
        "letters": {"waiting": letters, "late": letters_late},
        "deadlines": {"tried_at": ran.tried_at, "done_at": ran.done_at, "failed": ran.failed, "late": ran.late},
        **checkpoints,
    }


def _checkpoints(tree: Tree, folder: CheckpointFolder) -> dict[str, Any]:
    """Whether the log goes on from its newest checkpoint, and whether that is long ago."""
    state: dict[str, Any] = {"log": tree.log_id(), "checkpoint_refused": [], "checkpoint_late": False}
    try:
        newest = refuse_unless_continued(tree, folder)
        folder.keys()
    except Refused as refusal:
        spoken = language()
        details = [each.fr if spoken == "fr" else each.en for each in refusal.violations]
        return state | {"checkpoint_refused": [refusal.sentence(spoken), *details]}
    return state | {"checkpoint_size": newest.size if newest else 0, "checkpoint_late": is_late(tree, newest)}


def _keys(settings: Settings, server: DatabaseServer) -> dict[str, Any]:
    """Whether the master key is the right one, and which keys are lost: facts name them, nobody erased them."""
    try:
        with closing(furnish(settings, server)) as house:
            erasures = _erasures(house)  # first: what is noted again is not lost
            lost = missing_keys(house.database, house.vault)
            (unsafe, refused), (careless, down) = _evidence(house), _scanner(house)
    except Trouble as trouble:
        return {"keys_refused": [trouble.sentence(language())], "keys_lost": [], "evidence_unsafe": []}
    keys_lost = [{"person": person, "class": kept} for person, kept in lost]
    evidence = {"evidence_unsafe": unsafe + careless, "evidence_refused": refused + down + _inspection()}
    return {"keys_refused": [], "keys_lost": keys_lost, **evidence, **erasures}


def _evidence(house: House) -> tuple[list[str], list[str]]:
    """What would lose pieces: a name given twice; and what keeps any from being put in, while all else goes on."""
    try:
        house.files.blobs.check()
        house.files.check_disk()
    except NoExclusiveNames:
        overwritten = said(
            "Le stockage d'objets redonne un nom déjà pris (If-None-Match) : une preuve en remplacerait une autre.",
            "The object store overwrites a name that is taken (If-None-Match): one piece could replace another.",
        )
        return [overwritten], []
    except AbsenceUntold:
        untold = said(
            "Le stockage d'objets répond 403 de ce qu'il n'a pas : aucune preuve n'est acceptée. Donnez "
            "s3:ListBucket sur le compartiment, et s3:GetObject sur ce qu'il contient, au compte de "
            "ACQUIS_S3_ACCESS_KEY.",
            "The object store answers 403 of what it does not have: no evidence is accepted. Grant s3:ListBucket on "
            "the bucket, and s3:GetObject on what is in it, to the account of ACQUIS_S3_ACCESS_KEY.",
        )
        return [], [untold]
    except StorageFull:
        full = said(
            "Le disque a moins de place libre que ACQUIS_FREE_MIB : aucun fichier n'est accepté. Faites-en.",
            "The disk has less room free than ACQUIS_FREE_MIB: no file is accepted. Make some.",
        )
        return [], [full]
    except StorageUnavailable:
        away = said(
            "Les preuves ne peuvent être écrites : voyez le disque, ou ACQUIS_S3_URL, le compartiment et ses droits.",
            "The evidence store cannot be written: see the disk, or ACQUIS_S3_URL, its bucket and its rights.",
        )
        return [], [away]
    return [], []


def _scanner(house: House) -> tuple[list[str], list[str]]:
    """What would call a file clean that nobody looked at; and what keeps files from being put in."""
    if house.scanner is None:
        return [], []
    try:
        looks = house.scanner.looks_at_all()
    except ScannerUnavailable:
        down = said(
            "L'antivirus ne répond pas : aucune preuve n'est acceptée. Voyez ACQUIS_CLAMD_URL et clamd.",
            "The virus scanner does not answer: no evidence is accepted. See ACQUIS_CLAMD_URL and clamd.",
        )
        return [], [down]
    careless = said(
        "L'antivirus laisse passer sans les analyser des fichiers de ACQUIS_CLAMD_MIB : élevez dans clamd.conf "
        "MaxFileSize et MaxScanSize, et donnez AlertExceedsMax yes.",
        "The virus scanner lets files of ACQUIS_CLAMD_MIB pass without looking at them: raise MaxFileSize and "
        "MaxScanSize in clamd.conf, and say AlertExceedsMax yes.",
    )
    short = said(
        "ACQUIS_MAX_UPLOAD_BYTES dépasse ce que l'antivirus analyse (ACQUIS_CLAMD_MIB) : cela est refusé.",
        "ACQUIS_MAX_UPLOAD_BYTES is more than the virus scanner looks at (ACQUIS_CLAMD_MIB): those are refused.",
    )
    falls_short = house.scanner.most < house.settings.max_upload_bytes
    return [] if looks else [careless], [short] if falls_short else []


def _inspection() -> list[str]:
    """What keeps files from being put in: what they are cannot be found out."""
    if works():
        return []
    silent = said(
        "Les fichiers ne peuvent être examinés : aucun n'est accepté. Voyez le journal (inspection unavailable).",
        "Files cannot be examined: none is accepted. See the log (inspection unavailable).",
    )
    return [silent]


def _erasures(house: House) -> dict[str, Any]:
    """Which erasures the register lacked, so that they are noted again, and which are not done to the end."""
    again = note_again(house)
    waiting = DeskErasures(house.database).pending()
    return {
        "erasures_noted_again": again.done,
        "erasures_waiting": [
            {"person": each.person, "class": each.retention, "position": each.order.position}
            for each in (*again.left, *waiting)
        ],
    }


def _wrong(state: dict[str, Any]) -> Iterator[str]:
    french = language() == "fr"
    if "restore_unfinished" in state:
        yield state["restore_unfinished"]
        return
    if state["migrations_waiting"]:
        names = ", ".join(state["migrations_waiting"])
        yield f"Migrations à appliquer : {names}." if french else f"Migrations to apply: {names}."
        return
    yield from state["checkpoint_refused"]
    yield from state["keys_refused"]
    yield from state["evidence_unsafe"]
    if lost := len(state["keys_lost"]):
        yield (
            f"Clés perdues sans qu'on ait effacé : {lost}. Ce qu'elles scellaient est illisible : restaurez-les."
            if french
            else f"Keys lost though nobody erased: {lost}. What they sealed is unreadable: restore them."
        )
    if state["unsealed_below_head"]:
        yield (
            "Des faits n'ont pas de feuille sous la tête du journal : alarme."
            if french
            else "Facts below the head of the log have no leaf: alarm."
        )
    if state["clock_behind_seconds"] > MOST_DRIFT:
        yield (
            "L'horloge de la base retarde sur le dernier fait de plus de 5 secondes : alarme."
            if french
            else "The database's clock is more than 5 seconds behind the newest fact: alarm."
        )


def _late(state: dict[str, Any]) -> Iterator[str]:
    """What somebody should look at, though everything may start."""
    yield from state.get("evidence_refused", [])
    if again := state.get("erasures_noted_again"):
        yield (
            f"Effacements du journal que leur registre ignorait, notés de nouveau : {again}. Alarme : cherchez "
            "ce qui les en a ôtés."
            if language() == "fr"
            else f"Erasures of the log that their register lacked, noted again: {again}. Alarm: find out what took "
            "them away."
        )
    if waiting := state.get("erasures_waiting"):
        named = persons_classes(waiting)
        yield (
            f"Effacements ordonnés et inachevés : {named}. Les journaux disent pourquoi ; acquis erasures settle les "
            "achève."
            if language() == "fr"
            else f"Erasures ordered and not done to the end: {named}. The logs say why; acquis erasures settle "
            "finishes them."
        )
    if state.get("checkpoint_late"):
        yield (
            "Des faits attendent un point de contrôle depuis plus de 10 minutes : voyez le journal du projecteur."
            if language() == "fr"
            else "Facts have waited for a checkpoint for more than 10 minutes: see the projector's log."
        )
    if (letters := state.get("letters")) and letters["late"]:
        yield said(
            f"Des lettres attendent depuis plus d'une heure ({letters['waiting']}) : voyez acquis mail send.",
            f"Letters have waited for over an hour ({letters['waiting']}): see acquis mail send.",
        )
    if (ran := state.get("deadlines")) and ran["failed"]:
        tried = day(ran["tried_at"].astimezone(PARIS).date(), language())
        yield said(
            f"Les échéances n'ont pas toutes été traitées ({ran['failed']}, le {tried}) : voyez le journal.",
            f"Not all deadlines were acted upon ({ran['failed']}, on {tried}): see the log.",
        )
    elif ran and ran["late"]:
        yield said(
            "Échéances non traitées depuis plus d'un jour : acquis serve le fait, ou acquis deadlines run.",
            "Nobody has run the deadlines for more than a day: acquis serve does, or acquis deadlines run.",
        )
    for key in state.get("keys_nobody_vouches_for", []):
        yield (
            f"Le journal endosse une clé que rien ici n'atteste : {key}. Si ce n'est pas une clé à vous d'avant, "
            "quelqu'un l'a inscrite : cherchez qui."
            if language() == "fr"
            else f"The log endorses a key of which nothing here vouches: {key}. If it is no earlier one of yours, "
            "somebody recorded it: find out who."
        )


@click.command("openapi")
@answers
def openapi(as_json: bool) -> None:
    """Print the description of the API (OpenAPI 3.1, JSON)."""
    del as_json
    # imported here: the projector and the other commands need no web framework in memory
    from webapi.app import create_app  # noqa: PLC0415
    from webapi.openapi import openapi as described  # noqa: PLC0415

    with at_home() as house:
        click.echo(json.dumps(described(create_app(house)), ensure_ascii=False, indent=2))
