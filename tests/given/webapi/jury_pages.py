"""Browsers of a jury's members at one session, and a candidate under deliberation."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from tests.given.webapi.browsing import DRAWN, browse
from tests.given.webapi.hearings import hearing
from tests.given.webapi.whole_path import assessed, done

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.given.webapi.town import Caller, World

HIDDEN = re.compile(r'name="(csrf_token|form|version|digest)" value="([^"]*)"')


class Desk:
    """A user's browser at one session."""

    def __init__(self, world: World, who: Caller, session: str) -> None:
        self.browser = browse(world, who)
        self.at = f"/jury/{session[-36:]}"

    def get(self, path: str = "", status: int = 200) -> str:
        answer = self.browser.get(self.at + path)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    def hidden(self, path: str = "") -> dict[str, str]:
        """Return the hidden fields of a page's forms; of repeated ones, the last."""
        return dict(HIDDEN.findall(self.get(path)))

    def post(self, path: str, page: str = "", **typed: str) -> Any:
        """Send a form of the present page."""
        return self.send(path, self.hidden(page), **typed)

    def send(self, path: str, hidden: dict[str, str], **typed: str) -> Any:
        """Send a form of the page as it was then; a signing form gets the password."""
        if path == "/minutes/signature":
            hidden = {"password": DRAWN} | hidden
        return self.browser.post(
            self.at + path, data=hidden | {name.replace("_", "-"): v for name, v in typed.items()}
        )


def words(page: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def deciding(world: World, route: str = "FI", refused: Collection[int] = ()) -> tuple[str, str, str]:
    """Open the deliberation on a marked candidate; return the paths of session, page and deliberation."""
    candidacy, session, deliberation = hearing(world, route)
    if route != "VAE":
        assessed(world, candidacy, refused=refused)
    done(world.jules.post(f"{deliberation}/attendance"))
    done(world.jules.post(f"{deliberation}/opening"))
    world.catch_up()
    return session, f"/candidates/{candidacy}", deliberation
