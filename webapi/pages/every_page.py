"""Which pages are there for people, and what do all of them share? `open_pages`."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError

from adapters.clock import SystemClock
from adapters.settings import Settings
from domain.fact import Retention
from domain.ports import Role
from webapi.accounts.authentication import acquis
from webapi.edge.declared import declared
from webapi.edge.hosts import CSRF
from webapi.evidence.check_sentence import unfit
from webapi.language import FORMATS
from webapi.pages.account.players import played
from webapi.pages.anyone import receipts
from webapi.pages.auditor import checks
from webapi.pages.candidate import candidacy, uploads
from webapi.pages.candidate.portfolio import carried, keeping
from webapi.pages.desk import done_here, rail
from webapi.pages.filled import form_of
from webapi.pages.registrar.juries import scan
from webapi.pages.visitor import called
from webapi.problems import language, note_refusal, said
from webapi.upkeep.doubt import in_doubt
from webapi.words.catalogue import words

PAGES: Final = declared("webapi.pages", Blueprint)


def open_pages(app: Flask, _settings: Settings) -> None:
    """Join the pages to the application: their routes, their words, their forms' protection."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form lasts as long as the session: nobody loses what they typed
    unread = (candidacy.submit, uploads.go_on, keeping.keep_file, carried.bring, checks.submit, scan.put)
    for view in unread:  # they check the token themselves, when they know who sends and before a file is read
        app.extensions["csrf"].exempt(view)
    app.extensions["csrf"].exempt(receipts.submit)  # anybody's, without a session; it records nothing
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.register_error_handler(CSRFError, _csrf)
    app.context_processor(_shared)
    app.jinja_env.filters.update(FORMATS | {"unfit": unfit})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _csrf(_error: CSRFError) -> Response:
    note_refusal(403, CSRF.slug)
    return said(403, CSRF)


def _shared() -> dict[str, Any]:
    """What every template can say: the words in the reader's language, who visits, the demonstration's day.

    Who visits is what the view has already asked: a page about a database that does not answer asks it nothing.
    """
    clock, spoken, coming = acquis().clock, language(), g.get("visitor")
    said = words(spoken, acquis().settings.words)
    return {
        "t": said,
        "tn": said.count,
        "role_word": lambda role: said.term(Role(role)),
        "class_word": lambda kept: said.term(Retention(kept)),
        "language": spoken,
        "colon": " : " if spoken == "fr" else ": ",
        "semicolon": " ; " if spoken == "fr" else "; ",
        "house": acquis().settings.house,
        "today": clock.today(),
        "visitor": coming,
        "visitor_called": called,
        "rail": rail(current_app, coming.role) if coming else (),
        "updating": g.get("updating", False),
        "players": played(),
        "said_done": done_here(current_app),
        "here_again": request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/",
        "filled": form_of,
        "untold": g.get("untold"),
        "roles": g.get("roles", ()),
        "open_to_all": acquis().settings.sign_up,
        "providers": [(name, each.provider.title) for name, each in acquis().providers.items()],
        "doubted": in_doubt(acquis()),
        "demonstration_day": None if isinstance(clock, SystemClock) else clock.today(),
    }
