"""Files that people write or bring: certifications, rulebooks, law and openings; notes, keys, bags and receipts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

from adapters.framework_file import FileFaults, read, read_law, read_openings, read_rulebook, shipped
from adapters.log.note import Checkpoint, MalformedNote, Signature, SignedNote, VerifierKey
from adapters.verify.bag import NoBag
from adapters.verify.verifier import verify
from tests.fuzz.target import Target
from tests.given.log.packing import Packing, Row, seal
from tests.given.log.random_logs import ORIGIN, RandomLog, Signer, leaf

MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of this run's own is made there)
NAMES = ("export.json", "facts.ndjson", "leaves.ndjson", "consistency.ndjson", "opened.ndjson", "withheld.ndjson",
         "erasures.ndjson", "checkpoints/000000000003.note", "checkpoints/000000000001.note", "receipt")  # fmt: skip
BODY = '{"as":"juror","on":"2022-05-02","session":"00000000-0000-4000-8000-000000000002"}'
PARTED = b"\x1e\x1e"


def of(reader: Callable[[str], object], *names: str) -> Target:
    """The reader of a file in YAML, as the one who opened the file decodes it."""

    def seeds() -> Iterable[bytes]:
        return [shipped(name).encode()[:3000] for name in names] + [shipped(name).encode() for name in names]

    return Target(reads=lambda data: reader(data.decode("utf-8", "replace")), declared=(FileFaults,), seeds=seeds)


def noted(data: bytes) -> None:
    """A note, a checkpoint, a signature and a key, each from the same bytes; what is read is written the same."""
    for parse in (SignedNote.parse, Checkpoint.parse, Signature.parse, VerifierKey.parse):
        try:
            parse(data.decode("utf-8", "surrogateescape"))
        except MalformedNote:
            continue
    assert str(SignedNote.parse(data)).encode() == data


def a_log(size: int = 3) -> Packing:
    made, signer = RandomLog.of(5), Signer(Random(1).randbytes(32))  # noqa: S311  (the same each time)
    facts = [replace(fact, body=BODY, type="CompetenceRuled") for fact in made.facts[:size]]
    rows = [Row(fact.line(), n, fact.position, leaf(fact.line())) for n, fact in enumerate(facts)]
    return Packing(log=ORIGIN.removeprefix("acquis/"), rows=rows, signer=signer, older=(1,))


def bags() -> Iterable[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        data = a_log().pack(Path(folder) / "bag") / "data"
        there = {name: data / name for name in NAMES if (data / name).exists()}
        yield PARTED.join(bytes([NAMES.index(name)]) + path.read_bytes() for name, path in there.items())


def receipts() -> Iterable[bytes]:
    log = a_log()
    note = log.signer.note(1, leaf(log.rows[0].line), origin=f"acquis/{log.log}")
    said = {"format": "acquis-receipt/1", "log": log.log, "line": log.rows[0].line.decode(), "proof": [], "size": 1}
    yield json.dumps(said | {"checkpoint": note.decode(), "index": 0, "key": log.signer.key, "endorsed": []}).encode()


def bagged(data: bytes) -> None:
    """A bag whose files are these, its manifests as they should be: so that what they hold is looked at."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        bag = Path(folder)
        (bag / "data" / "checkpoints").mkdir(parents=True)
        for part in data.split(PARTED)[: len(NAMES)]:
            if part:
                (bag / "data" / NAMES[part[0] % (len(NAMES) - 1)]).write_bytes(part[1:])
        (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        seal(bag)
        verify(bag)


def received(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=MEMORY if MEMORY.is_dir() else None) as file:
        file.write(data)
        file.flush()
        verify(Path(file.name))


TARGETS = {
    "certification": of(read, "rncp31936.yaml"),
    "rulebook": of(read_rulebook, "rulebook-imci-demonstration.yaml"),
    "law": of(read_law, "law-vae.yaml"),
    "openings": of(read_openings, "openings-rncp31936-demonstration.yaml"),
    "note": Target(reads=noted, declared=(MalformedNote,), seeds=lambda: [a_log().signer.note(3, bytes(32))]),
    "bag": Target(reads=bagged, declared=(NoBag,), seeds=bags),
    "receipt": Target(reads=received, declared=(NoBag,), seeds=receipts),
}
