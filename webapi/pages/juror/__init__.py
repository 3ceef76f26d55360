"""The desk of those who sit on a jury, and of who runs its session: agenda, board, decisions, minutes."""
