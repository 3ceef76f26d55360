"""OpenAPI 3.1 document, made from the declarations of the views, with every status."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from copy import deepcopy
from threading import Lock
from typing import Any, Final, TypeVar

import msgspec
from flask import Flask, Response, json
from flask_smorest import Api, Blueprint

from domain.framework.definition import Definition
from domain.rulebook.rule_set import RuleSet
from domain.rulebook.rules import Rules
from webapi.accounts.token_scopes import needed
from webapi.edge.logs import NUMBERED
from webapi.privacy.disclosure import LONGEST_POSITION
from webapi.problems import BY_STATUS

V = TypeVar("V", bound=Callable[..., Any])
SCHEMAS: Final = "#/components/schemas/"
HEADERS: Final = {
    "ETag": "The version shown or written, if any, for a later If-Match.",
    "Acquis-Position": "Position in the log: of the last fact written, or of the data that a read shows.",
}
SOMETIMES: Final = {
    "Link": 'The address of the next page (`rel="next"`), if there is one.',
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "The scheme of authentication.",
    NUMBERED: "The number of the request, by which the operator finds it in the log.",
}
TELLS: Final = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
"""The header of a refusal that tells the client how to continue."""
ALWAYS: Final = (400, 500, 503)
WITH_A_BODY: Final = (408, 413, 415)
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A refusal (RFC 9457): the broken rule, in the reader's language.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/dossier-frozen"]},
        "title": {"type": "string", "description": "The rule, in French or, if preferred, in English."},
        "status": {"type": "integer"},
        "source": {"type": "string", "description": "Where the rule comes from."},
        "violations": {
            "type": "array",
            "description": "The fields or rules that failed.",
            "items": {
                "type": "object",
                "required": ["rule", "title", "source"],
                "properties": {key: {"type": "string"} for key in ("rule", "title", "source")}
                | {
                    "missing": {
                        "type": "array",
                        "description": "The missing facts: what must be so, of whom, and which command records it.",
                        "items": {
                            "type": "object",
                            "required": ["fact", "title"],
                            "properties": {
                                "fact": {"type": "string"},
                                "title": {"type": "string"},
                                "of": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                                "recorded_by": {"type": "array", "items": {"type": "string"}},
                            },
                        },
                    }
                },
            },
        },
    },
}


def also(*statuses: int) -> Callable[[V], V]:
    """Mark a view that may also answer with these refusals."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.also = statuses
        return view

    return mark


def document(view: Any, resource: str, path: str, methods: Iterable[str]) -> Any:
    """Return a copy of the view whose documentation includes what its declaration implies."""

    @functools.wraps(view)
    def documented(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    any_view: Any = documented
    noted = dict(getattr(view, "_apidoc", {}))  # a shallow copy: entries are replaced, never changed
    writes = not set(methods) <= {"GET", "HEAD"}
    manual: dict[str, Any] = {
        "operationId": f"{resource}.{view.__name__}",
        "x-problems": sorted(_statuses(view, path, noted, writes=writes)),
        "security": [{"bearer": [needed(resource, "POST" if writes else "GET")]}] if view.allowed else [],
        "x-shared": _shared(view, writes=writes),
    }
    if adds := getattr(view, "adds", None):
        manual["x-no-if-match"] = adds.value
    if view.allowed:
        manual["x-roles"] = sorted(role.value for role in view.allowed)
    noted["manual_doc"] = noted.get("manual_doc", {}) | manual
    any_view._apidoc = noted  # noqa: SLF001  (flask-smorest keeps a view's documentation there)
    return documented


def _statuses(view: Any, path: str, noted: Any, *, writes: bool) -> set[int]:
    return {
        *ALWAYS,
        *((401, 403) if view.allowed else ()),
        *((404,) if "<" in path else ()),
        *((422,) if view.allowed or writes or "arguments" in noted else ()),  # every read accepts `after`
        *((404, 409, 412) if writes else ()),
        *((409,) if getattr(view, "ruled", False) else ()),
        *((428,) if getattr(view, "signs", False) else ()),
        *((429,) if getattr(view, "heavy", None) else ()),
        *getattr(view, "also", ()),
        *(WITH_A_BODY if writes else ()),
        *((410, 412, 416) if 206 in noted["response"]["responses"] else ()),  # noqa: PLR2004  (Partial Content)
    }


def _shared(view: Any, *, writes: bool) -> list[str]:
    """Return the shared parameters that this operation accepts."""
    if not view.allowed:
        return []
    if not writes:
        return ["after"]
    keyed = getattr(view, "repeatable", not getattr(view, "without_command", False))
    return [*(["idempotency-key"] if keyed else []), *(["if-match"] if getattr(view, "signs", False) else [])]


class DocumentedApi(Api):
    """The API, whose document is built at the first request: most processes never serve it."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        self._resources: list[Blueprint] = []
        self._writing = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Register a blueprint's routes; `document` adds them to the document."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._resources.append(blueprint)

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document."""
        with self._writing:
            while self._resources:
                each = self._resources.pop(0)
                each.register_views_in_doc(self, self._app, self.spec, name=each.name, parameters=None)
                self.spec.tag({"name": each.name, "description": each.description})
        return complete(self.spec.to_dict())

    @functools.cached_property
    def _told(self) -> bytes:
        """The document as JSON, made once: anybody may request it at any time."""
        return json.dumps(self.document()).encode()

    def _openapi_json(self) -> Response:
        return Response(self._told, mimetype="application/json")


def openapi(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of an application."""
    document: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].document()
    return document


def complete(spec: Any) -> dict[str, Any]:
    """Return the document with the shared parts and each operation's refusals."""
    whole: dict[str, Any] = deepcopy(spec)
    parts = whole.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for unused in ("Error", "PaginationMetadata"):  # defaults of flask-smorest that this API does not use
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    _, published = msgspec.json.schema_components([Definition, Rules, RuleSet], ref_template=SCHEMAS + "{name}")
    schemas.update(msgspec.to_builtins(published))
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "description": "An API token."}}
    parts["parameters"] = _parameters()
    parts["headers"] = {
        name: {"description": said, "schema": {"type": "string"}} for name, said in (HEADERS | SOMETIMES).items()
    }
    parts["responses"] = {f"problem-{status}": _problem(status) for status in BY_STATUS}
    whole["info"]["description"] = (
        "Records how a person earns a French professional certification, and where each candidate stands. "
        "A write answers with its position; a read takes `after=<position>` and waits for it."
    )
    whole["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    for path in whole["paths"].values():
        for method, operation in path.items():
            if method != "parameters":
                _finish(operation)
    return whole


def _finish(operation: dict[str, Any]) -> None:
    answers = {
        str(status): answer
        for status, answer in operation["responses"].items()
        if int(status) < 400  # noqa: PLR2004
    }
    listed = "cursor" in {each.get("name") for each in operation.get("parameters", ())}
    if "206" in answers:
        answers["304"] = {"description": "The client already has the content (If-None-Match)."}
    shared = _headers(*HEADERS, *(["Link"] if listed else []))
    for answer in answers.values():
        if operation["security"]:
            answer["headers"] = answer.get("headers", {}) | shared
    refusals = {
        str(status): {"$ref": f"#/components/responses/problem-{status}"} for status in operation.pop("x-problems")
    }
    operation["responses"] = answers | refusals
    taken = [{"$ref": f"#/components/parameters/{name}"} for name in operation.pop("x-shared")]
    operation["parameters"] = [*operation.get("parameters", ()), *taken]


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": BY_STATUS[status].en,
        "content": {"application/problem+json": {"schema": {"$ref": SCHEMAS + "Problem"}}},
        "headers": _headers(NUMBERED, *([TELLS[status]] if status in TELLS else [])),
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _parameters() -> dict[str, Any]:
    return {
        "after": {
            "name": "after",
            "in": "query",
            "description": "Wait, two seconds at most, until the read models have reached this position.",
            "schema": {"type": "integer", "minimum": 0, "maximum": 10**LONGEST_POSITION - 1},
        },
        "idempotency-key": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Makes the request repeatable: sent again, it gets the first answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
        },
        "if-match": {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": "The ETag of the version that the user was shown and now replaces or signs.",
            "schema": {"type": "string"},
        },
    }
