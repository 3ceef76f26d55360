"""Base of the errors that the operator must fix before Acquis continues."""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818  (named after what happened)
    """A fault of the machine, its settings or its keys; the sentence says what is wrong and what to do."""

    def __init__(self, en: str, fr: str) -> None:
        """Set the sentence in both languages."""
        super().__init__(en)
        self.en = en
        self.fr = fr

    def sentence(self, language: str) -> str:
        """Return the sentence in the reader's language ("fr" or "en")."""
        return self.fr if language == "fr" else self.en
