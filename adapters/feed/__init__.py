"""What carries events of the feed to their receivers."""
