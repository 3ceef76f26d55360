"""Scans of the minutes of sessions held on paper."""

from __future__ import annotations

import io

from tests.given.files.specimens import PDF
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, SEATS, done, etag


def session_of(world, **changes):
    body = {
        "framework": str(world.framework),
        "rulebook": str(world.rulebook),
        "route": "FI",
        "held_on": JURY_DAY.isoformat(),
        "place": PLACE,
        "places": 12,
    }
    path = f"/api/v1/jury-sessions/{done(world.rose.post('/api/v1/jury-sessions', body | changes))['id']}"
    for name, seat in SEATS:
        done(world.rose.post(f"{path}/jurors", {"juror": str(world.people[name].id), **seat}))
    return path


def put_scan(world, session, content=PDF, name="pv.pdf", reason=None):
    data = ({} if reason is None else {"reason": reason}) | {"file": (io.BytesIO(content), name, "application/pdf")}
    return world.app.test_client().post(
        f"{session}/transcription",
        data=data,
        headers=world.rose.bearer | {"If-Match": etag(world.rose, session)},
        content_type="multipart/form-data",
    )
