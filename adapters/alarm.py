"""What is an alarm? Something wrong with the installation, said in both languages with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One thing that is wrong: its name for programs, its sentences, and whether it makes all unready."""

    slug: str
    fr: str
    en: str
    unready: bool = False

    def sentence(self, language: str) -> str:
        """The sentence in the reader's language ("fr" or "en")."""
        return self.fr if language == "fr" else self.en

    @classmethod
    def of(cls, slug: str, refusal: Refused) -> Alarm:
        """Make it of what refuses to go on, with each rule that it names: unready."""
        return cls(
            slug=slug,
            fr=_joined(refusal.sentence("fr"), *(each.fr for each in refusal.violations)),
            en=_joined(refusal.sentence("en"), *(each.en for each in refusal.violations)),
            unready=True,
        )


def _joined(*sentences: str) -> str:
    return " ".join(f"{each.removesuffix('.')}." for each in sentences)
