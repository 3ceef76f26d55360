"""Letters that tell people of facts: who is told of what, by which letter, and what was said of it."""
