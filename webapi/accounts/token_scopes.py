"""What may a token do? Read, write, or either in one family of resources; never more than the role it was made for.

A scope is `*` (all that the role may), `read`, `write`, or a family with one of the three: `evidence:write`. What the
feed tells of people no other one opens: `feed:personal`, which the machine's operator alone gives.
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
"""Which resources, by the name of their blueprint, belong together. One named nowhere is a family of its own."""
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
    """The narrowest scope that opens a resource to a method."""
    act = "read" if method in {"GET", "HEAD"} else "write"
    return f"{_FAMILY_OF.get(resource, resource)}:{act}"


def opens(scopes: Collection[str], scope: str) -> bool:
    """Whether a token with these scopes may do what needs this narrow one."""
    if scope == PERSONAL:
        return scope in scopes
    family, act = scope.split(":")
    return not {"*", act, f"{family}:*", scope}.isdisjoint(scopes)


def within(asked: Collection[str], held: Collection[str]) -> bool:
    """Whether all that the one may do, today or with resources to come, the other may do too."""
    return all(opens(held, each) for scope in asked for each in _narrow(scope))


def _narrow(scope: str) -> Iterator[str]:
    """The narrow scopes that one holds; `?` stands for every family to come."""
    family, act = scope.split(":") if ":" in scope else ("", scope)
    for each in (family,) if family else (*FAMILIES, "?"):
        yield from (f"{each}:{one}" for one in (("read", "write") if act == "*" else (act,)))
