"""Alarms: what is wrong with an installation, in both languages, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One thing that is wrong: its name for programs and its sentences.

    `unready`: /readyz answers 503. `urgent`: the site works, and the operator must act at once.
    """

    slug: str
    fr: str
    en: str
    unready: bool = False
    urgent: bool = False

    @property
    def red(self) -> bool:
        """True if the operator must act at once."""
        return self.unready or self.urgent

    def sentence(self, language: str) -> str:
        """Return the sentence in the reader's language ("fr" or "en")."""
        return self.fr if language == "fr" else self.en

    @classmethod
    def of(cls, slug: str, refusal: Refused) -> Alarm:
        """Return the alarm of a refusal, with each rule that it names; it makes the installation unready."""
        return cls(
            slug=slug,
            fr=_joined(refusal.sentence("fr"), *(each.fr for each in refusal.violations)),
            en=_joined(refusal.sentence("en"), *(each.en for each in refusal.violations)),
            unready=True,
        )


def _joined(*sentences: str) -> str:
    return " ".join(f"{each.removesuffix('.')}." for each in sentences)
