"""The transports that carry events of the feed to their receivers."""
