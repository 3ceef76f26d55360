"""Scopes of tokens, which narrow the token's role and never widen it.

A scope is `*` (everything the role may do), `read`, `write`, or a family with one of these three: `evidence:write`.
`feed:personal` opens the feed's texts about people; no other scope does, and only the operator gives it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from webapi.problems import Message

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "catalogue": (
        "certifications",
        "registrations",
        "rulebooks",
        "law",
        "suppositions",
        "organisations",
        "habilitations",
        "national-numbers",
    ),
    "persons": ("persons", "invitations", "own-sessions", "duplicates", "staffing", "erasures", "legal-holds"),
    "tokens": ("tokens",),
    "dossiers": (
        "candidacies",
        "journeys",
        "credit",
        "explanations",
        "deadlines",
        "queues",
        "enrolments",
        "receipts",
        "attestations",
        "papers",
        "declarations",
        "declaration-list",
        "frauds",
        "accommodation",
        "accommodation-list",
    ),
    "evidence": (
        "evidence",
        "portfolio",
        "private-links",
        "self-assessment",
        "validation-files",
        "uploads",
        "begun-uploads",
        "begun-portfolio-uploads",
    ),
    "assessments": ("assessments",),
    "juries": (
        "jury-sessions",
        "minutes",
        "transcriptions",
        "commissions",
        "deliberations",
        "notices",
        "notice-list",
        "attendance",
        "connections",
        "members-attendance",
        "reviews",
        "review-list",
        "rectifications",
        "rectification-list",
        "annulments",
        "annulment-list",
    ),
    "sittings": ("sittings",),
    "audits": ("audit-exports",),
    "reports": ("reporting",),
    "feed": ("feed", "feed-subscriptions"),
}
"""The resources of each family, by their blueprints' names; a resource not listed is a family of its own."""
ACTS: Final = ("read", "write", "*")
PERSONAL: Final = "feed:personal"
SCOPES: Final = ("*", "read", "write", *(f"{family}:{act}" for family in FAMILIES for act in ACTS), PERSONAL)
OUT_OF_SCOPE: Final = Message(
    "out-of-scope",
    "This token was not made for this: it lacks the scope.",
    "Ce jeton n'a pas été fait pour cela : sa portée ne va pas jusque-là.",
)
_FAMILY_OF: Final = {resource: family for family, resources in FAMILIES.items() for resource in resources}


def needed(resource: str, method: str) -> str:
    """Return the narrowest scope that allows a method on a resource."""
    act = "read" if method in {"GET", "HEAD"} else "write"
    return f"{_FAMILY_OF.get(resource, resource)}:{act}"


def opens(scopes: Collection[str], scope: str) -> bool:
    """Return whether these scopes include the narrow scope."""
    if scope == PERSONAL:
        return scope in scopes
    family, act = scope.split(":")
    return not {"*", act, f"{family}:*", scope}.isdisjoint(scopes)


def within(asked: Collection[str], held: Collection[str]) -> bool:
    """Return whether `held` allows everything that `asked` allows, today or for resources added later."""
    return all(opens(held, each) for scope in asked for each in _narrow(scope))


def _narrow(scope: str) -> Iterator[str]:
    """Yield the narrow scopes in a scope; `?` means every family added later."""
    family, act = scope.split(":") if ":" in scope else ("", scope)
    for each in (family,) if family else (*FAMILIES, "?"):
        yield from (f"{each}:{method}" for method in (("read", "write") if act == "*" else (act,)))
