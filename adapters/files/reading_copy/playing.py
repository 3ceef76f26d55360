"""Sound and film made anew, without what stands beside them: VP8 and Opus in WebM, upright, at most 720 points high."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import av
import av.filter

from adapters.files.inspection.media import opened, pictures
from adapters.files.reading_copy.packing import Made, Packing, no_copy

HEIGHT: Final = 720
"""Points of the shorter side."""
FASTEST: Final = 30
"""Frames per second."""
LONGEST: Final = 3600
"""Seconds that are made anew."""
LARGEST: Final = 240 * 1024**2
SPENT: Final = 0.95
BITS: Final = 1_200_000
SOUND_BITS: Final = 96_000
RATE: Final = 48_000
FRAME: Final = 960
"""Samples that Opus takes at once."""
TOO_LONG: Final = "copy-too-long"
TURNED: Final = {90: "cclock", -90: "clock", 270: "clock", -270: "cclock"}
"""How a film is turned that says by how many degrees it lies."""
OPTIONS: Final = {"deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0"}
Media = Any
"""What PyAV gives: its types say little."""


class _Spent(Exception):  # noqa: N818  (it names what was met)
    """More time or room is needed than there is."""


def played(file: BinaryIO, media_type: str, processor: int) -> Made:
    """A sound or film made anew in so many seconds of processor, or none where it is too long for that."""
    with opened(file, media_type) as source:
        seconds = (source.duration or 0) / av.time_base
        if seconds > LONGEST:
            return no_copy(TOO_LONG)
        try:
            data, is_film = _made_anew(source, processor)
        except _Spent:
            return no_copy(TOO_LONG)
    return Packing().of_media(data, "video/webm" if is_film else "audio/webm", round(seconds, 1))


def _made_anew(source: Media, processor: int) -> tuple[bytes, bool]:
    target, until = io.BytesIO(), time.process_time() + SPENT * processor
    film, sound = next(iter(pictures(source)), None), next(iter(source.streams.audio), None)
    with av.open(target, "w", format="webm", container_options={"fflags": "+bitexact"}) as made:
        makers = {each.index: maker for each, maker in _makers(made, film, sound)}
        for packet in source.demux([each for each in (film, sound) if each is not None]):
            if time.process_time() > until or target.tell() > LARGEST:
                raise _Spent
            for frame in _decoded(packet):
                made.mux(makers[packet.stream.index].more(frame))
        for maker in makers.values():
            made.mux(maker.end())
    return target.getvalue(), film is not None


def _makers(made: Media, film: Media, sound: Media) -> Iterator[tuple[Media, _Film | _Sound]]:
    if film is not None:
        yield film, _Film(made, film)
    if sound is not None:
        yield sound, _Sound(made)


def _decoded(packet: Media) -> list[Media]:
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []  # a damaged moment of it


class _Film:
    """Frames upright, scaled, no more of them than are seen."""

    def __init__(self, made: Media, stream: Media) -> None:
        self._rate = min(FASTEST, max(1, round(float(stream.average_rate or FASTEST))))
        self._stream = made.add_stream("libvpx", rate=self._rate, options=OPTIONS)
        self._stream.bit_rate, self._stream.pix_fmt = BITS, "yuv420p"
        self._stream.codec_context.thread_count = 1
        self._time_base = stream.time_base
        self._graph: Media = None

    def more(self, frame: Media) -> list[Media]:
        if self._graph is None:
            self._graph = self._begun(frame)
        self._graph.push(frame)
        return self._encoded()

    def end(self) -> list[Media]:
        if self._graph is None:
            return []
        self._graph.push(None)
        return [*self._encoded(), *self._stream.encode(None)]

    def _begun(self, frame: Media) -> Media:
        turn = round(getattr(frame, "rotation", 0) or 0)
        width, height = frame.width, frame.height
        scale = min(1.0, HEIGHT / min(width, height))
        wide, high = (max(2, round(side * scale) // 2 * 2) for side in (width, height))
        graph = av.filter.Graph()
        graph.threads = 1
        steps = [
            graph.add_buffer(
                template=None, width=width, height=height, format=frame.format, time_base=self._time_base
            ),
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
    """Samples at one rate, in one or two channels."""

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
