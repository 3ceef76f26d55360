"""Exports: a BagIt bag of facts, proofs and files for an auditor (ADR 0011), and a person's receipt."""
