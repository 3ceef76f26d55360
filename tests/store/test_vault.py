"""A personal field opens with its person's key, at its own place, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from adapters.database.pool import Database
from adapters.vault import Place, Vault
from domain.fact import Retention
from webapi.wiring import House

WHO = UUID("00000000-0000-4000-8000-000000000001")
HERE = Place(append_id=uuid4(), n=0, stream=uuid4(), type="Registered", version=1, field="name")


def test_what_is_sealed_opens_in_another_process(house: House, database_url: str) -> None:
    sealed = house.vault.seal(b"Alix", WHO, Retention.IDENTITY, HERE)
    elsewhere = Database(database_url, role="acquis_web")
    assert Vault(elsewhere).open(sealed, WHO, Retention.IDENTITY, HERE) == b"Alix"
    elsewhere.close()


@pytest.mark.parametrize(
    "moved",
    [
        replace(HERE, append_id=uuid4()),
        replace(HERE, n=1),
        replace(HERE, stream=uuid4()),
        replace(HERE, type="RoleGranted"),
        replace(HERE, version=2),
        replace(HERE, field="email"),
    ],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(house: House, moved: Place) -> None:
    sealed = house.vault.seal(b"Alix", WHO, Retention.IDENTITY, HERE)
    assert house.vault.open(sealed, WHO, Retention.IDENTITY, moved) is None


def test_each_person_and_each_class_has_a_key_of_its_own(house: House) -> None:
    other = uuid4()
    house.vault.seal(b"x", other, Retention.IDENTITY, HERE)
    house.vault.seal(b"x", WHO, Retention.PAPERS, HERE)
    sealed = house.vault.seal(b"Alix", WHO, Retention.IDENTITY, HERE)
    assert house.vault.open(sealed, other, Retention.IDENTITY, HERE) is None
    assert house.vault.open(sealed, WHO, Retention.PAPERS, HERE) is None


def test_without_its_key_a_field_reads_as_erased(house: House, database_url: str) -> None:
    sealed = house.vault.seal(b"Alix", WHO, Retention.IDENTITY, HERE)
    owner = Database(database_url)
    with owner.connection() as connection, connection.cursor() as cursor:
        cursor.execute("delete from vault.key where person = %s", (WHO,))
    assert Vault(owner).open(sealed, WHO, Retention.IDENTITY, HERE) is None
    owner.close()


def test_the_same_text_is_never_sealed_to_the_same_bytes(house: House) -> None:
    seals = {house.vault.seal(b"Alix", WHO, Retention.IDENTITY, HERE) for _ in range(20)}
    assert len(seals) == 20


def test_many_keys_are_fetched_in_one_question(house: House, database_url: str) -> None:
    people = [uuid4() for _ in range(5)]
    sealed = {who: house.vault.seal(b"x", who, Retention.IDENTITY, HERE) for who in people}
    database = Database(database_url, role="acquis_web")
    fresh = Vault(database)
    fresh.prepare((who, Retention.IDENTITY) for who in people)
    database.close()  # nothing more is asked
    assert all(fresh.open(sealed[who], who, Retention.IDENTITY, HERE) == b"x" for who in people)
