"""Facts of the rules: a certifier's rulebook is published, a text of law is published or repealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.fact import Fact
from domain.rulebook.rule_set import RuleSet
from domain.rulebook.rules import Rules


@dataclass(frozen=True, kw_only=True)
class RulebookPublished(Fact):
    """The certifier published a version of its rules."""

    fr = "Le certificateur a publié une version de son règlement."
    said_fr = "Le règlement de certification, version {rules.version}, a été publié."
    said_en = "The certifier's rulebook, version {rules.version}, was published."
    rules: Rules


@dataclass(frozen=True, kw_only=True)
class RuleSetPublished(Fact):
    """A text of law became known as rules: whom it binds, from when, what it provides, and how it was known."""

    fr = "Un texte de loi est devenu des règles : qui il vise, depuis quand, comment il a été connu."
    said_fr = "Un texte a été publié comme règles : {rule_set.reference}."
    said_en = "A text of law was published as rules: {rule_set.reference}."
    rule_set: RuleSet


@dataclass(frozen=True, kw_only=True)
class RuleSetRepealed(Fact):
    """A text of law was repealed: its last day, and the text that says so."""

    fr = "Un texte de loi a été abrogé : son dernier jour, et le texte qui le dit."
    said_fr = "Un texte est abrogé : son dernier jour est le {last} ({ground})."
    said_en = "A text of law was repealed: its last day is {last} ({ground})."
    rule_set: str
    last: date
    ground: str


LawFact = RuleSetPublished | RuleSetRepealed
RulebookFact = RulebookPublished
