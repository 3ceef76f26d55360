"""Small reading copies, as the worker makes them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from PIL import Image

from adapters.files.age import encrypt
from adapters.files.reading_copy import Copied
from adapters.files.store import COPIES
from domain.ports import EvidenceId

if TYPE_CHECKING:
    from adapters.files.store import EvidenceStore
    from webapi.wiring import App

MEDIA = b"\x1aE\xdf\xa3" + bytes(range(256)) * 1024
"""A stand-in for a film: 256 KiB with its signature, in which each byte shows its offset."""
NOTHING: dict[str, Any] = dict.fromkeys(("media_type", "of", "text", "media", "seconds", "note", "reason")) | {
    "pages": []
}


def picture(width: int = 60, height: int = 80) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(target, "WEBP")
    return target.getvalue()


def archive(listing: dict[str, Any], parts: dict[str, bytes], *, packed: int = zipfile.ZIP_STORED) -> bytes:
    """Return the archive of a copy."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packed) as made:
        made.writestr("copy.json", json.dumps(NOTHING | listing))
        for name, data in parts.items():
            made.writestr(name, data)
    return target.getvalue()


def pages(*texts: str, **said: Any) -> bytes:
    """Return a copy with one page for each text; an empty text is none."""
    listed, parts = [], dict[str, bytes]()
    for number, text in enumerate(texts, 1):
        name = f"page-{number:04}"
        parts[f"{name}.webp"] = picture()
        parts |= {f"{name}.txt": text.encode()} if text else {}
        page = {"picture": f"{name}.webp", "width": 60, "height": 80}
        listed.append(page | {"text": f"{name}.txt" if text else None})
    return archive({"kind": "pages", "pages": listed} | said, parts)


PAGE: dict[str, Any] = {"picture": "page-0001.webp", "width": 60, "height": 80, "text": None}


def film(media_type: str = "video/webm", *, of_pages: bool = False) -> bytes:
    """Return a copy to play; `of_pages`: with an image of a page as well, so that every address of a copy exists."""
    listing = {"kind": "media", "media": "media.webm", "media_type": media_type}
    parts = {"media.webm": MEDIA} | ({"page-0001.webp": picture()} if of_pages else {})
    return archive(listing | ({"pages": [PAGE]} if of_pages else {}), parts)


def put(
    acquis: App, evidence: EvidenceId | str, candidacy: UUID | None, person: UUID, content: bytes, **said: Any
) -> None:
    """Store a copy as the worker does; without a candidacy, that of a piece of a portfolio."""
    files, kept = (acquis.files, acquis.copies) if candidacy else (acquis.portfolio, acquis.portfolio_copies)
    copied = Copied(**{"kind": "pages", "pages": None, "reason": None} | said)
    path = acquis.files.quarantine / str(uuid4())
    with path.open("xb") as target:
        encrypt(io.BytesIO(content), target, acquis.vault.file_key(person, files.retention))
    kept.put(EvidenceId(UUID(str(evidence))), candidacy, person, path, copied)
    path.unlink()


def there(files: EvidenceStore) -> set[str]:
    """Return the names of the stored copies."""
    return {blob.name.rpartition("/")[2].removesuffix(".age") for blob in files.blobs.all(f"{COPIES}/")}
