"""Uploads over several requests (tus)."""

from __future__ import annotations

import base64
import io
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg2

from tests.given.files.specimens import PDF

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


TUS = {"Tus-Resumable": "1.0.0"}
KIND = "application/offset+octet-stream"
CONTENT = bytes(range(256)) * 500


def b64(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def begin(who: Caller, candidacy: UUID, length: int | str = len(CONTENT), name: str = "cv.pdf", **more: str) -> Any:
    given = TUS | {"Upload-Length": str(length), "Upload-Metadata": f"filename {b64(name)}"}
    return who.post(f"/api/v1/candidacies/{candidacy}/uploads", **given | more)


def begun(who: Caller, candidacy: UUID, length: int = len(CONTENT), **more: str) -> str:
    answer = begin(who, candidacy, length, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def send(who: Caller, path: str, offset: int, data: bytes, **more: str) -> Any:
    given = who.bearer | TUS | {"Upload-Offset": str(offset)} | {k.replace("_", "-"): v for k, v in more.items()}
    kind = given.pop("Content-Type", KIND)
    return who.world.app.test_client().patch(
        path,
        input_stream=io.BytesIO(data),
        content_type=kind,
        headers=given,
        environ_overrides={"CONTENT_LENGTH": str(len(data))},
    )


def head(who: Caller, path: str) -> Any:
    return who.world.app.test_client().head(path, headers=who.bearer | TUS)


def offset(who: Caller, path: str) -> int:
    answer = head(who, path)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


def put_in(who: Caller, candidacy: UUID, path: str, competences: Any = (1,), **more: Any) -> Any:
    body = {"upload": path.rsplit("/", 1)[-1], "competences": list(competences)} | more
    return who.post(f"/api/v1/candidacies/{candidacy}/evidence", body)


def arrived(who: Caller, candidacy: UUID, content: bytes = PDF, **more: str) -> str:
    path = begun(who, candidacy, len(content), **more)
    assert send(who, path, 0, content).status_code == 204
    return path


def run(world: World, statement: str, path: str) -> None:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, (path.rsplit("/", 1)[-1],))
        connection.commit()


def begun_for_the_portfolio(who: Caller, length: int = len(CONTENT), name: str = "cv.pdf", **more: str) -> str:
    given = TUS | {"Upload-Length": str(length), "Upload-Metadata": f"filename {b64(name)}"}
    answer = who.post("/api/v1/portfolio/uploads", **given | more)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])
