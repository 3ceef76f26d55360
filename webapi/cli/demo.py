"""`acquis demo`: the demonstration, played on a fresh data folder and then served."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from adapters.bag.scope import Covered
from adapters.clock import FixedClock
from adapters.database import DatabaseServer, connect
from adapters.database.pool import Database
from adapters.keys.master_key import kept, own_file
from adapters.log.recorder import LogRecorder
from adapters.settings import PREFIX, Settings, kept_secret
from adapters.verify.report import VerificationReport
from adapters.verify.terminal import language
from adapters.verify.verifier import verify
from domain.organisation.facts import ExportScope
from projections.engine.rebuild import rebuild
from projections.engine.runner import Projector
from projections.reading import Standings
from projections.tables import digest
from webapi.cli.serve import forks_of_programs, run_children, somebody_subscribes
from webapi.cli.terminal.fork_server import ForkServer
from webapi.cli.terminal.output import answers, misused, said, show, tell
from webapi.cli.terminal.web_server import must_be_free
from webapi.demonstration.cohort import DemonstrationCohort
from webapi.demonstration.present_day import FACES, PresentDay
from webapi.demonstration.questions import answer_questions, came_of, describe_answers
from webapi.demonstration.story import BEGINS, Story
from webapi.explain.audit_export import hand_over
from webapi.intent import Intent
from webapi.signing.checkpoint_key import Checkpointing, create, signer
from webapi.wiring import App, assemble

ELSEWHERE = ("checkpoints", "checkpoint_key_file", "backup_key_file", "witness_url", "witness_key", "tsa_url")
"""Settings of another log, which the demonstration must not use."""

KEYS = ("master_key", "keys_database_url")
"""Settings of another database, which the demonstration must not use if it has its own."""

HOST = "127.0.0.1"

FREE = "select count(*) from log.fact"


@click.command("demo")
@click.option("--once", is_flag=True, help="Play it, print the results, and exit.")
@click.option(
    "--keep",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="A new folder in which the demonstration is kept.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@answers
def demo(once: bool, keep: Path | None, port: int, as_json: bool) -> None:
    """Play seven fictitious applications to RNCP 31936 on a fresh data folder, then serve them."""
    began = time.monotonic()
    if not once:
        must_be_free(HOST, port)
    with nullcontext() if once else forks_of_programs() as forks:
        _demonstrate(forks, keep, port, began, as_json=as_json)


def _demonstrate(forks: ForkServer | None, keep: Path | None, port: int, began: float, *, as_json: bool) -> None:
    """Play the demonstration, and serve it if there is a fork server."""
    asked_for = Settings.from_environment()
    with _kept(asked_for, keep) if keep else _fresh(asked_for) as settings, connect(settings) as server:
        server.migrate()
        _must_be_empty(server)
        story, answer = play(settings, server)
        answer["seconds"] = round(time.monotonic() - began, 1)
        if keep:
            answer["kept"] = _to_serve(settings, story)
        show(answer, as_json=as_json, lines=lambda: _lines(answer))
        if keep and not as_json:
            _say_how_to_serve(answer["kept"], story)
        if forks is None:
            return
        server.supervise()
        given = {"DATA": str(settings.data), "CLOCK": story.clock.today().isoformat(), "SIGN_UP": "true"}
        given["DEMONSTRATION"] = str(_named(settings, story))
        given |= {"PUBLIC_URL": f"http://{HOST}:{port}", "HOSTS": "localhost,127.0.0.1,[::1]"}
        given |= {name.upper(): value for name in KEYS if (value := getattr(settings, name))}
        elsewhere = {PREFIX + name.upper() for name in (*ELSEWHERE, *KEYS)}
        inherited = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in elsewhere}
        environment = inherited | {PREFIX + name: value for name, value in given.items()}
        heard, forwards = partial(_welcome, story, port, known=bool(keep)), partial(somebody_subscribes, server)
        raise SystemExit(run_children(forks, HOST, port, 2, environment, forwards=forwards, heard=heard))


def play(settings: Settings, server: DatabaseServer) -> tuple[Story, dict[str, Any]]:
    """Play the story, project it, verify it and rebuild it; return the results."""
    clock = FixedClock(BEGINS)
    acquis = assemble(settings, server, clock)
    projecting = Database(server.dsn, role="acquis_projector", size=4)
    try:
        create(acquis)
        story = Story(acquis, clock)
        story.play()
        story.appeal()
        played = list(story.candidacies)
        DemonstrationCohort(story).play()
        PresentDay(story).play()
        projector = Projector(projecting, LogRecorder(projecting))
        projector.catch_up()
        Checkpointing(settings, projecting)()
        found = _audited(acquis, story)
        projector.catch_up()
        acquis.letters.skip_past()
        live = digest(projecting)
        rebuild(projecting)
        standings = Standings(acquis.database)
        answer: dict[str, Any] = {
            "candidacies": [_candidacy(standings, story, each) for each in played],
            "refusals": story.refusals,
            "facts": found.facts,
            "verified": found.sound,
            "rebuilt_identical": digest(projecting) == live,
            "questions": answer_questions(acquis.database, story),
        }
    finally:
        projecting.close()
        acquis.close()
    return story, answer


def _audited(acquis: App, story: Story) -> VerificationReport:
    """Return the report of an auditor who exports the whole log and verifies it."""
    with tempfile.TemporaryDirectory(dir=acquis.settings.data) as folder:
        hand_over(
            acquis, Covered(scope=ExportScope.ALL), Intent(actor=story.cast["sacha"].actor), Path(folder) / "bag"
        )
        return verify(Path(folder) / "bag", str(signer(acquis.settings, acquis.database).key))


def _candidacy(standings: Standings, story: Story, candidacy: Any) -> dict[str, Any]:
    """Return a candidacy with released results only, as everybody may see it."""
    standing = standings.of(candidacy, provisional=False)
    return {
        "id": str(candidacy),
        "route": story.routes[candidacy].value,
        "outcome": standing.outcome.value,
        "blocks": {str(block.number): block.state.value for block in sorted(standing.blocks, key=lambda b: b.number)},
    }


@contextmanager
def _fresh(settings: Settings) -> Iterator[Settings]:
    """Yield settings on a temporary data folder of the demonstration."""
    _no_production(settings)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=settings.data))
    try:
        secret = os.environ.get(PREFIX + "SECRET_KEY") or kept_secret(folder / "keys" / "secret")
        unset: dict[str, Any] = dict.fromkeys(ELSEWHERE)
        yield replace(settings, data=folder, secret_key=secret, **unset, **_keys(settings))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _kept(settings: Settings, keep: Path) -> Iterator[Settings]:
    """Yield settings on a new folder that is kept, with database, keys and secret to serve it later."""
    _no_production(settings)
    if settings.database_url:
        raise misused(
            "--keep garde la base avec le reste, dans son dossier : sans ACQUIS_DATABASE_URL.",
            "--keep keeps the database with the rest, in its folder: without ACQUIS_DATABASE_URL.",
        )
    if keep.exists() and any(keep.iterdir()):
        raise misused(f"{keep} n'est pas vide : donnez un dossier neuf.", f"{keep} is not empty: give a new folder.")
    keep.mkdir(mode=0o700, parents=True, exist_ok=True)
    unset: dict[str, Any] = dict.fromkeys(ELSEWHERE)
    secret = kept_secret(keep.absolute() / "keys" / "secret")
    yield replace(settings, data=keep.absolute(), secret_key=secret, **unset, **_keys(settings))


def _no_production(settings: Settings) -> None:
    if settings.production:
        raise misused(
            "La démonstration ne tourne pas en production (ACQUIS_PRODUCTION).",
            "The demonstration does not run in production (ACQUIS_PRODUCTION).",
        )


def _keys(settings: Settings) -> dict[str, Any]:
    """Return the settings of the keys.

    A database that outlives the demonstration uses the installation's own keys.
    """
    if settings.database_url:
        return {"master_key": settings.master_key or kept(own_file(settings))}
    return {"master_key": "", "keys_database_url": None}


def _must_be_empty(server: DatabaseServer) -> None:
    database = Database(server.dsn, role="acquis_web", size=1)
    try:
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FREE)
            if cursor.fetchall() != [(0,)]:
                raise misused(
                    "ACQUIS_DATABASE_URL nomme une base qui contient des faits : donnez-en une vide.",
                    "ACQUIS_DATABASE_URL names a database that holds facts: give an empty one.",
                )
    finally:
        database.close()


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    french = language() == "fr"
    for each in answer["candidacies"]:
        yield f"{each['route']:4} {came_of(each, language())}"
    yield from describe_answers(answer, language())
    yield ("Refusés : " if french else "Refused: ") + ", ".join(answer["refusals"])
    sound, same = (answer[each] for each in ("verified", "rebuilt_identical"))
    yield (
        f"{answer['facts']} faits ; vérifiés : {_yes(sound)} ; reconstruits à l'identique : {_yes(same)}"
        if french
        else f"{answer['facts']} facts; verified: {_yes(sound)}; rebuilt just the same: {_yes(same)}"
    )


def _yes(found: bool) -> str:
    return said("oui", "yes") if found else said("non", "no")


def _to_serve(settings: Settings, story: Story) -> dict[str, Any]:
    """Return what is needed to serve the demonstration: settings and logins."""
    given = {PREFIX + "DATA": str(settings.data), PREFIX + "CLOCK": story.clock.today().isoformat()}
    given[PREFIX + "DEMONSTRATION"] = str(_named(settings, story))
    accounts = [{"login": each.login, "password": each.password, "role": each.role} for each in story.cast.values()]
    return {"settings": given, "accounts": accounts}


def _named(settings: Settings, story: Story) -> Path:
    """Write the file of people whom a visitor can become in one click, one for each role; return its path."""
    file = settings.data / "demonstration.json"
    players = [story.cast[name] for name in FACES]
    listed = [{"name": each.name, "role": each.role, "person": str(each.id)} for each in players]
    file.write_text(json.dumps(listed, ensure_ascii=False), "utf-8")
    return file


def _say_how_to_serve(kept: dict[str, Any], story: Story) -> None:
    """Print how to serve the kept demonstration, and who can sign in."""
    click.echo()
    tell("Gardé ; pour le servir :", "Kept; to serve it:")
    settings = (f"{name}={shlex.quote(value)}" for name, value in kept["settings"].items())
    click.echo(f"  {' '.join(settings)} acquis serve")
    _present(story)


def _present(story: Story) -> None:
    click.echo()
    tell(
        "Personnes fictives, mots de passe tirés au hasard pour cette fois :",
        "Fictitious people, with passwords drawn for this time only:",
    )
    for player in story.cast.values():
        role = said(*player.role.said)
        click.echo(f"  {role:22} {player.login:34} {player.password:18} {player.name}")
    click.echo()


def _welcome(story: Story, port: int, *, known: bool) -> None:
    """Print the address, and who can sign in unless `known`."""
    if not known:
        _present(story)
    where = f"http://{HOST}:{port}"
    tell(f"Ouvrez {where} (Ctrl-C pour finir).", f"Open {where} (Ctrl-C to end).")
