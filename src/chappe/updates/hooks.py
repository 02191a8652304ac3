"""Hooks: typed questions that a lower slice asks and a higher one answers.

A slice imports only slices below it. Where it needs to know something of a higher one (may this person see
that?), it declares the question in its `hooks.py`, with the types of what it hands over and what it is told.
The slice that knows offers the answer among its `ANSWERS`. Type checkers compare the two, and `app` lets no
server start in which a question has no answer.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Hook(Generic[P, R]):
    """A question: what it is called with, and what it returns. `name` is "slice.question", for people."""

    def __init__(self, name: str) -> None:
        self.name = name

    def by(self, answer: Callable[P, R]) -> "HookAnswer":
        """Return that this function answers the question."""
        return HookAnswer(self, answer)


class HookAnswer(NamedTuple):
    """A question, and the function that answers it."""

    hook: Hook[..., Any]
    function: Callable[..., Any]


class Ask(Protocol):
    """Finds the function that answers a question in one server: `context.ask(hooks.may_see)(viewer, …)`."""

    def __call__(self, hook: Hook[P, R], /) -> Callable[P, R]:
        """Return the function."""
        ...


def answered(hooks: Iterable[Hook[..., Any]], answers: Iterable[HookAnswer]) -> Ask:
    """Return what finds the answer to each of these questions: many are gates, so none has a default.

    Raises:
        RuntimeError: one has no answer or two, or an answer is to none of them: a mistake of ours.
    """
    open_ = {hook: hook.name for hook in hooks}
    found: dict[Hook[..., Any], Callable[..., Any]] = {}
    for hook, function in answers:
        if open_.pop(hook, None) is None:
            raise RuntimeError(f"The server answers {hook.name} twice, or nobody asks it.")
        found[hook] = function
    if open_:
        missing = ", ".join(sorted(open_.values()))
        raise RuntimeError(f"The server is not complete, nobody answers: {missing}.")
    return cast(
        Ask, found.__getitem__
    )  # as cheap as a dictionary: some are asked for every message
