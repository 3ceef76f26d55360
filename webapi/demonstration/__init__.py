"""Demonstration of Acquis with fictitious people (démonstration)."""
