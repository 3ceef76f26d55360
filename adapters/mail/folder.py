"""Transport of letters to a folder, one file each, which any mail reader opens; used without a mail server."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from adapters.mail import MailMessage, Unsent, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from domain.ports import PersonId

KEPT: Final = 7 * 86_400
"""Seconds after which a letter is deleted: no link in it is valid any longer."""


class MailFolder:
    """A folder of letters, readable by its owner only."""

    delivers = False

    def __init__(self, folder: Path, sender: str) -> None:
        """Use this folder, which is made with the first letter."""
        self._folder = folder
        self._sender = sender

    def send(self, message: MailMessage, taken: Callable[[], None] = lambda: None) -> None:
        """Write the message, whole or not at all, then call `taken`; raises Unsent."""
        content = bytes(written(message, self._sender))
        name = f"{message.person or 'nobody'}-{message.id}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f".{name}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            draft.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise Unsent(for_good=False) from error
        taken()

    def forget(self, person: PersonId) -> None:
        """Delete the letters to a person, including drafts left by a killed process."""
        for letter in [*self._folder.glob(f"{person}-*"), *self._folder.glob(f".{person}-*")]:
            letter.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Delete letters older than any valid link, including drafts left by a killed process."""
        for letter in self._folder.glob("*"):
            with suppress(OSError):  # another process may tidy too, and an error here must not stop a letter
                if letter.stat().st_mtime < time.time() - KEPT:
                    letter.unlink()
