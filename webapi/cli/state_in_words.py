"""How does `acquis doctor` say the state of an installation to a person? Each part in a line, in their language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from adapters.verify.terminal import language
from webapi.cli.output import said
from webapi.words import WORDS, moment, tell

UNSET: Final = {"(unset)": "(non défini)", "(set)": "(défini)"}
"""What stands for a setting that is not shown, where French says it otherwise."""


def settings_in_words(masked: Mapping[str, str]) -> Iterator[str]:
    """Each setting by the variable that gives it, masked."""
    for name, value in masked.items():
        yield f"ACQUIS_{name.upper()} = {said(UNSET.get(value, value), value)}"


def state_in_words(state: Mapping[str, Any]) -> Iterator[str]:
    """Each part of the state, by what it is and how it stands."""
    for name, value in state.items():
        french, english, how = LINES[name]
        yield said(f"{french} : {how(value)}", f"{english}: {how(value)}")


def persons_classes(keys: list[dict[str, Any]]) -> str:
    """Whose data, of which class."""
    say = tell(language(), WORDS)
    return ", ".join(f"{each['person']} ({say('class.' + each['class'])})" for each in keys)


def _none_or(listed: str) -> str:
    return listed or said("aucune", "none")


def _names(names: list[str]) -> str:
    return _none_or(", ".join(names))


def _keys(keys: list[dict[str, Any]]) -> str:
    return _none_or(persons_classes(keys))


def _erasures(waiting: list[dict[str, Any]]) -> str:
    return persons_classes(waiting) or said("aucun", "none")


def _seconds(seconds: float) -> str:
    number = f"{seconds:.1f}"
    return f"{said(number.replace('.', ','), number)} s"


def _whether(value: bool) -> str:
    return said("oui", "yes") if value else said("non", "no")


def _told_below(value: str | list[str]) -> str:
    """Whether there is something of which more is said after the state."""
    return said("oui, voir plus bas", "yes, see below") if value else said("non", "no")


def _letters(letters: Mapping[str, Any]) -> str:
    late = said(", depuis plus d'une heure", ", for over an hour") if letters["late"] else ""
    return f"{letters['waiting']}{late}"


def _deadlines(ran: Mapping[str, Any]) -> str:
    """When they were last acted upon, and whether the newest try failed or is long ago."""
    done, tried = (each and moment(each, language()) for each in (ran["done_at"], ran["tried_at"]))
    told = [
        said(f"traitées le {done}", f"acted upon on {done}") if done else said("jamais traitées", "never acted upon")
    ]
    if ran["failed"]:
        told.append(said(f"essai manqué le {tried} ({ran['failed']})", f"a try failed on {tried} ({ran['failed']})"))
    if ran["late"]:
        told.append(said("en retard", "late"))
    return ", ".join(told)


LINES: Final[Mapping[str, tuple[str, str, Callable[[Any], str]]]] = {
    "restore_unfinished": ("Restauration inachevée", "Restore not done to the end", _told_below),
    "migrations_waiting": ("Migrations à appliquer", "Migrations to apply", _names),
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
    "deadlines": ("Échéances", "Deadlines", _deadlines),
    "log": ("Identifiant du journal", "Identifier of the log", str),
    "checkpoint_refused": ("Points de contrôle refusés", "Checkpoints refused", _told_below),
    "checkpoint_late": ("Point de contrôle en retard", "Checkpoint late", _whether),
    "checkpoint_size": ("Faits au dernier point de contrôle", "Facts at the newest checkpoint", str),
    "keys_refused": ("Clés des données personnelles refusées", "Keys of personal data refused", _told_below),
    "keys_lost": ("Clés perdues", "Keys lost", _keys),
    "evidence_unsafe": ("Preuves en danger", "Evidence at risk", _told_below),
    "evidence_refused": ("Preuves refusées pour l'instant", "Evidence refused for now", _told_below),
    "erasures_noted_again": ("Effacements notés de nouveau", "Erasures noted again", str),
    "erasures_waiting": ("Effacements ordonnés et inachevés", "Erasures ordered and not done to the end", _erasures),
}
"""What each part of the state is called in French and English, and how its value is said."""
