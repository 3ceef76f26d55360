"""Jury sessions: planning, composition, results and their release."""
