"""Changes that an attacker without keys can make to a bag: several files together, with new manifests."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.verify.report import VerificationReport
from tests.given.log.packing import canonical, lines, seal
from tests.given.log.random_logs import b64, leaf

Entry = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """The place where a bag was changed: at a fact, or in a file."""

    position: int | None = None
    index: int | None = None
    file: str | None = None

    def named_in(self, report: VerificationReport) -> bool:
        """Return whether a finding names the place, or the leaves around it."""
        return any(
            (self.position is not None and each.position == self.position)
            or (self.file is not None and each.file == self.file)
            or (
                self.index is not None
                and each.first is not None
                and each.last is not None
                and each.first <= self.index <= each.last
            )
            for each in report.findings
        )


class Held:
    """A bag in an attacker's hands."""

    def __init__(self, bag: Path, dice: random.Random) -> None:
        self.data, self.dice = bag / "data", dice
        self.export: Entry = json.loads((self.data / "export.json").read_bytes())
        self.facts = (self.data / "facts.ndjson").read_bytes().splitlines()
        self.leaves, self.opened, self.withheld = (self._read(name) for name in ("leaves", "opened", "withheld"))

    def _read(self, name: str) -> list[Entry]:
        return [json.loads(raw) for raw in (self.data / f"{name}.ndjson").read_bytes().splitlines()]

    @property
    def whole(self) -> bool:
        return bool(self.export["scope"]["kind"] == "all")

    def write(self) -> None:
        (self.data / "export.json").write_bytes(canonical(self.export) + b"\n")
        (self.data / "facts.ndjson").write_bytes(b"".join(raw + b"\n" for raw in self.facts))
        for name, entries in (("leaves", self.leaves), ("opened", self.opened), ("withheld", self.withheld)):
            (self.data / f"{name}.ndjson").write_bytes(lines(entries))

    def some_opened(self) -> Entry | None:
        """Return a text value that was opened."""
        found: Entry | None = self.one([each for each in self.opened if isinstance(each["value"], str)])
        return found

    def one(self, some: list[Any]) -> Any:
        return self.dice.choice(some) if some else None

    def withhold(self, position: int, field: str, why: str) -> None:
        """Close a value, and state a reason."""
        self.opened = [each for each in self.opened if (each["position"], each["field"]) != (position, field)]
        self.withheld.append({"position": position, "field": field, "why": why})
        self.withheld.sort(key=lambda each: int(each["position"]))


Edit = Callable[[Held], Spot | None]


def changed(bag: Path, edit: Edit, dice: random.Random) -> Spot | None:
    """Change a bag; return the place, or None if it has nothing of the kind."""
    held = Held(bag, dice)
    spot = edit(held)
    held.write()
    seal(bag)
    return spot


def rewrite_a_fact_and_its_leaf(held: Held) -> Spot | None:
    at = held.one([n for n, raw in enumerate(held.facts) if b'\\"request\\":' not in raw])
    held.facts[at] = held.facts[at].replace(b'\\"on\\":', b'\\"request\\":\\"x\\",\\"on\\":', 1)
    held.leaves[at]["hash"] = b64(leaf(held.facts[at]))
    return Spot(position=held.leaves[at]["position"], index=held.leaves[at]["index"])


def take_a_fact_out_with_all_that_belongs_to_it(held: Held) -> Spot | None:
    """Remove a fact that is not the last of its stream: a partial log only claims that its last one is the last."""
    told = [json.loads(raw) for raw in held.facts]
    after = {}
    for n, fact in enumerate(told):
        follows = (m for m in range(n + 1, len(told)) if told[m]["stream"] == fact["stream"])
        after[n] = next(follows, None)
    whole = set(held.export["whole_streams"])
    at = held.one([n for n, later in after.items() if later and (held.whole or told[n]["stream"] in whole)])
    position, seen = told[at]["position"], told[after[at] or 0]["position"]
    del held.facts[at], held.leaves[at]
    if held.whole:
        held.leaves = [each | {"index": n} for n, each in enumerate(held.leaves)]
    held.opened = [each for each in held.opened if each["position"] != position]
    held.withheld = [each for each in held.withheld if each["position"] != position]
    held.export["facts"] -= 1
    for piece in [each for each in held.export["evidence"] if each["position"] == position]:
        (held.data / piece["file"]).unlink()
        held.export["evidence"].remove(piece)
    (held.data / f"frameworks/{told[at]['stream']}.json").unlink(missing_ok=True)
    return Spot(position=seen)


def bend_a_leaf(held: Held) -> Spot | None:
    each = held.one(held.leaves)
    if held.whole:
        each["hash"] = b64(held.dice.randbytes(32))
    else:
        each["proof"][held.dice.randrange(len(each["proof"]))] = b64(held.dice.randbytes(32))
    return Spot(position=each["position"])


def forge_a_value(held: Held) -> Spot | None:
    each = held.some_opened()
    if each is None:
        return None
    each["value"] += " (forged)"
    return Spot(position=each["position"])


def forge_a_value_behind_a_line_that_stops_the_reader(held: Held) -> Spot | None:
    each = held.some_opened()
    if each is None:
        return None
    each["value"] += " (forged)"
    held.opened.insert(0, each | {"position": held.dice.choice((2**63 - 1, 2**63, 2**64))})
    return Spot(position=each["position"])


def drop_a_value(held: Held) -> Spot | None:
    each = held.one(held.opened)
    held.opened.remove(each)
    return Spot(position=each["position"])


def open_and_withhold_a_value(held: Held) -> Spot | None:
    each = held.one(held.opened)
    held.withheld.append({"position": each["position"], "field": each["field"], "why": "erased"})
    held.withheld.sort(key=lambda entry: int(entry["position"]))
    return Spot(position=each["position"])


def replace_a_piece_and_withhold_its_digest(held: Held) -> Spot | None:
    piece = held.one(held.export["evidence"])
    if piece is None:
        return None
    path = held.data / piece["file"]
    path.write_bytes(b"X" * path.stat().st_size)
    held.withhold(piece["position"], "digest", held.dice.choice(("erased", "lost", "not-for-you")))
    return Spot(position=piece["position"])


def take_a_piece_from_folder_and_list(held: Held) -> Spot | None:
    piece = held.one(held.export["evidence"])
    if piece is None:
        return None
    (held.data / piece["file"]).unlink()
    held.export["evidence"].remove(piece)
    return Spot(position=piece["position"])


def rewrite_a_framework(held: Held) -> Spot | None:
    path = held.one(sorted((held.data / "frameworks").iterdir()))
    said = json.loads(path.read_bytes())
    path.write_bytes(canonical(said | {"id": "00000000-0000-4000-8000-000000000000"}) + b"\n")
    return Spot(file=f"data/frameworks/{path.name}")


def say_another_root_or_size(held: Held) -> Spot | None:
    held.export |= held.dice.choice(({"root": b64(bytes(32))}, {"size": held.export["size"] + 1}))
    return Spot(file="data/export.json")


def say_another_number_of_facts(held: Held) -> Spot | None:
    if held.whole:
        return None  # the root fixes the number of facts; this count is not read
    held.export["facts"] += held.dice.choice((-1, 1))
    return Spot(file="data/facts.ndjson")


def say_another_scope(held: Held) -> Spot | None:
    if held.whole:
        return None
    another = held.one([each for each in held.export["whole_streams"] if each != held.export["scope"]["subject"]])
    days = {"first_day": None, "last_day": None}
    held.export["scope"] = {"kind": held.dice.choice(("candidacy", "session")), "subject": another} | days
    about = {"candidacy": "CandidacyOpened", "session": "SessionPlanned"}[held.export["scope"]["kind"]]
    true = any((fact := json.loads(raw))["stream"] == another and fact["type"] == about for raw in held.facts)
    return None if true else Spot(file="data/export.json")


def bend_a_note(held: Held) -> Spot | None:
    path = held.one(sorted((held.data / "checkpoints").glob("*.note")))
    note = path.read_bytes().split(b"\n")
    note[held.dice.choice((1, 2))] = held.dice.choice((b"7", b64(bytes(32)).encode()))
    path.write_bytes(b"\n".join(note))
    return Spot(file=f"data/checkpoints/{path.name}")


def add_a_file(held: Held) -> Spot | None:
    name = held.dice.choice(("decision.pdf", "evidence/letter.pdf", "keys/other.vkey", "checkpoints/x.txt"))
    (held.data / name).write_bytes(b"x")
    return Spot(file=f"data/{name}")


EDITS: tuple[Edit, ...] = (
    rewrite_a_fact_and_its_leaf,
    take_a_fact_out_with_all_that_belongs_to_it,
    bend_a_leaf,
    forge_a_value,
    forge_a_value_behind_a_line_that_stops_the_reader,
    drop_a_value,
    open_and_withhold_a_value,
    replace_a_piece_and_withhold_its_digest,
    take_a_piece_from_folder_and_list,
    rewrite_a_framework,
    say_another_root_or_size,
    say_another_number_of_facts,
    say_another_scope,
    bend_a_note,
    add_a_file,
)
