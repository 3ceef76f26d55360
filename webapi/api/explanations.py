"""Routes that explain a candidacy's standing: why, why not, and what if; nothing is recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from adapters.process.heavy_answers import HeavyKind
from domain.framework.framework import Framework
from domain.ports import FrameworkId, Role
from domain.rulebook.rule_set import HowKnown, Provision
from domain.standing.comparison import Comparison
from domain.standing.standing import BlockState, CompetenceState, Outcome
from domain.standing.what_if import NothingSupposed, Supposed
from projections.standing.what_if_everybody import judged
from webapi.accounts.authentication import READERS, allowed, reader
from webapi.api import Resource, ruled
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.edge.paging import PageQuery, begins_after, link, next_page
from webapi.explain.other_rules import RULES, OtherRules, other_rules
from webapi.privacy.disclosure import AsOf, loaded, view
from webapi.requests import LARGEST_NUMBER, Once, StrictInteger

bp = Resource("explanations", __name__, url_prefix="/api/v1/candidacies")
everybody = Resource("suppositions", __name__, url_prefix="/api/v1/certifications")


class ChoiceAnswer(Schema):
    """Any `count` of these numbers."""

    count = fields.Integer(required=True)
    among = fields.List(fields.Integer(), required=True)


class RaiseAnswer(Schema):
    """A mark to raise, in hundredths of a point: its present value (null: none) and the value needed."""

    number = fields.Integer(required=True)
    worth = fields.Integer(required=True, allow_none=True)
    to = fields.Integer(required=True)


class GapAnswer(Schema):
    """One smallest way to meet a rule: these numbers, a choice among others, and marks to raise."""

    numbers = fields.List(fields.Integer(), required=True)
    choices = fields.List(fields.Nested(ChoiceAnswer), required=True)
    raises = fields.List(fields.Nested(RaiseAnswer), required=True)


class LeafAnswer(Schema):
    """A competence, or in the title's rule a block: whether it is met, and whether it is mandatory."""

    number = fields.Integer(required=True)
    met = fields.Boolean(required=True)
    mandatory = fields.Boolean(required=True)


class WeighedAnswer(Schema):
    """A competence in a mean: its weight, and its mark in hundredths of a point (null: none)."""

    number = fields.Integer(required=True)
    weight = fields.Integer(required=True)
    worth = fields.Integer(required=True, allow_none=True)


class MeanAnswer(Schema):
    """A weighted mean of marks, in hundredths of a point: minimum, maximum, present value."""

    least = fields.Integer(required=True)
    most = fields.Integer(required=True)
    now = fields.Integer(required=True, allow_none=True)
    weights = fields.List(fields.Nested(WeighedAnswer), required=True)


class BranchAnswer(Schema):
    """The state of a rule: at least `required` of its numbers and branches, of which `have` are met, or a mean."""

    required = fields.Integer(required=True)
    have = fields.Integer(required=True)
    met = fields.Boolean(required=True)
    numbers = fields.List(fields.Nested(LeafAnswer), required=True)
    branches = fields.List(fields.Nested("BranchAnswer"), required=True)
    mean = fields.Nested(MeanAnswer, required=True, allow_none=True)


class CompetenceWhyAnswer(Schema):
    """A competence: the ruling that counts (null: none), and the facts behind it."""

    number = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(CompetenceState)))
    acquired = fields.Boolean(required=True, allow_none=True)
    positions = fields.List(fields.Integer(), required=True)


class BlockWhyAnswer(Schema):
    """A block: the decision, whether the counted rulings meet its rule, and what is missing if not."""

    number = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(BlockState)))
    met = fields.Boolean(required=True)
    session = fields.UUID(required=True, allow_none=True)
    decided_on = fields.Date(required=True, allow_none=True)
    text = fields.String(required=True, metadata={"description": "The sheet's own sentence."})
    rule = fields.Nested(BranchAnswer, required=True)
    competences = fields.List(fields.Nested(CompetenceWhyAnswer), required=True)
    missing = fields.List(
        fields.Nested(GapAnswer),
        required=True,
        metadata={
            "description": "For a refused block: what the jury found missing. A new jury rules on all its "
            "competences again."
        },
    )
    positions = fields.List(fields.Integer(), required=True)


class TitleWhyAnswer(Schema):
    """The title: whether it is awarded, whether the granted blocks suffice, and which are missing if not."""

    pronounced = fields.Boolean(required=True)
    pronounced_on = fields.Date(required=True, allow_none=True)
    met = fields.Boolean(required=True)
    within_reach = fields.Boolean(
        required=True,
        metadata={"description": "Whether it would be met if every block whose rule is met were granted."},
    )
    text = fields.String(required=True, metadata={"description": "The sheet's own sentence."})
    rule = fields.Nested(BranchAnswer, required=True)
    missing = fields.List(
        fields.Nested(GapAnswer),
        required=True,
        metadata={"description": "The sets of blocks with the fewest competences still to acquire."},
    )
    competences_needed = fields.Integer(required=True)
    positions = fields.List(fields.Integer(), required=True)
    sought = fields.Boolean(
        required=True, metadata={"description": "Whether the blocks that the candidate seeks suffice."}
    )
    option_title = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The awarded title's option, before that the chosen one, in the sheet's words."},
    )


class SourceAnswer(Schema):
    """A fact cited by a line. A hypothetical fact has a position beyond the end of the log and no day."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True)
    stream = fields.UUID(required=True)
    on = fields.Date(required=True, allow_none=True)
    supposed = fields.Boolean(required=True)
    evidence = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The piece of evidence that the fact is about."}
    )


class CitedAnswer(Schema):
    """A text of law that applies to this parcours: its provision, session, and how it is known here."""

    rule_set = fields.String(required=True)
    reference = fields.String(required=True)
    known = fields.String(required=True, validate=validate.OneOf(list(HowKnown)))
    provides = fields.String(required=True, validate=validate.OneOf(list(Provision)))
    session = fields.UUID(required=True, allow_none=True)


class Explanation(Schema):
    """The explanation of a candidacy's standing: versions, title, blocks, and the facts behind them."""

    framework = fields.String(required=True)
    framework_version = fields.Integer(required=True)
    rulebook = fields.String(required=True, metadata={"description": "The certifier of the rulebook."})
    rulebook_version = fields.Integer(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))
    title = fields.Nested(TitleWhyAnswer, required=True)
    blocks = fields.List(fields.Nested(BlockWhyAnswer), required=True)
    sources = fields.List(fields.Nested(SourceAnswer), required=True)
    law = fields.List(
        fields.Nested(CitedAnswer),
        required=True,
        metadata={"description": "The texts of law that applied to its juries and changed its rulebook."},
    )


class WhyAnswer(Explanation):
    """The explanation: each line with the positions of its facts."""

    candidacy = fields.UUID(required=True)
    provisional = fields.Boolean(
        required=True, metadata={"description": "Whether unreleased marks and rulings are counted."}
    )


class FallenAnswer(Schema):
    """A fact that would fall as well."""

    position = fields.Integer(required=True)
    fact = fields.String(required=True)


class WhatIfAnswer(Schema):
    """The present and the hypothetical standing, and the blocks whose rule would be met, or no longer met."""

    candidacy = fields.UUID(required=True)
    provisional = fields.Boolean(required=True)
    now = fields.Nested(Explanation, required=True)
    then = fields.Nested(Explanation, required=True)
    gained = fields.List(
        fields.Integer(), required=True, metadata={"description": "Blocks, by the numbers of the assumed version."}
    )
    lost = fields.List(fields.Integer(), required=True)
    title_gained = fields.Boolean(required=True)
    title_lost = fields.Boolean(required=True)
    fell = fields.List(
        fields.Nested(FallenAnswer),
        required=True,
        metadata={"description": "Visible facts that depend on the facts left out."},
    )


def _numbers(said: str) -> fields.List[int]:
    return fields.List(
        StrictInteger(validate=validate.Range(1, 9999)),
        load_default=list,
        validate=[validate.Length(max=500), Once()],
        metadata={"description": said},
    )


class Supposition(AsOf, OtherRules):
    """The assumptions, each number given once: `?acquired=7&acquired=9`; and the time to read at."""

    acquired = _numbers("Competences assumed acquired.")
    not_acquired = _numbers("Competences assumed not acquired.")
    granted = _numbers("Blocks assumed granted.")
    without = fields.List(
        StrictInteger(validate=validate.Range(1, LARGEST_NUMBER)),
        load_default=list,
        validate=[validate.Length(max=500), Once()],
        metadata={"description": "Facts of the dossier to leave out, by their positions."},
    )


@bp.get("/<uuid:candidacy>/why")
@bp.arguments(AsOf, location="query")
@bp.response(200, WhyAnswer)
@allowed(*READERS)
def explain(query: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Explain a candidacy's standing, and the shortest way to what is missing (pourquoi)."""
    read = view(candidacy, **query)
    return {"candidacy": candidacy, "provisional": read.provisional, **vars(read.why)}, 200


@bp.get("/<uuid:candidacy>/what-if")
@bp.arguments(Supposition, location="query")
@bp.response(200, WhatIfAnswer)
@allowed(*READERS)
@ruled
@heavy(HeavyKind.OWN)
def suppose(query: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Show a candidacy's standing under assumed rulings or other rules, and record nothing (et si)."""
    rules = {name: query.pop(name) for name in RULES}
    numbers = {name: frozenset(query.pop(name)) for name in ("acquired", "not_acquired", "granted", "without")}
    read = view(candidacy, **query)
    supposed = Supposed(**numbers, under=other_rules(read.opened.framework, **rules))
    return {"candidacy": candidacy, "provisional": read.provisional, **vars(read.what_if(supposed))}, 200


class ChangedAnswer(Schema):
    """A candidacy with another standing: blocks gained, by the numbers of the other version, and lost."""

    candidacy = fields.UUID(required=True)
    gained = fields.List(fields.Integer(), required=True)
    lost = fields.List(fields.Integer(), required=True)
    title_gained = fields.Boolean(required=True)
    title_lost = fields.Boolean(required=True)


class GainsAnswer(Schema):
    """The candidacies on this page whose standing would change."""

    judged = fields.Integer(required=True)
    items = fields.List(fields.Nested(ChangedAnswer), required=True)
    next = fields.String(required=True, allow_none=True)


class Everybody(OtherRules, PageQuery):
    """The other rules, and the number of candidacies to evaluate."""


@everybody.get("/<uuid:certification>/what-if")
@everybody.arguments(Everybody, location="query")
@everybody.response(200, GainsAnswer)
@allowed(Role.REGISTRAR, Role.AUDITOR)
@ruled
@heavy(HeavyKind.OWN)
def suppose_for_everybody(query: dict[str, Any], certification: UUID) -> ResponseReturnValue:
    """Show who would gain and who would lose under other rules, and record nothing.

    Each page evaluates some candidacies.
    """
    present = loaded(Framework, certification)
    rules = {name: query.pop(name) for name in RULES}
    other = other_rules(FrameworkId(certification), **rules)
    if other is None:
        raise NothingSupposed
    beside = Comparison(framework=FrameworkId(certification), now=present.content, other=other)
    after, me = begins_after(query["cursor"]) or 0, reader()
    runs = me.role is Role.REGISTRAR
    page = judged(acquis().database, beside, provisional=runs, own=me.files, after=after, limit=query["limit"])
    cursor = next_page(page.next) if page.next is not None else None
    items = [{"candidacy": each.candidacy, **vars(each.changed)} for each in page.otherwise]
    return {"judged": page.judged, "items": items, "next": cursor}, 200, link(cursor)
