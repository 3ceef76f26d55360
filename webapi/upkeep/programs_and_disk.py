"""Alarms about the programs next to the web server, the mail server, and the database server's durability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.alarm import Alarm
from adapters.operations.heartbeats import Program, silent
from webapi.wiring import App

REQUIRED: Final[tuple[Program, ...]] = ("mail", "worker")
"""The programs without which an installation in production is incomplete; a timer may run the deadlines instead."""
SILENT: Final[dict[Program, Alarm]] = {
    "mail": Alarm(
        slug="mail-silent",
        fr="Le programme qui envoie les lettres ne donne plus signe de vie : voyez acquis-mail et son journal.",
        en="The program that sends letters gives no sign of life: see acquis-mail and its log.",
        urgent=True,
    ),
    "worker": Alarm(
        slug="worker-silent",
        fr="Le programme qui vérifie les fichiers ne donne plus signe de vie : voyez acquis-worker et son journal.",
        en="The program that checks files gives no sign of life: see acquis-worker and its log.",
        urgent=True,
    ),
    "deadlines": Alarm(
        slug="deadlines-silent",
        fr="Le programme qui traite les échéances ne donne plus signe de vie : voyez le journal d'acquis serve.",
        en="The program that acts upon deadlines gives no sign of life: see the log of acquis serve.",
        urgent=True,
    ),
}
DURABLE: Final = ("fsync", "full_page_writes")
PROMISES: Final = "select name, setting from pg_settings where name = any (%s)"


def programs(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm for each program that has died or hangs."""
    for program in silent(acquis.database, REQUIRED if acquis.settings.production else ()):
        yield SILENT[program]


def mail_server(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm if, in production, letters go into a folder from which nobody sends them."""
    if acquis.settings.production and not acquis.settings.smtp_url:
        yield Alarm(
            slug="no-mail-server",
            fr="Aucun serveur de courrier n'est nommé (ACQUIS_SMTP_URL) : les lettres restent dans un dossier du "
            "serveur, et personne ne les reçoit.",
            en="No mail server is named (ACQUIS_SMTP_URL): letters stay in a folder of the server, and nobody gets "
            "them.",
        )


def disk_promises(acquis: App) -> Iterator[Alarm]:
    """Yield alarms if, in production, the server may lose acknowledged facts, or not notice a damaged page."""
    if not acquis.settings.production:
        return
    for database in (acquis.database, acquis.vault.database):
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PROMISES, ([*DURABLE, "data_checksums"],))
            off = {name for name, value in cursor.fetchall() if value == "off"}
            name = connection.info.dbname
        if lost := sorted(off.intersection(DURABLE)):
            listed = ", ".join(lost)
            yield Alarm(
                slug="fsync-off",
                fr=f"Le serveur de la base {name} peut perdre ce qu'il a confirmé ({listed} = off) : mettez-le à on.",
                en=f"The server of database {name} may lose what it confirmed ({listed} = off): set it to on.",
                urgent=True,
            )
        if "data_checksums" in off:
            yield Alarm(
                slug="checksums-off",
                fr=f"Le serveur de la base {name} ne vérifie pas ses pages (data_checksums = off) : arrêtez-le, puis "
                "pg_checksums --enable.",
                en=f"The server of database {name} does not check its pages (data_checksums = off): stop it, then "
                "pg_checksums --enable.",
            )
