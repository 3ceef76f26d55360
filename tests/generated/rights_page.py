"""The matrix of rights as a page to read: `deploy/RIGHTS.md`, which `make rights` writes anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.ports import Role
from webapi.rights import ABSENT, HIDDEN, MATRIX, RELATIONS, YES, Right

PAGE = Path(__file__).parents[2] / "deploy" / "RIGHTS.md"
COLUMNS: tuple[Role | None, ...] = (*RELATIONS, None)
SHORT = {Role.DISABILITY_OFFICER: "disability officer", None: "nobody"}
HEAD = """\
# Who may do what, to whose

One row for each way in, one column for each role; written by `make rights` from `webapi/rights.py`, and asked of a
running house, cell by cell, by `tests/webapi/test_rights.py`. Rights follow facts: who is assigned, appointed, named
or called is read at every request, and ends with the fact that ends it.

A cell says who of those that come in that role may:

- **yes**: whatever they are to what the address names; **—**: nobody, 403 at the door; **401**: sign in first.
- **a word**: only who is that to it. Who is not is answered as if nothing were there (404, the same bytes), unless
  another answer is written: `own 409 own-work` is that status, for that reason.
- **… (others' absent)**: the list is given, and what is not theirs is not in it.

| word | what one is to the dossier, session, sitting or person that the address names |
|---|---|
| own | it is theirs, who hold that role too |
| linked | it is theirs under another file of the same person (duplicates are linked, never merged) |
| named | they accompany the candidate |
| assigned | they mark the dossier, or a paper of the sitting |
| chair, seated | they sit on its jury, as its chair or otherwise |
| recused | they sit on its jury, and stepped out for this candidate |
| theirs | they watch over the sitting |
| sender | they began to send the file, for a candidate whose paper they key |
| any | whatever they are to it, where it is not their own |
| other | none of these |

"May" is not "will": a rule may still refuse what a role may ask for (a filed dossier does not change), and what is
shown to each is narrower before a jury's results are released. A token's scopes narrow its role and never widen it.
"""


def text() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for title, rights in MATRIX.items() for line in section(title, rights))])


def section(title: str, rights: dict[str, Right]) -> Iterator[str]:
    """The table of one family of ways in."""
    yield f"## {title}\n"
    yield "| way in | " + " | ".join(SHORT.get(role, str(role)) for role in COLUMNS) + " |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for way, right in rights.items():
        yield f"| `{way}` | " + " | ".join(cell(right, role) for role in COLUMNS) + " |"
    yield ""


def cell(right: Right, role: Role | None) -> str:
    """What those who come in one role may."""
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
