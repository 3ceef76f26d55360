"""Settings of the installation: every ACQUIS_* environment variable, read once.

A setting is one line of `Settings`: its name (the variable is ACQUIS_ and the name in capitals), its kind of value,
its default, and the sentence that `deploy/docs/reference.md` shows. Each may also be given as a file named by
ACQUIS_<NAME>_FILE, since containers receive secrets as files.
"""

# ruff: noqa: RUF009  (`setting` makes a dataclass field, as `field` does)
from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from environs import EnvError, FileAwareEnv
from marshmallow.validate import Length, Range, Regexp
from psycopg2 import ProgrammingError
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.disk import flush_folder
from adapters.log.note import VerifierKey
from adapters.trouble import Trouble
from domain.ports import NOBODY, Role

PREFIX = "ACQUIS_"
IN_ADDRESS = re.compile(r"//[^/@\s]+@")
"""The user and the password in an address."""
MIB = 1024 * 1024
MOST_IN_S3 = 4 * 1024 * MIB
"""The largest file in an object store: it accepts 5 GiB in one request, and encryption adds a little."""


class SettingError(Trouble):
    """An environment variable holds an invalid value. The sentence names the variable."""


def _database_url(value: Any) -> str:
    """Check the form of a PostgreSQL address; `doctor` checks whether the server answers."""
    if not re.match(r"postgres(ql)?://", value):
        raise ValueError(value)
    try:
        parse_dsn(value)
    except ProgrammingError as error:
        raise ValueError(value) from error
    return str(value)


def _master_key(value: Any) -> str:
    """Check a master key: 32 bytes in base64."""
    try:
        whole = len(base64.b64decode(value, validate=True)) == 32  # noqa: PLR2004  (bytes of AES-256)
    except binascii.Error:
        whole = False
    if not whole:
        raise ValueError("not 32 bytes in base64")
    return str(value)


def _origin(value: Any) -> str:
    """Check an origin: a scheme and a host, and perhaps a port, without path, user or query."""
    if not re.fullmatch(r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?/?", value, re.ASCII):
        raise ValueError(value)
    return str(value).removesuffix("/").lower()


def _hosts(value: Any) -> tuple[str, ...]:
    """Parse the names of hosts, separated by commas."""
    names = tuple(each.strip().lower() for each in value.split(",") if each.strip())
    if not all(re.fullmatch(r"[\w.-]+|\[[0-9a-f:.]+\]", each, re.ASCII) for each in names):
        raise ValueError(value)
    return names


def _listens(value: Any) -> str:
    """Check a numeric address of this machine with a port."""
    host, _, port = value.rpartition(":")
    ip_address(host.strip("[]"))
    if not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII):
        raise ValueError(value)
    return str(value)


def _roles(value: Any) -> tuple[str, ...]:
    """Parse roles of people, separated by commas."""
    given = tuple(word for word in re.split(r"[\s,]+", value) if word)
    if not set(given) <= {role.value for role in Role if role not in NOBODY}:
        raise ValueError(value)
    return given


def _verifier_key(value: Any) -> str:
    """Check a verifier key, `name+id+key`."""
    return str(VerifierKey.parse(value))


@dataclass(frozen=True)
class SettingKind:
    """A kind of value: the parser of `environs`, and a phrase in both languages that describes a valid value."""

    read: str
    must: str
    doit: str
    checks: dict[str, Any] = field(default_factory=dict)


def written(must: str, doit: str, form: str, flags: re.RegexFlag = re.NOFLAG) -> SettingKind:
    """Return the kind of texts that fully match this regular expression."""
    return SettingKind("str", must, doit, {"validate": Regexp(rf"(?:{form})\Z", flags)})


FOLDER = SettingKind("path", "the path of a folder", "le chemin d'un dossier")
TEXT = SettingKind("str", "a word", "un mot")
PREFIXING = written(
    "like a folder/ that ends with a slash",
    "comme un dossier/ qui finit par une barre oblique",
    r"([A-Za-z0-9_-][A-Za-z0-9._-]*/)+",
)
ONE_LINE = written("a name on one line", "un nom sur une ligne", r"[^\r\n]{1,80}")
YES_NO = SettingKind("bool", "true or false", "true ou false")
DAY = SettingKind("date", "a day written YYYY-MM-DD", "un jour écrit AAAA-MM-JJ")
SHORTEST_SECRET = 32  # characters
SECRET = SettingKind(
    "str",
    "a secret of 32 characters or more",
    "un secret d'au moins 32 caractères",
    {"validate": Length(min=SHORTEST_SECRET)},
)
MASTER_KEY = SettingKind("master_key", "32 bytes in base64", "32 octets en base64")
FILE = SettingKind("path", "the path of a file", "le chemin d'un fichier")
HTTP = written("an address like https://host/path", "une adresse comme https://hote/chemin", r"https?://[^/\s]+.*")
ORIGIN = SettingKind(
    "origin", "an address like https://host, without a path", "une adresse comme https://hote, sans chemin"
)
HOSTS = SettingKind("hosts", "names of hosts separated by commas", "des noms d'hôtes séparés par des virgules")
CONTACT = written(  # as in security.txt
    "an address like mailto:somebody@host or https://host/path",
    "une adresse comme mailto:quelqu-un@hote ou https://hote/chemin",
    r"(?:https://[^/\s]+|mailto:[^@\s]+@)[\x21-\x7e]+",
)
MAIL = written(
    "an address like smtps://user:password@host:465 (smtp: STARTTLS; smtp+plain: no TLS)",
    "une adresse comme smtps://utilisateur:motdepasse@hote:465 (smtp : STARTTLS ; smtp+plain : sans TLS)",
    r"smtp(s|\+plain)?://([^/@\s]+@)?[^/@\s]+/?",
)
NATS = written(
    "an address like nats://host:4222 or tls://user:password@host:4222",
    "une adresse comme nats://hote:4222 ou tls://utilisateur:motdepasse@hote:4222",
    r"(?:nats|tls)://(?:[^/@\s]+@)?[^/@\s]+",
)
LISTENS = SettingKind("listens", "an address like 127.0.0.1:9464", "une adresse comme 127.0.0.1:9464")
SENDER = written("an e-mail address", "une adresse électronique", r"[^@\s<>]+@[^@\s<>]+")
ROLES = SettingKind("roles", "roles separated by commas", "des rôles séparés par des virgules")
SCANNER = written(
    "an address like unix:///run/clamav/clamd.ctl or tcp://host:3310",
    "une adresse comme unix:///run/clamav/clamd.ctl ou tcp://hote:3310",
    r"unix:///\S+|tcp://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}",
    re.ASCII,
)
VERIFIER_KEY = SettingKind(
    "verifier_key", "a C2SP verifier key, name+id+key", "une clé de vérification C2SP, nom+id+clé"
)
POSTGRESQL = SettingKind(
    "postgresql",
    "an address like postgresql://user@host:5432/database",
    "une adresse comme postgresql://utilisateur@hote:5432/base",
)


def whole(low: int, high: int) -> SettingKind:
    """Return the kind of whole numbers between two bounds, both included."""
    return SettingKind(
        "int",
        f"a whole number from {low} to {high}",
        f"un nombre entier de {low} à {high}",
        {"validate": Range(min=low, max=high)},
    )


def setting(kind: SettingKind, default: Any, about: str, *, secret: bool = False) -> Any:
    """Declare one setting of `Settings`."""
    return field(default=default, repr=not secret, metadata={"kind": kind, "about": about, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one process, with their defaults."""

    data: Path = setting(FOLDER, Path("var"), "Folder of the embedded database, evidence, keys and checkpoints.")
    database_url: str | None = setting(
        POSTGRESQL, None, "PostgreSQL server to use; when unset, an embedded one in the data folder."
    )
    keys_database_url: str | None = setting(
        POSTGRESQL,
        None,
        "Database of the keys of personal data; when unset, one beside the other, named `<it>_keys`; required in "
        "production.",
    )
    replica_url: str | None = setting(
        POSTGRESQL,
        None,
        "A server that follows the other (read replica): reports are read there while it answers, decisions never.",
    )
    master_key: str = setting(
        MASTER_KEY,
        "",
        "Wraps the keys of personal data; when unset, made in the data folder while nothing is sealed, never in "
        "place of a lost one; required in production.",
        secret=True,
    )
    secret_key: str = setting(
        SECRET, "", "Signs sessions and forms; when unset, made once in the data folder.", secret=True
    )
    production: bool = setting(YES_NO, default=False, about="Refuses what only a trial or a demonstration may use.")
    public_url: str | None = setting(
        ORIGIN,
        None,
        "Where people reach it, like `https://acquis.example`: for links, and the name that it answers to.",
    )
    hosts: tuple[str, ...] = setting(
        HOSTS,
        (),
        "Further names that it answers to, separated by commas; while this and `ACQUIS_PUBLIC_URL` are unset, any.",
    )
    house: str = setting(ONE_LINE, "", "The certifier's name, at the head of each page.")
    demonstration: Path | None = setting(
        FILE, None, "People of a demonstration, whom any visitor becomes in one click; refused in production."
    )
    words: Path | None = setting(
        FOLDER, None, "A folder with `fr.po` and `en.po`: the certifier's own words, laid over ours."
    )
    proxies: int = setting(
        whole(0, 10), 0, "How many proxies stand before it, whose `X-Forwarded-For` and `-Proto` are believed."
    )
    files_url: str | None = setting(
        ORIGIN, None, "Another name of this installation, like `https://files.example`, that hands out evidence only."
    )
    security_contact: str | None = setting(
        CONTACT,
        None,
        "Contact for vulnerability reports, as `mailto:…` or `https://…`, published in `/.well-known/security.txt`.",
    )
    clock: date | None = setting(DAY, None, "The day it is taken to be; refused in production.")
    deadlines: bool = setting(
        YES_NO, default=True, about="Whether `acquis serve` also runs the deadlines, daily; false where a timer does."
    )
    smtp_url: str | None = setting(
        MAIL,
        None,
        "Server that takes the mail; when unset, letters are put into the data folder, `mail/`.",
        secret=True,
    )
    mail_from: str = setting(SENDER, "acquis@localhost.invalid", "Address that letters come from.")
    sign_up: bool = setting(
        YES_NO, default=False, about="Whether candidates may sign up by themselves, with an address that they prove."
    )
    second_factor: tuple[str, ...] = setting(
        ROLES,
        (),
        "Roles that sign in to the pages with a second factor only, separated by commas; administrators always do.",
    )
    max_upload_bytes: int = setting(whole(1, 2**40), 200 * MIB, "Largest piece of evidence accepted, in bytes.")
    sender_mib: int = setting(
        whole(1, 2**20), 1024, "Most that one sender may have on its way at once, in MiB; one file alone always may."
    )
    free_mib: int = setting(
        whole(0, 2**30),
        512,
        "Room that stays free on the disk of the data folder, in MiB; with less, no file comes in (`storage-full`).",
    )
    s3_bucket: str | None = setting(
        TEXT,
        None,
        "Bucket of an object store where evidence is kept (needs the extra `s3`); when unset, the data folder.",
    )
    s3_url: str | None = setting(
        HTTP,
        None,
        "Address of that store; when unset, Amazon's own of the region. It must know `If-None-Match` and let us "
        "list: `acquis doctor` asks it.",
    )
    s3_region: str | None = setting(TEXT, None, "Region of that store, where it has one.")
    s3_prefix: str = setting(PREFIXING, "", "What all names in the bucket begin with, like `acquis/`.")
    s3_access_key: str = setting(TEXT, "", "Names us to that store; when unset, what the machine itself is given.")
    s3_secret_key: str = setting(TEXT, "", "The secret access key.", secret=True)
    clamd_url: str | None = setting(
        SCANNER,
        None,
        "Virus scanner (clamd), like `unix:///run/clamav/clamd.ctl` or `tcp://host:3310`; none when unset.",
    )
    clamd_mib: int = setting(
        whole(1, 4000), 25, "Largest file that the scanner looks at whole, in MiB; what is larger is refused."
    )
    pool_size: int | None = setting(
        whole(1, 200),
        None,
        "Most database connections that one worker opens; when unset, 2 to 5, what its login has room for (ADR 49).",
    )
    checkpoints: Path | None = setting(
        FOLDER, None, "Folder of checkpoints, better on another disk; when unset, one in the data folder."
    )
    checkpoint_key_file: Path | None = setting(
        FILE, None, "Private key that signs checkpoints; when unset, `keys/checkpoint.key` in the data folder."
    )
    backup_key_file: Path | None = setting(
        FILE,
        None,
        "Private key that signs backups; when unset, `keys/backup.key` in the data folder, made when lacking.",
    )
    witness_url: str | None = setting(HTTP, None, "Witness that each checkpoint is sent to (C2SP tlog-witness).")
    witness_key: str | None = setting(
        VERIFIER_KEY, None, "Key of the witness, under which its signatures are kept with the checkpoint."
    )
    oidc_providers: Path | None = setting(
        FILE,
        None,
        "Identity providers that people may come from, a TOML file (`deploy/OIDC.md`); none when unset.",
    )
    webhooks_inside: bool = setting(
        YES_NO,
        default=False,
        about="Whether webhooks may stand on this machine or in a private network, and be without TLS there.",
    )
    nats_url: str | None = setting(
        NATS, None, "NATS server with JetStream that the feed may be sent to, like `nats://host:4222`.", secret=True
    )
    metrics: str | None = setting(
        LISTENS,
        None,
        "Where `acquis metrics` listens for Prometheus, like `127.0.0.1:9464`; when unset, nothing is counted.",
    )
    metrics_token: str = setting(
        SECRET,
        "",
        "What Prometheus shows to be answered; required where others than this machine reach it.",
        secret=True,
    )
    tsa_url: str | None = setting(HTTP, None, "Time-stamping authority that stamps each checkpoint (RFC 3161).")

    @property
    def checkpoint_folder(self) -> Path:
        """The folder of checkpoints, their verifier keys and the register of erasures."""
        return self.checkpoints or self.data / "checkpoints"

    @property
    def checkpoint_key(self) -> Path:
        """The file of the private key that signs checkpoints."""
        return self.checkpoint_key_file or self.data / "keys" / "checkpoint.key"

    @property
    def backup_key(self) -> Path:
        """The file of the private key that signs backups."""
        return self.backup_key_file or self.data / "keys" / "backup.key"

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment; `SettingError` names the first variable that is wrong.

        Without a secret key in the settings, the key in the data folder is used, which is generated the first time.
        """
        env = FileAwareEnv(prefix=PREFIX, strip_whitespace=True)
        env.add_parser("postgresql", _database_url)
        env.add_parser("master_key", _master_key)
        env.add_parser("origin", _origin)
        env.add_parser("hosts", _hosts)
        env.add_parser("verifier_key", _verifier_key)
        env.add_parser("roles", _roles)
        env.add_parser("listens", _listens)
        values = {each.name: _read(env, each.name, each.default, each.metadata) for each in fields(cls)}
        if values["production"] and values["clock"]:
            raise SettingError(
                "ACQUIS_CLOCK must be unset in production: decisions bear the true day.",
                "ACQUIS_CLOCK ne doit pas être défini en production : les décisions portent le vrai jour.",
            )
        if values["production"] and values["demonstration"]:
            raise SettingError(
                "ACQUIS_DEMONSTRATION must be unset in production: any visitor acts as whoever it names.",
                "ACQUIS_DEMONSTRATION ne doit pas être défini en production : tout visiteur agirait à la place "
                "des personnes qui y sont nommées.",
            )
        _check_addresses(values)
        _check_object_store(values)
        _check_metrics(values)
        paths = ("data", "checkpoints", "checkpoint_key_file", "backup_key_file")
        for name in (*paths, "oidc_providers", "words", "demonstration"):
            values[name] = values[name] and _absolute(values[name])
        values["secret_key"] = values["secret_key"] or kept_secret(values["data"] / "keys" / "secret")
        return cls(**values)

    def masked(self) -> dict[str, str]:
        """Return each setting's value for `acquis doctor`, without secrets and passwords."""
        return {each.name: _shown(getattr(self, each.name), each.metadata) for each in fields(self)}

    @classmethod
    def described(cls) -> dict[str, str]:
        """Return each environment variable with its description."""
        return {PREFIX + each.name.upper(): each.metadata["about"] for each in fields(cls)}


def _check_object_store(values: dict[str, Any]) -> None:
    if bool(values["s3_access_key"]) != bool(values["s3_secret_key"]):
        raise SettingError(
            "ACQUIS_S3_ACCESS_KEY and ACQUIS_S3_SECRET_KEY go together: give both, or neither.",
            "ACQUIS_S3_ACCESS_KEY et ACQUIS_S3_SECRET_KEY vont ensemble : donnez les deux, ou aucune.",
        )
    if values["s3_bucket"] and values["max_upload_bytes"] > MOST_IN_S3:
        raise SettingError(
            "ACQUIS_MAX_UPLOAD_BYTES is at most 4 GiB where evidence is kept in an object store.",
            "ACQUIS_MAX_UPLOAD_BYTES est d'au plus 4 Gio quand les preuves sont dans un stockage d'objets.",
        )


def _check_metrics(values: dict[str, Any]) -> None:
    """Raise SettingError if metrics can be reached from other machines without a token."""
    if not values["metrics"] or values["metrics_token"]:
        return
    if not ip_address(values["metrics"].rpartition(":")[0].strip("[]")).is_loopback:
        raise SettingError(
            "ACQUIS_METRICS_TOKEN must be set where ACQUIS_METRICS is no address of this machine alone (127.0.0.1).",
            "ACQUIS_METRICS_TOKEN doit être défini quand ACQUIS_METRICS n'est pas une adresse de cette seule machine "
            "(127.0.0.1).",
        )


def kept_secret(path: Path, made: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
    """Return the secret stored in `path` (0600); generate it the first time, once for concurrent processes.

    Raises SettingError for an emptied or truncated file: anybody could sign with an empty secret.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(made())
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike a rename, a link never replaces a secret that another process made
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        flush_folder(path.parent)
    kept = path.read_text().strip()
    if len(kept) < SHORTEST_SECRET:
        raise SettingError(
            f"{path} no longer holds a whole secret: put back a copy of it.",
            f"{path} ne contient plus un secret entier : remettez-en une copie.",
        )
    return kept


def _check_addresses(values: dict[str, Any]) -> None:
    """Raise SettingError if links need a public URL in production and none is set, or if files share it.

    Without a public URL, links would contain the host name of the request, which an attacker can choose.
    """
    leads = values["smtp_url"] or values["oidc_providers"]
    if values["production"] and leads and not values["public_url"]:
        raise SettingError(
            "ACQUIS_PUBLIC_URL must be set in production where mail is sent, or people come from another site to "
            "sign in: links begin with it.",
            "ACQUIS_PUBLIC_URL doit être définie en production quand du courrier part, ou qu'on vient d'ailleurs "
            "se connecter : les liens commencent par elle.",
        )
    if values["files_url"] and values["files_url"] == values["public_url"]:
        raise SettingError(
            "ACQUIS_FILES_URL must be another name than ACQUIS_PUBLIC_URL: nothing but files is under it.",
            "ACQUIS_FILES_URL doit être un autre nom qu'ACQUIS_PUBLIC_URL : il n'y a que des fichiers sous ce nom.",
        )


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  (resolve() would follow links)


def _read(env: FileAwareEnv, name: str, default: Any, metadata: Any) -> Any:
    variable, kind = PREFIX + name.upper(), metadata["kind"]
    if not any(os.environ.get(given) for given in (variable, variable + "_FILE")):
        return default  # compose files write an unset variable as an empty one
    try:
        return getattr(env, kind.read)(name.upper(), default, **kind.checks)
    except (EnvError, ValueError, OSError) as error:
        if file := os.environ.get(variable + "_FILE"):
            raise SettingError(
                f"{variable}_FILE must name a readable file that holds {kind.must}: {file!r} does not.",
                f"{variable}_FILE doit nommer un fichier lisible qui contient {kind.doit} : {file!r} ne l'est pas.",
            ) from error
        hidden = metadata["secret"] or kind is POSTGRESQL  # an address may hold a password
        given = "" if hidden else repr(os.environ[variable])
        raise SettingError(
            f"{variable} must be {kind.must}{given and f', not {given}'}.",
            f"{variable} doit être {kind.doit}{given and f', et non {given}'}.",
        ) from error


def _shown(value: Any, metadata: Any) -> str:
    if value is None or value in ("", ()):
        return "(unset)"
    if isinstance(value, tuple):
        return ", ".join(value)
    if metadata["secret"]:
        return "(set)"
    return _without_password(value) if metadata["kind"] is POSTGRESQL else IN_ADDRESS.sub("//***@", str(value))


def _without_password(dsn: str) -> str:
    """Return a connection string in keyword form, with its passwords replaced by stars."""
    parts = parse_dsn(dsn)
    return str(make_dsn(**{key: "***" if "password" in key else value for key, value in parts.items()}))
