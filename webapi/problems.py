"""Refusals and errors as `application/problem+json` or as a page, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError
from flask import Flask, Response, g, json, render_template, request
from gunicorn.http.errors import NoMoreData, ParseException  # type: ignore[import-untyped]  # (it ships no types)
from psycopg2.errors import DataCorrupted, IndexCorrupted, ReadOnlySqlTransaction, UndefinedTable
from werkzeug.exceptions import BadHost, ClientDisconnected, HTTPException

from adapters.files.blobs import StorageFull, StorageUnavailable
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.operations.rate_limits import RateLimited
from adapters.process import metrics
from adapters.process.heavy_answers import TooManyHeavyAnswers
from adapters.process.request_id import current
from adapters.settings import Settings
from adapters.trouble import Trouble
from domain.refusal import Kind, NotFound, Refused, StaleVersion, Violation
from domain.rulebook.evidence_rules import TooLarge
from webapi.lost_form import typed_so_far
from webapi.recorded_by import RECORDED_BY

log = structlog.get_logger(__name__)

STATUS: Final[dict[Kind, int]] = {
    "bad_request": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "rule": 409,
    "stale": 412,
    "too_large": 413,
    "type_mismatch": 415,
    "invalid": 422,
    "required": 428,
    "limited": 429,
    "busy": 503,
}


@dataclass(frozen=True)
class Message:
    """A sentence of the web application itself, which no domain rule says."""

    slug: str
    en: str
    fr: str

    @classmethod
    def as_rule(cls, rule: type[Refused]) -> Self:
        """Return the sentence of a rule that the web application checks itself."""
        return cls(rule.slug(), rule.sentence("en"), rule.fr)


BY_STATUS: Final = {
    400: Message("bad-request", "The request cannot be read.", "La demande est illisible."),
    401: Message("unauthenticated", "Sign in, or send a valid token.", "Connectez-vous, ou envoyez un jeton valide."),
    403: Message("forbidden", "You may not do this.", "Vous ne pouvez pas faire cela."),
    404: Message.as_rule(NotFound),
    405: Message("method-not-allowed", "This cannot be done here.", "Cette action n'existe pas ici."),
    406: Message("not-acceptable", "There is no such form of this.", "Cette forme n'existe pas."),
    408: Message("bad-framing", "The request stopped half-way.", "La demande s'est arrêtée en chemin."),
    409: Message("rule-violation", Refused.sentence("en"), Refused.fr),
    412: Message.as_rule(StaleVersion),
    410: Message("gone", "This is gone, and was meant to go.", "Cela n'existe plus, et c'est voulu."),
    411: Message("length-required", "Say how long the content is.", "Indiquez la longueur du contenu."),
    413: Message.as_rule(TooLarge),
    414: Message("uri-too-long", "The address is longer than any here.", "L'adresse est plus longue que toutes ici."),
    415: Message(
        "type-mismatch",
        "This kind of content is not accepted here.",
        "Ce type de contenu n'est pas accepté ici.",
    ),
    416: Message(
        "range-not-satisfiable",
        "The file has no such part.",
        "Le fichier n'a pas de telle partie.",
    ),
    422: Message(
        "invalid", "Something in the request is missing or wrong.", "Un élément de la demande manque ou est faux."
    ),
    423: Message(
        "upload-held",
        "Another request is sending to this file at this moment, or it is being checked: try again in a few seconds.",
        "Une autre demande envoie ce fichier en ce moment, ou il est en cours de vérification : réessayez dans "
        "quelques secondes.",
    ),
    428: Message(
        "precondition-required",
        "Say with If-Match which version you were shown.",
        "Indiquez avec If-Match la version qui vous était montrée.",
    ),
    429: Message.as_rule(RateLimited),
    431: Message(
        "headers-too-large",
        "The request says more of itself than is read.",
        "La demande en dit plus sur elle-même que ce qui est lu.",
    ),
    460: Message(
        "checksum-mismatch",
        "What came is not what was sent: its digest is another one; send it again.",
        "Ce qui est arrivé n'est pas ce qui a été envoyé : son empreinte diffère ; renvoyez-le.",
    ),
    500: Message(
        "internal",
        "Something broke on our side; nothing of your request was kept.",
        "Une panne est survenue de notre côté ; rien de votre demande n'a été enregistré.",
    ),
    503: Message(
        "unavailable",
        "The service cannot answer now; nothing was lost, try again in a moment.",
        "Le service ne peut pas répondre pour l'instant ; rien n'est perdu, réessayez dans un instant.",
    ),
}
BAD_FRAMING: Final = Message(
    "bad-framing",
    "The request does not end where it says.",
    "La demande ne s'achève pas où elle l'annonce.",
)
STORAGE: Final = Message(
    "storage-unavailable",
    "The file could not be kept; nothing was recorded, try again in a moment.",
    "Le fichier n'a pas pu être conservé ; rien n'a été enregistré, réessayez dans un instant.",
)
FULL: Final = Message(
    "storage-full",
    "There is no room left here for more files; nothing was recorded. The certifier is alerted: try again later.",
    "Il n'y a plus de place ici pour d'autres fichiers ; rien n'a été enregistré. Le certificateur en est alerté : "
    "réessayez plus tard.",
)
MISSING: Final = Message(
    "evidence-missing",
    "The file of this piece of evidence is not where it should be; the certifier has been alerted.",
    "Le fichier de cette preuve est introuvable ; le certificateur en est alerté.",
)
ERASED: Final = Message(
    "erased",
    "The content of this piece of evidence was erased with its person's papers.",
    "Le contenu de cette preuve a été effacé avec les pièces de la personne.",
)
UNFRAMED: Final = (ClientDisconnected, ParseException, NoMoreData)
"""Errors of a body that ends early or has invalid chunks; the server finds them while the body is read."""
RETRY_AFTER: Final = "2"
LATER: Final = "600"
"""Seconds to wait before trying again when somebody first has to free space."""
INTERNAL: Final = 500
SPOKEN: Final = "language"
"""The cookie's name of the language that the user chose."""
SPEAKS: Final = ("fr", "en")
FOR_PROGRAMS: Final = ("/api/", "/healthz", "/readyz")
"""Paths that programs use: problems are JSON there, and pages elsewhere."""


class Answered(Exception):  # noqa: N818  (an answer)
    """An answer by the web application itself: a status and a sentence."""

    def __init__(self, status: int, said: Message | None = None, violations: Iterable[Violation] = ()) -> None:
        """Answer with this status, and with its usual sentence unless `said` is another."""
        super().__init__(status)
        self.status = status
        self.said = said or BY_STATUS[status]
        self.violations = tuple(violations)


def cut_short(error: BaseException) -> Answered:
    """Return the answer to an incomplete body: 408 if the sender was silent for too long, otherwise 400.

    Code that reads bodies raises the same error for both, and keeps the cause.
    """
    return Answered(408) if isinstance(error.__context__, TimeoutError) else Answered(400, BAD_FRAMING)


def language() -> str:
    """Return the reader's language, found once for each request."""
    known: str | None = g.get("language")
    return known or _preferred()


def _preferred() -> str:
    """Return the language that the reader chose here; else French, unless their browser prefers English."""
    chosen = request.cookies.get(SPOKEN, "")
    if chosen in SPEAKS and not request.path.startswith(FOR_PROGRAMS):
        return chosen
    return request.accept_languages.best_match(["fr", "en"], default="fr") or "fr"


def for_a_program() -> bool:
    """Return whether the answer must be JSON: the client is a program, or a page's script that asks for JSON."""
    return request.path.startswith(FOR_PROGRAMS) or request.accept_mimetypes.best == "application/json"


def problem(status: int, slug: str, title: str, violations: tuple[Violation, ...] = (), source: str = "") -> Response:
    """Return a problem, as JSON for programs and as a page for people."""
    spoken = language()
    metrics.REFUSALS.add(slug)
    rules = [_rule(each, spoken) for each in violations]
    if not (
        for_a_program() or isinstance(request.routing_exception, BadHost)
    ):  # a page would link its style sheet by the bad host
        kept = typed_so_far()
        page = render_template(
            "problem.html",
            status=status,
            title=title,
            violations=rules,
            slug=slug,
            typed=kept,
            number=current(),
            here_again="/",
            unwell=status >= INTERNAL,
        )
        return _finish(Response(page, status=status, mimetype="text/html"), status, spoken)
    body: dict[str, Any] = {"type": f"/problems/{slug}", "title": title, "status": status}
    if rules:
        body["violations"] = rules
    if source:
        body["source"] = source
    answer = Response(json.dumps(body), status=status, mimetype="application/problem+json")
    return _finish(answer, status, spoken)


def _rule(failed: Violation, spoken: str) -> dict[str, Any]:
    """Return a broken rule and its missing facts in the reader's language."""
    told: dict[str, Any] = {"rule": failed.rule, "title": failed.fr if spoken == "fr" else failed.en}
    told["source"] = failed.reference(spoken)
    if failed.missing:
        told["missing"] = [
            {
                "fact": each.fact,
                "title": each.sentence(spoken),
                "of": [str(who) for who in each.of],
                "recorded_by": list(RECORDED_BY.get(each.fact, ())),
            }
            for each in failed.missing
        ]
    return told


def _finish(answer: Response, status: int, spoken: str) -> Response:
    answer.headers["Content-Language"] = spoken
    answer.headers["Cache-Control"] = "no-store"
    if status == 503:  # noqa: PLR2004  (Service Unavailable)
        answer.headers["Retry-After"] = RETRY_AFTER
    if status == 401:  # noqa: PLR2004  (Unauthorized)
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def said(status: int, words: Message, violations: tuple[Violation, ...] = ()) -> Response:
    """Return an answer with a sentence of the web application itself."""
    return problem(status, words.slug, words.fr if language() == "fr" else words.en, violations)


def refused(refusal: Refused) -> Response:
    """Return an answer with the broken rule."""
    status = STATUS[refusal.kind]
    note_refusal(status, refusal.slug())
    return problem(
        status,
        refusal.slug(),
        refusal.sentence(language()),
        refusal.violations,
        refusal.reference(language(), refusal.sheet),
    )


def note_refusal(status: int, rule: str) -> None:
    """Log the refusal's rule, status and route for counting; nothing about the user or the object."""
    log.info("refused", rule=rule, status=status, path=request.url_rule and request.url_rule.rule)


def _spoken(spoken: Answered) -> Response:
    if spoken.status < 500:  # noqa: PLR2004  (Internal Server Error: logged where it happens)
        note_refusal(spoken.status, spoken.said.slug)
    return said(spoken.status, spoken.said, spoken.violations)


def limited(refusal: RateLimited | TooManyHeavyAnswers) -> Response:
    """Return an answer to too many attempts or too many heavy requests, with the seconds to wait."""
    answer = refused(refusal)
    answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def answer_problems(app: Flask, _settings: Settings) -> None:
    """Turn every exception into a problem."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.register_error_handler(Refused, refused)
    app.register_error_handler(RateLimited, limited)
    app.register_error_handler(TooManyHeavyAnswers, limited)
    app.register_error_handler(Answered, _spoken)

    def http(error: HTTPException) -> Response:
        status = error.code if error.code in BY_STATUS else 500 if (error.code or 500) >= 500 else 400  # noqa: PLR2004
        answer = said(status, BY_STATUS[status])
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After", "Content-Range"}:
                answer.headers[name] = value
        return answer

    def damaged(error: Exception) -> Response:
        log.critical("database damaged", kind=type(error).__name__)  # see deploy/RUNBOOK.md
        return said(503, BY_STATUS[503])

    def storage(error: StorageUnavailable) -> Response:
        log.error("storage unavailable", cause=type(error.__cause__).__name__)
        return said(503, STORAGE)

    def full(_error: StorageFull) -> Response:
        log.critical("storage full")
        answer = said(503, FULL)
        answer.headers["Retry-After"] = LATER
        return answer

    def missing(error: EvidenceMissing) -> Response:
        log.critical("evidence missing", evidence=str(error))
        return said(500, MISSING)

    app.register_error_handler(HTTPException, http)
    for framing in UNFRAMED:
        app.register_error_handler(framing, lambda error: _spoken(cut_short(error)))
    # 503 as well: read models that the projector has not made yet, and a read-only server after a failover
    for kind in (
        UndefinedTable,
        ReadOnlySqlTransaction,
        psycopg2.OperationalError,
        psycopg2.InterfaceError,
        PersistenceError,
    ):
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(psycopg2.DatabaseError, _unanswered)
    app.register_error_handler(DataCorrupted, damaged)
    app.register_error_handler(IndexCorrupted, damaged)
    app.register_error_handler(StorageUnavailable, storage)
    app.register_error_handler(StorageFull, full)
    app.register_error_handler(EvidenceMissing, missing)
    app.register_error_handler(EvidenceErased, lambda _: said(410, ERASED))
    app.register_error_handler(Trouble, _troubled)
    app.register_error_handler(Exception, _broken)


def _unavailable(error: Exception) -> Response:
    code = getattr(error, "pgcode", None) or getattr(error.__cause__, "pgcode", None)
    log.error("database unavailable", kind=type(error).__name__, code=code)
    return said(503, BY_STATUS[503])


def _unanswered(error: psycopg2.DatabaseError) -> Response:
    """Answer 503 if the connection broke (psycopg2 raises the base class then); otherwise 500."""
    return _unavailable(error) if type(error) is psycopg2.DatabaseError else _broken(error)


def _broken(error: Exception) -> Response:
    log.error("internal", kind=type(error).__name__, exc_info=_without_values(error))
    return said(500, BY_STATUS[500])


def _troubled(trouble: Trouble) -> Response:
    """Answer 503 when the master key changed while the process runs: nothing is lost or erased."""
    log.critical("settings refused", said=str(trouble))
    return said(503, BY_STATUS[503])


def _without_values(error: Exception) -> Any:
    """Return the traceback without the exception's message, which may quote personal data."""
    return (type(error), type(error)(), error.__traceback__) if not error.args else (
        RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
    )  # fmt: skip


def remember_language(app: Flask, _settings: Settings) -> None:
    """Store the reader's language for templates."""

    def remember() -> None:
        g.language = _preferred()

    app.before_request(remember)
