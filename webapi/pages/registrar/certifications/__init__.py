"""Published certifications, rulebooks and law, and the rights of each role."""
