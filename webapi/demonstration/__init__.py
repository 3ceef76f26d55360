"""What does Acquis do, shown on plainly fictitious people? (démonstration)."""
