"""The check of an image: it can be decoded, and its size is within the limits."""

from __future__ import annotations

from typing import BinaryIO, Final

import pillow_heif
from PIL import Image

from adapters.files.inspection import found
from adapters.files.inspection.found import DetectedType
from adapters.files.inspection.refusals import ImageTooLarge, reading

MOST_POINTS: Final = 100_000_000
LONGEST_SIDE: Final = 30_000
MOST_FRAMES: Final = 100_000
SMALL: Final = (320, 320)
FORMATS: Final = {
    found.PNG: "PNG",
    found.JPEG: "JPEG",
    found.WEBP: "WEBP",
    found.HEIC: "HEIF",
    found.GIF: "GIF",
    found.TIFF: "TIFF",
}

Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded
pillow_heif.options.DECODE_THREADS = 1  # the child process may start no threads
pillow_heif.options.THUMBNAILS = False
pillow_heif.register_heif_opener()


def check(file: BinaryIO, media_type: str) -> DetectedType:
    """Refuse an image that is too large, or cannot be decoded."""
    with reading():
        picture = opened(file, media_type)
        frames = getattr(picture, "n_frames", 1)
        picture.draft("RGB", SMALL)  # a JPEG is decoded at reduced size; all of its data is read
        picture.load()
    return DetectedType(media_type=media_type, pages=min(frames, MOST_FRAMES) if media_type == found.TIFF else None)


def opened(file: BinaryIO, media_type: str) -> Image.Image:
    """Open an image of this type without decoding it; raises ImageTooLarge or what Pillow raises."""
    picture = Image.open(file, formats=[FORMATS[media_type]])
    bounded(picture)
    return picture


def bounded(picture: Image.Image) -> None:
    """Raise ImageTooLarge if the image is too large to decode."""
    width, height = picture.size
    if width * height > MOST_POINTS or max(width, height) > LONGEST_SIDE:
        raise ImageTooLarge
