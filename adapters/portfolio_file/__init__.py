"""Portfolios as files: the ZIP of one that leaves Acquis, and what comes in from one, or from Leap2A."""
