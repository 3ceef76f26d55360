"""The verifier needs nothing but Python: as one file, as a module, as a command."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.verify import portable
from tests.given.log.packing import Packing, canonical
from tests.given.log.random_logs import Signer, leaf
from tests.given.log.second_opinion import mth, path
from tests.given.slow import slow_case
from webapi.cli.main import program

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("alone") / "acquis-verify.pyz"
    portable.write(file)
    return file


def run(alone: Path, *arguments: object, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Run the file with no package in reach: isolated, without site-packages, from another folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(alone), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=alone.parent,
        env={"LC_ALL": f"{language}.UTF-8", "PYTHONIOENCODING": "utf-8"},
    )


def test_the_one_file_verifies_the_demonstration(alone: Path, bag: Path, demonstration: Packing) -> None:
    ran = run(alone, bag, "--key", demonstration.signer.key, "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    said = json.loads(ran.stdout)
    assert said["sound"]
    assert said["opened"] == len(demonstration.opened)
    assert said["facts"] == len(demonstration.rows)


def test_the_one_file_names_what_is_wrong_in_both_languages(alone: Path, bag: Path) -> None:
    evidence = min((bag / "data/evidence").iterdir())
    evidence.write_bytes(b"another file")
    english, french = run(alone, bag), run(alone, bag, language="fr")
    assert english.returncode == french.returncode == 1
    assert "The file is not the piece of evidence that the fact describes." in english.stdout
    assert "Le fichier n'est pas la preuve que le fait décrit." in french.stdout


def test_misuse_is_told_apart_from_what_is_wrong(alone: Path, tmp_path: Path) -> None:
    assert run(alone, tmp_path / "nothing").returncode == 2
    assert run(alone).returncode == 2


def test_every_import_of_the_one_file_is_the_standard_library_s(alone: Path) -> None:
    everything = f"""
import sys
sys.path.insert(0, {str(alone)!r})
import adapters.verify.__main__, adapters.verify.rules
strangers = [
    name for name, module in sys.modules.items()
    if name.partition(".")[0] not in {{*sys.stdlib_module_names, "__main__", "adapters", "domain"}}
    and not name.startswith("_sysconfigdata_")  # made when Python was built; `zoneinfo` asks where its files are
]
outside = [
    name for name, module in sys.modules.items()
    if name.partition(".")[0] in {{"adapters", "domain"}} and not (module.__file__ or "").startswith({str(alone)!r})
]
print(strangers, outside)
"""
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", everything], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] []"


def test_the_one_file_is_the_same_bytes_each_time_and_holds_nothing_else(alone: Path, tmp_path: Path) -> None:
    portable.write(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == alone.read_bytes()
    names = zipfile.ZipFile(alone).namelist()
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} == {"__main__.py", "adapters", "domain"}
    assert {name for name in names if name.startswith("adapters/")} == {
        "adapters/__init__.py",
        *(f"adapters/verify/{each.name}" for each in (ROOT / "adapters/verify").glob("*.py")),
    }


def test_the_proof_is_one_file_of_the_standard_library() -> None:
    imported = (
        "import sys, runpy; runpy.run_path('adapters/verify/proof.py');"
        "print([name for name in sys.modules if name.partition('.')[0] in {'adapters', 'domain'}])"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", imported], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout.strip() == "[]"


def test_the_module_answers_as_the_one_file_does(bag: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "adapters.verify", str(bag), "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert json.loads(ran.stdout)["sound"]


# The command, and receipts


def command(*arguments: object) -> tuple[int, str]:
    ran = CliRunner().invoke(program, ["verify", *map(str, arguments)], env={"LC_ALL": "fr_FR.UTF-8"})
    return ran.exit_code, ran.output


def test_the_command_verifies_and_writes_the_one_file(bag: Path, alone: Path, tmp_path: Path) -> None:
    code, output = command(bag)
    assert code == 0
    assert "Rien n'est faux." in output
    (bag / "data/opened.ndjson").unlink()
    assert command(bag)[0] == 1
    assert command(bag / "nothing")[0] == 2
    assert command()[0] == 2
    assert command("--write-zipapp", tmp_path / "v.pyz")[0] == 0
    assert (tmp_path / "v.pyz").read_bytes() == alone.read_bytes()


@pytest.mark.parametrize("encoding", ["cp1252", slow_case("latin-1")])
@pytest.mark.parametrize("way", ["file", "module", "command"])
def test_a_terminal_that_lacks_a_sign_gets_the_whole_report_all_the_same(
    alone: Path, bag: Path, way: str, encoding: str
) -> None:
    min((bag / "data/evidence").iterdir()).write_bytes(b"another file")
    program = {
        "file": ["-S", str(alone)],  # not -I, under which Python does not look at its environment
        "module": ["-m", "adapters.verify"],
        "command": ["-m", "webapi.cli.main", "verify"],
    }[way]
    ran = subprocess.run(
        [sys.executable, *program, str(bag)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"LC_ALL": "fr_FR.UTF-8", "PYTHONIOENCODING": encoding},
    )
    printed = ran.stdout.decode(encoding)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert r"\u2717 changed-evidence" in printed
    assert "Le fichier n'est pas la preuve que le fait décrit." in printed
    assert "Anomalies : " in printed.splitlines()[-1]


@pytest.fixture
def receipt(demonstration: Packing) -> dict[str, Any]:
    """What a person was given for the fact of index 100."""
    hashes = [leaf(row.line) for row in demonstration.rows]
    root = mth(hashes)
    return {
        "format": "acquis-receipt/1",
        "log": demonstration.log,
        "line": demonstration.rows[100].line.decode(),
        "index": 100,
        "size": len(hashes),
        "proof": [base64.b64encode(step).decode() for step in path(100, hashes)],
        "checkpoint": demonstration.signer.note(len(hashes), root, origin=demonstration.signer.name).decode(),
        "key": demonstration.signer.key,
    }


def test_a_receipt_proves_its_fact(receipt: dict[str, Any], alone: Path, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(canonical(receipt))
    assert command("--receipt", file)[0] == 0
    assert command("--receipt", file, "--key", receipt["key"])[0] == 0
    assert run(alone, file).returncode == 0
    assert command("--receipt", file, tmp_path)[0] == 2


@pytest.mark.parametrize(
    ("lie", "kind"),
    [
        ({"index": 101}, "bad-proof"),
        ({"size": 3}, "bad-proof"),
        ({"proof": []}, "bad-proof"),
        ({"log": "another"}, "other-log"),
        ({"key": "x+y+z"}, "unknown-format"),
        ({"format": "acquis-receipt/2"}, "unknown-format"),
        ({"line": "{}"}, "unknown-format"),
        ({"index": True}, "unknown-format"),
        ({"checkpoint": "no note"}, "unknown-format"),
    ],
)
def test_a_false_receipt_is_named(receipt: dict[str, Any], tmp_path: Path, lie: dict[str, Any], kind: str) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(canonical(receipt | lie))
    code, output = command("--receipt", file, "--json")
    assert code == 1
    assert kind in {each["kind"] for each in json.loads(output)["findings"]}


def test_a_receipt_of_another_fact_signed_by_a_stranger_or_bent_is_named(
    receipt: dict[str, Any], tmp_path: Path, demonstration: Packing
) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(canonical(receipt | {"line": demonstration.rows[99].line.decode()}))
    assert "bad-proof" in command("--receipt", file, "--json")[1]
    file.write_bytes(canonical(receipt | {"checkpoint": receipt["checkpoint"].replace("\n\n", "\nextension\n\n")}))
    assert "bad-signature" in command("--receipt", file, "--json")[1]


def test_an_older_checkpoint_beside_a_receipt_is_held_against_it_or_said_to_be_unproved(
    receipt: dict[str, Any], tmp_path: Path, demonstration: Packing
) -> None:
    file, known, name = tmp_path / "receipt.json", tmp_path / "older.note", demonstration.signer.name
    file.write_bytes(canonical(receipt))
    for size, root, kind in (
        (receipt["size"], bytes(32), "inconsistent-checkpoint"),
        (receipt["size"] - 1, bytes(32), "unproved-checkpoint"),
        (receipt["size"] + 1, bytes(32), "unproved-checkpoint"),
    ):
        known.write_bytes(demonstration.signer.note(size, root, origin=name))
        code, output = command("--receipt", file, "--json", "--checkpoint", known)
        assert code == 1
        assert [each["kind"] for each in json.loads(output)["findings"]] == [kind]
    known.write_bytes(receipt["checkpoint"].encode())
    assert command("--receipt", file, "--checkpoint", known)[0] == 0


def test_a_receipt_says_which_fact_of_which_day_about_what(
    receipt: dict[str, Any], tmp_path: Path, demonstration: Packing
) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(canonical(receipt | {"person": "<b>anybody</b>"}))
    fact = json.loads(demonstration.rows[100].line)
    code, output = command("--receipt", file)
    assert code == 0
    assert f"{fact['type']}, le {json.loads(fact['body'])['on']}, objet {fact['stream']}" in output
    assert "anybody" not in output


def test_a_receipt_is_a_file_in_both_forms_of_the_command(receipt: dict[str, Any], alone: Path, bag: Path) -> None:
    file = bag.parent / "receipt.json"
    file.write_bytes(canonical(receipt))
    assert run(alone, "--receipt", file).returncode == 0
    for ways in ((), ("--receipt", file, file), ("--receipt", bag), ("--receipt", bag.parent / "nothing")):
        assert run(alone, *ways).returncode == 2
    assert command("--receipt", bag)[0] == 2
    file.write_bytes(b"[" * 100_000)
    assert run(alone, "--receipt", file).returncode == 1


def test_a_receipt_carries_the_endorsement_of_the_key_that_signed_it(
    receipt: dict[str, Any], tmp_path: Path, demonstration: Packing
) -> None:
    old = Signer(seed=b"old " * 8, name=demonstration.signer.name)
    file = tmp_path / "receipt.json"
    file.write_bytes(canonical(receipt | {"endorsed": [old.endorse(demonstration.signer.key).decode()]}))
    assert command("--receipt", file, "--key", old.key)[0] == 0
    assert command("--receipt", file, "--key", demonstration.signer.key)[0] == 0
    file.write_bytes(canonical(receipt))
    code, output = command("--receipt", file, "--key", old.key)
    assert code == 1
    assert "obtenez-la par une autre voie" in output


def test_a_receipt_is_followed_offline_through_however_many_rotations(
    receipt: dict[str, Any], tmp_path: Path, demonstration: Packing
) -> None:
    before = [Signer(seed=bytes([n]) * 32, name=demonstration.signer.name) for n in range(1, 18)]
    chain = {new.id: old.endorse(new.key).decode() for old, new in pairwise([*before, demonstration.signer])}
    file = tmp_path / "receipt.json"
    file.write_bytes(canonical(receipt | {"endorsed": [chain[each] for each in sorted(chain)]}))  # as they are packed
    assert len(chain) == 17
    for trusted in (before[0], before[-1], demonstration.signer):
        assert command("--receipt", file, "--key", trusted.key)[0] == 0
