"""How files of strangers are read: by the children of a warm server, each with limits, that know no other file."""
