"""What outsiders are told of the facts, as CloudEvents: asked for, or sent to who subscribes."""
