"""A vault for tests and benches that need no whole house: the database's own keys, under a master key of zeros."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from adapters.database import beside
from adapters.database.pool import Database
from adapters.keys.erasures import Erasure, ErasureRegister
from adapters.keys.master_key import MasterKey
from adapters.keys.vault import KeyState, Vault
from domain.fact import Retention

NOWHERE = Path("/nonexistent")


def at_its_word(_: Erasure) -> bool:
    """Believes each line of a register, where there is no log: what convinces has tests of its own."""
    return True


def a_vault(dsn: str, register: Path = NOWHERE, master: bytes = bytes(32)) -> Vault:
    """The vault whose keys stand beside the database of this address."""
    return Vault(
        Database(beside(dsn), role="acquis_web", size=2), MasterKey(master), ErasureRegister(register, at_its_word)
    )


def gone(vault: Vault, person: UUID, retention: Retention) -> KeyState | None:
    """Why a person's data of this class cannot be read; None while their key is there."""
    return None if vault.present([(person, retention)]) else vault.unread(person, retention)
