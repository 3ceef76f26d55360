"""Argument type for a person: an id, or an e-mail address."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import click

from adapters.verify.terminal import language


class Address(str):
    """An e-mail address instead of an id; its owner is looked up before the command runs."""

    __slots__ = ()


class Who(click.ParamType[UUID | Address]):
    """An id, or an address."""

    name = "who"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> UUID | Address:
        """Return the id or the address; anything else is a usage error."""
        if isinstance(value, UUID):
            return value
        if "@" in str(value):
            return Address(str(value).strip())
        try:
            return UUID(str(value))
        except ValueError:
            french = f"{value} : ni un identifiant ni une adresse électronique."
            self.fail(french if language() == "fr" else f"{value}: neither an id nor an e-mail address.", param, ctx)


WHO: Final = Who()
