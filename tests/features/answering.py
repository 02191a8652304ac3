"""Lets a test answer a question between slices in the place of the slice that knows."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pytest

from chappe.updates import Context, Hook

P = ParamSpec("P")
R = TypeVar("R")


def answer(
    patch: pytest.MonkeyPatch, context: Context, hook: Hook[P, R], function: Callable[P, R]
) -> None:
    """Have this function answer a question in one server, until the patch is undone."""
    ask = context.ask

    def instead(asked: Hook[..., Any]) -> Any:
        return function if asked is hook else ask(asked)

    patch.setattr(context, "ask", instead)
