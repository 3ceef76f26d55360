"""The feed of facts for other programs, as CloudEvents: read on request or sent to subscribers."""
