"""Pages and images redrawn as WebP pictures, each page with its text."""

from __future__ import annotations

import io
import time
from typing import BinaryIO, Final, cast

import pypdfium2
from PIL import Image, ImageOps

from adapters.files.inspection.image import bounded, opened
from adapters.files.reading_copy.packing import FinishedCopy, Packing

MOST_PAGES: Final = 300
MOST_FRAMES: Final = 50
"""The greatest number of pages or frames of one image file."""
LARGEST: Final = 80 * 1024**2
"""Bytes of a copy after which no further page is begun."""
PER_POINT: Final = 150 / 72
"""Pixels per point of a page: 150 dots per inch."""
LONGEST_SIDE: Final = 3000
QUALITY: Final = 75
SMALL: Final = (168, 240)
"""The size of a thumbnail in pixels: twice what is shown."""
LONGEST_TEXT: Final = 200_000
"""Characters of one page."""
FIRST_ONLY: Final = "first-pages"
SPENT: Final = 0.7
"""The share of the processor time after which no further page is begun."""


def of_pdf(file: BinaryIO, processor: int) -> FinishedCopy:
    """Return the pages of a PDF, with filled-in forms; only the first ones if there are many."""
    packing, begun = Packing(), time.process_time()
    with pypdfium2.PdfDocument(file) as document:
        document.init_forms()
        total = len(document)
        for number in range(min(total, MOST_PAGES)):
            if packing.size > LARGEST or time.process_time() - begun > SPENT * processor:
                return packing.of_pages(FIRST_ONLY, total)
            page = document[number]
            picture, text = _drawn(page), _text(page)
            packing.page(webp(picture), *picture.size, text, _small(picture, total))
            page.close()
    return packing.of_pages(FIRST_ONLY, total) if total > MOST_PAGES else packing.of_pages()


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(PER_POINT, LONGEST_SIDE / max(width, height, 1))
    picture: Image.Image = page.render(scale=scale).to_pil()
    return picture


def _text(page: pypdfium2.PdfPage) -> str:
    try:
        words = page.get_textpage()
        return str(words.get_text_range(0, min(words.count_chars(), LONGEST_TEXT)))
    except pypdfium2.PdfiumError:
        return ""


def of_image(file: BinaryIO, media_type: str) -> FinishedCopy:
    """Return an image (its pages or first frames) upright and without metadata."""
    packing, picture = Packing(), opened(file, media_type)
    total: int = getattr(picture, "n_frames", 1)
    for number in range(min(total, MOST_FRAMES)):
        if packing.size > LARGEST:
            break
        if total > 1:
            picture.seek(number)
            bounded(picture)
        upright = _bare(picture)
        packing.page(webp(upright), *upright.size, small=_small(upright, total))
    return packing.of_pages(FIRST_ONLY, total) if total > MOST_FRAMES else packing.of_pages()


def _bare(picture: Image.Image) -> Image.Image:
    """Return its pixels on white, upright and no larger than a screen needs."""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if picture.mode.startswith(("I", "F")):  # of 16 bits or more
        points = picture.convert("F")
        scale = 255 / max([255.0, *cast("tuple[float, float]", points.getextrema())])
        picture = points.point(lambda value: value * scale).convert("L")
    picture = _no_larger(picture)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layers = picture.convert("RGBA")
        layers = ImageOps.exif_transpose(layers)
        white = Image.new("RGB", layers.size, "white")
        white.paste(layers, mask=layers.getchannel("A"))
        return white
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    return Image.frombytes("RGB", upright.size, upright.tobytes())


def _no_larger(picture: Image.Image) -> Image.Image:
    if max(picture.size) <= LONGEST_SIDE:
        return picture
    whole = picture.convert("RGBA" if "transparency" in picture.info or "A" in picture.mode else "RGB")
    whole.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return whole


def _small(picture: Image.Image, of: int) -> bytes | None:
    """Return a thumbnail of a page; None for a single page."""
    if of == 1:
        return None
    small = picture.convert("RGB")
    small.thumbnail(SMALL, reducing_gap=2.0)
    return webp(small)


def webp(picture: Image.Image) -> bytes:
    """Return its pixels as WebP, without metadata."""
    target = io.BytesIO()
    picture.convert("RGB").save(target, "WEBP", quality=QUALITY, method=2, exif=b"", icc_profile=None, xmp=b"")
    return target.getvalue()
