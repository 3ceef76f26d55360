"""Fixtures of the tests of webapi: a town of people and its application."""

from tests.given.webapi.town import first_town, settings_of_town, town, world

__all__ = ["first_town", "settings_of_town", "town", "world"]
