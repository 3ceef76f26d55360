"""The ceremony of the key that signs checkpoints (ADR 10): made, changed, lost; what was signed stays valid."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.checkpoint_key import (
    CheckpointKeyMissing,
    CheckpointKeyNotEndorsed,
    CheckpointKeyPresent,
    CheckpointKeyUnreadable,
    draw_signer,
    endorsed,
)
from adapters.log.note import Checkpoint, SignedNote, Signer, VerifierKey
from adapters.log.recorder import LogRecorder
from adapters.log.tree import Tree
from adapters.settings import Settings
from adapters.verify.proof import continued
from domain.commands.people.register_person import RegisterPerson
from domain.organisation.organisation import NoKeyToReplace, Organisation
from domain.ports import OPERATOR, Role
from tests.given.log.notes import signed_by
from tests.given.servers.databases import as_url
from tests.given.webapi.town import FEBRUARY
from webapi.cli.main import program
from webapi.signing import checkpoint_key as checkpoints
from webapi.signing.checkpoint_key import Checkpointing, make_ready
from webapi.wiring import App, assemble

KEY_FACTS = """
select body::json ->> 'key', body::json ->> 'replaces', body::json ->> 'occasion' from log.event
 where stream = %s order by version
"""


@dataclass(frozen=True)
class Keeper:
    """A register keeper's house, and the projector's hands."""

    acquis: App
    projecting: Database
    folder: CheckpointFolder

    @property
    def settings(self) -> Settings:
        return self.acquis.settings

    @property
    def key_file(self) -> Path:
        return self.settings.checkpoint_key

    def checkpoint(self) -> Checkpoint:
        """Record something, and sign for it."""
        self.acquis.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR)
        LogRecorder(self.projecting).seal()
        Checkpointing(self.settings, self.projecting)()
        newest = self.folder.newest()
        assert newest is not None
        return newest

    def facts(self) -> list[tuple[str, str | None, str]]:
        """What the log says of keys: key, the one it replaces, occasion."""
        with self.projecting.connection() as connection, connection.cursor() as cursor:
            cursor.execute(KEY_FACTS, (Organisation.keeper(),))
            return cursor.fetchall()

    def run(self, *arguments: str) -> tuple[int, Any]:
        """Run `acquis checkpoint-key … --json`."""
        environment = {
            "ACQUIS_DATABASE_URL": as_url(str(self.settings.database_url)),
            "ACQUIS_DATA": str(self.settings.data),
            "ACQUIS_SECRET_KEY": self.settings.secret_key,
            "LANG": "en_GB.UTF-8",
        }
        done = CliRunner().invoke(program, ["checkpoint-key", *arguments, "--json"], env=environment)
        return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def keeper(settings: Settings) -> Iterator[Keeper]:
    server = DatabaseServer(str(settings.database_url))
    acquis = assemble(settings, server, FixedClock(FEBRUARY))
    with closing(server.open("acquis_projector", 2)) as projecting, closing(acquis):
        yield Keeper(acquis, projecting, CheckpointFolder(settings.checkpoint_folder))


def test_the_first_key_is_made_for_its_owner_only_and_vouched_for(keeper: Keeper) -> None:
    code, said = keeper.run("create")
    assert code == 0
    key = VerifierKey.parse(said["key"])
    assert key.name == origin_of(Tree(keeper.projecting))
    assert stat.S_IMODE(keeper.key_file.stat().st_mode) == 0o600
    assert keeper.folder.keys() == [key]
    assert keeper.facts() == [(str(key), None, "first")]
    assert signed_by(keeper.checkpoint().note, [key]) == [key]
    assert keeper.run("show")[1]["keys"] == [str(key)]


def test_a_key_is_never_overwritten(keeper: Keeper) -> None:
    keeper.run("create")
    before = keeper.key_file.read_bytes()
    for again in ("create", "replace-lost"):
        code, said = keeper.run(again)
        assert (code, said["type"]) == (1, "checkpoint-key-present")
    assert keeper.key_file.read_bytes() == before
    assert len(keeper.facts()) == 1


def test_a_create_that_was_killed_before_anybody_vouched_is_ended_by_the_next(keeper: Keeper) -> None:
    drawn = draw_signer(keeper.key_file, origin_of(Tree(keeper.projecting)))
    assert checkpoints.create(keeper.acquis) == drawn.key
    assert keeper.facts() == [(str(drawn.key), None, "first")]


def test_a_rotated_key_is_vouched_for_by_the_one_before_and_signs_without_a_restart(keeper: Keeper) -> None:
    old = VerifierKey.parse(keeper.run("create")[1]["key"])
    making = Checkpointing(keeper.settings, keeper.projecting)  # the projector's, made before the rotation
    first = keeper.checkpoint()
    code, said = keeper.run("rotate")
    new = VerifierKey.parse(said["key"])
    assert (code, new == old) == (0, False)
    assert keeper.facts()[1:] == [(str(new), str(old), "rotation")]
    endorsement = SignedNote.parse((keeper.folder.keys_path / f"{new.id.hex()}.endorsed").read_bytes())
    assert signed_by(endorsement, [old]) == [old]
    assert str(new) in endorsement.text.splitlines()
    LogRecorder(keeper.projecting).seal()
    making()
    second = keeper.folder.newest()
    assert second is not None
    assert second.size > first.size
    assert (signed_by(first.note, [old, new]), signed_by(second.note, [old, new])) == ([old], [new])
    retired = keeper.key_file.with_name(f"checkpoint.key.{old.id.hex()}.retired")
    assert Signer.parse(retired.read_text("utf-8")).key == old
    assert stat.S_IMODE(retired.stat().st_mode) == 0o600
    assert set(keeper.folder.keys()) == {old, new}


@pytest.mark.parametrize("killed_after", ["drawing", "vouching"])
def test_a_rotation_that_was_killed_half_way_is_ended_by_the_next(keeper: Keeper, killed_after: str) -> None:
    old = checkpoints.create(keeper.acquis)
    coming = keeper.key_file.with_name("checkpoint.key.next")
    drawn = draw_signer(coming, old.name)
    if killed_after == "vouching":
        before = keeper.key_file.read_bytes()
        checkpoints.rotate(keeper.acquis)
        keeper.key_file.rename(coming)
        keeper.key_file.write_bytes(before)
    assert checkpoints.rotate(keeper.acquis) == drawn.key
    assert [key for key, _, _ in keeper.facts()] == [str(old), str(drawn.key)]
    assert Signer.parse(keeper.key_file.read_text("utf-8")).key == drawn.key
    assert not coming.exists()


def test_88_a_lost_key_is_replaced_on_the_certifier_s_word_and_old_checkpoints_stay_valid(keeper: Keeper) -> None:
    old = checkpoints.create(keeper.acquis)
    signed = keeper.checkpoint()
    keeper.key_file.unlink()
    with pytest.raises(CheckpointKeyMissing):
        keeper.checkpoint()
    with pytest.raises(CheckpointKeyMissing, match=r"checkpoint\.key"):
        make_ready(keeper.settings, keeper.acquis.server)
    with pytest.raises(NoKeyToReplace):
        checkpoints.create(keeper.acquis)
    assert not keeper.key_file.exists()

    code, said = keeper.run("replace-lost")
    new = VerifierKey.parse(said["key"])
    assert code == 0
    assert keeper.facts()[1:] == [(str(new), str(old), "loss")]
    make_ready(keeper.settings, keeper.acquis.server)
    later = keeper.checkpoint()
    assert signed_by(later.note, [old, new]) == [new]
    kept = keeper.folder.keys()
    assert set(kept) == {old, new}
    assert next(keeper.folder.all()) == signed
    assert signed_by(signed.note, kept) == [old]
    proof = Tree(keeper.projecting).consistency(signed.size, later.size)
    assert continued(signed.size, later.size, proof, signed.root, later.root)


def test_a_replacement_that_was_killed_before_anybody_vouched_is_ended_by_the_next(keeper: Keeper) -> None:
    old = checkpoints.create(keeper.acquis)
    keeper.key_file.unlink()
    drawn = draw_signer(keeper.key_file, old.name)
    assert checkpoints.replace_lost(keeper.acquis) == drawn.key
    assert [occasion for _, _, occasion in keeper.facts()] == ["first", "loss"]


def test_lost_key_cannot_be_replaced_before_a_first_key_exists(keeper: Keeper) -> None:
    assert keeper.run("replace-lost")[1]["type"] == "checkpoint-key-missing"
    assert keeper.run("rotate")[1]["type"] == "checkpoint-key-missing"
    assert keeper.facts() == []


def test_a_key_that_nobody_vouched_for_signs_nothing_and_nothing_starts_with_it(keeper: Keeper) -> None:
    checkpoints.create(keeper.acquis)
    keeper.key_file.unlink()
    draw_signer(keeper.key_file, origin_of(Tree(keeper.projecting)))
    for refused in (
        keeper.checkpoint,
        lambda: make_ready(keeper.settings, keeper.acquis.server),
        lambda: checkpoints.rotate(keeper.acquis),
    ):
        with pytest.raises(CheckpointKeyNotEndorsed):
            refused()
    assert keeper.folder.newest() is None


@pytest.mark.parametrize(
    "content",
    ["", "PRIVATE+KEY+nonsense", Signer.generate("acquis/another").secret()],
    ids=["empty", "nonsense", "another log's"],
)
def test_a_file_that_is_not_this_log_s_key_is_refused(keeper: Keeper, content: str) -> None:
    checkpoints.create(keeper.acquis)
    keeper.key_file.write_text(content, "utf-8")
    for refused in (
        lambda: make_ready(keeper.settings, keeper.acquis.server),
        lambda: checkpoints.rotate(keeper.acquis),
        lambda: checkpoints.replace_lost(keeper.acquis),
    ):
        with pytest.raises(CheckpointKeyUnreadable):
            refused()
    assert keeper.key_file.read_text("utf-8") == content


def test_outside_production_the_first_start_makes_the_key_and_starts_together_make_one(keeper: Keeper) -> None:
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(make_ready, keeper.settings, keeper.acquis.server) for _ in range(3)]:
            done.result()
    ((key, replaces, occasion),) = keeper.facts()
    assert (replaces, occasion) == (None, "first")
    assert [str(each) for each in endorsed(keeper.projecting)] == [key]
    assert str(Signer.parse(keeper.key_file.read_text("utf-8")).key) == key


def test_in_production_nothing_starts_without_a_key_and_the_command_is_named(keeper: Keeper) -> None:
    real = replace(keeper.settings, production=True)
    with pytest.raises(CheckpointKeyMissing) as refusal:
        make_ready(real, keeper.acquis.server)
    for language in ("fr", "en"):
        assert "acquis checkpoint-key create" in refusal.value.sentence(language)
    assert keeper.facts() == []
    assert not keeper.key_file.exists()
    checkpoints.create(keeper.acquis)
    make_ready(real, keeper.acquis.server)


def test_the_refusals_are_sentences_in_both_languages() -> None:
    for refusal in (CheckpointKeyMissing, CheckpointKeyNotEndorsed, CheckpointKeyPresent, CheckpointKeyUnreadable):
        assert refusal.sentence("fr") != refusal.sentence("en")
        assert refusal.sentence("en").endswith(".")
