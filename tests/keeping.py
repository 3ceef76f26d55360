"""A vault for tests and benches that need no whole house: the database's own keys, under a master key of zeros."""

from __future__ import annotations

from pathlib import Path

from adapters.database import beside
from adapters.database.pool import Database
from adapters.erasures import ErasureRegister
from adapters.master_key import MasterKey
from adapters.vault import Vault

NOWHERE = Path("/nonexistent")


def a_vault(dsn: str, register: Path = NOWHERE, master: bytes = bytes(32)) -> Vault:
    """The vault whose keys stand beside the database of this address."""
    return Vault(Database(beside(dsn), role="acquis_web", size=2), MasterKey(master), ErasureRegister(register))
