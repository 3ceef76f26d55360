"""Requests to an application behind nginx."""

from __future__ import annotations

import http.client
import json
from typing import Any

from tests.given.servers.nginx import NAME, Nginx

PATIENCE = 30.0
"""Seconds to wait for an answer; a busy machine is slow."""
SOMEWHERE = "00000000-0000-0000-0000-000000000000"


class Answer:
    """An answer as a client sees it."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(nginx: Nginx, method: str, path: str, body: Any = None, *, name: str = NAME, **headers: str) -> Answer:
    client = http.client.HTTPSConnection(name, nginx.tls)
    client.sock = nginx.connect(PATIENCE, name=name)
    named = {"Host": f"{name}:{nginx.tls}"} | {each.replace("_", "-"): value for each, value in headers.items()}
    client.request(method, path, body, named)
    answer = Answer(client.getresponse())
    client.close()
    return answer
