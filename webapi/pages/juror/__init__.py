"""Pages for jurors, and for the registrar who runs the session: agenda, board, decisions and minutes."""
