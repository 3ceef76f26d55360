"""The progress of an invitation, as shown to an administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from adapters.operations.ways_in import Invitation

NOW = datetime(2022, 10, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent_at", "waits", "failed", "valid_until", "state"),
    [
        (None, True, None, None, "waiting"),
        (None, True, "SMTPServerDisconnected", None, "retried"),
        (None, False, "SMTPRecipientsRefused", None, "lost"),
        (NOW, False, None, NOW, "sent"),
        (NOW, False, None, None, "over"),
    ],
)
def test_an_invitation_waits_is_tried_again_is_lost_sent_or_over(sent_at, waits, failed, valid_until, state):
    assert Invitation(UUID(int=1), NOW, sent_at, waits, failed, valid_until).state == state
