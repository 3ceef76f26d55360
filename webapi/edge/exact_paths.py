"""Which addresses are there? Those that are written as they are declared, and no other that merely resembles one."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

from adapters.settings import Settings


class Number(IntegerConverter):
    """A number in plain digits, of so many that every database holds it: Python alone reads ٧ as seven."""

    regex = "[0-9]{1,18}"


def as_written(app: Flask, _settings: Settings) -> None:
    """Read numbers of addresses in plain digits, and find nothing (404) where there is a slash too many.

    Whoever asked was sent elsewhere (308), to an address made of the name that they themselves gave for this host.
    """
    app.url_map.converters["int"] = Number
    app.url_map.merge_slashes = False
