"""Is what was published lawful: frameworks, routes, rulebooks, texts of law?"""

from __future__ import annotations

from domain.commands.framework.admit_correspondence import AdmitCorrespondence
from domain.commands.framework.admit_equivalence import AdmitEquivalence
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.framework.retire_framework import RetireFramework
from domain.commands.framework.withdraw_correspondence import WithdrawCorrespondence
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.commands.rulebook.repeal_rule_set import RepealRuleSet
from domain.fact import Fact, RecordedFact
from domain.framework.facts import (
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    EquivalenceAdmitted,
    FrameworkPublished,
    FrameworkRetired,
    RouteOpened,
)
from domain.framework.framework import Framework
from domain.ports import Role
from domain.replay.known import Known, Origins, by
from domain.rulebook.facts import RulebookPublished, RuleSetPublished, RuleSetRepealed
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def framework_published(known: Known, fact: FrameworkPublished, told: RecordedFact) -> bool:
    """Publish the framework again."""
    here = told.stamp.stream == Framework.id_of(fact.definition.code, fact.definition.version)
    return here and known.get(Framework, told.stamp.stream).publish(fact.definition) == fact


def route_opened(known: Known, fact: RouteOpened, told: RecordedFact) -> bool:
    """Open the route again: in the past only as the operator."""
    framework = known.get(Framework, told.stamp.stream)
    due = fact.opened_on >= told.stamp.on or told.stamp.role == Role.OPERATOR.value
    return due and framework.open_route(fact.route, fact.opened_on, fact.ground, fact.modalities) == fact


def succeeded(
    known: Known,
    fact: CorrespondenceAdmitted | CorrespondenceWithdrawn | EquivalenceAdmitted | FrameworkRetired,
    told: RecordedFact,
) -> bool:
    """Say again what leads to a version from elsewhere, or until when it admits: in the past only as the operator."""
    framework = known.get(Framework, told.stamp.stream)
    again: Fact
    match fact:
        case CorrespondenceAdmitted():
            earlier = known.get(Framework, fact.earlier)
            again = framework.admit_correspondence(earlier, fact.from_blocks, fact.to_blocks, fact.ground)
        case CorrespondenceWithdrawn():
            if fact.withdrawn_on < told.stamp.on and told.stamp.role != Role.OPERATOR.value:
                return False
            table = framework.correspondence(fact.earlier, fact.from_blocks, fact.to_blocks)
            again = table.withdraw(fact.withdrawn_on, fact.reason, fact.reference)
        case EquivalenceAdmitted():
            again = framework.admit_equivalence(fact.certification, fact.part, fact.blocks, fact.ground)
        case FrameworkRetired():
            if fact.retired_on < told.stamp.on and told.stamp.role != Role.OPERATOR.value:
                return False
            again = framework.retire(fact.retired_on, fact.ground)
    return again == fact


def rulebook_published(known: Known, fact: RulebookPublished, told: RecordedFact) -> bool:
    """Publish the rulebook again, after the version before it."""
    rules = fact.rules
    before = rules.version == 1 or known.rulebook_version(rules.certifier, rules.version - 1)
    here = told.stamp.stream == Rulebook.id_of(rules.certifier, rules.version)
    return bool(before) and here and known.get(Rulebook, told.stamp.stream).publish(rules) == fact


def rule_set_published(known: Known, fact: RuleSetPublished, told: RecordedFact) -> bool:
    """Publish the text of law again."""
    return told.stamp.stream == Law.the() and known.get(Law, Law.the()).publish(fact.rule_set) == fact


def rule_set_repealed(known: Known, fact: RuleSetRepealed, told: RecordedFact) -> bool:
    """Give the last day of the text again."""
    again = known.get(Law, Law.the()).repeal(fact.rule_set, fact.last, fact.reference)
    return told.stamp.stream == Law.the() and again == fact


ORIGINS: Origins = {
    FrameworkPublished: by(framework_published, PublishFramework),
    RouteOpened: by(route_opened, OpenRoute),
    CorrespondenceAdmitted: by(succeeded, AdmitCorrespondence),
    CorrespondenceWithdrawn: by(succeeded, WithdrawCorrespondence),
    EquivalenceAdmitted: by(succeeded, AdmitEquivalence),
    FrameworkRetired: by(succeeded, RetireFramework),
    RulebookPublished: by(rulebook_published, PublishRulebook),
    RuleSetPublished: by(rule_set_published, PublishRuleSet),
    RuleSetRepealed: by(rule_set_repealed, RepealRuleSet),
}
