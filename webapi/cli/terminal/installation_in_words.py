"""The state of an installation as lines of text for `acquis doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from adapters.verify.terminal import language
from webapi.cli.terminal.output import said
from webapi.language import moment

UNSET: Final = {"(unset)": "(non défini)", "(set)": "(défini)"}
"""Placeholders for masked settings, with their French."""


def settings_in_words(masked: Mapping[str, str]) -> Iterator[str]:
    """Yield each setting by its variable, masked."""
    for name, value in masked.items():
        yield f"ACQUIS_{name.upper()} = {said(UNSET.get(value, value), value)}"


def state_in_words(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield each part of the state with its value."""
    for name, value in state.items():
        french, english, how = LINES[name]
        yield said(f"{french} : {how(value)}", f"{english}: {how(value)}")


def _none_or(listed: str) -> str:
    return listed or said("aucune", "none")


def _names(names: list[str]) -> str:
    return _none_or(", ".join(names))


def _seconds(seconds: float) -> str:
    number = f"{seconds:.1f}"
    return f"{said(number.replace('.', ','), number)} s"


def _letters(letters: Mapping[str, Any]) -> str:
    late = said(", depuis plus d'une heure", ", for over an hour") if letters["late"] else ""
    return f"{letters['waiting']}{late}"


def _copy(ran: Mapping[str, Any]) -> str:
    """Return when a backup was last made or tried, and whether the latest attempt failed or is late."""
    done = ran["done_at"] and moment(ran["done_at"], language())
    told = [said(f"le {done}", f"on {done}") if done else said("jamais", "never")]
    if ran["failed"]:
        told.append(said(f"essai manqué ({ran['failed']})", f"a try failed ({ran['failed']})"))
    if ran["late"]:
        told.append(said("en retard", "late"))
    return ", ".join(told)


def _deadlines(ran: Mapping[str, Any]) -> str:
    """Return when deadlines were last handled, and whether the latest attempt failed or is late."""
    done, tried = (each and moment(each, language()) for each in (ran["done_at"], ran["tried_at"]))
    told = [
        said(f"traitées le {done}", f"acted upon on {done}") if done else said("jamais traitées", "never acted upon")
    ]
    if ran["failed"]:
        told.append(said(f"essai manqué le {tried} ({ran['failed']})", f"a try failed on {tried} ({ran['failed']})"))
    if ran["late"]:
        told.append(said("en retard", "late"))
    return ", ".join(told)


def _watch(watch: Mapping[str, Any]) -> str:
    told = said(f"{watch['read']} faits sur {watch['facts']}", f"{watch['read']} facts of {watch['facts']}")
    if watch["round_at"] is None:
        return told
    rate = f"{watch['per_second']:.0f}"
    return told + said(
        f" ; dernier tour entier le {moment(watch['round_at'], 'fr')}, {watch['round_facts']} faits, {rate}/s",
        f"; last whole round on {moment(watch['round_at'], 'en')}, {watch['round_facts']} facts, {rate}/s",
    )


LINES: Final[Mapping[str, tuple[str, str, Callable[[Any], str]]]] = {
    "facts": ("Faits au journal", "Facts in the log", str),
    "sealed": ("Journal scellé jusqu'à la position", "Log sealed up to position", str),
    "unsealed_below_head": (
        "Faits sans feuille sous la tête du journal",
        "Facts without a leaf below the head of the log",
        str,
    ),
    "clock_behind_seconds": (
        "Retard de l'horloge de la base sur le dernier fait",
        "How far the database's clock is behind the newest fact",
        _seconds,
    ),
    "projected": ("Vues de lecture à jour jusqu'à la position", "Read models up to date to position", str),
    "keys_nobody_vouches_for": (
        "Clés endossées par le journal que rien n'atteste",
        "Keys endorsed by the log of which nothing here vouches",
        _names,
    ),
    "letters": ("Lettres en attente", "Letters that wait", _letters),
    "backup": ("Dernière sauvegarde", "Last backup", _copy),
    "restore": ("Dernière sauvegarde restaurée pour essai", "Last backup restored to try it", _copy),
    "deadlines": ("Échéances", "Deadlines", _deadlines),
    "log": ("Identifiant du journal", "Identifier of the log", str),
    "watch": ("Relecture du journal", "Reading the log again", _watch),
    "draws_office_files": (
        "Fichiers bureautiques affichés tels quels, par LibreOffice",
        "Office files shown as they look, by LibreOffice",
        lambda drawn: said("oui", "yes") if drawn else said("non, leur texte seulement", "no, their text only"),
    ),
    "checkpoint_size": ("Faits au dernier point de contrôle", "Facts at the newest checkpoint", str),
}
"""The French and English name of each part of the state, and the function that formats its value."""
