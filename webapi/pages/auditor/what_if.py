"""Hypothetical results of a dossier: other rulings, facts left out, or other rules; nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from adapters.process.heavy_answers import HeavyKind
from domain.framework.definition import Definition
from domain.refusal import NotFound, Refused
from domain.standing.standing import BlockState
from domain.standing.what_if import Supposed, WhatIf
from domain.standing.why import BlockWhy
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import READERS, allowed
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.explain.in_a_sentence import of_block_supposed, of_title_supposed
from webapi.explain.other_rules import other_rules
from webapi.pages.auditor.days import BLOCKS
from webapi.pages.desk import Desk
from webapi.pages.reader.fact_lines import FactLine, entries
from webapi.privacy.disclosure import DisclosedDossier, view
from webapi.problems import STATUS, language, note_refusal
from webapi.requests import whole_number
from webapi.words import phrase
from webapi.words.catalogue import Words, words

bp = Desk("what_if", __name__, url_prefix="/candidacies/<uuid:candidacy>/what-if")

LISTS: Final = ("acquired", "not_acquired", "granted")
NO_NUMBERS: Final = phrase("Écrivez des numéros de faits, séparés par des virgules.")
NO_THRESHOLD: Final = phrase("Écrivez un nombre de compétences.")
NO_VERSION: Final = phrase("Cette version n'existe pas.")


@dataclass(kw_only=True)
class WhatIfQuery:
    """The assumptions that the address makes, and errors by name of field."""

    numbers: dict[str, frozenset[int]] = field(default_factory=dict)
    without: str = ""
    required: dict[int, str] = field(default_factory=dict)
    under: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, framework: Definition) -> WhatIfQuery:
        """Return the assumptions of the address; a threshold equal to the real one is not an assumption."""
        asked = cls(without=request.args.get("without", "").strip(), under=request.args.get("under", "").strip())
        for name in LISTS:
            asked.numbers[name] = frozenset(int(each) for each in request.args.getlist(name) if _is_number(each))
        for block in framework.blocks:
            said = request.args.get(f"required-{block.number}", "").strip()
            if said and said != str(block.rule.required):
                asked.required[block.number] = said
                if not _is_number(said):
                    asked.wrong[f"required-{block.number}"] = NO_THRESHOLD
        if not all(_is_number(each.strip()) for each in asked.without.split(",")) and asked.without:
            asked.wrong["without"] = NO_NUMBERS
        if asked.under and not _is_id(asked.under):
            asked.wrong["under"] = NO_VERSION
        return asked

    @property
    def supposes(self) -> bool:
        """Return whether there is any assumption."""
        return bool(any(self.numbers.values()) or self.without or self.required or self.under)

    def supposed(self, read: DisclosedDossier) -> Supposed:
        """Return the assumptions as the domain reads them; raise RuleNeverMet, or NotFound for an unknown version."""
        required = [f"{block}:{said}" for block, said in self.required.items()]
        under = UUID(self.under) if self.under else None
        return Supposed(
            acquired=self.numbers["acquired"],
            not_acquired=self.numbers["not_acquired"],
            granted=self.numbers["granted"],
            without=frozenset(int(each) for each in self.without.split(",") if each.strip()),
            under=other_rules(read.opened.framework, under, required, ()),
        )


@bp.get("")
@allowed(*READERS)
@heavy(HeavyKind.OWN)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the form, and the result under its assumptions; the address can be shared."""
    read = view(candidacy)
    asked = WhatIfQuery.read(read.framework)
    found, refusal = _supposed(read, asked)
    if refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
    content = render_template(
        "auditor/what_if.html",
        candidacy=candidacy,
        candidate_name=read.candidate_name,
        framework=read.framework,
        standing={line.number: line for line in read.standing.blocks},
        competences={line.number: line for line in read.standing.competences},
        versions=_versions(read),
        opened=_opened(read.framework, asked),
        asked=asked,
        found=found,
        refusal=refusal.sentence(language()) if refusal else "",
        violations=[each.fr if language() == "fr" else each.en for each in refusal.violations] if refusal else [],
        said=_sentences(found, under=bool(asked.under or asked.required)) if found else [],
        fell=_fell(read, found) if found else [],
        at="dossiers.list_candidacies",
    )
    return content, 422 if asked.wrong or refusal else 200


def _supposed(read: DisclosedDossier, asked: WhatIfQuery) -> tuple[WhatIf | None, Refused | None]:
    if not asked.supposes or asked.wrong:
        return None, None
    try:
        return read.what_if(asked.supposed(read)), None
    except NotFound:
        asked.wrong["under"] = NO_VERSION
        return None, None
    except Refused as refusal:
        return None, refusal


def _opened(framework: Definition, asked: WhatIfQuery) -> set[int]:
    """Return the blocks with an assumption."""
    ticked = asked.numbers["acquired"] | asked.numbers["not_acquired"]
    about = {block.number for block in framework.blocks if not ticked.isdisjoint(block.competences)}
    return about | asked.numbers["granted"] | asked.required.keys()


def _versions(read: DisclosedDossier) -> list[tuple[UUID, int]]:
    """Return the other published versions of the certification."""
    found = certifications(acquis().database, limit=None)
    own = (read.framework.code, read.framework.version)
    return [(each.framework, each.version) for each in found if each.code == own[0] and each.version != own[1]]


def _fell(read: DisclosedDossier, found: WhatIf) -> list[FactLine]:
    """Return the facts that would not exist either."""
    gone = {each.position for each in found.fell}
    return entries(read, [told for told in read.seen if told.stamp.position in gone])


def _sentences(found: WhatIf, *, under: bool) -> list[tuple[str, str, str, str]]:
    """Return each block that would change, and the title: name, state now, state then, and why.

    Under other rules nothing is granted: a block counts as won if its rule is met.
    """
    say, now = words(language(), acquis().settings.words), {each.number: each for each in found.now.blocks}
    told = []
    for then in sorted(found.then.blocks, key=lambda each: each.number):
        if under and then.number not in {*found.gained, *found.lost}:
            continue
        before = now.get(then.number)
        was, is_ = (_state(before, say) if before else ""), _rule(then, say) if under else _state(then, say)
        if was != is_:
            told.append((say(phrase("Bloc {n}"), n=then.number), was, is_, of_block_supposed(then, say)))
    if found.title_gained or found.title_lost:
        was, is_ = (say(phrase("titre hors d'atteinte")), say(phrase("titre à portée")))
        if found.title_lost:
            was, is_ = say(phrase("titre prononcé")), say(phrase("titre non prononcé"))
        told.append((say(phrase("Titre")), was, is_, of_title_supposed(found.then.title, say)))
    return told


def _state(block: BlockWhy, say: Words) -> str:
    """Return a block's state; for one that is not granted, also whether its rule is met."""
    state = say(BLOCKS[block.state])
    if block.state in {BlockState.GRANTED, BlockState.NOT_SOUGHT}:
        return state
    return f"{state}, {_rule(block, say)}"


def _rule(block: BlockWhy, say: Words) -> str:
    return say(phrase("règle remplie") if block.met else phrase("règle non remplie"))


def _is_number(text: str) -> bool:
    return whole_number(text) is not None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
