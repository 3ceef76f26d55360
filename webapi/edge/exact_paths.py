"""Exact matching of addresses: only the declared spelling is found."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

from adapters.settings import Settings


class Number(IntegerConverter):
    """A number of 1 to 18 ASCII digits, which every database can hold; Python's int() also reads ٧ as seven."""

    regex = "[0-9]{1,18}"


def match_exact_paths(app: Flask, _settings: Settings) -> None:
    """Accept only ASCII digits in addresses, and answer 404 where an address has a slash too many.

    Werkzeug would redirect (308) to an address built from the Host header, which the sender chooses.
    """
    app.url_map.converters["int"] = Number
    app.url_map.merge_slashes = False
