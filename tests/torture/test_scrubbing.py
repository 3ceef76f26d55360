"""A scrub finds every file with a flipped bit and every cut, swapped or deleted file, and no other."""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

from adapters.files.age import SEALED
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.evidence.evidence import ReceivedFile
from domain.ports import CandidacyId, EvidenceId, Role
from tests.given.servers.figures import FIGURE
from tests.given.webapi.town import World, first_town, town, world
from tests.given.webapi.whole_path import apply
from webapi.upkeep.scrubbing import scrub

__all__ = ["first_town", "town", "world"]  # fixtures

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
CANDIDATES, EACH = (10, 100) if LONG else (2, 25)
SEED = 20261126
SIZES = (1, 1_000, 65_535, 65_536, 65_537, 131_072, 150_000)
"""Sizes of the pieces in bytes: at the ends of chunks, and elsewhere."""
Hurt = Callable[[random.Random, bytes], bytes | None]


def put_in(world: World, rng: random.Random, sizes: Sequence[int]) -> list[EvidenceId]:
    """Submit pieces of these sizes for one new person, and return them."""
    marie, pieces = world.join("marie", Role.CANDIDATE), []
    candidacy = CandidacyId(apply(world, marie))
    for size in sizes:
        evidence, content = EvidenceId(uuid4()), bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz \n", k=size))
        with world.acquis.files.receive(io.BytesIO(content), marie.id) as incoming:
            world.acquis.files.keep(incoming, evidence)
        file = ReceivedFile(media_type="text/plain", size=size, digest=incoming.digest, name="notes.txt")
        command = SubmitEvidence(candidacy=candidacy, evidence=evidence, competences=(1,), file=file)
        world.acquis.do(command, marie.actor)
        pieces.append(evidence)
    return pieces


def path_of(world: World, evidence: UUID) -> Path:
    return world.acquis.settings.data / "evidence" / "kept" / str(evidence)[:2] / f"{evidence}.age"


def flipped(rng: random.Random, content: bytes) -> bytes:
    """Flip one bit of one byte: in the header, in a tag, at the end, or elsewhere."""
    header = content.index(b"\n--- ") + 60
    chunks = range(header, len(content), SEALED)
    places = [rng.randrange(header), len(content) - 1, rng.randrange(len(content)), rng.choice(chunks)]
    place = rng.choice(places)
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content))]


def deleted(rng: random.Random, content: bytes) -> None:
    del rng, content


def hurt(rng: random.Random, path: Path) -> str:
    """Damage a file in one of these ways, and return which."""
    how = rng.choice(HURTS)
    changed = how(rng, path.read_bytes())
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)
    return how.__name__


HURTS: tuple[Hurt, ...] = (flipped, flipped, flipped, cut, deleted)


def found(world: World) -> set[str]:
    return {each.name.rpartition("/")[2] for each in scrub(world.acquis).faults}


def of_another_size(world: World, before: dict[EvidenceId, int]) -> set[str]:
    """Return what a scrub that compares only sizes finds."""
    paths = [(path_of(world, evidence), size) for evidence, size in before.items()]
    return {path.name for path, size in paths if not path.exists() or path.stat().st_size != size}


def test_every_file_that_was_flipped_cut_or_deleted_is_found_and_no_other(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    rng = random.Random(SEED)  # noqa: S311  (which byte is flipped)
    pieces = [piece for _ in range(CANDIDATES) for piece in put_in(world, rng, rng.choices(SIZES, k=EACH))]
    assert found(world) == set(), "nobody touched anything"
    sizes = {evidence: path_of(world, evidence).stat().st_size for evidence in pieces}
    met = Counter(hurt(rng, path_of(world, evidence)) for evidence in pieces)
    by_size = of_another_size(world, sizes)
    all_of_them = {f"{evidence}.age" for evidence in pieces}
    assert found(world) == all_of_them
    assert by_size < all_of_them, "sizes alone do not tell"
    how = ", ".join(f"{n} {how}" for how, n in met.most_common())
    record_property(
        FIGURE,
        f"{len(all_of_them)} of {len(pieces)} hurt files found ({how}), "
        f"0 of {len(pieces)} before; by their sizes {len(by_size)}",
    )


def test_files_that_lie_under_each_other_s_names_are_found_though_all_open(world: World) -> None:
    before = found(world)
    pieces = put_in(world, random.Random(SEED), [70_000] * 6)  # noqa: S311  (what is written)
    contents = [path_of(world, evidence).read_bytes() for evidence in pieces]
    for evidence, content in zip(pieces, contents[1:] + contents[:1], strict=True):
        path_of(world, evidence).write_bytes(content)
    assert found(world) - before == {f"{evidence}.age" for evidence in pieces}
