"""Reading of untrusted files by child processes of a warm server, each with limits and access to one file only."""
