"""Blueprints of the signed-in pages: views that show, and acts that send one command each.

An act reads its form by the same declaration as the API reads a body. When an input is invalid or the command is
refused, the same page comes back with the errors next to the form and with all that was typed. After a success the
browser is redirected to the page, which says what was done.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import Blueprint, Flask, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from werkzeug.wrappers import Response

from adapters.operations.rate_limits import RateLimited
from domain.ports import NOBODY, Command, Recorded, Role
from domain.refusal import NotFound, Refused, StaleVersion
from projections.visible import wait_for
from webapi.accounts.authentication import allowed
from webapi.api import ADDRESSED, CALLED
from webapi.current import acquis
from webapi.forms import DECLARED, Declared, Detail, filled, form
from webapi.pages.filled import UNFIT, FilledForm, InvalidForm, happened_since, intent, read, sent_form
from webapi.pages.kept_form import forget, stands_on
from webapi.pages.stale_form import bring_back
from webapi.pages.visitor import let_in, private, said_done
from webapi.problems import RETRY_AFTER, STATUS, language, note_refusal
from webapi.requests import whole_number

V = TypeVar("V", bound=Callable[..., Any])
View = Callable[..., ResponseReturnValue]
AFTER: Final = "after"
DONE: Final = "done"


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """One line of a role's navigation: its label, its icon and the page it leads to."""

    role: Role
    order: int
    label: str
    icon: str
    endpoint: str


class Desk(Blueprint):
    """A blueprint of pages that require a signed-in user and are never cached."""

    def __init__(self, name: str, import_name: str, url_prefix: str | None = None, only: Role | None = None) -> None:
        """Before each view, check the user and wait until the page can show what the user just recorded.

        `only` is the default of the argument of the same name of `act`.
        """
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.only = only
        self.entries: list[NavigationEntry] = []
        self.done: dict[str, str] = {}
        self.acts: list[PageAct] = []
        self.before_request(let_in)
        self.before_request(note_arrival)
        self.before_request(bring_back)
        self.after_request(private)

    def entry(self, role: Role, order: int, label: str, icon: str, view: str) -> None:
        """Add a page to a role's navigation; the entry with the lowest order is the role's first page."""
        self.entries.append(
            NavigationEntry(role=role, order=order, label=label, icon=icon, endpoint=f"{self.name}.{view}")
        )

    def act(
        self,
        rule: str,
        command: type[Command],
        page: View,
        /,
        *,
        done: str,
        lead: Callable[..., str] | None = None,
        signs: bool | None = None,
        without: tuple[str, ...] = (),
        only: Role | None = None,
        **details: Detail,
    ) -> Callable[[Callable[..., dict[str, Any] | None]], View]:
        """Register an act of a page: it sends one command, made from the address and the form.

        The decorated function may return fields that the form does not contain; `without` names them. `done` is the
        sentence that the page then shows. `lead` returns the address to go to, given what was recorded and the ids of
        the address; by default it is the page. Where the API has a route for this command, `signs` and `details` are
        those of the API, except for those given here. `only` is the one role, among those that may send the command,
        whose page this is.
        """
        names = {CALLED.get(name, name): name for name in ADDRESSED.findall(f"{self.url_prefix or ''}{rule}")}

        def declare(more: Callable[..., dict[str, Any] | None]) -> View:
            act = PageAct(
                name=more.__name__, command=command, names=names, without=without, details=details, signing=signs
            )
            self.acts.append(act)

            @functools.wraps(more)
            def send(sent: FilledForm, **ids: Any) -> Recorded:
                return act.send(sent, ids, more(**ids) or {})

            role = only or self.only
            return self.form(rule, page, *({role} if role else command.roles - NOBODY), done=done, lead=lead)(send)

        return declare

    def form(
        self, rule: str, page: View, /, *roles: Role, done: str, lead: Callable[..., str] | None = None
    ) -> Callable[[Callable[..., Recorded | None]], View]:
        """Register an act of a page that is not exactly one command; the function gets the form and the ids.

        The function may raise InvalidForm and Refused, which the page then shows. It returns what was recorded, or
        None.
        """

        def declare(do: Callable[..., Recorded | None]) -> View:
            self.done[do.__name__] = done

            @functools.wraps(do)
            def post(**ids: Any) -> ResponseReturnValue:
                sent = sent_form(do.__name__)
                try:
                    recorded = do(sent, **ids)
                except NotFound:
                    raise
                except (InvalidForm, Refused) as why:
                    return not_taken(sent, page, ids, why)
                place = lead(recorded, **ids) if lead else self.page_of(page, ids)
                return arrived(place, recorded, f"{self.name}.{do.__name__}")

            self.post(rule)(allowed(*roles)(stands_on(f"{self.name}.{page.__name__}", do.__name__)(post)))
            return post

        return declare

    def page_of(self, page: View, ids: dict[str, Any]) -> str:
        """Return the address of a page of this desk, with those of an act's ids that the page takes."""
        taken = inspect.signature(page).parameters
        return url_for(
            f"{self.name}.{page.__name__}", **{name: value for name, value in ids.items() if name in taken}
        )


@dataclass(frozen=True, kw_only=True)
class PageAct:
    """An act of a page: its command, the ids that come from the address, and how its form is read."""

    name: str
    command: type[Command]
    names: dict[str, str]
    without: tuple[str, ...]
    details: dict[str, Detail]
    signing: bool | None

    @property
    def declared(self) -> Declared:
        """Return the API's declaration of the command, overridden by that of this act."""
        api = DECLARED.get(self.command)
        details = (api.details if api else {}) | self.details
        signs = self.signing if self.signing is not None else bool(api and api.signs)
        return Declared(details, signs)

    def schema(self) -> Schema:
        """Return the schema that reads the form; it is made once."""
        return _schema(self.command, (*self.names, *self.without), tuple(self.declared.details.items()))

    def send(self, sent: FilledForm, ids: dict[str, Any], more: dict[str, Any]) -> Recorded:
        """Send the command of the form; raise InvalidForm, or what the command raises.

        Raises Answered (422) when the command signs and the form does not contain the version shown.
        """
        command = self.written(sent, ids, more)
        asked = intent(sent, command, signs=self.declared.signs)
        return acquis().execute(command, acquis().request(asked))

    def written(self, sent: FilledForm, ids: dict[str, Any], more: dict[str, Any]) -> Any:
        """Return the command of the form; raise InvalidForm."""
        addressed = {field: ids[name] for field, name in self.names.items()}
        return filled(self.command, addressed | read(self.schema(), sent) | more)


@cache
def _schema(command: type[Command], known: tuple[str, ...], details: tuple[tuple[str, Detail], ...]) -> Schema:
    said = {name: detail for name, detail in details if name not in known}
    return form(command, *known, **said)()


def not_taken(sent: FilledForm, page: View, ids: dict[str, Any], why: InvalidForm | Refused) -> ResponseReturnValue:
    """Show the page again with the reason why the form was not accepted."""
    if isinstance(why, InvalidForm):
        fr = language() == "fr"
        sent.errors = {name: said[1] if fr else said[0] for name, said in why.errors.items()}
        return shown_with(sent, page, ids, UNFIT)
    note_refusal(STATUS[why.kind], why.slug())
    sent.refusal = why
    if isinstance(why, StaleVersion):
        sent.meanwhile = _meanwhile(sent, why)
    shown = make_response(shown_with(sent, page, ids, STATUS[why.kind]))
    if shown.status_code in {429, 503}:
        shown.headers["Retry-After"] = str(why.seconds) if isinstance(why, RateLimited) else RETRY_AFTER
    return shown


def shown_with(sent: FilledForm, page: View, ids: dict[str, Any], status: int) -> ResponseReturnValue:
    """Show the page again with the form and its errors.

    The errors are at the head of the page where the form itself is no longer in it.
    """
    g.filled = sent
    taken = inspect.signature(page).parameters
    given = {name: value for name, value in ids.items() if name in taken}
    shown = page(**given)
    if sent.wrong and not sent.told:
        g.untold = sent
        shown = page(**given)
    return (shown[0] if isinstance(shown, tuple) else shown), status  # type: ignore[return-value]  # a page is a text


def arrived(place: str, recorded: Recorded | None, done: str) -> Response:
    """Redirect to a page, which waits until it shows what was recorded and says what was done."""
    forget()
    path, mark, fragment = place.partition("#")
    query = "&" if "?" in path else "?"
    after = f"{AFTER}={recorded.position}&" if recorded else ""
    return redirect(f"{path}{query}{after}{DONE}={done}{mark}{fragment}", 303)


def note_arrival() -> None:
    """Before a view: wait for the projection of the position that the address names; note if it is not there yet."""
    given = request.args.get(AFTER, "")
    g.updating = False
    if request.method in {"GET", "HEAD"} and (position := whole_number(given)) is not None:
        g.updating = not wait_for(acquis().database, position)


def done_here(app: Flask) -> str:
    """Return what the page says was just done, in French as declared; empty when nothing was done."""
    blueprint, _, act = said_done().partition(".")
    desk = app.blueprints.get(blueprint)
    return desk.done.get(act, "") if isinstance(desk, Desk) else ""


def rail(app: Flask, role: Role) -> list[NavigationEntry]:
    """Return a role's navigation, in order."""
    rails: dict[Role, list[NavigationEntry]] = app.extensions["rails"]
    return rails[role]


def lay_rails(app: Flask) -> None:
    """Build the navigation of each role, once all desks are registered."""
    desks = [each for each in app.blueprints.values() if isinstance(each, Desk)]
    found = sorted((entry for desk in desks for entry in desk.entries), key=lambda entry: entry.order)
    app.extensions["rails"] = {role: [entry for entry in found if entry.role is role] for role in Role}


def _meanwhile(sent: FilledForm, refusal: StaleVersion) -> tuple[Any, ...]:
    subject, given = refusal.args[0], sent.values.get("version", "0")
    return happened_since(subject, int(given)) if isinstance(subject, UUID) else ()
