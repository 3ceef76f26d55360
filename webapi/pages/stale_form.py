"""Answers to a form whose token is not of the visitor's session, and pages that show a kept form again."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict

from domain.ports import Actor
from webapi.accounts.authentication import actor
from webapi.edge.hosts import CSRF
from webapi.lost_form import is_same_origin
from webapi.pages.filled import FilledForm
from webapi.pages.kept_form import KEPT, by_script, find, keep, page_made_for, with_kept
from webapi.pages.visitor import inside, private, sign_in_first, visitor
from webapi.problems import note_refusal, said
from webapi.words import phrase

EXPIRED: Final = phrase("Cette page était ouverte depuis trop longtemps : rien n'est perdu, connectez-vous.")
SHOWN: Final = 200


def answer_stale(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token is not of this session; record nothing, and give the text back to its writer.

    A user who has signed out signs in first. A user other than the one whose page it was does not see the form.
    """
    view: Any = current_app.view_functions[str(request.endpoint)]
    if by_script():
        note_refusal(403, CSRF.slug)
        return said(403, CSRF)
    if not view.allowed:
        return _of_anybody()
    user = visitor()
    if user is None:
        return sign_in_first()
    note_refusal(403, CSRF.slug)
    writer = page_made_for()
    if writer is None and is_same_origin():
        writer = user
    address = keep(writer)
    if writer is None or address is None:
        return said(403, CSRF)
    if writer.who != user.who:
        return private(make_response(render_template("account/somebody_else.html", next=address), 403))
    return redirect(address if writer.role is user.role else url_for("sign_in.roles", next=address), 303)


def _of_anybody() -> ResponseReturnValue:
    """Answer a form that needs no session: ask for the password again, finish signing out, or refuse."""
    note_refusal(403, CSRF.slug)
    if is_same_origin() and request.endpoint == "sign_in.sign_out":
        return redirect("/", 303)
    if is_same_origin() and request.endpoint == "sign_in.sign_in":
        login, wanted = request.form.get("login", ""), inside(request.form.get("next", ""))
        page = render_template("account/sign_in.html", next=wanted, login=login, error=EXPIRED)
        return private(make_response(page, 403))
    return said(403, CSRF)


def bring_back() -> ResponseReturnValue | None:
    """Before a view: show the page with the kept form that the address names, to the owner of the form.

    If the page no longer shows the form, or is a refusal, it quotes what was typed. A redirect inside the site passes
    the form on.
    """
    secret, user = request.args.get(KEPT, ""), g.get("actor")
    if request.method != "GET" or not secret or not isinstance(user, Actor):
        return None
    kept = find(secret)
    if kept is None or kept.person != actor().who:
        return None
    g.filled = sent = FilledForm(name=kept.name, values=MultiDict(kept.fields), sent=True, kept=secret)
    view, ids = current_app.view_functions[str(request.endpoint)], request.view_args or {}
    try:
        shown = make_response(view(**ids))
    except Exception:
        g.untold = sent  # the error page shows it
        raise
    if (shown.location or "").startswith("/"):  # a page of this site
        shown.location = with_kept(shown.location, secret)
    if shown.status_code == SHOWN and not sent.told:
        g.untold = sent
        shown = make_response(view(**ids))
    return shown
