"""Random logs, and attacks on them: made from ADR 0011 only, with the second verifier's arithmetic."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.given.log.second_opinion import Material, mth, path, subproof

ORIGIN = "acquis/3f0c9d0e-6a0b-4c58-9a2f-0d1f6c1f7a11"
BODIES = ('{"as":"juror"}', "é\u2028🎓", 'a"b\\c\n\t\x01\x7f/', "", '{"text":"\\u00e9"}')


@dataclass
class Signer:
    """A key that signs checkpoints, in C2SP's format."""

    seed: bytes
    name: str = ORIGIN
    kind: int = 1
    private: Ed25519PrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = bytes([self.kind]) + self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(self.name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def key(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(self.public)}"

    def note(self, size: int, root: bytes, origin: str = ORIGIN) -> bytes:
        return self.sign(f"{origin}\n{size}\n{b64(root)}\n")

    def endorse(self, new: str, old: str | None = None) -> bytes:
        """Endorse a key that replaces this one (or, falsely, another)."""
        return self.sign(f"acquis checkpoint key\n{new}\nreplaces {old or self.key}\n")

    def cosign(self, note: bytes, at: int) -> bytes:
        """Return the line by which a witness signs a note, at a POSIX time."""
        text = note.decode().rpartition("\n\n")[0]
        signed = self.private.sign(f"cosignature/v1\ntime {at}\n{text}\n".encode())
        return f"— {self.name} {b64(self.id + at.to_bytes(8, 'big') + signed)}\n".encode()

    def sign(self, text: str) -> bytes:
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
    """A log with its keeper's data, before or after a change."""

    random: Random
    signers: list[tuple[int, Signer]]
    """The signers, with their first leaves."""
    trusted: Signer
    endorsed: dict[str, bytes]
    facts: list[Fact]
    sizes: list[int]
    older: int | None
    whole: bool
    chosen: list[int]

    @classmethod
    def of(cls, seed: int) -> RandomLog:
        random = Random(seed)  # noqa: S311  (a test's own chance, the same each time)
        size = random.choice([1, 2, 3, random.randrange(4, 40)])
        signers, endorsed = some_keys(random, size)
        replacing = {at: (new.key, old.key) for (_, old), (at, new) in pairwise(signers)}
        streams = [str(UUID(int=random.getrandbits(128))) for _ in range(random.randrange(1, 6))]
        versions = dict.fromkeys(streams, 0)
        position, at, facts = 0, datetime(2022, 5, 2, 8), []  # noqa: DTZ001  (written with its Z below)
        for n in range(size):
            stream = random.choice(streams)
            versions[stream] += 1
            position += random.choice([1, 1, 1, 3])
            at += timedelta(microseconds=random.randrange(0, 10**9))
            facts.append(
                Fact(
                    append_id=str(UUID(int=random.getrandbits(128))),
                    body=endorsing(*replacing[n]) if n in replacing else random.choice(BODIES),
                    n=random.randrange(3),
                    position=position,
                    recorded_at=at.isoformat(timespec="microseconds") + "Z",
                    stream=stream,
                    type="CheckpointKeyEndorsed" if n in replacing else "CompetenceRuled",
                    version=versions[stream],
                )
            )
        whole = random.random() < 0.6
        chosen = [n for n in range(size) if whole or n in replacing or random.random() < 0.6]
        sizes = sorted({size, *random.sample(range(1, size + 1), k=min(size, random.choice([0, 1, 3])))})
        older = random.choice([None, None, *sizes, random.randrange(1, size + 1)])
        trusted = random.choice([signer for _, signer in signers[followed(signers, endorsed) :]])
        return cls(random, signers, trusted, endorsed, facts, sizes, older, whole, chosen)

    def by(self, size: int) -> Signer:
        """Return the signer at a size: a key endorsed by leaf n signs from size n + 1 on."""
        return next(signer for at, signer in reversed(self.signers) if at < size)

    def material(self) -> Material:
        """Return everything that a bag holds of the log, made again from its present facts."""
        lines = [fact.line() for fact in self.facts]
        hashes = [leaf(line) for line in lines]
        leaves = []
        for n in self.chosen:
            said = {"hash": b64(hashes[n]), "index": n, "position": self.facts[n].position}
            if not self.whole:
                said["proof"] = [b64(step) for step in path(n, hashes)]
            leaves.append(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
        notes = {f"{size:012}.note": self.by(size).note(size, mth(hashes[:size])) for size in self.sizes}
        steps = {
            (old, new): subproof(old, hashes[:new])
            for old, new in zip(self.sizes, self.sizes[1:], strict=False)
            if not self.whole
        }
        older = {}
        if self.older is not None:
            older["older"] = self.by(self.older).note(self.older, mth(hashes[: self.older]))
            if not self.whole and self.older not in self.sizes:  # the export includes its proof
                steps[self.older, len(hashes)] = subproof(self.older, hashes)
        streams = frozenset() if self.whole else self.whole_streams()
        return Material(
            [lines[n] for n in self.chosen],
            leaves,
            notes,
            self.trusted.key,
            self.whole,
            streams,
            older,
            steps,
            dict(self.endorsed),
        )

    def whole_streams(self) -> frozenset[str]:
        absent = {fact.stream for n, fact in enumerate(self.facts) if n not in self.chosen}
        return frozenset({fact.stream for fact in self.facts} - absent)


def endorsing(key: str, replaces: str) -> str:
    return json.dumps({"as": "operator", "key": key, "replaces": replaces})


def some_keys(random: Random, size: int) -> tuple[list[tuple[int, Signer]], dict[str, bytes]]:
    """Return the keys of a log, and the endorsements of those replaced as planned; the others were lost."""
    changes = sorted(random.sample(range(size), k=min(size, random.choice([0, 0, 1, 2]))))
    signers = [(at, Signer(seed=random.randbytes(32))) for at in (-1, *changes)]
    planned = [(old, new) for (_, old), (_, new) in pairwise(signers) if random.random() < 0.6]
    return signers, {new.id.hex(): old.endorse(new.key) for old, new in planned}


def followed(signers: list[tuple[int, Signer]], endorsed: dict[str, bytes]) -> int:
    """Return the first key from which all later ones can be followed."""
    lost = [n for n, (_, signer) in enumerate(signers) if n and signer.id.hex() not in endorsed]
    return max(lost, default=0)


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
    """Replace one line by other bytes, perhaps with the same meaning."""
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
    """Rewrite history: the keeper makes leaves, proofs and everything except the reader's checkpoint again."""
    n = log.random.choice([log.random.randrange(len(log.facts)), len(log.facts) - 1])
    log.facts[n].body += "!"
    rewritten = log.material()
    rewritten.older = given.older
    vars(given).update(vars(rewritten))


def bent(log: RandomLog, given: Material) -> None:
    """Return a log whose keeper recorded and signed what no log may hold."""
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
    """Remove the end of lines and leaves; sometimes the newest checkpoint too."""
    keep = pick(log, given.lines)
    del given.lines[keep:], given.leaves[keep:]
    if len(given.notes) > 1 and log.random.random() < 0.5:
        given.notes.popitem()


def gone(log: RandomLog, given: Material) -> None:
    """Remove a line, a leaf or both; perhaps renumber the leaves."""
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
    """Insert a line, a leaf or both a second time."""
    n, at = pick(log, given.lines), pick(log, given.lines)
    what = log.random.randrange(3)
    if what != 1:
        given.lines.insert(at, given.lines[n])
    if what:
        given.leaves.insert(at, given.leaves[n])


def note(log: RandomLog, given: Material) -> None:
    """Change a checkpoint of the bag or of the reader."""
    notes = log.random.choice([given.notes, given.older or given.notes])
    name = log.random.choice(sorted(notes))
    other = Signer(seed=log.random.randbytes(32))
    text = notes[name].decode()
    origin, size, root, *_ = text.split("\n")
    notes[name] = log.random.choice(
        [
            other.note(int(size), base64.b64decode(root)),
            log.trusted.note(int(size), log.random.randbytes(32)),
            log.trusted.note(int(size) + 1, base64.b64decode(root)),
            log.trusted.note(int(size), base64.b64decode(root), origin=origin + "x"),
            text.replace("\n\n", "\n").encode(),
            text.replace(f"\n{size}\n", f"\n0{size}\n").encode(),
            text.replace("\n\n", "\nextension\n\n").encode(),
            text.replace("— ", "- ").encode(),
            text.encode()[:-1],
            text.encode() + other.note(1, bytes(32)).rpartition(b"\n\n")[2],
        ]
    )


def proof(log: RandomLog, given: Material) -> None:
    """Change an inclusion or a consistency proof, if there are any."""
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


def repeated(log: RandomLog, given: Material) -> None:
    """Repeat a leaf's index; perhaps so that a stranger's key seems endorsed in time."""
    if given.whole and log.random.random() < 0.5:
        stranger = Signer(seed=log.random.randbytes(32))
        appended(log, stranger)
        vars(given).update(vars(log.material()))
        n = len(given.leaves) - 1
    else:
        n = pick(log, given.leaves)
    said = [json.loads(raw) for raw in given.leaves]
    given.leaves = [json.dumps(each | {"index": each["index"] - (at >= n)}).encode() for at, each in enumerate(said)]


def appended(log: RandomLog, stranger: Signer) -> None:
    """Append a fact by which the certifier endorses a stranger, who signs from then on."""
    last = log.facts[-1]
    body = endorsing(stranger.key, log.signers[-1][1].key)
    fact = replace(last, append_id=str(UUID(int=log.random.getrandbits(128))), position=last.position + 1, body=body)
    fact.type, fact.version = (
        "CheckpointKeyEndorsed",
        1 + max(f.version for f in log.facts if f.stream == fact.stream),
    )
    log.signers.append((len(log.facts), stranger))
    log.facts.append(fact)
    log.chosen.append(len(log.facts) - 1)
    log.sizes.append(len(log.facts))


def stranger(log: RandomLog, given: Material) -> None:
    """Let somebody without the certifier's key sign, endorsed by a fact, by themselves, or by both."""
    other, own = Signer(seed=log.random.randbytes(32)), Signer(seed=log.random.randbytes(32))
    way = log.random.randrange(4)
    if way:
        appended(log, other)
        vars(given).update(vars(log.material()))
    if way != 1:
        given.endorsed["x"] = log.random.choice(
            [own.endorse(other.key), own.endorse(other.key, log.trusted.key), other.endorse(log.trusted.key), b"x"]
        )


def retired(log: RandomLog, given: Material) -> None:
    """Let any key of the log sign any note, even one that was replaced before."""
    name = log.random.choice(sorted(given.notes))
    _, size, root, *_ = given.notes[name].decode().split("\n")
    given.notes[name] = log.random.choice(log.signers)[1].note(int(size), base64.b64decode(root))


def unendorsed(log: RandomLog, given: Material) -> None:
    """Remove an endorsement, or let any key of the log sign it."""
    for name in list(given.endorsed):
        if log.random.random() < 0.5:
            del given.endorsed[name]
        else:
            new = next(signer for _, signer in log.signers if signer.id.hex() == name)
            given.endorsed[name] = log.random.choice(log.signers)[1].endorse(new.key)


def unled(log: RandomLog, given: Material) -> None:
    """Remove the proof that leads to the reader's own checkpoint."""
    given.steps.pop((log.older or 0, len(log.facts)), None)


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
    repeated,
    stranger,
    retired,
    unendorsed,
    unled,
]
