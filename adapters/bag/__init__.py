"""What does an auditor take home? A BagIt bag of facts, proofs and files (ADR 0011), and a person's receipt."""
