"""Views whose answer is heavy, and the limit on how many run at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from adapters.process.heavy_answers import HeavyKind
from webapi.current import acquis, admitted

V = TypeVar("V", bound=Callable[..., Any])


def heavy(kind: HeavyKind) -> Callable[[V], V]:
    """Let a view answer only when it is its turn; it stands next to the function, beneath all that reads the request.

    The view raises OwnAnswersInTheMaking and TooManyHeavyAnswers.
    """

    def bound(view: V) -> V:
        @functools.wraps(view)
        def in_turn(*args: Any, **named: Any) -> Any:
            with acquis().heavy[kind].turn(admitted().who):
                return view(*args, **named)

        marked: Any = in_turn
        marked.heavy = kind
        return cast("V", in_turn)

    return bound
