"""How do people sign in, choose among their roles, and sign out?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.ports import Actor, Role
from webapi.auth import GRANTED, actor, allowed, house, public
from webapi.pages.visit import (
    ORDER,
    chosen_roles,
    enter,
    inside,
    leave,
    let_in,
    offered,
    private,
    sign_in_first,
    visitor,
)

bp = Blueprint("sign_in", __name__)
bp.before_request(let_in)
bp.after_request(private)


@bp.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Ask for login and password; who has signed in already goes on."""
    wanted = inside(request.args.get("next", ""))
    if visitor() is not None:
        return redirect(wanted, 303)
    return render_template("sign_in.html", next=wanted, login="")


@bp.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Begin a session. One answer, after the same time, for an unknown login and for a wrong password."""
    wanted = inside(request.form.get("next", ""))
    login, password = request.form.get("login", ""), request.form.get("password", "")
    known = house().accounts.check(login if login.isprintable() else "", password)
    held = () if known is None else offered(Actor(person=known, role=ORDER[0]))
    if known is not None and not held:
        return render_template("sign_in.html", next=wanted, login=login, error="sign_in.no_role"), 403
    if known is None or not enter(known, held[0]):
        return render_template("sign_in.html", next=wanted, login=login, error="sign_in.wrong"), 422
    return redirect(url_for("sign_in.roles", next=wanted) if len(held) > 1 else wanted, 303)


@bp.get("/role")
@allowed(*GRANTED)
def roles() -> ResponseReturnValue:
    """Let the visitor choose in which role they act."""
    return render_template("role.html", next=inside(request.args.get("next", "")), chosen=actor().role)


@bp.post("/role")
@allowed(*GRANTED)
def choose() -> ResponseReturnValue:
    """Go on in another role, in a session of its own; a role that is not held is no choice."""
    wanted = inside(request.form.get("next", ""))
    asked = request.form.get("role", "")
    if asked not in chosen_roles():
        return render_template("role.html", next=wanted, chosen=actor().role, error="role.not_held"), 422
    return redirect(wanted, 303) if enter(actor().who, Role(asked)) else sign_in_first()


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    leave()
    return redirect("/sign-in", 303)
