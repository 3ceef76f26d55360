"""What must whoever runs the machine put right before Acquis goes on? One sentence, in French and in English."""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818  (it names what was met)
    """The state of the machine, its settings or its keys refuses; the sentence says what is wrong and what to do."""

    def __init__(self, en: str, fr: str) -> None:
        """Say it in both languages."""
        super().__init__(en)
        self.en = en
        self.fr = fr

    def sentence(self, language: str) -> str:
        """The sentence in the reader's language ("fr" or "en")."""
        return self.fr if language == "fr" else self.en
