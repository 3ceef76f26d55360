"""Registration of all pages (`open_pages`), and the names that all templates share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, current_app, g, request
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from adapters.clock import SystemClock
from adapters.settings import Settings
from domain.fact import Retention
from domain.ports import Role
from webapi.current import acquis
from webapi.edge.declared import declared
from webapi.language import FORMATS
from webapi.pages.account.players import played
from webapi.pages.anyone import receipts
from webapi.pages.auditor import checks
from webapi.pages.candidate import candidacy, uploads
from webapi.pages.candidate.portfolio import carried, keeping
from webapi.pages.compiled import CompiledPageCache
from webapi.pages.desk import done_here, lay_rails, rail
from webapi.pages.filled import form_of
from webapi.pages.fragments import once
from webapi.pages.registrar.juries import scan
from webapi.pages.registrar.telling import named_to_tell
from webapi.pages.signs import signs
from webapi.pages.stale_form import answer_stale
from webapi.pages.visitor import called
from webapi.problems import language
from webapi.upkeep.doubt import in_doubt
from webapi.words import phrase
from webapi.words.catalogue import words
from webapi.words.check_sentence import unfit

PAGES: Final = declared("webapi.pages", Blueprint)


def open_pages(app: Flask, _settings: Settings) -> None:
    """Register the pages with the application: routes, words, error handler and template settings."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form is valid as long as the session, so no typed text is lost
    unread = (candidacy.submit, uploads.go_on, keeping.keep_file, carried.bring, checks.submit, scan.put)
    for view in unread:  # they check the token themselves, after the user and before the file is read
        app.extensions["csrf"].exempt(view)
    app.extensions["csrf"].exempt(receipts.submit)  # open to all, without a session; it records nothing
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    lay_rails(app)
    app.register_error_handler(CSRFError, answer_stale)
    app.context_processor(_shared)
    app.jinja_env.filters.update(FORMATS | {"unfit": unfit})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.context_class, app.jinja_env.template_class = PlainContext, PartsTemplate
    app.jinja_env.bytecode_cache = CompiledPageCache(Path(app.root_path, str(app.template_folder)))


class PlainContext(Context):
    """Context of a template that calls functions as Python does.

    Jinja's own context checks at each call whether the function wants the context as an argument. No function does
    here except macros, which then escape as in the file that defines them.
    """

    def call(
        self, called: Callable[..., Any], /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **given: Any
    ) -> Any:
        """Call the function with the template's arguments only."""
        del _loop_vars, _block_vars
        return called(*args, **given)


class PartsTemplate(Template):
    """A template that imports each file of `parts/` once per page, even when ten of its files import it.

    The files of `parts/` know only the names that every page has.
    """

    def make_module(self, vars: Any = None, shared: bool = False, locals: Any = None) -> TemplateModule:  # noqa: A002  (Jinja's names)
        """Return the macros of this template, with the names that the importing template has."""
        made: dict[str, TemplateModule] | None = (vars or {}).get("made_parts")
        if made is None or not (self.name or "").startswith("parts/"):
            return super().make_module(vars, shared, locals)
        found = made.get(str(self.name))
        if found is None:
            found = made[str(self.name)] = super().make_module(vars, shared)
        return found


def _shared() -> dict[str, Any]:
    """Return the names that every template can use: words in the user's language, the visitor, the day.

    The visitor is the one that the view has already loaded: an error page about an unavailable database does not
    query it.
    """
    clock, spoken, coming = acquis().clock, language(), g.get("visitor")
    said = words(spoken, acquis().settings.words)
    return {
        "t": said,
        "tn": said.count,
        "once": once(spoken),
        "made_parts": {},
        "sprites": signs(),
        "role_word": lambda role: said.term(Role(role)),
        "class_word": lambda kept: said.term(Retention(kept)),
        "language": spoken,
        "colon": " : " if spoken == "fr" else ": ",
        "semicolon": " ; " if spoken == "fr" else "; ",
        "house": acquis().settings.house,
        "today": clock.today(),
        "visitor": coming,
        "visitor_called": called,
        "piece_name": lambda piece: piece.name or said(phrase("Pièce {n}"), n=piece.number),
        "rail": rail(current_app, coming.role) if coming else (),
        "updating": g.get("updating", False),
        "players": played(),
        "said_done": done_here(current_app),
        "here_again": request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/",
        "filled": form_of,
        "untold": g.get("untold"),
        "named_to_tell": named_to_tell,
        "roles": g.get("roles", ()),
        "open_to_all": acquis().settings.sign_up,
        "providers": [(name, each.provider.title) for name, each in acquis().providers.items()],
        "doubted": g.doubted if "doubted" in g else in_doubt(acquis()),
        "demonstration_day": None if isinstance(clock, SystemClock) else clock.today(),
    }
