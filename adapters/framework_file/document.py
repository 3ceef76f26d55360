"""Reader of YAML text as places of the file, each with its line and column, and typed values.

PyYAML composes the text into nodes, and constructs no objects: the expected type decides how a scalar is read (the
code `II`, the word `no` and the number 6 are all plain text if text is expected), and every node keeps its line and
column. Aliases, anchors, tags and merge keys are refused, so that the visible text is the whole meaning of a file and
a small file cannot expand into a large one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Generic, TypeVar

import yaml

from adapters.framework_file.faults import Faults
from domain.framework.scale import hundredths

MAX_BYTES = 1 << 20
MAX_DEPTH = 16
MOST = 10_000

E = TypeVar("E", bound=Enum)
H = TypeVar("H", bound=Hashable)

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The tag of a node that stands for refused input: no further fault is reported for it.
_REFUSED = "refused"
# Characters that JSON and PostgreSQL cannot store, or that are invisible: surrogates, controls except tab and LF.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


_MALFORMED_EN = (
    "This is not well-formed YAML: the reading stops here. Look for an irregular indentation, a tab, a quote left"
    " open, or a text with ': ' or ' #' that wants quotes."
)
_MALFORMED_FR = (
    "Ce n'est pas du YAML bien formé : la lecture s'arrête ici. Cherchez une indentation irrégulière, une tabulation,"
    " un guillemet resté ouvert, ou un texte contenant « : » ou « # » à mettre entre guillemets."
)


class _TooDeep(Exception):  # noqa: N818  (never leaves this module)
    """The nesting is too deep for any valid file."""

    def __init__(self, mark: yaml.Mark) -> None:
        super().__init__()
        self.mark = mark


class _Composer(yaml.BaseLoader):
    """PyYAML's composer without scalar types, which reports aliases, anchors and tags as faults."""

    def __init__(self, text: str, faults: Faults) -> None:
        super().__init__(text)
        self._faults = faults
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave the parser untyped
        mark: yaml.Mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]  # idem
            self._refuse(mark, "An alias (*name)", "Un alias (*nom)")
            return yaml.ScalarNode(_REFUSED, "", start_mark=mark, end_mark=mark)
        if event.anchor is not None:
            self._refuse(mark, "An anchor (&name)", "Une ancre (&nom)")
            event.anchor = None
        if getattr(event, "tag", None) is not None:
            self._refuse(mark, "A tag (!name)", "Une étiquette (!nom)")
            event.tag = None
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _TooDeep(mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def _refuse(self, mark: yaml.Mark, en: str, fr: str) -> None:
        path = f"@{mark.line}:{mark.column}"
        en = f"{en} is not accepted: write the value itself."
        fr = f"{fr} n'est pas accepté ici : écrivez la valeur elle-même."
        self._faults.add(mark, path, en, fr)


@dataclass(frozen=True)
class Spot:
    """A place of the file: its node (None if nothing is written), its path, and the collector of its faults.

    Each reading method returns a neutral value after a fault, so that the reader continues and finds all faults. A
    caller that compares values checks `sound` first, so that a fault is not reported twice.
    """

    node: yaml.Node | None
    path: str
    faults: Faults

    def wrong(self, en: str, fr: str) -> None:
        """Report a fault here."""
        self.faults.add(self.node.start_mark if self.node else None, self.path, en, fr)

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.node.start_mark.line + 1 if self.node else 1

    @property
    def sound(self) -> bool:
        """True if a value is written here and no fault was found in it."""
        return not self.silent and self.path not in self.faults.paths

    @property
    def silent(self) -> bool:
        """True if no fault must be reported here: nothing is written, or it was refused already."""
        return self.node is None or self.node.tag == _REFUSED

    @property
    def empty(self) -> bool:
        """True if nothing is written here, or `null`."""
        if self.silent:
            return self.node is None
        return isinstance(self.node, yaml.ScalarNode) and self.node.style is None and self.node.value in _NULLS

    def fields(self, required: str, optional: str = "") -> dict[str, Spot]:
        """Return the values of a mapping, for the keys named (words of a string); absent ones are empty places."""
        keys = (*required.split(), *optional.split())
        spots = {key: Spot(None, self._under(key), self.faults) for key in keys}
        if self.node is None or self.silent:
            return spots
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("A group of keys is expected here.", "Un groupe de clés est attendu ici.")
            return spots
        for key, value in self.node.value:
            self._take(key, value, spots)
        for name in required.split():
            self.require(name, spots)
        return spots

    def require(self, name: str, spots: dict[str, Spot]) -> None:
        """Report a fault if a key of this mapping is missing; `spots` are its `fields`."""
        if spots[name].node is None and isinstance(self.node, yaml.MappingNode):
            en = f'The key "{name}" is missing.'
            self.faults.add(self.node.start_mark, spots[name].path, en, f"La clé « {name} » manque.")

    def _take(self, key: yaml.Node, value: yaml.Node, spots: dict[str, Spot]) -> None:
        name = key.value if isinstance(key, yaml.ScalarNode) else None
        if name not in spots:
            known = ", ".join(spots)
            en = f"This key is not known here; the known keys are: {known}."
            self.faults.add(key.start_mark, self.path, en, f"Clé inconnue ici ; les clés connues sont : {known}.")
        elif spots[name].node is not None:
            en = f"This key is already given on line {spots[name].line}."
            fr = f"Cette clé est déjà donnée à la ligne {spots[name].line}."
            self.faults.add(key.start_mark, spots[name].path, en, fr)
        else:
            spots[name] = Spot(value, self._under(name), self.faults)

    def _under(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def items(self, least: int = 0) -> tuple[Spot, ...]:
        """Return the entries of a list, which must have at least `least` entries."""
        if self.node is None or self.silent:
            return ()
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong("A list is expected here.", "Une liste est attendue ici.")
            return ()
        if len(self.node.value) < least:
            self.wrong("This list has no entry; one is needed.", "Cette liste est vide ; il y faut une entrée.")
        return tuple(Spot(node, f"{self.path}[{n}]", self.faults) for n, node in enumerate(self.node.value))

    def _scalar(self, en: str, fr: str, *, plain: bool) -> str | None:
        """Return the characters of a scalar; None after a fault, or without a fault if nothing is written."""
        if self.node is None or self.silent:
            return None
        written = isinstance(self.node, yaml.ScalarNode) and not (plain and self.node.style is not None)
        if not written or self.empty:
            self.wrong(en, fr)
            return None
        return str(self.node.value)

    def text(self) -> str:
        """Read a verbatim text with at least one visible character."""
        value = self._scalar("A text is expected here.", "Un texte est attendu ici.", plain=False)
        if value is None:
            return ""
        if not value.strip():
            self.wrong("This text is empty.", "Ce texte est vide.")
        elif _UNSTORABLE.search(value):
            en = "This text holds a control character, which cannot be kept."
            self.wrong(en, "Ce texte contient un caractère de contrôle, qui ne peut être conservé.")
        return value

    def whole(self, least: int = 0) -> int:
        """Read a whole number from `least` to ten thousand, written without quotes."""
        en = f"A whole number from {least} to {MOST}, without quotes, is expected here."
        fr = f"Un nombre entier de {least} à {MOST}, sans guillemets, est attendu ici."
        value = self._scalar(en, fr, plain=True)
        if value is None:
            return least
        if not _WHOLE.fullmatch(value) or not least <= int(value) <= MOST:
            self.wrong(en, fr)
            return least
        return int(value)

    def points(self) -> int:
        """Read points with up to two decimals, written without quotes (12 or 9.75), in hundredths."""
        en = "Points are expected here: a number with two decimals at most, such as 12 or 9.75."
        fr = "Des points sont attendus ici : un nombre à deux décimales au plus, tel que 12 ou 9.75."
        value = self._scalar(en, fr, plain=True)
        if value is None:
            return 0
        found = hundredths(value)
        if found is None:
            self.wrong(en, fr)
        return found or 0

    def flag(self) -> bool:
        """Read `true` or `false`."""
        en, fr = "true or false is expected here.", "true ou false est attendu ici."
        value = self._scalar(en, fr, plain=True)
        if value not in {None, "true", "false"}:
            self.wrong(en, fr)
        return value == "true"

    def day(self) -> date:
        """Read an existing day, as YYYY-MM-DD."""
        en = "A day that exists, written YYYY-MM-DD, is expected here."
        fr = "Un jour qui existe, écrit AAAA-MM-JJ, est attendu ici."
        value = self._scalar(en, fr, plain=False)
        if value is None:
            return date.min
        try:
            return date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            self.wrong(en, fr)
            return date.min

    def choice(self, of: type[E]) -> E:
        """Read one of the values of an enumeration."""
        known = ", ".join(str(member.value) for member in of)
        en, fr = f"One of these is expected here: {known}.", f"L'une de ces valeurs est attendue ici : {known}."
        value = self._scalar(en, fr, plain=False)
        for member in of:
            if member.value == value:
                return member
        if value is not None:
            self.wrong(en, fr)
        return next(iter(of))

    def text_or_none(self) -> str | None:
        """Read a verbatim text, or None if the file has nothing or null."""
        return None if self.empty else self.text()

    def whole_or_none(self, least: int = 0) -> int | None:
        """Read a whole number, or None."""
        return None if self.empty else self.whole(least)

    def day_or_none(self) -> date | None:
        """Read a day, or None."""
        return None if self.empty else self.day()

    def flag_or_none(self) -> bool | None:
        """Read true, false, or None for unknown."""
        return None if self.empty else self.flag()


@dataclass(frozen=True)
class NamedValues(Generic[H]):
    """The values of a list, each with its first place; not `complete` if one is unreadable or repeated."""

    at: dict[H, Spot]
    complete: bool


def distinct(spots: Sequence[tuple[Spot, H]], en: str, fr: str) -> NamedValues[H]:
    """Return the first place of each value; report a repeated value as a fault (`en`, `fr`) with the first line."""
    first: dict[H, Spot] = {}
    for spot, value in spots:
        if not spot.sound:
            continue
        if value in first:
            spot.wrong(f"{en} on line {first[value].line}.", f"{fr} à la ligne {first[value].line}.")
        else:
            first[value] = spot
    return NamedValues(first, complete=0 < len(first) == len(spots))


def document(text: str, file_format: str, faults: Faults) -> Spot:
    """Return the root of the document, whose `format` must be `file_format`; raises FileFaults if unreadable."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        faults.add(None, "", "The file is larger than 1 MiB.", "Le fichier dépasse 1 Mio.")
        faults.raise_if_any()
    top = Spot(_compose(text, faults), "", faults)
    if top.node is None:
        top.wrong("The file is empty.", "Le fichier est vide.")
        faults.raise_if_any()
    _check_format(top, file_format)
    return top


def _check_format(top: Spot, file_format: str) -> None:
    """Raise FileFaults at once for a file of another format, all of whose keys would be unknown."""
    if not isinstance(top.node, yaml.MappingNode):
        return
    stated = next((value for key, value in top.node.value if key.value == "format"), None)
    spot = Spot(stated, "format", top.faults)
    if spot.text() != file_format and spot.sound:
        spot.wrong(f"This file must say: format: {file_format}.", f"Ce fichier doit dire : format: {file_format}.")
        top.faults.raise_if_any()


def _compose(text: str, faults: Faults) -> yaml.Node | None:
    """Return the root node; report every failure of PyYAML as a fault with its place."""
    composer: _Composer | None = None
    try:
        composer = _Composer(text, faults)
        return composer.get_single_node()
    except _TooDeep as deep:
        en = f"The file is nested more than {MAX_DEPTH} levels deep: the reading stops here."
        fr = f"Le fichier est imbriqué sur plus de {MAX_DEPTH} niveaux : la lecture s'arrête ici."
        faults.add(deep.mark, "", en, fr)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        mark = yaml.Mark("", 0, before.count("\n"), len(before) - before.rfind("\n") - 1, None, 0)
        faults.add(mark, "", "The file holds a control character.", "Le fichier contient un caractère de contrôle.")
    except yaml.composer.ComposerError as error:
        en = "A second document begins here; the file holds only one."
        fr = "Un second document commence ici ; le fichier n'en contient qu'un."
        faults.add(error.problem_mark, "", en, fr)
    except yaml.MarkedYAMLError as error:
        faults.add(error.problem_mark or error.context_mark, "", _MALFORMED_EN, _MALFORMED_FR)
    except (ValueError, OverflowError):
        # An escape such as "\UFFFFFFFF" is no character, and makes PyYAML's chr() fail.
        faults.add(composer.get_mark() if composer else None, "", _MALFORMED_EN, _MALFORMED_FR)
    faults.raise_if_any()
    return None
