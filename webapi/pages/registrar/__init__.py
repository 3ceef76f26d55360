"""Pages of the registrar, who runs the dossiers and the sessions for the certifier."""
