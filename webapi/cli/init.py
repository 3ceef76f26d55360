"""`acquis init`: step-by-step installation; after an interruption, it continues."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from adapters.backup.copying import back_up
from adapters.backup.signature import backup_key
from adapters.database import DatabaseServer, connect
from adapters.database.migrate import is_begun
from adapters.framework_file import RouteOpening, read, read_openings, read_rulebook, shipped
from adapters.log.checkpoint_key import CheckpointKeyPresent
from adapters.settings import Settings, kept_secret
from adapters.text.wording import day
from adapters.trouble import Trouble
from adapters.verify.terminal import language
from domain.framework.definition import Definition
from domain.refusal import Refused
from webapi.cli.backup import brought_back
from webapi.cli.certification import OPENINGS, RULEBOOKS, SHEETS, read_text
from webapi.cli.terminal.output import agreed, answers, misused, opened_app, said, show
from webapi.signing.checkpoint_key import create
from webapi.upkeep import first_run
from webapi.upkeep.settings_files import (
    ACCOUNT,
    InstallationSettings,
    ServiceAccounts,
    for_real,
    hand_over,
    is_written,
    main_file,
    make_logins,
    under,
    write,
)
from webapi.wiring import App

DATA: Final = Path("/var/lib/acquis")
EXAMPLE: Final = "titre-options-example"
COMPANIONS: Final = {
    "titre-options-example": ("rulebook-example", None),
    "bts-options-example": ("rulebook-example", None),
    "rncp31936": ("rulebook-imci-demonstration", "openings-rncp31936-demonstration"),
}
"""The rulebook and the openings that belong to each included certification."""


class NothingRuns(Trouble):
    """A first candidacy needs a published certification whose registration runs."""

    def __init__(self) -> None:
        super().__init__(
            "None of these certifications runs today: name one that does (--certification); nobody can apply.",
            "Aucune de ces certifications ne court aujourd'hui : nommez-en une qui court (--certification) ; sans "
            "elle, nul ne peut candidater.",
        )


@dataclass(frozen=True, kw_only=True)
class InitAnswers:
    """Answers given on the command line; others are asked for, if allowed."""

    ask: bool
    words: dict[str, Any]

    def answer(self, name: str, french: str, english: str, default: str | None = None) -> str:
        """Return the answer given, else the user's, else the default; raises UsageError without any."""
        if (word := self.words.get(name)) not in {None, ""}:
            return str(word)
        if self.ask:
            return str(click.prompt(said(french, english), default=default, err=True))
        if default is None:
            option = f"--{name.replace('_', '-')}"
            raise misused(f"Il manque {option}.", f"{option} is missing.")
        return default


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--data", type=click.Path(path_type=Path), help="The folder of evidence, keys and checkpoints.")
@click.option("--house", metavar="NAME", help="The certifier's name, shown at the top of each page.")
@click.option("--public-url", metavar="ADDRESS", help="The public address: https://acquis.example.")
@click.option(
    "--certification",
    "certifications",
    metavar="FILE",
    multiple=True,
    help="Your own sheet, or an included one: `titre-options-example`, `rncp31936`…; may be repeated.",
)
@click.option("--rulebook", metavar="FILE", help="The certifier's rulebook.")
@click.option("--openings", metavar="FILE", help="Openings of the routes that the sheet leaves to the certifier.")
@click.option("--name", metavar="NAME", help="The administrator's name; sealed in the log.")
@click.option("--email", metavar="ADDRESS", help="Their e-mail address, which is their login.")
@click.option(
    "--sole-registrar",
    metavar="REASON",
    help="Declare, for this reason, that there is one registrar only, who confirms alone what needs two people.",
)
@click.option(
    "--from-trial",
    "trial",
    metavar="FOLDER",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The data folder of a trial to continue: facts, evidence and keys.",
)
@click.option(
    "--account",
    default=ACCOUNT,
    show_default=True,
    help="Account of the web process, if root runs this command.",
)
@click.option(
    "--signer-account", "signer", metavar="NAME", help="Account of the projector, which signs. [default: …-signer]"
)
@click.option("--backup-account", "backup", metavar="NAME", help="Account of the backup. [default: …-backup]")
@click.option("--ask/--no-ask", default=True, help="Ask for missing answers, or use defaults.")
@answers
def init(folder: Path, account: str, ask: bool, as_json: bool, **words: Any) -> None:
    """Set up an installation with its settings in FOLDER: settings, database, keys, certification, administrator.

    It is a real installation if FOLDER/migrate.url holds the address of a PostgreSQL database, with its owner's
    login; otherwise a trial. Nothing is overwritten, and an interrupted run can be continued.
    """
    given, folder = InitAnswers(ask=ask, words=words), folder.absolute()
    _settings(folder, given)
    _databases(folder, words["trial"])
    with under(main_file(folder)), opened_app() as acquis:
        texts = first_run.publish_law(acquis)
        _told(f"Textes de loi publiés : {texts}", f"Texts of law published: {texts}")
        _certifications(acquis, given, real=for_real(folder))
        with suppress(CheckpointKeyPresent):
            create(acquis)
        _told(
            f"Clé des points de contrôle : {acquis.settings.checkpoint_key}",
            f"Key of the checkpoints: {acquis.settings.checkpoint_key}",
        )
        answer = {"folder": str(folder), "certifications": [each.code for each in first_run.admits(acquis)]}
        answer |= _administrator(acquis, given)
        _staffing(acquis, given, begins=bool(answer["password"]))
        settings = acquis.settings
    if for_real(folder) and os.geteuid() == 0:
        hand_over(folder, settings, ServiceAccounts.named(account, projector=words["signer"], backup=words["backup"]))
    show(answer, as_json=as_json, lines=lambda: _end(folder, answer))


def _settings(folder: Path, given: InitAnswers) -> None:
    """Write the settings, once."""
    if is_written(folder):
        _told(f"Réglages : {main_file(folder)} (déjà là)", f"Settings: {main_file(folder)} (there already)")
        return
    owner = folder / "migrate.url"
    database = owner.read_text("utf-8").strip() if owner.exists() else None
    if database is None and given.ask:
        database = click.prompt(
            said(
                "Adresse de la base PostgreSQL, sous la connexion qui la possède (vide : un essai, base embarquée)",
                "Address of the PostgreSQL database, as whoever owns it (empty: a trial, embedded database)",
            ),
            default="",
            show_default=False,
            err=True,
        )
    house = given.answer("house", "Nom du certificateur", "Name of the certifier", "" if database else "Essai")
    if not database:
        about = InstallationSettings(data=Path(given.words["data"] or folder / "data"), house=house)
    else:
        about = InstallationSettings(
            data=Path(given.answer("data", "Dossier des données", "Folder of the data", str(DATA))),
            house=house,
            database=database,
            public_url=given.answer("public_url", "Adresse publique (https://…)", "Public address (https://…)"),
            email=given.answer(
                "email", "Adresse électronique de l'administrateur", "E-mail address of the administrator"
            ),
            trial=given.words["trial"],
        )
        given.words["email"] = about.email
    for file in filter(Path.is_file, write(folder, about)):
        _told(f"Écrit : {file}", f"Written: {file}")


def _databases(folder: Path, trial: Path | None) -> None:
    """Make the tables, or take over those of the trial; then the logins, if each process has its own."""
    real = for_real(folder)
    if trial and not real:
        raise misused(
            "Un essai se reprend dans une base PostgreSQL : --from-trial demande migrate.url.",
            "A trial goes on in a PostgreSQL database: --from-trial needs migrate.url.",
        )
    with under(folder / "migrate.env" if real else main_file(folder)) as settings, connect(settings) as server:
        if trial and not is_begun(server.dsn):
            _move(trial, settings, server)
        applied = len(server.migrate())
        _told(f"Migrations appliquées : {applied}", f"Migrations applied: {applied}")
        if real:
            make_logins(server, folder)
        if trial:
            first_run.take_over(server)
            _told("Connexions et mots de passe : prêts", "Logins and their passwords: ready")


def _move(trial: Path, settings: Settings, server: DatabaseServer) -> None:
    """Copy a trial's records into this installation, completely or not at all; raises TrialNeedsASuperuser."""
    first_run.refuse_unless_superuser(server)
    its = Settings(data=trial.absolute(), secret_key=kept_secret(trial / "keys" / "secret"))
    with TemporaryDirectory(dir=settings.data, prefix="trial-") as folder:
        with connect(its) as embedded:
            about = back_up(its, embedded, Path(folder) / "backup")
        key = backup_key(its.backup_key)
        brought_back(settings, server, Path(folder) / "backup", accept_loss=False, key=key, moved=True)
    _told(f"Repris de l'essai : {about.facts} faits", f"Brought over from the trial: {about.facts} facts")


def _certifications(acquis: App, given: InitAnswers, *, real: bool) -> None:
    """Publish the certifications named; then, until one is valid, those asked for, or the example for a trial."""
    named = given.words["certifications"]
    for name in named:
        _certify(acquis, given, name)
    while not (runs := first_run.admits(acquis)):
        if given.ask:
            _try_another(acquis, given)
        elif named:
            raise NothingRuns
        elif real:
            raise misused("Il manque --certification.", "--certification is missing.")
        else:
            _certify(acquis, given, EXAMPLE)
    for each in runs:
        until = day(each.registration.ends_on, language())
        _told(
            f"{each.code} v{each.version} court, jusqu'au {until}", f"{each.code} v{each.version} runs, until {until}"
        )


def _try_another(acquis: App, given: InitAnswers) -> None:
    """Ask for a certification and publish it; print what is wrong with it."""
    for line in _choices(acquis.clock.today()):
        click.echo(line, err=True)
    question = said("Laquelle (son nom, ou votre fichier)", "Which (its name, or a file of yours)")
    try:
        _certify(acquis, given, click.prompt(question, default=EXAMPLE, err=True))
    except Refused as refusal:
        click.echo(refusal.sentence(language()), err=True)
        for each in refusal.violations:
            _told(f"  {each.fr}", f"  {each.en}")
    except Trouble as trouble:
        click.echo(trouble.sentence(language()), err=True)
    except click.BadParameter as wrong:
        click.echo(wrong.message, err=True)


def _choices(today: date) -> Iterator[str]:
    """Yield the included certifications with their state, and what an ended one means."""
    yield said("Certifications livrées :", "Certifications that ship:")
    for file in SHEETS:
        definition = read(shipped(file))
        yield f"  {file.removesuffix('.yaml'):24}{definition.code}  {definition.title} : {_state(definition, today)}"
    yield said(
        "Une certification terminée se publie encore, pour qui la détient ou l'a commencée avant son terme ; une\n"
        "première candidature y est refusée. Les exemples sont inventés.",
        "A certification that ended is still published, for who holds it or began before its end; a first\n"
        "application to it is refused. The examples are made up.",
    )


def _state(definition: Definition, today: date) -> str:
    on = day(definition.registration.ends_on, language())
    if first_run.has_ended(definition, today):
        return said(f"terminée le {on}", f"ended on {on}")
    return said(f"court jusqu'au {on}", f"runs until {on}")


def _certify(acquis: App, given: InitAnswers, name: str) -> None:
    """Publish a certification with its rulebook and the openings of its routes."""
    definition = read(read_text(Path(name), *SHEETS))
    if first_run.has_ended(definition, acquis.clock.today()):
        state = _state(definition, acquis.clock.today())
        sentence = said(
            f"{definition.code} : {state}. Une première candidature y est refusée.",
            f"{definition.code}: {state}. A first application to it is refused.",
        )
        click.echo(sentence, err=True)
        if given.ask and not agreed("La publier quand même ?", "Publish it all the same?"):
            return
    ships = COMPANIONS.get(name.lower().removesuffix(".yaml"), (None, None))
    rules = None
    if not first_run.has_rulebook(acquis, definition.certifier):
        file = given.answer(
            "rulebook", "Règlement du certificateur (fichier)", "The certifier's rulebook (file)", ships[0]
        )
        rules = read_rulebook(read_text(Path(file), *RULEBOOKS))
    openings: tuple[RouteOpening, ...] = ()
    if waiting := ", ".join(first_run.waiting_routes(acquis, definition)):
        file = given.answer(
            "openings",
            f"La fiche laisse au certificateur comment on est évalué par {waiting} : fichier d'ouvertures (vide :"
            " plus tard)",
            f"The sheet leaves to the certifier how one is assessed by {waiting}: openings file (empty: later)",
            ships[1] or "",
        )
        openings = read_openings(read_text(Path(file), *OPENINGS), definition) if file else ()
    first_run.certify(acquis, first_run.Certifying(definition=definition, rules=rules, openings=openings))
    _told(f"Publiée : {definition.code} v{definition.version}", f"Published: {definition.code} v{definition.version}")


def _administrator(acquis: App, given: InitAnswers) -> dict[str, Any]:
    """Return an administrator who can sign in and make all other accounts."""
    if login := first_run.administrator(acquis):
        return {"login": login, "password": None}
    known = first_run.unused_login(acquis)
    email = given.answer(
        "email", "Adresse électronique de l'administrateur", "E-mail address of the administrator", known
    )
    name = given.answer("name", "Nom de l'administrateur", "Name of the administrator", email)
    login, password = first_run.give_account(acquis, name, email)
    return {"login": login, "password": password}


def _staffing(acquis: App, given: InitAnswers, *, begins: bool) -> None:
    """Declare that there is one registrar only, if stated; asked once, at the beginning."""
    if first_run.has_one_registrar(acquis) or not (begins or given.words["sole_registrar"]):
        return
    reason = given.answer(
        "sole_registrar",
        "Si un seul gestionnaire y travaille, dites pourquoi (vide : plusieurs, qui confirment à deux)",
        "If one registrar only works there, say why (empty: several, who confirm in pairs)",
        "",
    )
    if reason.strip():
        first_run.declare_one_registrar(acquis, reason)
        _told("Gestionnaire unique : déclaré", "One registrar only: declared")


def _end(folder: Path, answer: dict[str, Any]) -> Iterator[str]:
    """Yield who can sign in, and the next steps."""
    login, password = answer["login"], answer["password"]
    if password:
        yield said(
            f"Administrateur : {login}, mot de passe : {password}", f"Administrator: {login}, password: {password}"
        )
        yield said(
            "Il ne s'affichera plus : perdu avant la première connexion, relancez acquis init.",
            "It is not shown again: lost before the first signing in, run acquis init again.",
        )
    else:
        yield said(f"Administrateur : {login}", f"Administrator: {login}")
    if for_real(folder):
        yield said(
            f"Copiez hors de cette machine : {folder}/master et la clé des points de contrôle.",
            f"Copy away from this machine: {folder}/master and the key of the checkpoints.",
        )
    else:
        yield said("Pour le servir :", "To serve it:") + f" (set -a; . {main_file(folder)}; acquis serve)"


def _told(french: str, english: str) -> None:
    click.echo(said(french, english), err=True)
