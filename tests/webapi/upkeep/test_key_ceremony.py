"""The whole ceremony (ADR 10), and what an auditor finds with the key of before and of after: bags and receipts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from adapters.bag.receipt import Receipts
from adapters.bag.scope import Covered
from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, CheckpointFolderEmpty, origin_of
from adapters.log.note import Signer
from adapters.log.tree import Tree
from adapters.settings import Settings
from adapters.verify.report import VerificationReport
from adapters.verify.verifier import verify
from domain.organisation.facts import ExportScope
from domain.organisation.organisation import Organisation
from domain.ports import OPERATOR
from tests.given.log.packing import seal
from tests.given.servers.databases import as_url
from webapi.cli.main import program
from webapi.demonstration.story import BEGINS, Story
from webapi.explain.audit_export import hand_over
from webapi.intent import Intent
from webapi.signing import checkpoint_key as checkpoints
from webapi.signing.checkpoint_key import Checkpointing, make_ready
from webapi.wiring import App, assemble
from webapi.wsgi import may_start

FILED = "select position from log.event where type = 'ValidationFileSubmitted' order by position limit 1"
APPEND = "select log.append(%s::uuid, %s::uuid[], %s::bigint[], %s, %s)"
VERSION = "select max(version) from log.event where stream = %s"


@dataclass
class Kept:
    """A log with a candidacy, whose key is made, rotated and lost; what an auditor and a candidate took home."""

    acquis: App
    story: Story
    projecting: Database
    aside: Path
    keys: dict[str, str] = field(default_factory=dict)

    def checkpoint(self) -> None:
        Checkpointing(self.acquis.settings, self.projecting)()

    @property
    def folder(self) -> CheckpointFolder:
        return CheckpointFolder(self.acquis.settings.checkpoint_folder)

    def newest(self) -> Path:
        """The newest note, as somebody took it away."""
        newest = self.folder.newest()
        assert newest is not None
        path = self.aside / f"taken-{newest.size}.note"
        path.write_text(str(newest), "utf-8")
        return path

    def taken(self, stage: str) -> dict[str, Path]:
        """A whole bag, a candidacy's, and a receipt of a fact from before any change of key."""
        whole, part, receipt = (self.aside / f"{stage}-{name}" for name in ("whole", "part", "receipt.json"))
        candidacy = Covered(scope=ExportScope.CANDIDACY, subject=self.story.candidacies[0])
        hand_over(self.acquis, Covered(scope=ExportScope.ALL), Intent(actor=OPERATOR), whole)
        hand_over(self.acquis, candidacy, Intent(actor=OPERATOR), part)
        with self.projecting.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FILED)
            ((position,),) = cursor.fetchall()
        made = Receipts(database=self.acquis.database, checkpoints=self.folder).of(position)
        receipt.write_text(json.dumps(made), "utf-8")
        return {"whole": whole, "candidacy": part, "receipt": receipt}


@pytest.fixture(scope="module")
def kept(settings_of_town: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    server, clock = DatabaseServer(str(settings_of_town.database_url)), FixedClock(BEGINS)
    opened = assemble(settings_of_town, server, clock)
    with closing(opened), closing(server.open("acquis_projector", 2)) as projecting:
        made = Kept(opened, Story(opened, clock), projecting, tmp_path_factory.mktemp("taken"))
        made.keys["first"] = str(checkpoints.create(opened))
        made.story.play()
        made.checkpoint()
        yield made


@pytest.fixture(scope="module")
def rotated(kept: Kept) -> dict[str, Path]:
    older = kept.newest()
    kept.keys["second"] = str(checkpoints.rotate(kept.acquis))
    kept.checkpoint()
    hand_over(kept.acquis, Covered(scope=ExportScope.ALL), Intent(actor=OPERATOR), kept.aside / "between")
    kept.checkpoint()
    return kept.taken("rotated") | {"older": older}


@pytest.fixture(scope="module")
def lost(kept: Kept, rotated: dict[str, Path]) -> dict[str, Path]:
    del rotated
    kept.acquis.settings.checkpoint_key.unlink()
    kept.keys["third"] = str(checkpoints.replace_lost(kept.acquis))
    kept.checkpoint()
    return kept.taken("lost")


@pytest.mark.parametrize("trusted", ["first", "second"])
@pytest.mark.parametrize("what", ["whole", "candidacy", "receipt"])
def test_after_a_rotation_the_old_key_and_the_new_one_both_lead_to_all(
    kept: Kept, rotated: dict[str, Path], what: str, trusted: str
) -> None:
    older = [] if what == "receipt" else [rotated["older"]]
    report = verify(rotated[what], kept.keys[trusted], older)
    assert report.findings == []
    if what != "receipt":
        why = {each["key"]: each["why"] for each in report.as_json()["keys"]}
        other, reason = ("second", "endorsed") if trusted == "first" else ("first", "replaced")
        assert why == {kept.keys[trusted]: "given", kept.keys[other]: reason}


@pytest.mark.parametrize("what", ["whole", "candidacy", "receipt"])
def test_after_a_loss_the_new_key_leads_to_all_and_an_old_one_to_a_plain_sentence(
    kept: Kept, lost: dict[str, Path], what: str
) -> None:
    assert verify(lost[what], kept.keys["third"]).findings == []
    for trusted in ("first", "second"):
        report = verify(lost[what], kept.keys[trusted])
        assert {each.kind for each in report.findings} == {"unknown-key"}
        for language, sentence in (("fr", "obtenez-la par une autre voie"), ("en", "by another way than this bag")):
            assert any(sentence in line and "--key" in line for line in report.lines(language))
        if what != "receipt":
            assert [str(key) for key in report.unvouched] == [kept.keys["third"]]


def test_a_replaced_key_that_somebody_kept_signs_nothing_more(
    kept: Kept, rotated: dict[str, Path], tmp_path: Path
) -> None:
    """Whoever kept the private key of before signs the newest root themselves."""
    settings, bag = kept.acquis.settings, Path(shutil.copytree(rotated["whole"], tmp_path / "bag"))
    (retired,) = settings.checkpoint_key.parent.glob(f"*.{kept.keys['first'].split('+')[1]}.retired")
    old = Signer.parse(retired.read_text("utf-8"))
    newest = max((bag / "data/checkpoints").iterdir())
    text = newest.read_text("utf-8").partition("\n\n")[0] + "\n"
    newest.write_text(f"{text}\n{old.sign(text)}\n", "utf-8")
    seal(bag)
    for trusted in ("first", "second"):
        (found,) = verify(bag, kept.keys[trusted]).findings
        assert (found.kind, found.file) == ("retired-key", f"data/checkpoints/{newest.name}")


# A hostile web login


def appended(server: DatabaseServer, body: dict[str, Any]) -> None:
    """Append an endorsement as acquis_web may."""
    keeper = Organisation.keeper()
    said = {"as": "operator", "by": None, "on": "2022-06-30", "request": None} | body
    with closing(server.open("acquis_web", 1)) as web, web.connection() as connection:
        cursor = connection.cursor()
        cursor.execute(VERSION, (keeper,))
        ((version,),) = cursor.fetchall()
        given = [str(uuid4()), [str(keeper)], [version + 1], ["CheckpointKeyEndorsed"], [json.dumps(said)]]
        cursor.execute(APPEND, given)


def environment(settings: Settings) -> dict[str, str]:
    return {
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_SECRET_KEY": settings.secret_key,
        "LANG": "en_GB.UTF-8",
    }


def run(settings: Settings, *arguments: str) -> tuple[int, Any]:
    done = CliRunner().invoke(program, [*arguments, "--json"], env=environment(settings))
    return done.exit_code, json.loads(done.stdout)


def verified(kept: Kept, out: Path) -> VerificationReport:
    hand_over(kept.acquis, Covered(scope=ExportScope.ALL), Intent(actor=OPERATOR), out)
    return verify(out, kept.keys["third"])


@pytest.mark.usefixtures("lost")
def test_a_stranger_s_key_in_the_log_makes_nobody_trusted_and_stops_nothing(kept: Kept, tmp_path: Path) -> None:
    settings, name = kept.acquis.settings, origin_of(Tree(kept.projecting))
    stranger = Signer.generate(name)
    appended(kept.acquis.server, {"key": str(stranger.key), "replaces": kept.keys["third"], "occasion": "loss"})
    make_ready(settings, kept.acquis.server)
    kept.checkpoint()
    report = verified(kept, tmp_path / "bag")
    assert report.findings == []
    assert [str(key) for key in report.unvouched] == [str(stranger.key)]
    code, said = run(settings, "doctor", "--before-start")
    assert code == 0
    assert said["state"]["keys_nobody_vouches_for"] == [str(stranger.key)]
    assert any(str(stranger.key) in line for line in said["late"])
    unreadable = kept.folder.keys_path / "00000000.vkey"
    unreadable.write_text("no key", "utf-8")
    code, said = run(settings, "doctor", "--before-start")
    assert (code, str(unreadable) in " ".join(said["wrong"])) == (1, True)
    assert said["state"]["keys_nobody_vouches_for"] == [*kept.keys.values(), str(stranger.key)]
    unreadable.unlink()
    code, said = run(settings, "checkpoint-key", "show")
    assert said["keys"] == [*kept.keys.values(), str(stranger.key)]
    assert said["kept"] == list(kept.keys.values())

    aside = settings.checkpoint_key.rename(settings.checkpoint_key.with_name("aside"))
    replaced = checkpoints.replace_lost(kept.acquis)
    with kept.projecting.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select body::json ->> 'replaces' from log.event where body like %s", (f'%"key":"{replaced}"%',)
        )
        assert cursor.fetchall() == [(kept.keys["third"],)]
    kept.keys["third"] = str(replaced)
    aside.unlink()


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("body", [{"key": "junk", "replaces": None, "occasion": "loss"}])
def test_invalid_key_in_the_log_is_reported_and_stops_nothing(
    kept: Kept, tmp_path: Path, body: dict[str, Any]
) -> None:
    appended(kept.acquis.server, body)
    make_ready(kept.acquis.settings, kept.acquis.server)
    kept.checkpoint()
    found = verified(kept, tmp_path / "bag").findings
    assert {(each.kind, each.detail) for each in found} == {("unlawful-decision", "not-a-checkpoint-key")}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": 5, "replaces": [], "occasion": "never"},
        {"key": "\ud800+00000000+AbpmC2F6ntSwYF+azPHgEs7ifLaSNgr0Wm3YPidqphv3", "replaces": None, "occasion": "loss"},
    ],
)
def test_a_broken_endorsement_stops_neither_a_start_nor_a_checkpoint(
    settings: Settings, body: dict[str, Any]
) -> None:
    server = DatabaseServer(str(settings.database_url))
    make_ready(settings, server)
    appended(server, body)
    make_ready(settings, server)
    with closing(server.open("acquis_projector", 2)) as projecting:
        Checkpointing(settings, projecting)()
    newest = CheckpointFolder(settings.checkpoint_folder).newest()
    assert newest is not None
    assert newest.size == 2  # the broken one is signed for too


# The folder


def test_a_first_start_that_was_killed_before_its_first_checkpoint_starts(settings: Settings) -> None:
    server = DatabaseServer(str(settings.database_url))
    make_ready(settings, server)
    with closing(server.open("acquis_projector", 2)) as projecting:
        assert CheckpointFolder(settings.checkpoint_folder).newest() is None
        make_ready(settings, server)
        Checkpointing(settings, projecting)()
        assert CheckpointFolder(settings.checkpoint_folder).newest() is not None


def test_an_emptied_folder_starts_nothing_until_somebody_says_that_it_is_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = DatabaseServer(str(settings.database_url))
    make_ready(settings, server)
    code, said = run(settings, "checkpoint-key", "begin-anew")
    assert (code, said["type"]) == (1, "checkpoint-folder-in-use")
    with closing(server.open("acquis_projector", 2)) as projecting:
        Checkpointing(settings, projecting)()
        shutil.rmtree(settings.checkpoint_folder)
        for refused in (lambda: make_ready(settings, server), Checkpointing(settings, projecting)):
            with pytest.raises(CheckpointFolderEmpty, match=settings.checkpoint_folder.name):
                refused()
        for language in ("fr", "en"):
            assert "acquis checkpoint-key begin-anew" in CheckpointFolderEmpty.sentence(language)
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit, match="begin-anew"):
            may_start()  # gunicorn
        code, said = run(settings, "doctor", "--before-start")
        assert code == 1
        assert any("begin-anew" in line for line in said["wrong"])
        assert not list(settings.checkpoint_folder.rglob("*.note"))
        code, said = run(settings, "checkpoint-key", "begin-anew")
        assert code == 0
        told = json.loads(Path(said["file"]).read_text("utf-8"))
        tree = Tree(projecting)
        assert (told["log"], told["size"]) == (origin_of(tree), tree.size())
        make_ready(settings, server)
        Checkpointing(settings, projecting)()
        assert CheckpointFolder(settings.checkpoint_folder).newest() is not None
