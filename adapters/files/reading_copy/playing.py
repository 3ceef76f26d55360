"""Re-encoded sound and film without metadata: VP8 and Opus in WebM, upright, no larger than 720p."""

from __future__ import annotations

import io
import time
from typing import Any, BinaryIO, Final

import av
import av.filter

from adapters.files.inspection.media import opened, pictures
from adapters.files.reading_copy.packing import FinishedCopy, Packing, no_copy

HEIGHT: Final = 720
"""Pixels of the shorter side."""
FASTEST: Final = 30
"""Frames per second."""
LONGEST: Final = 3600
"""The longest duration that is re-encoded, in seconds."""
LARGEST: Final = 240 * 1024**2
SPENT: Final = 0.95
BITS: Final = 1_200_000
SOUND_BITS: Final = 96_000
RATE: Final = 48_000
FRAME: Final = 960
"""Samples that Opus takes at once."""
TOO_LONG: Final = "copy-too-long"
TURNED: Final = {90: "cclock", -90: "clock", 270: "clock", -270: "cclock"}
"""The rotation that a film's stated angle needs."""
OPTIONS: Final = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
Media = Any
"""PyAV's objects, which have no useful types."""


class _Spent(Exception):  # noqa: N818  (named after what happened)
    """More time or space is needed than allowed."""


def played(file: BinaryIO, media_type: str, processor: int) -> FinishedCopy:
    """Return a sound or film re-encoded within `processor` seconds, or no copy if it is too long for that."""
    first = _first_frame(file, media_type)
    file.seek(0)
    with opened(file, media_type) as source:
        seconds = (source.duration or 0) / av.time_base
        if seconds > LONGEST:
            return no_copy(TOO_LONG)
        try:
            data = _made_anew(source, first, processor)
        except _Spent:
            return no_copy(TOO_LONG)
    return Packing().of_media(data, "audio/webm" if first is None else "video/webm", round(seconds, 1))


def _first_frame(file: BinaryIO, media_type: str) -> Media:
    """Return a film's first picture, which gives the copy's size and rotation; None for a sound."""
    with opened(file, media_type) as source:
        films = pictures(source)
        return next(iter(source.decode(films[0])), None) if films else None


def _made_anew(source: Media, first: Media, processor: int) -> bytes:
    target, until = io.BytesIO(), time.process_time() + SPENT * processor
    with av.open(target, "w", format="webm", container_options={"fflags": "+bitexact"}) as made:
        makers: dict[int, _Film | _Sound] = {}
        for film in pictures(source)[:1] if first is not None else ():
            makers[film.index] = _Film(made, film, first)
        for sound in source.streams.audio[:1]:
            makers[sound.index] = _Sound(made)
        for packet in source.demux([source.streams[index] for index in makers]):
            if time.process_time() > until or target.tell() > LARGEST:
                raise _Spent
            for frame in _decoded(packet):
                made.mux(makers[packet.stream.index].more(frame))
        for maker in makers.values():
            made.mux(maker.end())
    return target.getvalue()


def _decoded(packet: Media) -> list[Media]:
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []  # a damaged part of the film or sound


class _Film:
    """Encoder of frames: upright, scaled, at a limited frame rate."""

    def __init__(self, made: Media, stream: Media, first: Media) -> None:
        self._rate = min(FASTEST, max(1, round(float(stream.average_rate or FASTEST))))
        self._stream = made.add_stream("libvpx", rate=self._rate, options=OPTIONS)
        self._stream.bit_rate, self._stream.pix_fmt = BITS, "yuv420p"
        self._stream.codec_context.thread_count = 1
        self._graph = self._steps(first, stream.time_base)

    def more(self, frame: Media) -> list[Media]:
        self._graph.push(frame)
        return self._encoded()

    def end(self) -> list[Media]:
        self._graph.push(None)
        return [*self._encoded(), *self._stream.encode(None)]

    def _steps(self, frame: Media, time_base: Media) -> Media:
        turn = round(getattr(frame, "rotation", 0) or 0)
        width, height = frame.width, frame.height
        scale = min(1.0, HEIGHT / min(width, height))
        wide, high = (max(2, round(side * scale) // 2 * 2) for side in (width, height))
        graph = av.filter.Graph()
        graph.threads = 1
        steps = [
            graph.add_buffer(template=None, width=width, height=height, format=frame.format, time_base=time_base),
            graph.add("fps", f"fps={self._rate}"),
            graph.add("scale", f"{wide}:{high}"),
            graph.add("format", "yuv420p"),
            *([graph.add("transpose", TURNED[turn])] if turn in TURNED else []),
            *([graph.add("hflip"), graph.add("vflip")] if abs(turn) == 180 else []),  # noqa: PLR2004  (degrees)
            graph.add("buffersink"),
        ]
        graph.link_nodes(*steps).configure()
        turned = turn in TURNED
        self._stream.width, self._stream.height = (high, wide) if turned else (wide, high)
        return graph

    def _encoded(self) -> list[Media]:
        packets: list[Media] = []
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return packets
            frame.pict_type = 0
            packets += self._stream.encode(frame)


class _Sound:
    """Encoder of samples: one rate, stereo."""

    def __init__(self, made: Media) -> None:
        self._stream = made.add_stream("libopus", rate=RATE, options={})
        self._stream.bit_rate, self._stream.layout = SOUND_BITS, "stereo"
        self._resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE, frame_size=FRAME)

    def more(self, frame: Media) -> list[Media]:
        return self._encoded(self._resampler.resample(frame))

    def end(self) -> list[Media]:
        return [*self._encoded(self._resampler.resample(None)), *self._stream.encode(None)]

    def _encoded(self, frames: list[Media]) -> list[Media]:
        return [packet for frame in frames if frame is not None for packet in self._stream.encode(frame)]
