"""Letters that notify people of facts: recipients, letters and their words."""
