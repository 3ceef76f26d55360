"""Content-Disposition header of downloads (RFC 6266)."""

from __future__ import annotations

from adapters.files.stated import stated_name


def attachment(name: str) -> str:
    """Return the Content-Disposition of a download (RFC 6266), with the file's name in ASCII and in UTF-8."""
    shown = stated_name(name)
    safe = "".join("_" if character in '/\\"%;' or not character.isascii() else character for character in shown)
    exact = "".join(
        character if character.isascii() and (character.isalnum() or character in "-._~") else _percent(character)
        for character in shown
    )
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{exact}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))
