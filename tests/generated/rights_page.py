"""Writer of `deploy/RIGHTS.md`, the table of rights (`make rights`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.ports import Role
from webapi.rights import ABSENT, HIDDEN, MATRIX, RELATIONS, YES, Right

PAGE = Path(__file__).parents[2] / "deploy" / "RIGHTS.md"
COLUMNS: tuple[Role | None, ...] = (*RELATIONS, None)
SHORT = {Role.DISABILITY_OFFICER: "disability officer", None: "nobody"}
HEAD = """\
# Rights by role and relation

One row for each route, one column for each role. `make rights` writes this page from `webapi/rights.py`, and
`tests/webapi/test_rights.py` checks each cell on a running application. Rights follow facts: each request reads
whether the user is assigned, appointed, named or summoned, and a later fact can end it.

A cell says which users of that role may use the route:

- **yes**: all of them, whatever their relation; **—**: none of them (403); **401**: users must sign in first.
- **a relation**: only users in that relation. Any other user gets the same 404 as for an unknown id, unless the cell
  gives another answer: `own 409 own-work` is that status, for that reason.
- **… (others' absent)**: the list is given without other people's entries.

| word | relation to the dossier, session, sitting or person that the address names |
|---|---|
| own | it is the user's own, as the person that it concerns |
| linked | it belongs to another file of the same person (duplicates are linked, never merged) |
| named | they accompany the candidate |
| assigned | they mark the dossier, or a paper of the sitting |
| chair, seated | they sit on its jury, as its chair or otherwise |
| recused | they sit on its jury, but have withdrawn for this candidate |
| theirs | they invigilate the sitting |
| sender | they started the upload, for a candidate whose paper file they enter |
| any | whatever their relation, unless it is their own |
| other | none of these |

A right does not overrule a rule: a rule may still refuse an act that a role may request (a filed dossier does not
change), and each role sees less before a jury's results are released. A token's scopes narrow its role and never
widen it.
"""


def text() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(line for title, rights in MATRIX.items() for line in section(title, rights))])


def section(title: str, rights: dict[str, Right]) -> Iterator[str]:
    """Yield the lines of one table of routes."""
    yield f"## {title}\n"
    yield "| route | " + " | ".join(SHORT.get(role, str(role)) for role in COLUMNS) + " |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for route, right in rights.items():
        yield f"| `{route}` | " + " | ".join(cell(right, role) for role in COLUMNS) + " |"
    yield ""


def cell(right: Right, role: Role | None) -> str:
    """Return the cell of one role."""
    if role is None or right.public:
        return right.answer(None)
    if role not in right.cells:
        return "—"
    answers = right.cells[role]
    may = [relation for relation, answer in answers.items() if answer == YES]
    if len(may) == len(answers):
        return YES
    said = [f"{relation} {answer}" for relation, answer in answers.items() if answer not in {YES, HIDDEN, ABSENT}]
    absent = " (others' absent)" if ABSENT in answers.values() else ""
    return "; ".join(filter(None, [", ".join(may) + absent, ", ".join(said)])) or HIDDEN


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
