"""Settings files of an installation, which `acquis init` writes once and never overwrites.

A folder holds an environment file for each process (`web.env`…), as systemd and a shell read it, and one file for
each secret that they name. Only their owner can read them. If root owns them, the account of one duty can also read
each; no account can read the files that open the database as its owner.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2.extensions import encrypt_password, make_dsn, parse_dsn, quote_ident

from adapters.database import DatabaseServer, beside
from adapters.keys.erasures import NAME as ERASURES
from adapters.keys.master_key import kept
from adapters.log.checkpoint import place
from adapters.settings import PREFIX, Settings, kept_secret
from adapters.trouble import Trouble

ROLES: Final = Path(__file__).parents[2] / "adapters" / "database" / "roles.sql"
ACCOUNT: Final = "acquis"
"""The account of the web and of the programs that use its login; the names of the other accounts begin with it."""
OTHER_DUTIES: Final = {"projector": "signer", "backup": "backup"}
"""The other duties, and the endings of their accounts' names (`acquis-…`); the projector signs checkpoints."""
LOGINS: Final = {"web": True, "worker": True, "projector": False, "backup": True, "witness": False}
"""The duties with a login (`acquis_…_login`), and whether it also opens the keys' database."""
ROOT_ONLY: Final = ("migrate.", "witness.")
"""The files that no service reads: the owner's login, and the login that is copied to the witness's host."""
OPEN_IN_A_SHELL: Final = frozenset('"$`\\\r\n')

OF_ALL: Final = """\
ACQUIS_PRODUCTION=true
ACQUIS_DATA={data}
ACQUIS_SECRET_KEY_FILE={folder}/{secret}
# The signer's folder, which the others read. On another disk: the same line in each file of this folder.
ACQUIS_CHECKPOINTS={checkpoints}
"""
BACKUP_KEY: Final = "ACQUIS_BACKUP_KEY_FILE={backup}/keys/backup.key\n"
KEY: Final = "# Nothing but the signer reads it.\nACQUIS_CHECKPOINT_KEY_FILE={signer}/keys/checkpoint.key\n"
MASTER: Final = "ACQUIS_MASTER_KEY_FILE={folder}/master\n"
LOG: Final = "ACQUIS_DATABASE_URL_FILE={folder}/{whose}.url\n"
KEYS: Final = "ACQUIS_KEYS_DATABASE_URL_FILE={folder}/{whose}-keys.url\n"
PRODUCTION: Final = {
    "web": """\
# Acquis: pages, API, and who acts at a terminal; the worker, mail and timers read it too, and then worker.env.
# Every setting: deploy/docs/reference.md.
ACQUIS_HOUSE="{house}"
ACQUIS_PUBLIC_URL={public_url}
ACQUIS_PROXIES=1
ACQUIS_SECURITY_CONTACT=mailto:{email}
"""
    + OF_ALL
    + KEY
    + MASTER
    + LOG
    + KEYS
    + """\
# A mail server (its address in a file, as it holds a password); until then letters wait in mail/ of the data.
#ACQUIS_SMTP_URL_FILE={folder}/smtp.url
#ACQUIS_MAIL_FROM=acquis@acquis.example
# Evidence under a name of its own, as deploy/nginx/acquis.conf has it.
#ACQUIS_FILES_URL=https://files.example
# A virus scanner, set as deploy/clamav/clamd.conf says.
#ACQUIS_CLAMD_URL=unix:///run/clamav/clamd.ctl
#ACQUIS_CLAMD_MIB=200
# How many processes serve; unset, two a processor, eight at most.
#ACQUIS_WORKERS=4
""",
    "worker": "# Acquis: the login of the worker, mail and timers. All their other settings are in web.env.\n"
    + LOG
    + KEYS,
    "projector": "# Acquis: the projector, which also signs checkpoints.\n" + OF_ALL + LOG,
    "backup": "# Acquis: acquis backup, under a login that only reads.\n" + OF_ALL + BACKUP_KEY + LOG + KEYS,
    "migrate": "# Acquis: migrate, restore, master-key: under the login that owns. No service may read this.\n"
    + OF_ALL
    + KEY
    + BACKUP_KEY
    + MASTER
    + """\
ACQUIS_DATABASE_URL="{log_url}"
ACQUIS_KEYS_DATABASE_URL="{keys_url}"
""",
}
"""The files of a production installation, and their content."""
TRIAL: Final = """\
# Acquis, for a trial: everything is in the data folder, database and keys too.
ACQUIS_DATA={data}
ACQUIS_HOUSE="{house}"
"""


@dataclass(frozen=True, kw_only=True)
class InstallationSettings:
    """The answers from which the settings of an installation are written.

    `database` is the address of its PostgreSQL database under the owner's login, None for a trial on an embedded one.
    `trial` is the data folder of a trial whose keys are kept.
    """

    data: Path
    house: str
    database: str | None = None
    public_url: str = ""
    email: str = ""
    trial: Path | None = None


def is_written(folder: Path) -> bool:
    """Return whether the settings exist, by the file that is written last."""
    return any(file.exists() for file in (folder / "web.env", folder / "trial.env"))


def for_real(folder: Path) -> bool:
    """Return whether the settings are those of a production installation."""
    return (folder / "web.env").exists()


def main_file(folder: Path) -> Path:
    """Return the file that commands at a terminal read."""
    return folder / ("web.env" if for_real(folder) else "trial.env")


def write(folder: Path, wanted: InstallationSettings) -> list[Path]:
    """Write the missing files, `web.env` or `trial.env` last; return the files written.

    Raises SettingsCannotBeWritten for a value that no environment file can hold.
    """
    given = {"folder": folder, "data": wanted.data, "house": wanted.house}
    given |= {"public_url": wanted.public_url, "email": wanted.email}
    for name, value in given.items():
        if OPEN_IN_A_SHELL & set(str(value)) or (name != "house" and " " in str(value)):
            raise SettingsCannotBeWritten(str(value))
    before = {*folder.glob("*")}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if wanted.database is None:
        _once(folder / "trial.env", TRIAL.format(**given))
    else:
        if wanted.trial:
            _bring_keys(wanted.trial / "keys", folder, signer_folder(wanted.data) / "keys")
        kept(folder / "master")
        given |= {
            "log_url": _address(parse_dsn(wanted.database)),
            "keys_url": _address(parse_dsn(beside(wanted.database))),
        }
        given |= {"checkpoints": checkpoint_folder(wanted.data), "signer": signer_folder(wanted.data)}
        given |= {"backup": backup_folder(wanted.data)}
        for whose, text in sorted(PRODUCTION.items()):  # web.env is last: it marks the end
            secret = f"{whose}.secret" if whose in OTHER_DUTIES else "secret"
            kept_secret(folder / secret)
            own = {"data": signer_folder(wanted.data)} if whose == "projector" else {}
            _once(folder / f"{whose}.env", text.format(**given | own, whose=whose, secret=secret))
    return sorted({*folder.glob("*")} - before)


def checkpoint_folder(data: Path) -> Path:
    """Return the folder of the checkpoints, next to the data: the signer writes it, the web reads it."""
    return data.with_name(f"{data.name}-checkpoints")


def backup_folder(data: Path) -> Path:
    """Return the folder of the backup's account, next to the data: it holds the key that signs backups."""
    return data.with_name(f"{data.name}-backup")


def signer_folder(data: Path) -> Path:
    """Return the folder of the signer, next to the data: nothing but the signer reads it."""
    return data.with_name(f"{data.name}-signer")


@dataclass(frozen=True, kw_only=True)
class ServiceAccounts:
    """The accounts of an installation's services, one per duty; `web` also serves the programs with its login."""

    web: pwd.struct_passwd
    projector: pwd.struct_passwd
    backup: pwd.struct_passwd

    @classmethod
    def named(cls, account: str, **others: str | None) -> ServiceAccounts:
        """Return the accounts of these names; by default the others begin with the first. Raises NoSuchAccount."""
        names = {duty: others.get(duty) or f"{account}-{ending}" for duty, ending in OTHER_DUTIES.items()}
        return cls(web=_account(account), **{duty: _account(name) for duty, name in names.items()})

    def reader(self, file: Path) -> pwd.struct_passwd:
        """Return the one account that reads a file of the settings folder, by the beginning of its name."""
        duty = file.name.partition(".")[0].removesuffix("-keys")
        found: pwd.struct_passwd = getattr(self, duty) if duty in OTHER_DUTIES else self.web
        return found


def hand_over(folder: Path, settings: Settings, accounts: ServiceAccounts) -> None:
    """Let each account read its own settings and secrets, and own its own data; called as root.

    The signer alone writes into the folder of the checkpoints, but for the register of erasures, which the web
    adds to.
    """
    os.chown(folder, 0, 0)
    folder.chmod(0o711)
    for path in folder.iterdir():
        if not path.name.startswith(ROOT_ONLY):
            os.chown(path, 0, accounts.reader(path).pw_gid)
            path.chmod(0o640)
    signs, copies = settings.checkpoint_key.parent.parent, backup_folder(settings.data)
    copies.mkdir(mode=0o700, exist_ok=True)
    for root, its in ((settings.data, accounts.web), (signs, accounts.projector), (copies, accounts.backup)):
        for path in (root, *root.rglob("*")):
            os.chown(path, its.pw_uid, its.pw_gid, follow_symlinks=False)
    signs.chmod(0o700)
    _hand_over_checkpoints(settings.checkpoint_folder, accounts)


def _hand_over_checkpoints(folder: Path, accounts: ServiceAccounts) -> None:
    folder.mkdir(exist_ok=True)
    register = folder / ERASURES
    register.touch(mode=0o600)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, accounts.projector.pw_uid, accounts.web.pw_gid, follow_symlinks=False)
        path.chmod(0o2750 if path.is_dir() else 0o640)
    # the signer reads how long the register is, and in a ceremony of keys mends its last line
    os.chown(register, accounts.web.pw_uid, accounts.projector.pw_gid)
    register.chmod(0o660)


def _account(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise NoSuchAccount(name) from error


@contextmanager
def under(file: Path) -> Iterator[Settings]:
    """Set the environment of the block, and of the processes that it starts, to a file's settings and no others."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(PREFIX):
            del os.environ[name]
    os.environ.update(read(file))
    try:
        yield Settings.from_environment()
    finally:
        os.environ.clear()
        os.environ.update(before)


def read(file: Path) -> dict[str, str]:
    """Return the variables of an environment file, as a shell would read them."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    words = (shlex.split(line)[0].partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in words}


def make_logins(server: DatabaseServer, folder: Path) -> None:
    """Make the logins of roles.sql in both databases, as their owner, and a random password for each without one.

    The address of a login is written before its password is set, so that an interrupted run can be repeated.
    """
    for dsn in (server.dsn, server.keys_dsn):
        _run(dsn, ROLES.read_text("utf-8"))
    for whose, has_keys in LOGINS.items():
        login, at = f"acquis_{whose}_login", folder / f"{whose}.url"
        parts = parse_dsn(server.dsn) | {"user": login, "password": secrets.token_hex(24)}
        new = _once(at, _address(parts))
        own = parse_dsn(at.read_text("utf-8").strip())
        if has_keys:
            keys = {**parse_dsn(server.keys_dsn), "user": login, "password": own["password"]}
            _once(folder / f"{whose}-keys.url", _address(keys))
        if new or not _answers(own):
            _set_password(server.dsn, login, own["password"])


class SettingsCannotBeWritten(Trouble):
    """A value with characters that systemd or a shell would interpret in an environment file."""

    def __init__(self, value: str) -> None:
        super().__init__(
            f"{value!r}: no quotation mark, dollar, backslash or line break; spaces in the certifier's name only.",
            f"{value!r} : ni guillemet droit, ni dollar, ni barre oblique inverse, ni retour à la ligne ; des espaces"
            " dans le nom du certificateur seulement.",
        )


class NoSuchAccount(Trouble):
    """A service's account that does not exist on this machine."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"There is no account {account} on this machine: useradd --system {account}.",
            f"Il n'y a pas de compte {account} sur cette machine : useradd --system {account}.",
        )


class KeysOfATrialMissing(Trouble):
    """A data folder without the keys of its trial, which alone can read what the trial sealed."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is not there: give the data folder of the trial.",
            f"{file} n'existe pas : donnez le dossier de données de l'essai.",
        )


def _bring_keys(of_trial: Path, folder: Path, keys: Path) -> None:
    for source, target in (
        (of_trial / "master.key", folder / "master"),
        (of_trial / "secret", folder / "secret"),
        (of_trial / "checkpoint.key", keys / "checkpoint.key"),
    ):
        if not source.exists():
            raise KeysOfATrialMissing(source)
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        place(target, source.read_bytes(), 0o600)


def _once(file: Path, text: str) -> bool:
    """Write a file unless it exists; return whether it was written."""
    if file.exists():
        return False
    place(file, text.encode() if text.endswith("\n") else f"{text}\n".encode(), 0o600)
    return True


def _address(parts: Mapping[str, str]) -> str:
    """Return the URL of a PostgreSQL database from the parts that `parse_dsn` gave."""
    rest = {name: value for name, value in parts.items() if name not in {"user", "password", "dbname"}}
    who = ":".join(quote(parts[name], safe="") for name in ("user", "password") if name in parts)
    query = f"?{urlencode(rest)}" if rest else ""
    return f"postgresql://{who}{'@' if who else ''}/{quote(parts.get('dbname', ''), safe='')}{query}"


def _answers(parts: Mapping[str, str]) -> bool:
    try:
        psycopg2.connect(make_dsn(**parts), connect_timeout=10).close()
    except psycopg2.OperationalError:
        return False
    return True


def _set_password(dsn: str, login: str, password: str) -> None:
    """Set a password by its digest, so that a server that logs statements logs no password."""
    with psycopg2.connect(dsn, connect_timeout=10) as connection, connection.cursor() as cursor:
        digest = encrypt_password(password, login, connection, "scram-sha-256")
        cursor.execute(f"alter role {quote_ident(login, connection)} password %s", [digest])
    connection.close()


def _run(dsn: str, statements: str) -> None:
    with psycopg2.connect(dsn, connect_timeout=10) as connection, connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()
