"""The dictionary of the reporting views as a page: `deploy/docs/dictionary.md`, which `make dictionary` writes anew."""
# ruff: noqa: E501  (a table has long lines)

from __future__ import annotations

from pathlib import Path

from projections.reporting.contract import VALIDITY, ViewColumn
from projections.reporting.dictionary import entries, in_language
from projections.reporting.views import VIEWS

PAGE = Path(__file__).parents[2] / "deploy" / "docs" / "dictionary.md"
HEAD = {
    "fr": """\
# Dictionnaire des vues de reporting

[In English](#dictionary-of-the-reporting-views). Écrit par `make dictionary` à partir du contrat (`projections/reporting/`). Schéma `reporting`, rôle
`acquis_report`, en lecture seule. Résultats publiés seulement : avant leur publication, les décisions d'un jury n'y
paraissent nulle part. Aucun nom, aucune adresse, aucun motif : des identifiants qui ne disent rien de la personne.

Chaque ligne dit de quand à quand elle vaut. Pour savoir ce qui vaut :

- aujourd'hui : `where valid_to_position is null` ;
- à une position p du journal : `where valid_from_position <= p and (valid_to_position is null or valid_to_position > p)` ;
- à la fin d'un jour j : `where valid_from_day <= j and (valid_to_day is null or valid_to_day > j)`.

Une colonne ne change jamais de sens : un autre sens est une vue `v2_`. Les quatre colonnes de validité finissent chaque vue :

""",
    "en": """\
# Dictionary of the reporting views

Written by `make dictionary` from the contract (`projections/reporting/`). Schema `reporting`, role `acquis_report`, read only.
Released results only: before their release, what a jury decided shows nowhere. No name, no address, no reason: identifiers that
say nothing of the person.

Each row says from when until when it holds. To ask what holds:

- now: `where valid_to_position is null`;
- at a position p of the log: `where valid_from_position <= p and (valid_to_position is null or valid_to_position > p)`;
- at the end of a day d: `where valid_from_day <= d and (valid_to_day is null or valid_to_day > d)`.

A column never changes its meaning: another meaning is a `v2_` view. Each view ends with the four columns of validity:

""",
}
COLUMNS = {
    "fr": "| colonne | type | unité | sens | vide | faits |\n|---|---|---|---|---|---|\n",
    "en": "| column | type | unit | meaning | empty | facts |\n|---|---|---|---|---|---|\n",
}
NEVER = {"fr": "jamais", "en": "never"}


def text() -> str:
    """The page: French first."""
    return "\n".join(_in(language) for language in ("fr", "en"))


def _in(language: str) -> str:
    parts = [HEAD[language], COLUMNS[language], _table(language, VALIDITY, "")]
    for view in VIEWS.values():
        parts.append(f"\n## `{view.name}`\n\n{in_language(view.row, language)}\n\n{COLUMNS[language]}")
        parts.append(_table(language, view.columns, view.name))
    return "".join(parts)


def _table(language: str, columns: tuple[ViewColumn, ...], view: str) -> str:
    names = {each.name for each in columns}
    told = [each for each in entries(language) if each.view == (view or next(iter(VIEWS))) and each.column in names]
    return "".join(
        f"| `{each.column}` | {each.type} | {each.unit or ''} | {each.means} | {each.empty or NEVER[language]} "
        f"| {', '.join(f'`{fact}`' for fact in each.facts)} |\n"
        for each in told
    )


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
