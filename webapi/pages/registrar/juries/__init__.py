"""Sessions of juries: planned, made up, followed, released."""
