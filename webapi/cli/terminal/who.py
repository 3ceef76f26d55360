"""How is a person named at a terminal? By their id, or by an e-mail address of theirs."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import click

from adapters.verify.terminal import language


class Address(str):
    """An e-mail address in place of an id: whose it is, is asked before the command runs."""

    __slots__ = ()


class Who(click.ParamType[UUID | Address]):
    """An id, or an address."""

    name = "who"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> UUID | Address:
        """Read it; what is neither is misuse."""
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
