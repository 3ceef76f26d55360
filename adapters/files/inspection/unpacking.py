"""How large does a stream of a PDF become? Each way of packing is measured, without keeping what comes of it.

What is damaged is as long as what comes before the damage: that is what readers show of it.
"""

from __future__ import annotations

import zlib
from typing import Final

from adapters.files.inspection.refusals import InspectionLimits

CHUNK: Final = 64 * 1024
LARGEST: Final = 256 * 1024**2
CLEAR: Final = 256
END: Final = 257
NARROWEST: Final = 9
WIDEST: Final = 12
LETTERS: Final = (1,) * 256 + (0, 0)
"""How long what each code stands for is, where none but the letters are known: neither CLEAR nor END is any."""
NO_MORE: Final = 128
"""The length that is none: those below are of bytes as they stand, those above of one byte again and again."""
MOST_CODES: Final = 1 << WIDEST


def inflated(data: bytes) -> int:
    """How large bytes become that were packed with Flate; raises InspectionLimits beyond LARGEST."""
    engine, size = zlib.decompressobj(), 0
    for start in range(0, len(data), CHUNK):
        rest = data[start : start + CHUNK]
        while rest and not engine.eof:
            try:
                size += len(engine.decompress(rest, 16 * CHUNK))
            except zlib.error:
                return size
            rest = engine.unconsumed_tail
            if size > LARGEST:
                raise InspectionLimits
    return size


def lzw(data: bytes, early: int = 1) -> int:
    """The same with LZW (ISO 32000-2, 7.4.4); `early` is how many codes before it must, a code becomes wider.

    Of each code it keeps how long what it stands for is: one longer than what the code before it stood for.
    """
    lengths, width, wider, before, size, held, count = [*LETTERS], NARROWEST, 1 << NARROWEST, 0, 0, 0, 0
    for byte in data:
        held, count = (held << 8 | byte) & 0xFFFFFF, count + 8
        if count < width:
            continue
        count -= width
        code = held >> count & wider - 1
        if code == CLEAR:
            lengths, width, wider, before = [*LETTERS], NARROWEST, 1 << NARROWEST, 0
            continue
        known = len(lengths)
        if code == END or (code >= known and not before):
            break
        length = lengths[code] if code < known else before + 1
        size += length
        if size > LARGEST:
            raise InspectionLimits
        if before and known < MOST_CODES:
            lengths.append(before + 1)
            if known + 1 + early == wider and width < WIDEST:
                width, wider = width + 1, wider * 2
        before = length
    return size


def run_lengths(data: bytes) -> int:
    """The same with run lengths (ISO 32000-2, 7.4.5): so many bytes as they stand, or one so many times."""
    at = size = 0
    while at < len(data) and (said := data[at]) != NO_MORE:
        if said < NO_MORE:
            size += min(said + 1, len(data) - at - 1)
            at += said + 2
        else:
            size += 257 - said if at + 1 < len(data) else 0
            at += 2
        if size > LARGEST:
            raise InspectionLimits
    return size
