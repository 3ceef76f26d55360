"""Registration of a published certification: suspension, end and retirement; correspondences and equivalences."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.commands.framework.admit_correspondence import AdmitCorrespondence
from domain.commands.framework.admit_equivalence import AdmitEquivalence
from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.enter_portal import EnterPortal
from domain.commands.framework.resume_registration import ResumeRegistration
from domain.commands.framework.retire_framework import RetireFramework
from domain.commands.framework.suspend_registration import SuspendRegistration
from domain.commands.framework.withdraw_correspondence import WithdrawCorrespondence
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Role
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.pages.desk import Desk

bp = Desk(
    "registration",
    __name__,
    url_prefix="/registrar/certifications/<uuid:certification>/registration",
    only=Role.REGISTRAR,
)


@bp.get("")
@allowed(Role.REGISTRAR)
def show(certification: UUID) -> ResponseReturnValue:
    """Show the registration, and what counts for it from elsewhere.

    `from` names a version whose blocks may lead to blocks of this one.
    """
    framework_id, other = (
        FrameworkId(certification),
        _named(request.args.get("from") or request.form.get("earlier") or ""),
    )
    published = {each.framework: each for each in certifications(acquis().database, limit=None)}
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        framework = log.load(Framework, framework_id)
        registration = log.find(Registration, Registration.id_of(framework_id))
        earlier = log.load(Framework, other) if other in published and other != framework_id else None
    return render_template(
        "registrar/registration.html",
        id=certification,
        framework=framework,
        definition=framework.content,
        registration=registration,
        runs=registration.runs(acquis().clock.today(), framework.content),
        earlier=earlier,
        published=published,
        others=[each for each in published.values() if each.framework != certification],
    )


def _named(text: str) -> FrameworkId | None:
    try:
        return FrameworkId(UUID(text))
    except ValueError:
        return None


@bp.act("/suspension", SuspendRegistration, show, done="Enregistrement suspendu.")
def suspend(certification: UUID) -> None:
    """Suspend the registration: nobody is admitted, and nothing is decided."""


@bp.act("/resumption", ResumeRegistration, show, done="Enregistrement repris.")
def resume(certification: UUID) -> None:
    """Resume the registration."""


@bp.act("/portal", EnterPortal, show, done="Entrée au portail enregistrée.")
def enter_portal(certification: UUID) -> None:
    """State the day on which the certification entered the national portal of VAE."""


@bp.act("/end", EndRegistration, show, done="Fin de l'enregistrement fixée.")
def end(certification: UUID) -> None:
    """Set the last day of the registration, and of the issuance of certificates."""


@bp.act("/retirement", RetireFramework, show, done="Retrait de la version fixé.", without=("confirms_past",))
def retire(certification: UUID) -> None:
    """Retire this version from a day."""


@bp.act("/correspondences", AdmitCorrespondence, show, done="Correspondance admise.")
def admit(certification: UUID) -> None:
    """Admit that blocks of another version lead to blocks of this one."""


@bp.act(
    "/correspondences/withdrawal",
    WithdrawCorrespondence,
    show,
    done="Retrait de la correspondance fixé.",
    without=("confirms_past",),
)
def withdraw(certification: UUID) -> None:
    """Withdraw a correspondence from a day; what counts through it already continues to count."""


@bp.act("/equivalences", AdmitEquivalence, show, done="Équivalence admise.")
def admit_equivalence(certification: UUID) -> None:
    """Admit that another certification, or a part of it, satisfies blocks."""
