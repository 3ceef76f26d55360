"""The check of sound and film: FFmpeg reads it as its type, and its first frame decodes."""

from __future__ import annotations

from typing import Any, BinaryIO, Final

import av
import av.logging

from adapters.files.inspection import found
from adapters.files.inspection.found import DetectedType
from adapters.files.inspection.refusals import InvalidFile, reading

READ_BY: Final = {
    found.MP4: "mov",
    found.MOV: "mov",
    found.M4A: "mov",
    found.WEBM: "matroska",
    found.OGG: "ogg",
    found.WAV: "wav",
    found.MP3: "mp3",
    found.AAC: "aac",
}
"""FFmpeg's reader for each type; readers of playlists, which open other files, are never used."""
MOST_PACKETS: Final = 400
"""The greatest number of packets read to find a frame that decodes."""

av.logging.set_level(None)


def check(file: BinaryIO, media_type: str) -> DetectedType:
    """Refuse a file with neither picture nor sound, or a damaged one."""
    with reading(), opened(file, media_type) as container:
        played = [*pictures(container), *container.streams.audio]
        if not played or not _plays(container, played[0]):
            raise InvalidFile
    return DetectedType(media_type=media_type)


def opened(file: BinaryIO, media_type: str) -> Any:
    """Return the opened container of a film or sound, read without extra threads; raises what FFmpeg raises."""
    container = av.open(file, mode="r", format=READ_BY[media_type], options={"enable_drefs": "0"})
    for stream in container.streams:
        if stream.type in {"audio", "video"}:
            stream.codec_context.thread_count = 1
    return container


def pictures(container: Any) -> list[Any]:
    """Return the tracks of moving pictures, without cover pictures."""
    return [each for each in container.streams.video if not each.disposition & av.stream.Disposition.attached_pic]


def _plays(container: Any, stream: Any) -> bool:
    for number, packet in enumerate(container.demux(stream)):
        if packet.decode():
            return True
        if number > MOST_PACKETS:
            return False
    return False
