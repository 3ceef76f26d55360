"""Reading of untrusted files: by child processes of a warm server, each with limits, that know no other file."""
