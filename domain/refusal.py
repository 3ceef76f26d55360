"""Refusals: their base class, with the rules that failed and their sources.

A refusal names the broken rule. Its docstring *is* the rule in English, its `fr` the same rule in French; both are
written once, for the developer, the client, the candidate and the test. A refusal never contains personal data: it
names opaque ids and the words of the certification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

Kind = Literal[
    "bad_request",
    "invalid",
    "unauthenticated",
    "forbidden",
    "not_found",
    "rule",
    "stale",
    "required",
    "limited",
    "too_large",
    "type_mismatch",
    "busy",
]
"""The kind of answer that a refusal is; the entry points translate it once (HTTP status, exit code)."""


@dataclass(frozen=True)
class Missing:
    """The reason why a rule failed: the kind of fact, a sentence in both languages, and the people it concerns.

    People are given by opaque ids.
    """

    fact: str
    en: str
    fr: str
    of: tuple[UUID, ...] = ()

    def sentence(self, language: str) -> str:
        """Return the sentence, and whom it concerns, in the reader's language ("fr" or "en")."""
        said, colon = (self.fr, " : ") if language == "fr" else (self.en, ": ")
        return said + (colon + ", ".join(map(str, self.of)) if self.of else "") + "."


@dataclass(frozen=True)
class Violation:
    """One rule that failed inside a refusal: a slug, its sentence in both languages, and its source.

    A source that is a text's own reference is the same in both languages; `source_fr` translates one of our own.
    `missing` are the facts that are missing, or prevent it, where that is the reason.
    """

    rule: str
    en: str
    fr: str
    source: str
    source_fr: str = ""
    missing: tuple[Missing, ...] = ()

    def reference(self, language: str) -> str:
        """Return the source of the rule in the reader's language ("fr" or "en")."""
        return (self.source_fr if language == "fr" else "") or self.source


def sheet_called(code: str, language: str) -> str:
    """Return how a sentence refers to a certification's sheet: by its code, if it is known."""
    if language == "fr":
        return f"fiche {code}" if code else "la fiche de la certification"
    return f"sheet {code}" if code else "the certification's sheet"


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """The request breaks a rule."""

    fr: ClassVar[str] = "La demande enfreint une règle."
    kind: ClassVar[Kind] = "rule"
    source: ClassVar[str] = ""
    source_fr: ClassVar[str] = ""
    """Where the rule comes from; `{sheet}` in it is the sheet of the certification that the refusal is about."""

    def __init__(self, *about: object, violations: tuple[Violation, ...] = (), sheet: str = "") -> None:
        """Store what the refusal is about (ids, numbers), the rules that failed, and the sheet's code."""
        super().__init__(*about)
        self.about = about
        self.violations = violations
        self.sheet = sheet

    @classmethod
    def slug(cls) -> str:
        """Return the refusal's public name: its class name in kebab case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def sentence(cls, language: str) -> str:
        """Return the broken rule in the reader's language ("fr" or "en")."""
        return cls.fr if language == "fr" else " ".join((cls.__doc__ or "").split())

    @classmethod
    def reference(cls, language: str, sheet: str = "") -> str:
        """Return the source of the rule in the reader's language, with the sheet's code; empty for our own rules."""
        source = cls.source_fr if language == "fr" else cls.source
        return source.replace("{sheet}", sheet_called(sheet, language))


class Forbidden(Refused):
    """This role may not do this."""

    fr = "Ce rôle ne permet pas cette action."
    kind = "forbidden"


class NotFound(Refused):
    """There is nothing here, or nothing that you may see."""

    fr = "Il n'y a rien ici, ou rien que vous puissiez voir."
    kind = "not_found"


class StaleVersion(Refused):
    """What you were shown has changed since: read it again before you replace or sign it."""

    fr = "Ce qui vous était montré a changé depuis : relisez avant de remplacer ou de signer."
    kind = "stale"


class Busy(Refused):
    """Too many people are changing the same dossier at this moment: try again in a few seconds."""

    fr = "Trop de personnes modifient ce dossier en ce moment : réessayez dans quelques secondes."
    kind = "busy"


class IdempotencyKeyReused(Refused):
    """An idempotency key stands for one request only: this one was already used with another body."""

    fr = "Une clé d'idempotence ne vaut que pour une demande : celle-ci a déjà servi avec un autre contenu."
    kind = "invalid"
