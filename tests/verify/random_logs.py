"""Random logs, and what can be done to them: made from ADR 0011 alone, with the second verifier's arithmetic."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verify.second_opinion import Material, mth, path, subproof

ORIGIN = "acquis/3f0c9d0e-6a0b-4c58-9a2f-0d1f6c1f7a11"
BODIES = ('{"as":"juror"}', "é\u2028🎓", 'a"b\\c\n\t\x01\x7f/', "", '{"text":"\\u00e9"}')


@dataclass
class Signer:
    """A key that signs checkpoints, as C2SP writes both."""

    seed: bytes
    name: str = ORIGIN
    private: Ed25519PrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = b"\1" + self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(self.name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def key(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(self.public)}"

    def note(self, size: int, root: bytes, origin: str = ORIGIN) -> bytes:
        text = f"{origin}\n{size}\n{b64(root)}\n"
        signature = b64(self.id + self.private.sign(text.encode()))
        return f"{text}\n— {self.name} {signature}\n".encode()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def leaf(line: bytes) -> bytes:
    return hashlib.sha256(b"\0" + line).digest()


@dataclass
class Fact:
    append_id: str
    body: str
    n: int
    position: int
    recorded_at: str
    stream: str
    type: str
    version: int

    def line(self) -> bytes:
        return json.dumps(vars(self), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class RandomLog:
    """A log with what its keeper holds of it, before or after it was changed."""

    random: Random
    signer: Signer
    facts: list[Fact]
    sizes: list[int]
    older: int | None
    whole: bool
    chosen: list[int]

    @classmethod
    def of(cls, seed: int) -> RandomLog:
        random = Random(seed)  # noqa: S311  (a test's own chance, the same each time)
        size = random.choice([1, 2, 3, random.randrange(4, 40)])
        signer = Signer(seed=random.randbytes(32))
        streams = [str(UUID(int=random.getrandbits(128))) for _ in range(random.randrange(1, 6))]
        versions = dict.fromkeys(streams, 0)
        position, at, facts = 0, datetime(2022, 5, 2, 8), []  # noqa: DTZ001  (written with its Z below)
        for _ in range(size):
            stream = random.choice(streams)
            versions[stream] += 1
            position += random.choice([1, 1, 1, 3])
            at += timedelta(microseconds=random.randrange(0, 10**9))
            facts.append(
                Fact(
                    append_id=str(UUID(int=random.getrandbits(128))),
                    body=random.choice(BODIES),
                    n=random.randrange(3),
                    position=position,
                    recorded_at=at.isoformat(timespec="microseconds") + "Z",
                    stream=stream,
                    type="CompetenceRuled",
                    version=versions[stream],
                )
            )
        whole = random.random() < 0.6
        chosen = [n for n in range(size) if whole or random.random() < 0.6]
        sizes = sorted({size, *random.sample(range(1, size + 1), k=min(size, random.choice([0, 1])))})
        older = random.choice([None, None, *sizes])
        return cls(random, signer, facts, sizes, older, whole, chosen)

    def material(self, signer: Signer | None = None) -> Material:
        """All that a bag holds of it: made anew from the facts as they now are."""
        by = signer or self.signer
        lines = [fact.line() for fact in self.facts]
        hashes = [leaf(line) for line in lines]
        leaves = []
        for n in self.chosen:
            said = {"hash": b64(hashes[n]), "index": n, "position": self.facts[n].position}
            if not self.whole:
                said["proof"] = [b64(step) for step in path(n, hashes)]
            leaves.append(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
        notes = {f"{size:012}.note": by.note(size, mth(hashes[:size])) for size in self.sizes}
        steps = {
            (old, new): subproof(old, hashes[:new])
            for old, new in zip(self.sizes, self.sizes[1:], strict=False)
            if not self.whole
        }
        older = {} if self.older is None else {"older": self.signer.note(self.older, mth(hashes[: self.older]))}
        streams = frozenset() if self.whole else self.whole_streams()
        return Material(
            [lines[n] for n in self.chosen], leaves, notes, self.signer.key, self.whole, streams, older, steps
        )

    def whole_streams(self) -> frozenset[str]:
        absent = {fact.stream for n, fact in enumerate(self.facts) if n not in self.chosen}
        return frozenset({fact.stream for fact in self.facts} - absent)


Tampering = Callable[[RandomLog, Material], None]


def pick(log: RandomLog, of: list[bytes]) -> int:
    return log.random.randrange(len(of))


def flip(log: RandomLog, of: list[bytes]) -> None:
    """Change one bit of one line."""
    n = pick(log, of)
    raw = bytearray(of[n])
    raw[log.random.randrange(len(raw))] ^= 1 << log.random.randrange(7)
    of[n] = bytes(raw)


def replaced(log: RandomLog, of: list[bytes], pairs: list[tuple[bytes, bytes]]) -> None:
    """Write one line otherwise: other bytes, perhaps the same meaning."""
    n = pick(log, of)
    of[n] = of[n].replace(*log.random.choice(pairs), 1)


def swap(log: RandomLog, of: list[bytes]) -> None:
    one, other = pick(log, of), pick(log, of)
    of[one], of[other] = of[other], of[one]


FORMS = [
    (b'","n":0', b'","n":false'),
    (b'","n":', b'","n": '),
    (b'"version":', b'"version":-'),
    (b"\\n", b"\\u000a"),
    (b"/", b"\\/"),
    ("é".encode(), b"\\u00e9"),
    (b'"body"', b'"Body"'),
    (b"-05-", b"-13-"),
    (b"Z", b"z"),
    (b"}", b',"x":1}'),
]
IN_LEAVES = [
    (b'"index":', b'"index":1'),
    (b'"position":', b'"position":1'),
    (b"=", b""),
    (b'{"hash":"', b'{"hash":"A'),
]


def anew(log: RandomLog, given: Material) -> None:
    """History rewritten, leaves, proofs and all but the reader's own checkpoint made anew by the keeper."""
    n = log.random.choice([log.random.randrange(len(log.facts)), len(log.facts) - 1])
    log.facts[n].body += "!"
    rewritten = log.material()
    rewritten.older = given.older
    vars(given).update(vars(rewritten))


def bent(log: RandomLog, given: Material) -> None:
    """A log whose keeper recorded, and signed, what no log may hold."""
    facts = log.facts
    n, other = log.random.randrange(len(facts)), log.random.randrange(len(facts))
    bend = log.random.randrange(6)
    if bend == 0:
        facts[n].append_id, facts[n].n = facts[other].append_id, facts[other].n
    elif bend == 1:
        facts[n].version += log.random.choice([1, -1])
    elif bend == 2:
        facts[n].recorded_at = facts[other].recorded_at
    elif bend == 3:
        facts[n].stream = facts[other].stream
    elif bend == 4:
        facts[n].position = facts[other].position
    else:
        facts[n].type = "Competence Ruled"
    vars(given).update(vars(log.material()))


def cut(log: RandomLog, given: Material) -> None:
    """Cut the end off, in lines and leaves; sometimes with the newest checkpoint too."""
    keep = pick(log, given.lines)
    del given.lines[keep:], given.leaves[keep:]
    if len(given.notes) > 1 and log.random.random() < 0.5:
        given.notes.popitem()


def gone(log: RandomLog, given: Material) -> None:
    """Remove a line, a leaf or both; perhaps number the leaves anew."""
    n = pick(log, given.lines)
    what = log.random.randrange(4)
    if what != 1:
        del given.lines[n]
    if what:
        del given.leaves[n]
    if what == 3:
        said = [json.loads(raw) for raw in given.leaves]
        given.leaves = [json.dumps(each | {"index": at}).encode() for at, each in enumerate(said)]


def more(log: RandomLog, given: Material) -> None:
    """Put a line in a second time, or a leaf, or both."""
    n, at = pick(log, given.lines), pick(log, given.lines)
    what = log.random.randrange(3)
    if what != 1:
        given.lines.insert(at, given.lines[n])
    if what:
        given.leaves.insert(at, given.leaves[n])


def note(log: RandomLog, given: Material) -> None:
    """Change a checkpoint, the bag's or the reader's."""
    notes = log.random.choice([given.notes, given.older or given.notes])
    name = log.random.choice(sorted(notes))
    other = Signer(seed=log.random.randbytes(32))
    text = notes[name].decode()
    origin, size, root, *_ = text.split("\n")
    notes[name] = log.random.choice(
        [
            other.note(int(size), base64.b64decode(root)),
            log.signer.note(int(size), log.random.randbytes(32)),
            log.signer.note(int(size) + 1, base64.b64decode(root)),
            log.signer.note(int(size), base64.b64decode(root), origin=origin + "x"),
            text.replace("\n\n", "\n").encode(),
            text.replace(f"\n{size}\n", f"\n0{size}\n").encode(),
            text.replace("\n\n", "\nextension\n\n").encode(),
            text.replace("— ", "- ").encode(),
            text.encode()[:-1],
            text.encode() + other.note(1, bytes(32)).rpartition(b"\n\n")[2],
        ]
    )


def proof(log: RandomLog, given: Material) -> None:
    """Change an inclusion or a consistency proof, where there are any."""
    if given.steps:
        steps = given.steps[log.random.choice(sorted(given.steps))]
    elif not given.whole and given.leaves:
        n = pick(log, given.leaves)
        said = json.loads(given.leaves[n])
        _change(log, said["proof"], b64(log.random.randbytes(32)))
        given.leaves[n] = json.dumps(said).encode()
        return
    else:
        return
    _change(log, steps, log.random.randbytes(32))


def _change(log: RandomLog, steps: list, other: object) -> None:
    at = log.random.randrange(len(steps) + 1)
    if at == len(steps) or log.random.random() < 0.3:
        steps.insert(at, other)
    elif log.random.random() < 0.5:
        steps[at] = other
    else:
        del steps[at]


TAMPERINGS: list[Tampering] = [
    lambda log, given: flip(log, given.lines),
    lambda log, given: flip(log, given.leaves),
    lambda log, given: replaced(log, given.lines, FORMS),
    lambda log, given: replaced(log, given.leaves, IN_LEAVES),
    lambda log, given: swap(log, given.lines),
    lambda log, given: swap(log, given.leaves),
    anew,
    bent,
    cut,
    gone,
    more,
    note,
    proof,
]
