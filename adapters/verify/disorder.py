"""Location of removed, inserted and moved facts, when lines and leaves do not match one by one.

It keeps all lines and leaves in memory. The log is already known to be unsound; this module finds the places.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

from adapters.verify.proof import Claims, Leaf, LogLine, LogReading, Malformed, leaf_hash

LEAVES = "leaves.ndjson"
Hashed = tuple[bytes, LogLine | None]


def sort_out(claims: Claims) -> tuple[LogReading, list[LogLine]]:
    """Match lines and leaves by position, and return the reading and the lines; the rest was inserted or removed."""
    reading = LogReading(claims)
    leaves = _leaves(reading)
    lines = _lines(reading, leaves)
    _absent(reading, leaves, lines)
    positions = sorted(leaves.keys() | lines.keys())
    grown: list[bytes] = []
    for position in positions:
        leaf, line = leaves.get(position), lines.get(position)
        if leaf and line:
            reading.pair(*line, leaf, len(grown) if claims.whole else leaf.index)
            grown.append(line[0])
        elif leaf:
            grown.append(leaf.hash)  # the stored hash takes the place of the missing line
            reading.left_out += _may_lack(reading, leaf)
        elif line:
            reading.found("extra-fact", position=position)
            if len(positions) == claims.size:  # the leaf is missing
                grown.append(line[0])
    if claims.whole:
        _grow(reading, grown)
    if not reading.findings:  # lines and leaves do not match, and nothing shows why
        reading.found("reordered-facts", file=LEAVES)
    return reading, [line for _, (_, line) in sorted(lines.items()) if line]


def _grow(reading: LogReading, leaves: list[bytes]) -> None:
    """Build the tree from hashed leaves, and keep the roots at the checkpoints' sizes."""
    for size in [*sorted(reading.claims.sizes), len(leaves)]:
        reading.tree.add(leaves[reading.tree.size : size])
        reading.keep(size)


def _leaves(reading: LogReading) -> dict[int, Leaf]:
    """Return the leaves by position, and note findings about their own order."""
    leaves: dict[int, Leaf] = {}
    for row, raw in enumerate(reading.claims.leaves):
        try:
            leaf = Leaf.read(raw)
        except Malformed as error:
            reading.found("malformed-line", index=row, file=LEAVES, detail=str(error))
            continue
        if leaf.position in leaves:
            reading.found("extra-fact", position=leaf.position, index=leaf.index, file=LEAVES)
        else:
            leaves[leaf.position] = leaf
    order = [leaf.index for leaf in leaves.values()]
    indexes = Counter(order)
    for index in sorted(each for each, times in indexes.items() if times > 1):
        reading.found("reordered-facts", index=index, file=LEAVES, detail=f"× {indexes[index]}")
    for index in sorted(_moved(order) | _moved(leaf.index for _, leaf in sorted(leaves.items()))):
        reading.found("reordered-facts", index=index, file=LEAVES)
    if reading.claims.whole:
        for first, last in _holes(order):
            reading.found("missing-fact", first=first, last=last, file=LEAVES)
    return leaves


def _lines(reading: LogReading, leaves: dict[int, Leaf]) -> dict[int, Hashed]:
    """Return the lines by position; an unreadable line is identified by its hash, if possible."""
    position_of = {leaf.hash: leaf.position for leaf in leaves.values()}
    lines: dict[int, Hashed] = {}
    for row, raw in enumerate(reading.claims.facts):
        text = raw.removesuffix(b"\n")
        line, again = reading.line(text, row), leaf_hash(text)
        position = line.position if line else position_of.get(again)
        if position in lines:
            reading.found("extra-fact", position=position)
        elif position is not None:
            lines[position] = again, line
    for position in sorted(_moved(lines)):
        leaf = leaves.get(position)
        reading.found("reordered-facts", position=position, index=leaf.index if leaf else None)
    return lines


def _absent(reading: LogReading, leaves: dict[int, Leaf], lines: dict[int, Hashed]) -> None:
    """Note missing lines: a run of them is one finding; at the end of a whole log it is a truncation."""
    run: list[Leaf] = []
    for position in [*sorted(leaves), None]:
        leaf = leaves.get(position) if position is not None else None
        if leaf and position not in lines and not _may_lack(reading, leaf):
            run.append(leaf)
            continue
        if run:
            kind = "truncated-log" if position is None and reading.claims.whole else "missing-fact"
            alone = {"position": run[0].position, "index": run[0].index} if len(run) == 1 else {}
            reading.found(kind, first=run[0].index, last=run[-1].index, **alone)
        run = []


def _may_lack(reading: LogReading, leaf: Leaf) -> bool:
    """Return whether the bag declares the line of this leaf as left out, and gives the number of such lines."""
    return leaf.left_out and bool(reading.claims.lacking)


def _holes(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the gaps among numbers that should be complete from 0."""
    expected = 0
    for number in sorted(numbers):
        if number > expected:
            yield expected, number - 1
        expected = max(expected, number + 1)


def _moved(numbers: Iterable[int]) -> set[int]:
    """Return the smallest set of these numbers that are out of order: all but a longest increasing subsequence."""
    ends: list[int] = []  # the smallest number that ends a subsequence of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        ends[length : length + 1] = [number]
        before[number] = ends[length - 1] if length else None
    kept, at = set(), ends[-1] if ends else None
    while at is not None:
        kept.add(at)
        at = before[at]
    return before.keys() - kept
