"""A vault for tests and benches without an application: keys in the database, under a master key of zeros."""

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
    """Accept each line of a register, without a log; the proofs have tests of their own."""
    return True


def a_vault(dsn: str, register: Path = NOWHERE, master: bytes = bytes(32)) -> Vault:
    """Return the vault whose keys are in the database next to this one."""
    return Vault(
        Database(beside(dsn), role="acquis_web", size=2), MasterKey(master), ErasureRegister(register, at_its_word)
    )


def gone(vault: Vault, person: UUID, retention: Retention) -> KeyState | None:
    """Return why a person's data of this class cannot be read; None while their key exists."""
    return None if vault.present([(person, retention)]) else vault.unread(person, retention)
