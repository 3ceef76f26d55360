"""Loading of the gettext catalogues, and lookup of phrases in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, Final

import structlog
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from domain.fact import Term
from webapi.language import unbroken

HERE: Final = Path(__file__).parent
PARTS: Final = Formatter()

log = structlog.get_logger(__name__)


class Words:
    """The phrases of one language, with values filled in."""

    def __init__(self, language: str, catalogue: NullTranslations, *, plain: bool = False) -> None:
        """Take phrases from `catalogue`, else the French; `plain`: without no-break spaces."""
        self.language = language
        self._catalogue = catalogue
        self._breaks = language == "fr" and not plain
        self._said: dict[str, str] = {}
        """Results for phrases without values, of which there are as many as in the templates."""

    def __call__(self, french: str, /, **values: object) -> str:
        """Return the phrase in this language; its French is the key."""
        if values:
            return self._whole(self._catalogue.gettext(french), values)
        said = self._said.get(french)
        if said is None:
            said = self._said[french] = self._whole(self._catalogue.gettext(french), values)
        return said

    def count(self, one: str, several: str, n: int, /, **values: object) -> str:
        """Return the phrase for `n`, which it names as `{n}`; in French 0 and 1 are singular."""
        if self.language == "fr" and self._catalogue.ngettext(one, several, 2) == several:
            return self._whole(several if n > 1 else one, {"n": n, **values})
        return self._whole(self._catalogue.ngettext(one, several, n), {"n": n, **values})

    def term(self, term: Term) -> str:
        """Return the name of a domain value; a certifier's catalogue may replace it."""
        french, english = term.said
        found = self._catalogue.gettext(french)
        return found if found != french or self.language == "fr" else english

    def _whole(self, said: str, values: dict[str, object]) -> str:
        filled = said.format(**values) if values else said.replace("{{", "{").replace("}}", "}")
        return unbroken(filled) if self._breaks else filled


@cache
def words(language: str, laid_over: Path | None = None, *, plain: bool = False) -> Words:
    """Return the phrases of `fr` or `en`; a certifier's folder may override them."""
    ours = sorted((HERE / language).glob("*.po"))
    own = [laid_over / f"{language}.po"] if laid_over else []
    return Words(language, _read((*ours, *(each for each in own if each.is_file())), language), plain=plain)


def catalogue(files: Iterable[Path], language: str) -> Catalog:
    """Merge the catalogues, later ones over earlier ones; raises ValueError for an invalid file."""
    whole = Catalog(locale=language)
    for file in files:
        with file.open("rb") as content:
            for message in read_po(content, locale=language, abort_invalid=True):
                if message.id and message.string:
                    if _fits(message):
                        whole[message.id] = message
                    else:
                        log.warning(
                            "a phrase names what is not filled in: left out", file=str(file), phrase=message.id
                        )
    return whole


def _fits(message: Message) -> bool:
    """Return whether the translation uses only values that the phrase is given; otherwise it cannot be filled in."""
    try:
        return _named(message.string) <= _named(message.id)
    except ValueError:  # a brace that is not closed
        return False


def _named(text: Any) -> set[str | None]:
    forms = text if isinstance(text, tuple | list) else (text,)
    return {name for each in forms for _, name, _, _ in PARTS.parse(each)} - {None}


@cache
def _read(files: tuple[Path, ...], language: str) -> NullTranslations:
    if not files:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(files, language))
    compiled.seek(0)
    return Translations(compiled)
