"""A browser on a dossier's upload page."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.given.files.specimens import PDF
from tests.given.webapi.tus import KIND, TUS, b64

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PASSWORD = "un mot de passe d'essai"  # noqa: S105  (a test's)


class Browser:
    """A signed-in user on the page of a dossier whose script sends files."""

    def __init__(self, world: World, who: Caller, login: str, candidacy: UUID) -> None:
        self.world, self.client, self.page = world, world.app.test_client(), f"/candidacies/{candidacy}"
        world.acquis.accounts.add(who.id, login, PASSWORD, drawn=True)
        signing_in = {"csrf_token": self.token("/sign-in"), "login": login, "password": PASSWORD}
        assert self.client.post("/sign-in", data=signing_in).status_code == 303
        world.projector.catch_up()
        self.csrf = self.token(self.page)

    def token(self, page: str) -> str:
        found = TOKEN.search(self.client.get(page).text)
        assert found
        return found[1]

    def ask(self, method: str, path: str, *, csrf: bool = True, **more: Any) -> Any:
        given = (
            {"Accept": "application/json"} | ({"X-CSRFToken": self.csrf} if csrf else {}) | more.pop("headers", {})
        )
        return self.client.open(path, method=method, headers=given, **more)

    def begin(self, length: int = len(PDF), name: str = "cv.pdf", key: str | None = None, **more: Any) -> Any:
        headers = TUS | ({"Idempotency-Key": key} if key else {})
        instead = f",replaces {b64(older)}" if (older := more.pop("replaces", None)) else ""
        headers |= {
            "Upload-Length": str(length),
            "Upload-Metadata": f"filename {b64(name)},modified {b64('1700')}{instead}",
        }
        return self.ask("POST", f"{self.page}/uploads", headers=headers, **more)

    def send(self, path: str, data: bytes = PDF, offset: int = 0, **more: Any) -> Any:
        headers = TUS | {"Upload-Offset": str(offset), "Content-Type": KIND}
        return self.ask(
            "PATCH", path, headers=headers, input_stream=io.BytesIO(data), content_length=len(data), **more
        )

    def put_in(self, path: str, *competences: int, **more: Any) -> Any:
        return self.ask("POST", f"{path}/piece", json={"competences": competences}, **more)
