"""Backup and restore of everything that cannot be rebuilt, without bringing erased data back."""
