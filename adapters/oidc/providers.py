"""Settings of the identity providers: a TOML file, named by ACQUIS_OIDC_PROVIDERS, with one table per provider.

[france-connect]
title = "FranceConnect"
issuer = "https://…"
client_id = "…"
client_secret_file = "/run/secrets/france-connect"
acr = ["eidas2", "eidas3"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.settings import SettingError

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""The accepted algorithms of an ID token's signature, for which only the provider has the key (no shared secret)."""
AUTHENTICATIONS: Final = ("client_secret_basic", "client_secret_post", "none")
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
NAME: Final = re.compile("[a-z0-9-]{1,40}")
VARIABLE: Final = "ACQUIS_OIDC_PROVIDERS"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An identity provider, with our client registration at it.

    `acr`: the accepted levels of assurance, any if empty; `second_factor`: whether signing in there counts as both
    factors here; `inside`: whether it may answer at an address of a private network.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = ""
    authentication: str = ""
    scopes: tuple[str, ...] = ("openid",)
    acr: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ALGORITHMS
    second_factor: bool = False
    inside: bool = False

    def __repr__(self) -> str:
        """Return a representation without the secret."""
        return f"Provider({self.name}, {self.issuer})"

    @property
    def authenticates_by(self) -> str:
        """The method of authentication at the provider's token endpoint."""
        return self.authentication or ("client_secret_basic" if self.client_secret else "none")


KEYS: Final = frozenset(each.name for each in fields(Provider)) - {"name"} | {"client_secret_file"}


def read_providers(path: Path | None) -> dict[str, Provider]:
    """Return the providers of a file, by name, in its order; raises SettingError with what is wrong and where."""
    if path is None:
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(
            f"{VARIABLE} must name a readable TOML file.", f"{VARIABLE} doit nommer un fichier TOML lisible."
        ) from error
    return {name: _provider(name, table) for name, table in tables.items()}


def _provider(name: str, table: Any) -> Provider:
    wrong = next(_faults(name, table), None)
    if wrong is not None:
        raise SettingError(f"{VARIABLE}: [{name}]: {wrong[0]}.", f"{VARIABLE} : [{name}] : {wrong[1]}.")
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    if file := given.pop("client_secret_file", None):
        try:
            given["client_secret"] = Path(file).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingError(
                f"{VARIABLE}: [{name}]: client_secret_file cannot be read.",
                f"{VARIABLE} : [{name}] : client_secret_file ne peut être lu.",
            ) from error
    return Provider(name=name, **given)


def _faults(name: str, table: Any) -> Iterator[tuple[str, str]]:
    """Yield the faults of a table, in English and in French."""
    if not NAME.fullmatch(name) or not isinstance(table, dict):
        yield "a provider's name has a-z, 0-9 and - only", "le nom d'un fournisseur ne compte que a-z, 0-9 et -"
        return
    yield from (("an unknown key", "une clé inconnue") for key in table if key not in KEYS)
    for key in ("title", "issuer", "client_id"):
        if not table.get(key):
            yield f"{key} is missing", f"{key} manque"
    for key, value in table.items():
        if not RIGHT.get(key, _text)(value):
            yield f"{key} is not what it must be", f"{key} n'est pas ce qu'il faut"


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each and " " not in each for each in value)


def _file(value: Any) -> bool:
    return isinstance(value, str) and Path(value).is_file()


RIGHT: Final[dict[str, Callable[[Any], bool]]] = {
    "issuer": lambda value: _text(value) and is_safe(value) and not urlsplit(value).query,
    "scopes": lambda value: _texts(value) and "openid" in value,
    "acr": _texts,
    "algorithms": lambda value: _texts(value) and bool(value) and set(value) <= set(ALGORITHMS),
    "authentication": lambda value: value in AUTHENTICATIONS,
    "second_factor": lambda value: isinstance(value, bool),
    "inside": lambda value: isinstance(value, bool),
    "client_secret_file": _file,
}
"""The check of each key's value; by default the value must be a text."""


def is_safe(address: str) -> bool:
    """Return whether an address is encrypted in transit, or stays on this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    return (
        bool(parts.hostname) and (parts.scheme == "https" or plain) and address.isprintable() and " " not in address
    )


def is_of_this_machine(address: str) -> bool:
    """Return whether an address stays on this machine."""
    return urlsplit(address).hostname in LOOPBACK
