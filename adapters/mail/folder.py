"""Where do letters go while no mail server is named? Into a folder, one file each, which any mail reader opens."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from adapters.mail import Message, Unsent, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from domain.ports import PersonId

KEPT: Final = 7 * 86_400
"""Seconds after which a letter is taken away: no link in it is valid any longer."""


class MailFolder:
    """A folder of letters, for its owner's eyes only."""

    delivers = False

    def __init__(self, folder: Path, sender: str) -> None:
        """Use this folder; it is made with the first letter."""
        self._folder = folder
        self._sender = sender

    def send(self, message: Message, taken: Callable[[], None] = lambda: None) -> None:
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
        """Take away the letters to a person, and what a killed process had begun of one."""
        for letter in [*self._folder.glob(f"{person}-*"), *self._folder.glob(f".{person}-*")]:
            letter.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Take away what is older than any link in it, drafts of a process that was killed too."""
        for letter in self._folder.glob("*"):
            with suppress(OSError):  # another process tidies too; and nothing here keeps a letter from leaving
                if letter.stat().st_mtime < time.time() - KEPT:
                    letter.unlink()
