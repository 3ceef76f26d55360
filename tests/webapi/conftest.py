"""What the tests of the ways in share: a town of people, and the house it is in."""

from tests.given.webapi.town import first_town, settings_of_town, town, world

__all__ = ["first_town", "settings_of_town", "town", "world"]
