"""Start of the scenarios about assumptions."""

from __future__ import annotations

from tests.given.domain.known_facts import SESSIONS
from tests.given.domain.people import MARIE_FI, applied

START = (applied(MARIE_FI), *SESSIONS)
