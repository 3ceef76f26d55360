"""Is a bag for an auditor what its keeper signed, and lawful? Standard library and `domain` only (ADR 0011)."""
