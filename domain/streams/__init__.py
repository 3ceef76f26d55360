"""Streams of facts read back: which aggregate a stream holds, and its state at a version."""
