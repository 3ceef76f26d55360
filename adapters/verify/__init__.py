"""Offline verification of an auditor's bag; uses the standard library and `domain` only (ADR 0011)."""
